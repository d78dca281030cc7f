import type { ConfigMap } from "../../api/generated/types.js";
import { resources } from "../../api/resources.js";
import { base64Of, configMapWords, readData, textOf } from "../data-sources.js";
import { boolFlag, listFlag, repeatedFlag } from "../flags.js";
import { createGenerated, generatorFlags, generatorOptions, newMetadata, oneName, withHash } from "../generator.js";
import { defineVerb } from "../verb.js";

export const createConfigMapVerb = defineVerb({
  name: "create configmap",
  usage: "NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
  about: "Create a config map based on a file, directory, or specified literal value.",
  examples: `# Create a ConfigMap of two values
kubectl create configmap settings --from-literal=size=12 --from-literal=colour=green

# Create a ConfigMap of the files in a folder
kubectl create configmap scripts --from-file=scripts/`,
  flags: {
    ...generatorFlags,
    appendHash: boolFlag("Append a hash of the configmap to its name"),
    fromEnvFile: listFlag("Path to a file of key=value lines"),
    fromFile: listFlag("A file, as PATH or KEY=PATH, or a folder of files"),
    fromLiteral: repeatedFlag("A key and literal value to insert (i.e. mykey=somevalue)"),
  },
  complete: (invocation, { edge }) => {
    const { flags } = invocation;
    const name = oneName(invocation);
    const sources = { files: flags.fromFile, literals: flags.fromLiteral, envFiles: flags.fromEnvFile };
    return {
      ...generatorOptions(flags),
      name,
      appendHash: flags.appendHash,
      content: readData(sources, configMapWords(name), edge),
    };
  },
  run: async (options, context) => {
    const data: Record<string, string> = {};
    const binaryData: Record<string, string> = {};
    for (const [key, value] of options.content) {
      const text = textOf(value);
      if (text === undefined) binaryData[key] = base64Of(value);
      else data[key] = text;
    }
    const object: ConfigMap = {
      kind: "ConfigMap",
      apiVersion: "v1",
      metadata: newMetadata(options.name, context),
      ...(Object.keys(data).length === 0 ? {} : { data }),
      ...(Object.keys(binaryData).length === 0 ? {} : { binaryData }),
    };
    const failure = "failed to create configmap: ";
    const named = options.appendHash ? await withHash(object) : object;
    await createGenerated({ resource: resources.configmaps, object: named, failure }, options, context);
  },
});
