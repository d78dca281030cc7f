import { fileFlags, outputFlags, selectorFlag } from "../common-flags.js";
import { UsageError } from "../errors.js";
import { boolFlag, durationFlag, repeatedFlag, textFlag } from "../flags.js";
import { fileArguments } from "../manifest-files.js";
import { resultOutput } from "../result-output.js";
import { defineVerb } from "../verb.js";
import { parseConditions } from "../wait-conditions.js";
import { runWait, type WaitOptions } from "../wait-for.js";

const weekMs = 7 * 24 * 3_600_000;

export const waitVerb = defineVerb({
  name: "wait",
  usage:
    "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
  about: "Wait for a specific condition on one or many resources.",
  examples: `# Wait until a Job is complete
kubectl wait --for=condition=complete job/pi --timeout=60s

# Wait until a Job has ended, one way or the other
kubectl wait --for=finished job/pi

# Wait until the Job has three Pods that succeeded
kubectl wait --for=jsonpath='{.status.succeeded}'=3 job/pi

# Wait until the Pods of a deleted Job are gone
kubectl wait --for=delete pod -l job-name=pi`,
  flags: {
    ...fileFlags,
    ...outputFlags,
    all: boolFlag("Select all resources in the namespace of the specified resource types"),
    allNamespaces: boolFlag("If present, list the requested object(s) across all namespaces", { short: "A" }),
    fieldSelector: textFlag("Selector (field query) to filter on, supports '=', '==', and '!='"),
    for: repeatedFlag(
      "The condition to wait on: [create|delete|finished|condition=condition-name[=condition-value]|jsonpath='{JSONPath expression}'=[JSONPath value]]. The default condition-value is true. Several are waited for one after the other; of condition=complete and condition=failed, whichever comes first. finished is either end of a Job: the exit status is 0 when it is complete and 2 when it has failed.",
    ),
    local: boolFlag("If true, wait will NOT contact api-server but run locally"),
    selector: selectorFlag,
    timeout: durationFlag(
      "The length of time to wait before giving up, in cluster time. Zero means check once and don't wait, negative means wait for a week.",
      { defaultMs: 30_000, shown: "30s" },
    ),
  },
  complete: async ({ flags, args }): Promise<WaitOptions> => {
    if (flags.local) throw new UsageError("--local is not supported: there is nothing to wait for in a file");
    const result = resultOutput(flags);
    return {
      conditions: await parseConditions(flags.for),
      selection: {
        args,
        files: fileArguments(flags),
        labelSelector: flags.selector,
        fieldSelector: flags.fieldSelector,
        allowEmptySelector: flags.all,
        allNamespaces: flags.allNamespaces,
      },
      timeoutMs: flags.timeout < 0 ? weekMs : flags.timeout,
      result,
    };
  },
  run: runWait,
});
