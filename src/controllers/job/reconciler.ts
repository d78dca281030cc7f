import type { Job, Pod } from "../../api/generated/types.js";
import type { Context } from "../../client/component.js";
import { type BackoffRecord, noFailures } from "./backoff.js";
import { finishedCondition } from "./conditions.js";
import { decide, type Plan } from "./decide.js";
import { type JobBehaviour, syncBatchMs } from "./job-behaviour.js";
import { jobControllerName } from "./job-names.js";
import { settingsOf } from "./job-settings.js";
import { observe } from "./observation.js";
import { adopted, adopts, released, withoutFinalizer } from "./ownership.js";
import { changePods, eventSource } from "./pod-control.js";
import type { PodFactory } from "./pod-factory.js";
import { controllingJobOf, hasTrackingFinalizer } from "./pod-state.js";
import { selects } from "./selector.js";
import { type JobEvent, type Settlement, settle } from "./settle.js";

/** Milliseconds before a sync whose Pods the API server refused is tried again; doubled each time. */
const refusedMs = { base: 1000, max: 60_000 };

/** Of each table: most Jobs have no row in it. */
const small = { small: true } as const;

/** What a sync works with. */
export interface Parts {
  readonly context: Context;
  readonly behaviour: JobBehaviour;
  readonly factory: PodFactory;
}

/** Brings one Job a step towards what its spec says. `key` is `namespace/name`. */
export function reconcileJob(key: string, parts: Parts): void {
  const { context, behaviour } = parts;
  const [namespace = "", name = ""] = key.split("/");
  const job = context.client.get("jobs", namespace, name);
  if (job === undefined) return;
  if (isManagedElsewhere(job, behaviour)) return;
  if (finishedCondition(job) !== undefined) {
    forget(uidOf(job), context);
    for (const pod of livePodsOf(job, context)) releasePod(pod, context);
    return;
  }
  adoptStrays(key, job, context);
  syncJob(key, job, parts);
}

function syncJob(key: string, job: Job, parts: Parts): void {
  const { context, behaviour } = parts;
  const now = context.now();
  const backoffTable = context.table<BackoffRecord>("backoff", undefined, small);
  const before = backoffTable.get(uidOf(job)) ?? noFailures;
  const settings = settingsOf(job, behaviour);
  const seen = observe(job, settings, livePodsOf(job, context));
  const plan = decide(job, settings, seen, { backoff: before, now });
  const outcome = changePods(job, plan, parts);
  const settlement = settle(job, settings, seen, { plan, outcome, now });
  carryOut(job, settlement, context);
  if (settlement.first !== undefined && plan.backoff !== before) backoffTable.put(uidOf(job), plan.backoff);
  requeue(key, job, plan, { refused: outcome.refused, context });
}

/** Writes in the order that makes each Pod count exactly once, wherever the program stops. */
function carryOut(job: Job, { eventsBefore, first, release, second, eventsAfter }: Settlement, context: Context): void {
  record(job, eventsBefore, context);
  let latest = job;
  if (first !== undefined) latest = context.client.updateStatus("jobs", { ...latest, status: first });
  for (const pod of release) releasePod(pod, context);
  if (second !== undefined) latest = context.client.updateStatus("jobs", { ...latest, status: second });
  record(latest, eventsAfter, context);
}

function record(job: Job, events: readonly JobEvent[], { recorder }: Context): void {
  for (const { type, reason, message } of events) recorder.event(eventSource, job, type, reason, message);
}

function requeue(
  key: string,
  job: Job,
  { requeueAfterMs }: Plan,
  { refused, context }: { readonly refused: boolean; readonly context: Context },
): void {
  if (requeueAfterMs !== undefined) context.enqueue(key, requeueAfterMs);
  const table = context.table<number>("refusals", undefined, small);
  const uid = uidOf(job);
  const refusals = table.get(uid) ?? 0;
  if (refused) {
    table.put(uid, refusals + 1);
    context.enqueue(key, Math.min(refusedMs.base * 2 ** Math.min(refusals, 10), refusedMs.max));
  } else if (refusals > 0) table.delete(uid);
}

