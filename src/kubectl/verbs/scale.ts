import type { KubeObject } from "../../api/meta/object.js";
import { StatusError } from "../../api/meta/status.js";
import { dryRunFlag, fileFlags, outputFlags, parseDryRun, selectorFlag, writeOptions } from "../common-flags.js";
import { asError, throwCollected, UsageError } from "../errors.js";
import { boolFlag, durationFlag, integerFlag, textFlag } from "../flags.js";
import { fileArguments } from "../manifest-files.js";
import { loadResultPrinter, resultOutput } from "../result-output.js";
import { fetchPlan, planSelection } from "../selection.js";
import { defineVerb } from "../verb.js";

function withReplicas(object: KubeObject, replicas: number): KubeObject {
  const { spec } = object as KubeObject & { readonly spec?: object };
  return { ...object, spec: { ...spec, replicas } } as KubeObject;
}

export const scaleVerb = defineVerb({
  name: "scale",
  usage: "[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)",
  about: "Set a new size for a stateful set. A Job has no replicas: patch its spec.parallelism.",
  examples: `# Change how many Pods a StatefulSet has
kubectl scale statefulset quiz --replicas=2

# What does the same for a Job
kubectl patch job pi -p '{"spec":{"parallelism":2}}'`,
  flags: {
    ...fileFlags,
    ...outputFlags,
    all: boolFlag("Select all resources in the namespace of the specified resource types"),
    currentReplicas: integerFlag("Precondition for current size. -1 for no condition.", { default: -1 }),
    dryRun: dryRunFlag,
    replicas: integerFlag("The new desired number of replicas. Required.", { default: 0, isRequired: true }),
    resourceVersion: textFlag("Precondition for resource version"),
    timeout: durationFlag("A scale is not waited for", { defaultMs: 0, shown: "0s", isHidden: true }),
    selector: selectorFlag,
  },
  complete: ({ flags, args }) => ({
    ...flags,
    dryRun: parseDryRun(flags.dryRun),
    result: resultOutput(flags),
    selection: {
      args,
      files: fileArguments(flags),
      labelSelector: flags.selector,
      allowEmptySelector: flags.all,
    },
  }),
  validate: ({ replicas, currentReplicas }) => {
    if (replicas < 0) {
      throw new UsageError("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
    }
    if (currentReplicas < -1) {
      throw new UsageError("The --current-replicas must specify an integer of -1 or greater");
    }
  },
  run: async (options, context) => {
    const plan = await planSelection(options.selection, context);
    const client = await context.client();
    const { items, errors } = await fetchPlan(plan, client);
    if (items.length === 0) {
      throwCollected(errors);
      throw new UsageError("no objects passed to scale");
    }
    const print = await loadResultPrinter(options.result, context, options);
    const failures = [...errors];
    for (const { resource, namespace, name, object } of items) {
      try {
        if (!resource.subresources.includes("scale")) {
          throw new StatusError("NotFound", "the server could not find the requested resource");
        }
        const size = (object as { readonly spec?: { readonly replicas?: number } }).spec?.replicas ?? 1;
        if (options.currentReplicas !== -1 && size !== options.currentReplicas) {
          throw new UsageError(`Expected replicas to be ${options.currentReplicas}, was ${size}`);
        }
        const { resourceVersion } = options;
        const version = object.metadata.resourceVersion ?? "";
        if (resourceVersion !== "" && version !== resourceVersion) {
          throw new UsageError(`Expected resource version to be ${resourceVersion}, was ${version}`);
        }
        const metadata = resourceVersion === "" ? {} : { metadata: { resourceVersion } };
        const body = JSON.stringify({ ...metadata, spec: { replicas: options.replicas } });
        const scaled =
          options.dryRun === "client"
            ? withReplicas(object, options.replicas)
            : await client.patch(resource, namespace, name, { type: "merge", body }, writeOptions(options));
        print({ resource, object: scaled, done: "scaled" });
      } catch (error) {
        failures.push(asError(error));
        break;
      }
    }
    throwCollected(failures);
  },
});
