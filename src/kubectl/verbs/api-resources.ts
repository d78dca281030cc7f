import { apiVersionOf, type Resource, servedResources } from "../../api/resources.js";
import { TabWriter } from "../../printers/tab-writer.js";
import { UsageError } from "../errors.js";
import { boolFlag, listFlag, textFlag } from "../flags.js";
import { defineVerb, type Invocation, type VerbContext } from "../verb.js";

const flags = {
  apiGroup: textFlag("Limit to resources in the specified API group"),
  cached: boolFlag("There is nothing that a list would be kept from", { isHidden: true }),
  categories: listFlag("Limit to resources that belong to the specified categories"),
  namespaced: boolFlag("If false, non-namespaced resources will be returned", { default: true }),
  noHeaders: boolFlag("When using the default or custom-column output format, don't print headers"),
  output: textFlag("Output format. One of: (wide, name)", { short: "o" }),
  sortBy: textFlag("If non-empty, sort list of resources using specified field, one of (name, kind)"),
  verbs: listFlag("Limit to resources that support the specified verbs"),
} as const;

export const apiResourcesVerb = defineVerb({
  name: "api-resources",
  usage: "[flags]",
  about: "Print the supported API resources on the server.",
  examples: `# Print the resources that there are
kubectl api-resources

# Print those of one group, with what can be done with them
kubectl api-resources --api-group=batch -o wide`,
  flags,
  complete: ({ flags: values, given, args }: Invocation<typeof flags>) => {
    if (args.length > 0) throw new UsageError(`unexpected arguments: [${args.join(" ")}]`, "examples");
    if (!["", "name", "wide"].includes(values.output)) {
      throw new UsageError(`--output ${values.output} is not available`);
    }
    if (!["", "name", "kind"].includes(values.sortBy)) throw new UsageError("--sort-by accepts only name or kind");
    return {
      ...values,
      group: given.has("apiGroup") ? values.apiGroup : undefined,
      isNamespaced: given.has("namespaced") ? values.namespaced : undefined,
    };
  },
  run: async (options, context) => {
    const shown = servedResources
      .filter((resource) => options.group === undefined || resource.group === options.group)
      .filter((resource) => options.isNamespaced === undefined || resource.namespaced === options.isNamespaced)
      .filter(({ categories }) => options.categories.every((category) => categories.includes(category)))
      .filter(({ verbs }) => options.verbs.every((verb) => verbs.includes(verb)))
      .sort((left, right) => compareResources(left, right, options.sortBy));
    if (options.output === "name") {
      for (const { name, group } of shown) context.edge.out(`${group === "" ? name : `${name}.${group}`}\n`);
      return;
    }
    printResources(shown, { isWide: options.output === "wide", noHeaders: options.noHeaders }, context);
  },
});

function printResources(
  shown: readonly Resource[],
  { isWide, noHeaders }: { readonly isWide: boolean; readonly noHeaders: boolean },
  { edge }: VerbContext,
): void {
  const writer = new TabWriter((text) => edge.out(text));
  const wideHeader = isWide ? "\tVERBS\tCATEGORIES" : "";
  if (!noHeaders) writer.write(`NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND${wideHeader}\n`);
  for (const resource of shown) {
    const { name, shortNames, namespaced, kind, categories, verbs } = resource;
    const wide = isWide ? `\t${verbs.join(",")}\t${categories.join(",")}` : "";
    writer.write(`${name}\t${shortNames.join(",")}\t${apiVersionOf(resource)}\t${namespaced}\t${kind}${wide}\n`);
  }
  writer.flush();
}

function compareResources(left: Resource, right: Resource, sortBy: string): number {
  const keys = (resource: Resource) => {
    if (sortBy === "name") return [resource.name];
    if (sortBy === "kind") return [resource.kind];
    return [resource.group, resource.name];
  };
  return keys(left).join("\0") < keys(right).join("\0") ? -1 : 1;
}
