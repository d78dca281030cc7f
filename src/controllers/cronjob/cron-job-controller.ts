import type { CronJob, CronJobStatus, Job, ObjectReference } from "../../api/generated/types.js";
import { controllerOf, type EpochMs, formatTime } from "../../api/meta/object.js";
import { StatusError } from "../../api/meta/status.js";
import { isEnabled } from "../../api/versions/feature-gates.js";
import { type Component, type Context, watch } from "../../client/component.js";
import { type CronJobEvent, isActive, trackJobs, withoutActive } from "./active-jobs.js";
import { jobsBeyondHistory } from "./history.js";
import { endOf } from "./job-end.js";
import { jobFromTemplate } from "./job-from-template.js";
import { nextScheduleDelayMs, type Schedule } from "./missed-schedules.js";
import { nextRun } from "./next-run.js";
import { createScheduleReader, type ReadSchedule } from "./schedule-of.js";

const eventSource = { component: "cronjob-controller" } as const;

/**
 * Starts the Jobs of CronJobs at their times, keeps the list of those that run, and deletes those that are older than the
 * history limits. Reads Jobs by their owner (index `owner`); keeps no state but the objects.
 * @see kubernetes v1.36 pkg/controller/cronjob/cronjob_controllerv2.go
 */
export function cronJobController(): Component {
  const scheduleOf = createScheduleReader();
  return {
    name: "cronjob-controller",
    watches: [
      watch("cronjobs", ({ object: cronJob, previous }, enqueue, context) => {
        const read = scheduleOf(cronJob);
        if (previous !== undefined && isOwnStatus(cronJob, previous, read)) return;
        enqueue(keyOf(cronJob), previous === undefined ? 0 : delayAfterChange(cronJob, previous, read, context.now()));
      }),
      watch("jobs", ({ type, object: job, previous }, enqueue, context) => {
        if (type === "MODIFIED" && previous !== undefined && isOnItsWay(job, previous, context)) return;
        for (const owner of new Set([controllerOf(job), previous && controllerOf(previous)])) {
          if (owner?.kind === "CronJob") enqueue(`${job.metadata.namespace}/${owner.name}`);
        }
      }),
    ],
    reconcile(key, context) {
      const [namespace = "", name = ""] = key.split("/");
      const cronJob = context.client.get("cronjobs", namespace, name);
      if (cronJob !== undefined) new Sync(cronJob, scheduleOf(cronJob), context).run(key);
    },
  };
}

/** What a look has just written calls for no other look, unless each look may say something. */
function isOwnStatus(cronJob: CronJob, previous: CronJob, { warning, problem }: ReadSchedule): boolean {
  const isSilent = warning === undefined && problem === undefined && cronJob.spec.concurrencyPolicy !== "Forbid";
  const { metadata, spec } = previous;
  return isSilent && spec === cronJob.spec && metadata.deletionTimestamp === cronJob.metadata.deletionTimestamp;
}

/** A Job on the list that goes on without having ended: nothing of it concerns its CronJob. */
function isOnItsWay(job: Job, previous: Job, { client }: Context): boolean {
  const owner = controllerOf(job);
  if (owner?.kind !== "CronJob" || job.metadata.ownerReferences !== previous.metadata.ownerReferences) return false;
  if (endOf(job) !== endOf(previous) || endOf(job) !== undefined) return false;
  const cronJob = client.get("cronjobs", job.metadata.namespace ?? "", owner.name);
  if (cronJob === undefined || cronJob.spec.concurrencyPolicy === "Forbid") return false;
  return isActive(cronJob.status ?? {}, job.metadata.uid ?? "") && !cronJob.spec.schedule.includes("TZ");
}

/** A new schedule counts from its own next time; it starts nothing that the old one may have missed. */
function delayAfterChange(cronJob: CronJob, previous: CronJob, { schedule }: ReadSchedule, now: EpochMs): number {
  const { spec } = cronJob;
  if (spec.schedule === previous.spec.schedule && spec.timeZone === previous.spec.timeZone) return 0;
  return schedule === undefined ? 0 : Math.max(0, nextScheduleDelayMs(cronJob, schedule, now) ?? 0);
}

function keyOf({ metadata }: CronJob): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** One look at one CronJob. Its status is written once, at the end, however the look ends. */
class Sync {
  readonly #cronJob: CronJob;
  readonly #read: ReadSchedule;
  readonly #context: Context;
  readonly #before: CronJobStatus;
  #status: CronJobStatus;

  constructor(cronJob: CronJob, read: ReadSchedule, context: Context) {
    this.#cronJob = cronJob;
    this.#read = read;
    this.#context = context;
    this.#before = cronJob.status ?? {};
    this.#status = this.#before;
  }

