import { outputFlags } from "../common-flags.js";
import { ConfigurationError } from "../errors.js";
import { boolFlag, textFlag } from "../flags.js";
import { loadObjectPrinter, type Printable } from "../object-printer.js";
import { parseOutput } from "../output-format.js";
import { defineVerb, type VerbContext } from "../verb.js";

export const configViewVerb = defineVerb({
  name: "config view",
  usage: "[--minify] [-o FORMAT]",
  about: "Display the settings of all contexts as a kubeconfig.",
  examples: `# Show the settings
kubectl config view

# Show those of the context in use
kubectl config view --minify`,
  flags: {
    ...outputFlags,
    output: textFlag("Output format, as of get", { short: "o", default: "yaml" }),
    minify: boolFlag("Remove all information not used by current-context from the output"),
    raw: boolFlag("There is no byte data here", { isHidden: true }),
    flatten: boolFlag("The output is always self-contained", { isHidden: true }),
  },
  complete: ({ flags }) => ({
    output: parseOutput(flags),
    minify: flags.minify,
    allowMissingTemplateKeys: flags.allowMissingTemplateKeys,
  }),
  run: async ({ output, minify, allowMissingTemplateKeys }, context) => {
    const printer = await loadObjectPrinter(output, context, { keepsOrder: true, allowMissingTemplateKeys });
    context.edge.out(printer(kubeconfigOf(context, minify) as unknown as Printable));
  },
});

/** The settings as a kubeconfig has them, in the order that Go prints its fields. */
function kubeconfigOf({ edge: { config } }: VerbContext, minify: boolean): Record<string, unknown> {
  const currentName = config.currentContext();
  const current = config.contexts().find(({ name }) => name === currentName);
  if (minify && current === undefined) {
    throw new ConfigurationError(`context was not found for specified context: ${currentName}`);
  }
  const isShown = (kind: "name" | "cluster" | "user") => (entry: { readonly name: string }) =>
    !minify || entry.name === current?.[kind];
  return {
    kind: "Config",
    apiVersion: "v1",
    clusters: config
      .clusters()
      .filter(isShown("cluster"))
      .map(({ name, server }) => ({ name, cluster: { server } })),
    users: config
      .users()
      .filter(isShown("user"))
      .map(({ name }) => ({ name, user: {} })),
    contexts: config
      .contexts()
      .filter(isShown("name"))
      .map(({ name, cluster, user, namespace }) => ({
        name,
        context: { cluster, user, ...(namespace === "" ? {} : { namespace }) },
      })),
    "current-context": currentName,
  };
}
