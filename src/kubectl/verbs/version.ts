import { UsageError } from "../errors.js";
import { boolFlag, textFlag } from "../flags.js";
import { loadObjectPrinter, type Printable } from "../object-printer.js";
import { defineVerb } from "../verb.js";

export const versionVerb = defineVerb({
  name: "version",
  usage: "[flags]",
  about: "Print the client and server version information for the current context.",
  examples: `# Print the client and server versions
kubectl version`,
  flags: {
    client: boolFlag("If true, shows client version only (no server required)"),
    output: textFlag("One of 'yaml' or 'json'", { short: "o" }),
  },
  complete: ({ flags, args }) => {
    if (args.length > 0) throw new UsageError(`extra arguments: [${args.join(" ")}]`);
    if (flags.output !== "" && flags.output !== "yaml" && flags.output !== "json") {
      throw new UsageError("--output must be 'yaml' or 'json'");
    }
    return { isClientOnly: flags.client, output: flags.output as "" | "yaml" | "json" };
  },
  run: async ({ isClientOnly, output }, context) => {
    const known = await (await context.client()).serverVersion();
    const server = isClientOnly ? undefined : known;
    const { major, minor, gitVersion } = known;
    // The client is of the same version as the cluster: one program plays both.
    const client = { major, minor, gitVersion };
    if (output === "") {
      const lines = [`Client Version: ${client.gitVersion}`, `Kustomize Version: ${kustomizeVersion}`];
      if (server !== undefined) lines.push(`Server Version: ${server.gitVersion}`);
      context.edge.out(`${lines.join("\n")}\n`);
      return;
    }
    const versions = {
      clientVersion: client,
      kustomizeVersion,
      ...(server === undefined ? {} : { serverVersion: server }),
    };
    const printer = await loadObjectPrinter({ format: output, argument: "" }, context, { keepsOrder: true });
    const text = printer(versions as unknown as Printable);
    // kubectl encodes its versions with two spaces, unlike objects.
    context.edge.out(output === "json" ? `${JSON.stringify(versions, null, 2)}\n` : `${text}\n`);
  },
});

/** The kustomize that kubectl of the newest version we follow has built in. */
const kustomizeVersion = "v5.8.1";
