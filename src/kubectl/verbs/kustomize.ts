import { UsageError } from "../errors.js";
import { boolFlag, listFlag, textFlag } from "../flags.js";
import { defineVerb } from "../verb.js";

const notThere = (what: string) =>
  new UsageError(`${what} is not supported: build with kustomize, and apply its result`);

export const kustomizeVerb = defineVerb({
  name: "kustomize",
  usage: "DIR [flags]",
  about: "Print the objects that the kustomization of a folder makes: its resources, patched, renamed and labelled.",
  examples: `# What a folder makes
kubectl kustomize overlays/night

# Make it so
kubectl apply -k overlays/night`,
  flags: {
    asCurrentUser: boolFlag("Belongs to functions in containers, which are not supported"),
    enableAlphaPlugins: boolFlag("Plugins are not supported"),
    enableHelm: boolFlag("Helm charts are not supported"),
    env: listFlag("Belongs to functions in containers, which are not supported", { short: "e" }),
    helmApiVersions: listFlag("Helm charts are not supported"),
    helmCommand: textFlag("Helm charts are not supported"),
    helmDebug: boolFlag("Helm charts are not supported"),
    helmKubeVersion: textFlag("Helm charts are not supported"),
    loadRestrictor: textFlag("If 'LoadRestrictionsNone', files may be outside of the folder", {
      default: "LoadRestrictionsRootOnly",
    }),
    mount: listFlag("Belongs to functions in containers, which are not supported"),
    network: boolFlag("Belongs to functions in containers, which are not supported"),
    networkName: textFlag("Belongs to functions in containers, which are not supported", { default: "bridge" }),
    output: textFlag("Write to this file instead of standard output", { short: "o" }),
  },
  complete: ({ flags, args }) => {
    if (args.length > 1) throw new UsageError("specify one path to kustomization.yaml");
    if (flags.enableHelm) throw notThere("--enable-helm");
    if (flags.enableAlphaPlugins) throw notThere("--enable-alpha-plugins");
    if (flags.network || flags.mount.length > 0) throw notThere("running functions in containers");
    if (flags.loadRestrictor !== "LoadRestrictionsRootOnly" && flags.loadRestrictor !== "LoadRestrictionsNone") {
      throw new UsageError(
        `illegal flag value --load-restrictor ${flags.loadRestrictor}; legal values: [LoadRestrictionsRootOnly LoadRestrictionsNone]`,
      );
    }
    return {
      path: args[0] ?? ".",
      output: flags.output,
      loadsAnything: flags.loadRestrictor === "LoadRestrictionsNone",
    };
  },
  run: async ({ path, output, loadsAnything }, { edge }) => {
    const [{ buildKustomization }, { printYaml }] = await Promise.all([
      import("../kustomize/build.js"),
      import("../../printers/yaml.js"),
    ]);
    const objects = await buildKustomization(path, {
      files: edge.files,
      workingFolder: edge.env("PWD") ?? "/",
      onWarning: (text) => edge.err(`${text}\n`),
      loadsAnything,
    });
    const text = objects.map((object) => printYaml(object)).join("---\n");
    if (output === "") edge.out(text);
    else edge.writeFile(output, new TextEncoder().encode(text));
  },
});
