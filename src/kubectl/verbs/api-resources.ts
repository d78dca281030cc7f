import { apiVersionOf, type Resource, servedResources } from "../../api/resources.js";
import { TabWriter } from "../../printers/tab-writer.js";
import { UsageError } from "../errors.js";
import { boolFlag, listFlag, textFlag } from "../flags.js";
import { loadObjectPrinter, type Printable } from "../object-printer.js";
import { defineVerb, type Invocation, type VerbContext } from "../verb.js";

const flags = {
  apiGroup: textFlag("Limit to resources in the specified API group"),
  cached: boolFlag("There is nothing that a list would be kept from", { isHidden: true }),
  categories: listFlag("Limit to resources that belong to the specified categories"),
  namespaced: boolFlag("If false, non-namespaced resources will be returned", { default: true }),
  noHeaders: boolFlag("When using the default or custom-column output format, don't print headers"),
  output: textFlag("Output format. One of: (json, yaml, kyaml, name, wide)", { short: "o" }),
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
    const output = formatOf(values.output);
    if (!["", "name", "kind"].includes(values.sortBy)) throw new UsageError("--sort-by accepts only name or kind");
    return {
      ...values,
      output,
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
    if (options.output !== "" && options.output !== "wide") {
      const printer = await loadObjectPrinter({ format: options.output, argument: "" }, context, { keepsOrder: true });
      context.edge.out(printer(listOf(shown) as unknown as Printable));
      return;
    }
    printResources(shown, { isWide: options.output === "wide", noHeaders: options.noHeaders }, context);
  },
});

const formats = ["json", "kyaml", "name", "wide", "yaml"] as const;

function formatOf(output: string): (typeof formats)[number] | "" {
  const found = output === "" ? "" : formats.find((each) => each === output);
  if (found !== undefined) return found;
  throw new UsageError(
    `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${formats.join(",")}`,
  );
}

/** The list as Go prints the type: in the order of its fields, without what is empty. */
function listOf(shown: readonly Resource[]) {
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: "",
    resources: shown.map(({ name, singular, namespaced, group, version, kind, verbs, shortNames, categories }) => ({
      name,
      singularName: singular,
      namespaced,
      ...(group === "" ? {} : { group }),
      version,
      kind,
      verbs,
      ...(shortNames.length === 0 ? {} : { shortNames }),
      ...(categories.length === 0 ? {} : { categories }),
    })),
  };
}

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