function livePodsOf(job: Job, { client }: Context): readonly Pod[] {
  return client.byIndex("pods", "job-live-pods", uidOf(job));
}

function releasePod(pod: Pod, { client }: Context): void {
  if (!hasTrackingFinalizer(pod)) return;
  client.modify("pods", pod.metadata.namespace ?? "", pod.metadata.name ?? "", withoutFinalizer);
}

/** By UID, so that a Job of the same name that comes after starts afresh. */
function forget(uid: string, context: Context): void {
  for (const name of ["backoff", "refusals"]) {
    const table = context.table(name, undefined, small);
    if (table.get(uid) !== undefined) table.delete(uid);
  }
}

function uidOf({ metadata }: Job): string {
  return metadata.uid ?? "";
}

function isManagedElsewhere(job: Job, behaviour: JobBehaviour): boolean {
  const managedBy = job.spec?.managedBy;
  return behaviour.managedBy && managedBy !== undefined && managedBy !== jobControllerName;
}

/** Pods that a Job may adopt at its next sync: rows `namespace/name-of-job name-of-pod`. */
function straysTable(context: Context) {
  return context.table<true>("strays", undefined, small);
}

/**
 * Takes Pods that nobody controls: those that changed since the last sync, and, at the first sync of a Job with a
 * selector of its own, those that were there before it. (A generated selector matches no earlier Pod.)
 */
function adoptStrays(key: string, job: Job, context: Context): void {
  const { client } = context;
  const namespace = job.metadata.namespace ?? "";
  if (job.spec?.manualSelector === true && job.status?.uncountedTerminatedPods === undefined) {
    for (const pod of client.list("pods", namespace)) adopt(job, pod, context);
  }
  const table = straysTable(context);
  for (const { key: row } of table.scan(`${key} `)) {
    table.delete(row);
    const pod = client.get("pods", namespace, row.slice(key.length + 1));
    if (pod !== undefined) adopt(job, pod, context);
  }
}

function adopt(job: Job, pod: Pod, { client }: Context): void {
  if (!adopts(job, pod)) return;
  client.modify("pods", pod.metadata.namespace ?? "", pod.metadata.name ?? "", (latest) => adopted(job, latest));
}

/**
 * Looks at one Pod whose place is in doubt. One that nobody controls loses the tracking finalizer, and is offered to the
 * Jobs that select it; so does one whose Job is gone or has ended. One that its Job no longer selects is let go.
 * @see kubernetes v1.36 pkg/controller/job/job_controller.go, syncOrphanPod
 */
export function reconcilePod(key: string, { context, behaviour }: Parts): void {
  const { client } = context;
  const [namespace = "", name = ""] = key.split("/");
  const pod = client.get("pods", namespace, name);
  if (pod === undefined) return;
  const owner = controllingJobOf(pod);
  if (owner !== undefined) {
    const job = client.get("jobs", namespace, owner.name);
    const isOurs = job !== undefined && job.metadata.uid === owner.uid;
    if (isOurs && isManagedElsewhere(job, behaviour)) return;
    if (!isOurs || finishedCondition(job) !== undefined) releasePod(pod, context);
    else if (job.metadata.deletionTimestamp === undefined && !selects(job.spec?.selector, pod.metadata.labels)) {
      client.modify("pods", namespace, name, (latest) => released(job, latest));
    }
    return;
  }
  releasePod(pod, context);
  for (const job of client.list("jobs", namespace)) {
    if (!adopts(job, pod) || finishedCondition(job) !== undefined || isManagedElsewhere(job, behaviour)) continue;
    const jobKey = `${namespace}/${job.metadata.name}`;
    straysTable(context).put(`${jobKey} ${name}`, true);
    context.enqueue(jobKey, syncBatchMs(behaviour));
  }
}

/** Frees the Pods of a Job that is gone, so that they can be deleted, or live on without it. */
export function reconcileGoneJob(uid: string, { context }: Parts): void {
  forget(uid, context);
  for (const pod of context.client.byIndex("pods", "job-live-pods", uid)) releasePod(pod, context);
}
