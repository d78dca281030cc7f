import type { StatefulSet } from "../../api/generated/types.js";
import { formatTime, type KubeObject } from "../../api/meta/object.js";
import { fieldManagerFlag, outputFlags, writeOptions } from "../common-flags.js";
import { asError, throwCollected, UsageError } from "../errors.js";
import { qualifiedKind } from "../find-resource.js";
import { boolFlag, durationFlag, hiddenFlags, integerFlag } from "../flags.js";
import { followObject } from "../follow.js";
import { loadResultPrinter, resultOutput } from "../result-output.js";
import { checkRevision, fetchRollouts, rolloutFlags, rolloutSelection } from "../rollout.js";
import type { Fetched } from "../selection.js";
import { defineVerb, type Verb, type VerbContext, verbOfSubverbs } from "../verb.js";

export const rolloutVerb = verbOfSubverbs({
  name: "rollout",
  usage: "SUBCOMMAND",
  about: "Manage the rollout of a stateful set. Jobs are not rolled out: see kubectl wait.",
  examples: `# Wait until a stateful set is as its spec says
kubectl rollout status statefulset/quiz`,
});

export const rolloutStatusVerb = defineVerb({
  name: "rollout status",
  usage: "(TYPE NAME | TYPE/NAME) [flags]",
  about: "Show how far a rollout has come, and wait until it is done.",
  examples: `# Wait until a stateful set is as its spec says
kubectl rollout status statefulset/quiz

# Look once
kubectl rollout status statefulset/quiz --watch=false`,
  flags: {
    ...rolloutFlags,
    revision: integerFlag("Stateful sets tell of their newest revision alone", { default: 0, isHidden: true }),
    timeout: durationFlag("How long to wait, in cluster time. Zero is for ever.", { defaultMs: 0, shown: "0s" }),
    watch: boolFlag("Wait until the rollout is done", { short: "w", default: true }),
  },
  complete: ({ flags, args }) => {
    checkRevision(flags.revision);
    return { ...flags, selection: rolloutSelection(flags, args) };
  },
  run: async (options, context) => {
    const { items, errors } = await fetchRollouts(options.selection, context);
    for (const item of items) await waitForRollout(item, options, context);
    throwCollected(errors);
    if (items.length === 0) context.edge.err(`No resources found in ${context.namespace} namespace.\n`);
  },
});

async function waitForRollout(
  { resource, object }: Fetched,
  { watch, timeout }: { readonly watch: boolean; readonly timeout: number },
  { client: open, edge }: VerbContext,
): Promise<void> {
  if (resource.name !== "statefulsets") {
    throw new UsageError(`no status viewer has been implemented for ${qualifiedKind(resource)}`);
  }
  const client = await open();
  const first = statusOf(object as StatefulSet);
  edge.out(first.text);
  if (first.isDone || !watch) return;
  const limit = timeout === 0 ? {} : { untilMs: client.now() + timeout };
  const events = followObject(client, resource, object, limit);
  for await (const { type, object: current } of events) {
    if (type === "DELETED") throw new UsageError("object has been deleted");
    if (type !== "ADDED" && type !== "MODIFIED") continue;
    const { text, isDone } = statusOf(current as StatefulSet);
    edge.out(text);
    if (isDone) return;
  }
  throw new UsageError("timed out waiting for the condition");
}

/** @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go, StatefulSetStatusViewer */
function statusOf({ metadata, spec, status }: StatefulSet): { readonly text: string; readonly isDone: boolean } {
  const { type, rollingUpdate } = spec?.updateStrategy ?? {};
  if (type !== undefined && type !== "RollingUpdate") {
    throw new UsageError("rollout status is only available for RollingUpdate strategy type");
  }
  const { observedGeneration = 0, readyReplicas = 0, updatedReplicas = 0, currentReplicas = 0 } = status ?? {};
  const replicas = spec?.replicas ?? 1;
  const waiting = (text: string) => ({ text, isDone: false });
  if (observedGeneration === 0 || (metadata.generation ?? 0) > observedGeneration) {
    return waiting("Waiting for statefulset spec update to be observed...\n");
  }
  if (readyReplicas < replicas) return waiting(`Waiting for ${replicas - readyReplicas} pods to be ready...\n`);
  if (rollingUpdate !== undefined) {
    const wanted = replicas - (rollingUpdate.partition ?? 0);
    if (rollingUpdate.partition !== undefined && updatedReplicas < wanted) {
      return waiting(
        `Waiting for partitioned roll out to finish: ${updatedReplicas} out of ${wanted} new pods have been updated...\n`,
      );
    }
    return { text: `partitioned roll out complete: ${updatedReplicas} new pods have been updated...\n`, isDone: true };
  }
  const { updateRevision = "", currentRevision = "" } = status ?? {};
  if (updateRevision !== currentRevision) {
    return waiting(
      `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${updateRevision}...\n`,
    );
  }
  return {
    text: `statefulset rolling update complete ${currentReplicas} pods at revision ${currentRevision}...\n`,
    isDone: true,
  };
}