  run(key: string): void {
    const { client } = this.#context;
    const jobs = client
      .byIndex("jobs", "owner", this.#cronJob.metadata.uid ?? "")
      .filter((job) => controllerOf(job)?.uid === this.#cronJob.metadata.uid);
    for (const job of jobsBeyondHistory(this.#cronJob, jobs)) this.#deleteJob(job);
    const tracked = trackJobs(this.#status, jobs, (job) => this.#isGone(job));
    this.#status = tracked.status;
    this.#record(tracked.events);
    let requeueAfterMs: number | undefined;
    let refused: unknown;
    try {
      requeueAfterMs = this.#schedule();
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      refused = error;
    }
    if (this.#status !== this.#before) client.updateStatus("cronjobs", this.#current());
    if (refused !== undefined) throw refused;
    if (requeueAfterMs !== undefined) this.#context.enqueue(key, requeueAfterMs);
  }

  /** Starts what is due; returns the milliseconds until the next look. */
  #schedule(): number | undefined {
    if (this.#cronJob.metadata.deletionTimestamp !== undefined) return undefined;
    const { schedule, warning, problem } = this.#read;
    const suspended = this.#cronJob.spec.suspend === true;
    // An unknown zone is spoken of even while the CronJob is suspended, a schedule only when it would be followed.
    if (problem !== undefined && (!suspended || problem.reason === "UnknownTimeZone")) this.#record([problem]);
    if (schedule === undefined || suspended) return undefined;
    if (warning !== undefined) this.#record([warning]);
    const now = this.#context.now();
    const run = nextRun(this.#current(), schedule, now);
    this.#record(run.events);
    if (run.startFor === undefined) return run.requeueAfterMs;
    if (this.#cronJob.spec.concurrencyPolicy === "Replace") this.#deleteActiveJobs();
    return this.#start(run.startFor) ? this.#delayMs(schedule, now) : undefined;
  }

  #delayMs(schedule: Schedule, now: EpochMs): number | undefined {
    return nextScheduleDelayMs(this.#current(), schedule, now);
  }

  /** False where somebody else has made a Job of that name. */
  #start(scheduledAt: EpochMs): boolean {
    const annotated = isEnabled("CronJobsScheduledAnnotation", this.#context.version);
    const wanted = jobFromTemplate(this.#cronJob, scheduledAt, { annotated });
    const job = this.#create(wanted);
    if (job === undefined) return false;
    const reference: ObjectReference = {
      apiVersion: "batch/v1",
      kind: "Job",
      name: job.metadata.name ?? "",
      namespace: job.metadata.namespace ?? "",
      resourceVersion: job.metadata.resourceVersion ?? "",
      uid: job.metadata.uid ?? "",
    };
    this.#status = {
      ...this.#status,
      active: [...(this.#status.active ?? []), reference],
      lastScheduleTime: formatTime(scheduledAt),
    };
    return true;
  }

  #create(wanted: Job): Job | undefined {
    const { client } = this.#context;
    try {
      const job = client.create("jobs", wanted);
      this.#record([{ type: "Normal", reason: "SuccessfulCreate", message: `Created job ${job.metadata.name}` }]);
      return job;
    } catch (error) {
      if (!(error instanceof StatusError) || isNamespaceTerminating(error)) throw error;
      if (error.reason === "AlreadyExists") {
        const job = client.get("jobs", wanted.metadata.namespace ?? "", wanted.metadata.name ?? "");
        const isOurs = job !== undefined && controllerOf(job)?.uid === this.#cronJob.metadata.uid;
        return isOurs && !isActive(this.#status, job.metadata.uid ?? "") ? job : undefined;
      }
      const message = `Error creating job: ${error.message}`;
      this.#record([{ type: "Warning", reason: "FailedCreate", message }]);
      throw error;
    }
  }

  #deleteActiveJobs(): void {
    for (const { namespace = "", name = "" } of this.#status.active ?? []) {
      const job = this.#context.client.get("jobs", namespace, name);
      if (job === undefined) {
        const message = `Get job: jobs.batch "${name}" not found`;
        this.#record([{ type: "Warning", reason: "FailedGet", message }]);
        throw new StatusError("NotFound", message);
      }
      this.#deleteJob(job);
    }
  }

  #deleteJob(job: Job): void {
    const { namespace = "", name = "", uid = "" } = job.metadata;
    try {
      this.#context.client.delete("jobs", namespace, name, { propagationPolicy: "Background" });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      this.#record([{ type: "Warning", reason: "FailedDelete", message: `Deleted job: ${error.message}` }]);
      return;
    }
    this.#status = withoutActive(this.#status, uid);
    this.#record([{ type: "Normal", reason: "SuccessfulDelete", message: `Deleted job ${name}` }]);
  }

  #isGone({ namespace = "", name = "" }: ObjectReference): boolean {
    return this.#context.client.get("jobs", namespace, name) === undefined;
  }

  #current(): CronJob {
    return { ...this.#cronJob, status: this.#status };
  }

  #record(events: readonly CronJobEvent[]): void {
    const { recorder } = this.#context;
    for (const { type, reason, message } of events) recorder.event(eventSource, this.#cronJob, type, reason, message);
  }
}

function isNamespaceTerminating({ status }: StatusError): boolean {
  return status.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating") === true;
}
