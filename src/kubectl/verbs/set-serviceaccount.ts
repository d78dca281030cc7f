import { parseDryRun } from "../common-flags.js";
import { UsageError } from "../errors.js";
import { fileArguments } from "../manifest-files.js";
import { changePodTemplates, checkLocal, setFlags, type TemplateChange } from "../pod-template-change.js";
import { resultOutput } from "../result-output.js";
import { defineVerb } from "../verb.js";

const { selector: _, ...flags } = setFlags;

export const setServiceAccountVerb = defineVerb({
  name: "set serviceaccount",
  usage: "(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
  about: "Change the service account that the Pods of an object act as.",
  examples: `# Another service account for the Pods of a CronJob
kubectl set serviceaccount cronjob report reporter`,
  flags,
  complete: ({ flags: values, args }): TemplateChange & { readonly account: string } => {
    const dryRun = parseDryRun(values.dryRun);
    checkLocal({ isLocal: values.local, dryRun });
    const account = args.at(-1);
    if (account === undefined) throw new UsageError("serviceaccount is required");
    return {
      selection: {
        args: args.slice(0, -1),
        files: fileArguments(values),
        allowEmptySelector: values.all,
      },
      account,
      isLocal: values.local,
      dryRun,
      fieldManager: values.fieldManager,
      result: resultOutput(values),
      done: "serviceaccount updated",
      failure: "failed to patch ServiceAccountName ",
    };
  },
  run: ({ account, ...options }, context) =>
    changePodTemplates(options, context, (spec) => ({ spec: { ...spec, serviceAccountName: account } })),
});