/** When the Pods were last asked to start anew, which alone makes the template another. */
const restartedAtAnnotation = "kubectl.kubernetes.io/restartedAt";

export const rolloutRestartVerb = defineVerb({
  name: "rollout restart",
  usage: "RESOURCE",
  about: "Replace all Pods of a stateful set, one after the other.",
  examples: `# Start all Pods anew
kubectl rollout restart statefulset/quiz`,
  flags: { ...rolloutFlags, ...outputFlags, fieldManager: fieldManagerFlag("kubectl-rollout") },
  complete: ({ flags, args }) => ({
    selection: rolloutSelection(flags, args),
    fieldManager: flags.fieldManager,
    result: resultOutput(flags),
  }),
  run: async ({ selection, fieldManager, result }, context) => {
    const { items, errors } = await fetchRollouts(selection, context);
    const failures = [...errors];
    const print = await loadResultPrinter(result, context, { dryRun: "none" });
    const client = await context.client();
    if (items.length === 0 && errors.length === 0) {
      context.edge.err(`No resources found in ${context.namespace} namespace.\n`);
    }
    for (const { resource, namespace, name } of items) {
      if (resource.name !== "statefulsets") {
        failures.push(notPossible(resource, name, "restarting is not supported"));
        continue;
      }
      const annotations = { [restartedAtAnnotation]: formatTime(client.now()) };
      const body = JSON.stringify({ spec: { template: { metadata: { annotations } } } });
      try {
        const options = writeOptions({ dryRun: "none", fieldManager });
        const object = await client.patch(resource, namespace, name, { type: "strategic", body }, options);
        print({ resource, object, done: "restarted" });
      } catch (error) {
        failures.push(new Error(`failed to patch: ${asError(error).message}`));
      }
    }
    throwCollected(failures);
  },
});

function notPossible(resource: Fetched["resource"], name: string, what: string): Error {
  const { name: plural, group } = resource;
  return new Error(`error: ${group === "" ? plural : `${plural}.${group}`} ${JSON.stringify(name)} ${what}`);
}

/** Pausing is for Deployments, which do not exist here; whatever is named is refused in kubectl's words. */
function refusingVerb(name: "pause" | "resume", what: string): Verb {
  return defineVerb({
    name: `rollout ${name}`,
    usage: "RESOURCE",
    about: `Not for the kinds of objects that there are here: ${what}.`,
    examples: "",
    flags: { ...rolloutFlags, ...hiddenFlags({ ...outputFlags, fieldManager: fieldManagerFlag("kubectl-rollout") }) },
    complete: ({ flags, args }) => {
      resultOutput(flags);
      return { selection: rolloutSelection(flags, args) };
    },
    run: async ({ selection }, context) => {
      const { items, errors } = await fetchRollouts(selection, context);
      if (items.length === 0 && errors.length === 0) {
        context.edge.err(`No resources found in ${context.namespace} namespace.\n`);
      }
      throwCollected([...errors, ...items.map((item) => notPossible(item.resource, item.name, what))]);
    },
  });
}

export const rolloutPauseVerb = refusingVerb("pause", "pausing is not supported");
export const rolloutResumeVerb = refusingVerb("resume", "resuming is not supported");

/** Whether an object is controlled by another. */
export function isControlledBy(object: KubeObject, uid: string | undefined): boolean {
  return object.metadata.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid) === true;
}
