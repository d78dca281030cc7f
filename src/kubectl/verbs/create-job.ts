import type { CronJob, Job } from "../../api/generated/types.js";
import { resources } from "../../api/resources.js";
import { throwCollected, UsageError } from "../errors.js";
import { textFlag } from "../flags.js";
import {
  createGenerated,
  type GeneratorOptions,
  generatorFlags,
  generatorOptions,
  newMetadata,
  oneName,
} from "../generator.js";
import { fetchPlan, planSelection } from "../selection.js";
import { defineVerb, type VerbContext } from "../verb.js";

interface CreateJobOptions extends GeneratorOptions {
  readonly name: string;
  readonly image: string;
  readonly from: string;
  readonly command: readonly string[];
}

export const createJobVerb = defineVerb({
  name: "create job",
  usage: "NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]",
  about: "Create a job with the specified name.",
  examples: `# Create a Job
kubectl create job hello --image=busybox

# Create a Job with a command
kubectl create job hello --image=busybox -- echo Hello

# Create a Job from a CronJob
kubectl create job manual --from=cronjob/report`,
  flags: {
    ...generatorFlags,
    from: textFlag("The name of the resource to create a Job from (only CronJob is supported)"),
    image: textFlag("Image name to run"),
  },
  takesCommand: true,
  complete: (invocation): CreateJobOptions => ({
    ...generatorOptions(invocation.flags),
    name: oneName(invocation),
    image: invocation.flags.image,
    from: invocation.flags.from,
    command: invocation.argsAfterDash ?? [],
  }),
  validate: ({ image, from, command }) => {
    if ((image === "") === (from === "")) throw new UsageError("either --image or --from must be specified");
    if (command.length > 0 && from !== "") throw new UsageError("cannot specify --from and command");
  },
  run: async (options, context) => {
    const object = options.image === "" ? await jobFromCronJob(options, context) : jobFromImage(options, context);
    await createGenerated({ resource: resources.jobs, object, failure: "failed to create job: " }, options, context);
  },
});

function jobFromImage({ name, image, command }: CreateJobOptions, context: VerbContext): Job {
  return {
    kind: "Job",
    apiVersion: "batch/v1",
    metadata: newMetadata(name, context),
    spec: {
      template: {
        metadata: {},
        spec: {
          containers: [{ name, image, ...(command.length === 0 ? {} : { command: [...command] }), resources: {} }],
          restartPolicy: "Never",
        },
      },
    },
    status: {},
  };
}

async function jobFromCronJob({ name, from }: CreateJobOptions, context: VerbContext): Promise<Job> {
  const plan = await planSelection({ args: [from] }, context);
  const { items, errors } = await fetchPlan(plan, await context.client());
  throwCollected(errors);
  const [found] = items;
  if (found === undefined) throw new UsageError("from must be an existing cronjob");
  if (found.resource.name !== "cronjobs") throw new UsageError(`unknown object type *v1.${found.resource.kind}`);
  const cronJob = found.object as CronJob;
  const { metadata: template = {}, spec } = cronJob.spec?.jobTemplate ?? {};
  const { name: newName, namespace } = newMetadata(name, context);
  return {
    kind: "Job",
    apiVersion: "batch/v1",
    metadata: {
      name: newName,
      ...(namespace === undefined ? {} : { namespace }),
      ...(template.labels === undefined ? {} : { labels: template.labels }),
      annotations: { "cronjob.kubernetes.io/instantiate": "manual", ...template.annotations },
      ownerReferences: [
        {
          apiVersion: "batch/v1",
          kind: "CronJob",
          name: cronJob.metadata.name ?? "",
          uid: cronJob.metadata.uid ?? "",
          controller: true,
        },
      ],
    },
    ...(spec === undefined ? {} : { spec }),
    status: {},
  };
}
