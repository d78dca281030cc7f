import { UsageError } from "../errors.js";
import { refusedFlag, textFlag } from "../flags.js";
import { defineVerb } from "../verb.js";

const functions = "functions in containers are not run; build with kustomize, and apply its result";
const charts = "charts are not read; build with kustomize, and apply its result";

export const kustomizeVerb = defineVerb({
  name: "kustomize",
  usage: "DIR [flags]",
  about: "Print the objects that the kustomization of a folder makes: its resources, patched, renamed and labelled.",
  examples: `# What a folder makes
kubectl kustomize overlays/night

# Make it so
kubectl apply -k overlays/night`,
  flags: {
    asCurrentUser: refusedFlag(functions, { isBare: true }),
    enableAlphaPlugins: refusedFlag("plugins are not run", { isBare: true }),
    enableHelm: refusedFlag(charts, { isBare: true }),
    env: refusedFlag(functions),
    helmApiVersions: refusedFlag(charts),
    helmCommand: refusedFlag(charts),
    helmDebug: refusedFlag(charts, { isBare: true }),
    helmKubeVersion: refusedFlag(charts),
    loadRestrictor: textFlag("If 'LoadRestrictionsNone', files may be outside of the folder", {
      default: "LoadRestrictionsRootOnly",
    }),
    mount: refusedFlag(functions),
    network: refusedFlag(functions, { isBare: true }),
    networkName: refusedFlag(functions),
    output: textFlag("Write to this file instead of standard output", { short: "o" }),
  },
  complete: ({ flags, args }) => {
    if (args.length > 1) throw new UsageError("specify one path to kustomization.yaml");
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
