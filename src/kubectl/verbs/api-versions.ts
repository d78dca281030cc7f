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
  run: async (_, context) => {
    const client = await context.client();
    const { groups = [] } = JSON.parse(await client.raw("GET", "/apis")) as ApiGroupList;
    const { versions = [] } = JSON.parse(await client.raw("GET", "/api")) as { readonly versions?: readonly string[] };
    const found = [...versions, ...groups.flatMap((group) => group.versions.map(({ groupVersion }) => groupVersion))];
    for (const version of found.sort()) context.edge.out(`${version}\n`);
  },
});

interface ApiGroupList {
  readonly groups?: readonly { readonly versions: readonly { readonly groupVersion: string }[] }[];
}
