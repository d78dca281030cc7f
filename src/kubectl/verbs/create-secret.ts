import type { Secret } from "../../api/generated/types.js";
import { resources } from "../../api/resources.js";
import { base64Of, readData } from "../data-sources.js";
import { UsageError } from "../errors.js";
import { listFlag, repeatedFlag, textFlag } from "../flags.js";
import { createGenerated, generatorFlags, generatorOptions, newMetadata, oneName } from "../generator.js";
import { defineVerb } from "../verb.js";

export const createSecretVerb = defineVerb({
  name: "create secret",
  usage: "(docker-registry | generic | tls)",
  about: "Create a secret with specified type. Of the types, generic is supported here.",
  examples: `# Create a Secret of one value
kubectl create secret generic door --from-literal=code=1234`,
  flags: {},
  complete: () => {
    throw new UsageError("a subcommand is required: kubectl create secret generic NAME", "examples");
  },
  run: async () => {},
});

export const createGenericSecretVerb = defineVerb({
  name: "create secret generic",
  usage: "NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
  about: "Create a secret based on a file, directory, or specified literal value.",
  examples: `# Create a Secret of one value
kubectl create secret generic door --from-literal=code=1234`,
  flags: {
    ...generatorFlags,
    fromEnvFile: listFlag("Path to a file of key=value lines"),
    fromFile: listFlag("A file, as PATH or KEY=PATH, or a folder of files"),
    fromLiteral: repeatedFlag("A key and literal value to insert (i.e. mykey=somevalue)"),
    type: textFlag("The type of secret to create"),
  },
  complete: (invocation, { edge }) => {
    const { flags } = invocation;
    const name = oneName(invocation);
    const sources = { files: flags.fromFile, literals: flags.fromLiteral, envFiles: flags.fromEnvFile };
    return {
      ...generatorOptions(flags),
      name,
      type: flags.type,
      content: readData(sources, "Secret", edge.files),
    };
  },
  run: async (options, context) => {
    const data = Object.fromEntries([...options.content].map(([key, value]) => [key, base64Of(value)]));
    const object: Secret = {
      kind: "Secret",
      apiVersion: "v1",
      metadata: newMetadata(options.name, context),
      ...(options.content.size === 0 ? {} : { data }),
      ...(options.type === "" ? {} : { type: options.type }),
    };
    await createGenerated(
      { resource: resources.secrets, object, failure: "failed to create secret " },
      options,
      context,
    );
  },
});
