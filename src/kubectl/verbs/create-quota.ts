import type { KubeObject } from "../../api/meta/object.js";
import { formatQuantity, parseQuantity } from "../../api/meta/quantity.js";
import { resources } from "../../api/resources.js";
import { UsageError } from "../errors.js";
import { textFlag } from "../flags.js";
import { createGenerated, generatorFlags, generatorOptions, newMetadata, oneName } from "../generator.js";
import { defineVerb } from "../verb.js";

export const createQuotaVerb = defineVerb({
  name: "create quota",
  usage: "NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]",
  about:
    "Print a resource quota, for a cluster that has them. A cluster of kjob keeps none, and refuses it: see --dry-run=client.",
  examples: `# The manifest of a quota
kubectl create quota small --hard=count/jobs.batch=5,pods=10 --dry-run=client -o yaml`,
  flags: {
    ...generatorFlags,
    hard: textFlag("A comma-delimited set of resource=quantity pairs that define a hard limit"),
    scopes: textFlag("A comma-delimited set of quota scopes that must all match each object tracked by the quota"),
  },
  complete: (invocation) => {
    const { flags } = invocation;
    return {
      ...generatorOptions(flags),
      name: oneName(invocation),
      hard: parseHard(flags.hard),
      scopes: flags.scopes === "" ? [] : flags.scopes.split(","),
    };
  },
  run: async (options, context) => {
    const { hard, scopes } = options;
    const object = {
      kind: "ResourceQuota",
      apiVersion: "v1",
      metadata: newMetadata(options.name, context),
      spec: { ...(Object.keys(hard).length === 0 ? {} : { hard }), ...(scopes.length === 0 ? {} : { scopes }) },
      status: {},
    };
    await createGenerated({ resource: resources.resourcequotas, object: object as KubeObject }, options, context);
  },
});

function parseHard(text: string): Readonly<Record<string, string>> {
  if (text === "") return {};
  return Object.fromEntries(
    text.split(",").map((pair) => {
      const parts = pair.split("=");
      const [name = "", amount = ""] = parts;
      if (parts.length !== 2) throw new UsageError(`Invalid argument syntax ${pair}, expected <resource>=<value>`);
      return [name, formatQuantity(parseQuantity(amount))];
    }),
  );
}
