import { dryRunFlag, fieldManagerFlag, fileFlags, outputFlags } from "../common-flags.js";
import { throwCollected, UsageError } from "../errors.js";
import { goResourceText } from "../find-resource.js";
import { hiddenFlags, integerFlag, textFlag } from "../flags.js";
import { fileArguments } from "../manifest-files.js";
import { resultOutput } from "../result-output.js";
import { fetchPlan, planSelection } from "../selection.js";
import { defineVerb } from "../verb.js";

export const autoscaleVerb = defineVerb({
  name: "autoscale",
  usage: "(-f FILENAME | TYPE NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU]",
  about: "Not supported: nothing here is scaled by load. The size of a Job is its spec.parallelism.",
  examples: "",
  flags: hiddenFlags({
    ...fileFlags,
    ...outputFlags,
    cpu: textFlag("The load that is aimed at"),
    cpuPercent: integerFlag("The load that is aimed at, in percent of what is asked for", { default: -1 }),
    dryRun: dryRunFlag,
    fieldManager: fieldManagerFlag("kubectl-autoscale"),
    max: integerFlag("The most Pods that there may be. Required.", { default: -1, isRequired: true }),
    memory: textFlag("The memory that is aimed at"),
    min: integerFlag("The fewest Pods that there may be", { default: -1 }),
    name: textFlag("The name of the new object"),
  }),
  complete: ({ flags, args }) => {
    resultOutput(flags);
    const { max, min } = flags;
    if (max < 1) {
      throw new UsageError(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
    }
    if (max < min) {
      throw new UsageError(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`);
    }
    const files = fileArguments(flags);
    return { args, files };
  },
  run: async (selection, context) => {
    const { items, errors } = await fetchPlan(await planSelection(selection, context), await context.client());
    throwCollected(errors);
    for (const { resource } of items) {
      if (!resource.subresources.includes("scale")) {
        throw new UsageError(
          `cannot autoscale a ${resource.kind}: could not find scale subresource for ${goResourceText(resource)} in discovery information`,
        );
      }
      throw new UsageError(
        "kubectl autoscale is not supported: nothing is scaled by load here; use kubectl scale --replicas",
      );
    }
    throw new UsageError("no objects passed to autoscale");
  },
});
