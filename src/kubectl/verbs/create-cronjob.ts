import type { CronJob } from "../../api/generated/types.js";
import { resources } from "../../api/resources.js";
import { textFlag } from "../flags.js";
import { createGenerated, generatorFlags, generatorOptions, newMetadata, oneName } from "../generator.js";
import { defineVerb } from "../verb.js";

export const createCronJobVerb = defineVerb({
  name: "create cronjob",
  usage: "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
  about: "Create a cron job with the specified name.",
  examples: `# Create a CronJob
kubectl create cronjob report --image=busybox --schedule="*/1 * * * *"

# Create a CronJob with a command
kubectl create cronjob report --image=busybox --schedule="*/5 * * * *" -- date`,
  flags: {
    ...generatorFlags,
    image: textFlag("Image name to run", { isRequired: true }),
    restart: textFlag("job's restart policy. supported values: OnFailure, Never"),
    schedule: textFlag("A schedule in the Cron format the job should be run with", { isRequired: true }),
  },
  takesCommand: true,
  complete: (invocation) => {
    const { image, restart, schedule } = invocation.flags;
    return {
      ...generatorOptions(invocation.flags),
      name: oneName(invocation),
      image,
      schedule,
      restartPolicy: restart === "" ? "OnFailure" : restart,
      command: invocation.argsAfterDash ?? [],
    };
  },
  run: async (options, context) => {
    const { name, image, schedule, restartPolicy, command } = options;
    const container = { name, image, ...(command.length === 0 ? {} : { command: [...command] }), resources: {} };
    const object = {
      kind: "CronJob",
      apiVersion: "batch/v1",
      metadata: newMetadata(name, context),
      spec: {
        schedule,
        jobTemplate: {
          metadata: { name },
          spec: { template: { metadata: {}, spec: { containers: [container], restartPolicy } } },
        },
      },
      status: {},
    } as CronJob;
    const failure = "failed to create cronjob: ";
    await createGenerated({ resource: resources.cronjobs, object, failure }, options, context);
  },
});
