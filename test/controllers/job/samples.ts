import type { ContainerStatus, Job, JobSpec, JobStatus, Pod } from "../../../src/api/generated/types.js";
import { formatTime } from "../../../src/api/meta/object.js";
import type { EmulatedVersion } from "../../../src/api/versions/emulated-version.js";
import { type BackoffRecord, noFailures } from "../../../src/controllers/job/backoff.js";
import { decide, type Plan } from "../../../src/controllers/job/decide.js";
import { behaviourOf } from "../../../src/controllers/job/job-behaviour.js";
import { settingsOf } from "../../../src/controllers/job/job-settings.js";
import { type Observation, observe } from "../../../src/controllers/job/observation.js";
import { type Outcome, type Settlement, settle } from "../../../src/controllers/job/settle.js";

/** The instant at which the samples are looked at. */
export const now = Date.UTC(2026, 0, 3, 12, 0, 0);

/** `secondsAgo(10)`: a wire time. */
export function secondsAgo(seconds: number): string {
  return formatTime(now - seconds * 1000);
}

export function job(spec: Partial<JobSpec> = {}, status: JobStatus = {}): Job {
  return {
    metadata: { name: "pi", namespace: "default", uid: "job-uid", creationTimestamp: secondsAgo(60) },
    spec: {
      parallelism: 1,
      completions: 1,
      backoffLimit: 6,
      template: { spec: { restartPolicy: "Never", containers: [{ name: "main" }] } },
      ...spec,
    },
    status: { startTime: secondsAgo(60), ...status },
  };
}

interface PodSample {
  readonly phase?: "Pending" | "Running" | "Succeeded" | "Failed";
  readonly index?: number;
  readonly failures?: number;
  readonly ignoredFailures?: number;
  readonly tracked?: boolean;
  readonly deleted?: boolean;
  readonly ready?: boolean;
  readonly exitCode?: number;
  readonly endedSecondsAgo?: number;
  readonly restarts?: number;
  readonly node?: string;
  readonly createdSecondsAgo?: number;
  readonly conditions?: NonNullable<Pod["status"]>["conditions"];
}

/** A Pod of the sample Job, running unless told otherwise. */
export function pod(name: string, sample: PodSample = {}): Pod {
  const { phase = "Running", tracked = true, ready = phase === "Running", createdSecondsAgo = 30 } = sample;
  const key = "batch.kubernetes.io/job-";
  return {
    metadata: {
      name,
      namespace: "default",
      uid: `${name}-uid`,
      creationTimestamp: secondsAgo(createdSecondsAgo),
      annotations: {
        ...(sample.index === undefined ? {} : { [`${key}completion-index`]: `${sample.index}` }),
        ...(sample.failures === undefined ? {} : { [`${key}index-failure-count`]: `${sample.failures}` }),
        ...(sample.ignoredFailures === undefined
          ? {}
          : { [`${key}index-ignored-failure-count`]: `${sample.ignoredFailures}` }),
      },
      ...(tracked ? { finalizers: ["batch.kubernetes.io/job-tracking"] } : {}),
      ...(sample.deleted ? { deletionTimestamp: secondsAgo(-30), deletionGracePeriodSeconds: 30 } : {}),
    },
    spec: { containers: [{ name: "main" }], ...(sample.node === undefined ? {} : { nodeName: sample.node }) },
    status: {
      phase,
      conditions: sample.conditions ?? [
        {
          type: "Ready",
          status: ready ? "True" : "False",
          lastTransitionTime: secondsAgo(sample.endedSecondsAgo ?? 1),
        },
      ],
      containerStatuses: [containerStatus(sample, phase)],
    },
  };
}

function containerStatus(sample: PodSample, phase: string): ContainerStatus {
  const ended = phase === "Succeeded" || phase === "Failed";
  const exitCode = sample.exitCode ?? (phase === "Failed" ? 1 : 0);
  return {
    name: "main",
    image: "busybox",
    imageID: "",
    ready: false,
    restartCount: sample.restarts ?? 0,
    state: ended ? { terminated: { exitCode, finishedAt: secondsAgo(sample.endedSecondsAgo ?? 1) } } : {},
  };
}

export interface Sync {
  readonly seen: Observation;
  readonly plan: Plan;
  readonly settlement: Settlement;
}

/** One sync of a Job over these Pods, all of whose creations and deletions succeed unless told otherwise. */
export function sync(
  job: Job,
  pods: readonly Pod[],
  options: { version?: EmulatedVersion; backoff?: BackoffRecord; outcome?: Partial<Outcome>; now?: number } = {},
): Sync {
  const at = options.now ?? now;
  const settings = settingsOf(job, behaviourOf(options.version ?? "1.36"));
  const seen = observe(job, settings, pods);
  const plan = decide(job, settings, seen, { backoff: options.backoff ?? noFailures, now: at });
  const outcome: Outcome = {
    created: plan.create.length,
    removed: plan.remove.length,
    removedReady: plan.remove.filter((gone) => gone.status?.conditions?.some(({ status }) => status === "True")).length,
    incomplete: false,
    ...options.outcome,
  };
  return { seen, plan, settlement: settle(job, settings, seen, { plan, outcome, now: at }) };
}

export function conditionTypes(status: JobStatus | undefined): string[] {
  return (status?.conditions ?? []).map(({ type, status }) => (status === "True" ? type : `${type}=${status}`));
}
