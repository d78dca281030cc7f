import { apiVersionOf, type Resource, resources } from "../../api/resources.js";
import { UsageError } from "../errors.js";
import { defineVerb } from "../verb.js";

export const apiVersionsVerb = defineVerb({
  name: "api-versions",
  usage: "",
  about: 'Print the supported API versions on the server, in the form of "group/version".',
  examples: `# Print the supported API versions
kubectl api-versions`,
  flags: {},
  complete: ({ args }) => {
    if (args.length > 0) throw new UsageError(`unexpected arguments: [${args.join(" ")}]`, "examples");
    return null;
  },
  run: async (_, { edge }) => {
    const versions = new Set(Object.values<Resource>(resources).map(apiVersionOf));
    for (const version of [...versions].sort()) edge.out(`${version}\n`);
  },
});
