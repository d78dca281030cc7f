import type { CronJobStatus, Job, ObjectReference } from "../../api/generated/types.js";
import { endOf } from "./job-end.js";

export interface CronJobEvent {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** A CronJob's status after a look at its Jobs, and what there was to report. */
export interface Tracked {
  /** The same object where nothing changed. */
  readonly status: CronJobStatus;
  readonly events: readonly CronJobEvent[];
}

/**
 * Takes finished and missing Jobs off the list of active ones, and notes the last success.
 * @see kubernetes v1.36 pkg/controller/cronjob/cronjob_controllerv2.go, syncCronJob
 */
export function trackJobs(
  before: CronJobStatus,
  jobs: readonly Job[],
  isGone: (job: ObjectReference) => boolean,
): Tracked {
  const events: CronJobEvent[] = [];
  let status = before;
  for (const job of jobs) {
    const uid = job.metadata.uid ?? "";
    const known = isActive(status, uid);
    const end = endOf(job);
    if (end === undefined) {
      if (!known) events.push(unexpectedJob(job));
      continue;
    }
    if (known) {
      status = withoutActive(status, uid);
      const message = `Saw completed job: ${job.metadata.name}, condition: ${end}`;
      events.push({ type: "Normal", reason: "SawCompletedJob", message });
    }
    const completedAt = job.status?.completionTime;
    if (end === "Complete" && completedAt !== undefined && completedAt > (status.lastSuccessfulTime ?? "")) {
      status = { ...status, lastSuccessfulTime: completedAt };
    }
  }
  const uids = new Set(jobs.map(({ metadata }) => metadata.uid));
  for (const reference of status.active ?? []) {
    if (uids.has(reference.uid) || !isGone(reference)) continue;
    status = withoutActive(status, reference.uid ?? "");
    events.push({ type: "Normal", reason: "MissingJob", message: `Active job went missing: ${reference.name}` });
  }
  return { status, events };
}

export function isActive(status: CronJobStatus, uid: string): boolean {
  return status.active?.some((reference) => reference.uid === uid) === true;
}

/** The status without this Job among the active ones; the same object where it is not there. */
export function withoutActive(status: CronJobStatus, uid: string): CronJobStatus {
  if (!isActive(status, uid)) return status;
  const { active = [], ...rest } = status;
  const left = active.filter((reference) => reference.uid !== uid);
  return left.length === 0 ? rest : { ...rest, active: left };
}

function unexpectedJob(job: Job): CronJobEvent {
  const message = `Saw a job that the controller did not create or forgot: ${job.metadata.name}`;
  return { type: "Warning", reason: "UnexpectedJob", message };
}
