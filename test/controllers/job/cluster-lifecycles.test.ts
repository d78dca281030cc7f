import { describe, expect, test } from "vitest";
import type { JobSpec, PodFailurePolicyRule } from "../../../src/api/generated/types.js";
import {
  type ClusterLifecycle,
  change,
  createJob,
  deleteAll,
  deleteJob,
  evictAll,
  jobName,
  jobOf,
  live,
  liveNames,
  podsOf,
  sh,
} from "./cluster-lifecycle.js";

const rules = (...each: PodFailurePolicyRule[]): Partial<JobSpec> => ({ podFailurePolicy: { rules: each } });
const onExit = (
  action: PodFailurePolicyRule["action"],
  values: readonly number[],
  more: { containerName?: string; operator?: "In" | "NotIn" } = {},
): PodFailurePolicyRule => ({ action, onExitCodes: { operator: "In", values, ...more } });
const onDisruption = (action: PodFailurePolicyRule["action"]): PodFailurePolicyRule => ({
  action,
  onPodConditions: [{ type: "DisruptionTarget", status: "True" }],
});
const indexed = (completions: number, rest: Partial<JobSpec> = {}): Partial<JobSpec> => ({
  completionMode: "Indexed",
  completions,
  parallelism: completions,
  ...rest,
});
const byIndex = (cases: string) => ({ containers: [sh(`case $JOB_COMPLETION_INDEX in ${cases} esac`)] });
const long = { containers: [sh("sleep 600")], terminationGracePeriodSeconds: 2 };
const failing = (code: number) => ({ containers: [sh(`sleep 1; exit ${code}`)] });
const complete = (reason = "CompletionsReached") => [`SuccessCriteriaMet ${reason}`, `Complete ${reason}`];
const failed = (reason: string) => [`FailureTarget ${reason}`, `Failed ${reason}`];

const policies: readonly ClusterLifecycle[] = [
  {
    name: "FailJob says which container, code and rule",
    job: { backoffLimit: 6, ...rules(onExit("Ignore", [1]), onExit("FailJob", [40, 42], { containerName: "main" })) },
    pod: failing(42),
    seconds: 15,
    conditions: failed("PodFailurePolicy"),
    message: "Container main for pod default/POD failed with exit code 42 matching FailJob rule at index 1",
    status: { failed: 1, ready: 0, terminating: 0 },
    without: ["active", "completionTime", "succeeded"],
    events: ["SuccessfulCreate", "PodFailurePolicy"],
  },
  {
    name: "NotIn matches every other code, but never 0",
    job: rules(onExit("FailJob", [1, 2], { operator: "NotIn" })),
    pod: { containers: [sh("sleep 1; exit 3"), sh("true", { name: "side" })] },
    seconds: 15,
    conditions: failed("PodFailurePolicy"),
    message: "Container main for pod default/POD failed with exit code 3 matching FailJob rule at index 0",
  },
  {
    name: "a rule for another container does not match",
    job: { backoffLimit: 0, ...rules(onExit("FailJob", [42], { containerName: "side" })) },
    pod: { containers: [sh("sleep 1; exit 42"), sh("sleep 1", { name: "side" })] },
    seconds: 15,
    conditions: failed("BackoffLimitExceeded"),
    message: "Job has reached the specified backoff limit",
  },
  {
    name: "init containers count, too",
    job: rules(onExit("FailJob", [42])),
    pod: { initContainers: [sh("exit 42", { name: "setup" })] },
    seconds: 15,
    conditions: failed("PodFailurePolicy"),
    message: "Container setup for pod default/POD failed with exit code 42 matching FailJob rule at index 0",
  },
  {
    name: "the first rule that matches decides",
    job: { backoffLimit: 0, ...rules(onExit("Count", [42]), onExit("FailJob", [42])) },
    pod: failing(42),
    seconds: 15,
    conditions: failed("BackoffLimitExceeded"),
  },
  {
    name: "an ignored eviction is no failure",
    job: { backoffLimit: 0, ...rules(onDisruption("Ignore")) },
    pod: long,
    steps: [[8, evictAll]],
    seconds: 20,
    conditions: [],
    status: { active: 1 },
    without: ["failed"],
    events: ["SuccessfulCreate"],
  },
  {
    name: "a disruption may fail the Job",
    job: rules(onDisruption("FailJob")),
    pod: long,
    steps: [[8, evictAll]],
    seconds: 20,
    conditions: failed("PodFailurePolicy"),
    message: "Pod default/POD has condition DisruptionTarget matching FailJob rule at index 0",
    status: { failed: 1 },
  },
  {
    name: "an eviction without a policy counts",
    job: { backoffLimit: 0 },
    pod: long,
    steps: [[8, evictAll]],
    seconds: 20,
    conditions: failed("BackoffLimitExceeded"),
    status: { failed: 1 },
  },
  {
    name: "a container that is out of memory fails with 137",
    job: rules(onExit("FailJob", [137])),
    pod: { containers: [sh("tail /dev/zero", { resources: { limits: { memory: "20Mi" } } })] },
    seconds: 15,
    conditions: failed("PodFailurePolicy"),
    message: "Container main for pod default/POD failed with exit code 137 matching FailJob rule at index 0",
  },
  {
    name: "FailIndex gives one index up, whatever its limit; the others go on",
    job: indexed(3, { backoffLimitPerIndex: 5, ...rules(onExit("FailIndex", [42])) }),
    pod: byIndex("1) exit 42;; *) sleep 8;;"),
    seconds: 25,
    conditions: failed("FailedIndexes"),
    message: "Job has failed indexes",
    status: { succeeded: 2, failed: 1, completedIndexes: "0,2", failedIndexes: "1" },
  },
  {
    name: "one failed index too many ends the others",
    job: indexed(3, { backoffLimitPerIndex: 0, maxFailedIndexes: 0 }),
    pod: { ...byIndex("1) exit 1;; *) sleep 600;;"), terminationGracePeriodSeconds: 2 },
    seconds: 25,
    conditions: failed("MaxFailedIndexesExceeded"),
    message: "Job has exceeded the specified maximal number of failed indexes",
    status: { failed: 3, failedIndexes: "1" },
    without: ["succeeded", "active"],
  },
  {
    name: "as many failed indexes as may be do not end it early",
    job: indexed(3, { backoffLimitPerIndex: 0, maxFailedIndexes: 1 }),
    pod: byIndex("1) exit 1;; *) sleep 8;;"),
    seconds: 25,
    conditions: failed("FailedIndexes"),
    status: { succeeded: 2, failed: 1, completedIndexes: "0,2", failedIndexes: "1" },
  },
  {
    name: "a success policy names the rule that was met, and the rest is stopped uncounted",
    job: indexed(3, { successPolicy: { rules: [{ succeededIndexes: "2" }, { succeededIndexes: "0" }] } }),
    pod: { ...byIndex("0) sleep 2;; *) sleep 600;;"), terminationGracePeriodSeconds: 2 },
    seconds: 25,
    conditions: complete("SuccessPolicy"),
    message: "Matched rules at index 1",
    status: { succeeded: 1, completedIndexes: "0", ready: 0, terminating: 0 },
    without: ["failed", "active"],
  },
  {
    name: "a success policy wants so many of some indexes",
    job: indexed(4, { successPolicy: { rules: [{ succeededIndexes: "1-3", succeededCount: 2 }] } }),
    pod: { ...byIndex("0) sleep 2;; 1|3) sleep 4;; *) sleep 600;;"), terminationGracePeriodSeconds: 2 },
    seconds: 25,
    conditions: complete("SuccessPolicy"),
    message: "Matched rules at index 0",
    status: { succeeded: 3, completedIndexes: "0,1,3" },
  },
  {
    name: "a success policy that is not met leaves the limit to decide",
    job: indexed(2, { backoffLimit: 0, successPolicy: { rules: [{ succeededIndexes: "1" }] } }),
    pod: byIndex("1) sleep 2; exit 1;; *) sleep 3;;"),
    seconds: 25,
    conditions: failed("BackoffLimitExceeded"),
  },
];

const restarts: readonly ClusterLifecycle[] = [
  {
    name: "OnFailure restarts the container until it ends well, and nothing has failed",
    pod: {
      restartPolicy: "OnFailure",
      volumes: [{ name: "memo", emptyDir: {} }],
      containers: [
        sh("[ -e /memo/x ] || { touch /memo/x; exit 1; }", { volumeMounts: [{ name: "memo", mountPath: "/memo" }] }),
      ],
    },
    seconds: 30,
    conditions: complete(),
    status: { succeeded: 1 },
    without: ["failed"],
    also: (cluster) => expect(podsOf(cluster)[0]?.status?.containerStatuses?.[0]?.restartCount).toBe(1),
  },
  {
    name: "OnFailure: as many restarts as the limit fail the Job",
    job: { backoffLimit: 2 },
    pod: { restartPolicy: "OnFailure", containers: [sh("sleep 1; exit 1")] },
    seconds: 90,
    conditions: failed("BackoffLimitExceeded"),
    status: { failed: 1 },
    events: ["SuccessfulCreate", "SuccessfulDelete", "BackoffLimitExceeded"],
    also: (cluster) => expect(podsOf(cluster)).toEqual([]),
  },
  {
    name: "a sidecar does not keep the Job from ending, and ends well",
    pod: {
      initContainers: [sh("sleep 600", { name: "proxy", restartPolicy: "Always" })],
      containers: [sh("sleep 3")],
      terminationGracePeriodSeconds: 2,
    },
    seconds: 25,
    conditions: complete(),
    status: { succeeded: 1 },
  },
  {
    name: "a sidecar that crashes is restarted, and does not fail the Pod",
    pod: {
      initContainers: [sh("sleep 2; exit 1", { name: "proxy", restartPolicy: "Always" })],
      containers: [sh("sleep 12")],
    },
    seconds: 40,
    conditions: complete(),
    without: ["failed"],
  },
  {
    name: "a restart rule runs a container again in a Pod that is never restarted",
    pod: {
      volumes: [{ name: "memo", emptyDir: {} }],
      containers: [
        sh("[ -e /memo/x ] || { touch /memo/x; exit 42; }", {
          volumeMounts: [{ name: "memo", mountPath: "/memo" }],
          restartPolicy: "Never",
          restartPolicyRules: [{ action: "Restart", exitCodes: { operator: "In", values: [42] } }],
        }),
      ],
    },
    seconds: 30,
    conditions: complete(),
    without: ["failed"],
    also: (cluster) => expect(podsOf(cluster)[0]?.status?.containerStatuses?.[0]?.restartCount).toBe(1),
  },
  {
    name: "a code that no restart rule names fails the Pod",
    job: { backoffLimit: 0 },
    pod: {
      containers: [
        sh("sleep 1; exit 7", {
          restartPolicy: "Never",
          restartPolicyRules: [{ action: "Restart", exitCodes: { operator: "In", values: [42] } }],
        }),
      ],
    },
    seconds: 20,
    conditions: failed("BackoffLimitExceeded"),
  },
  {
    name: "a Pod fails when its last container has ended, one of them badly",
    job: { backoffLimit: 0 },
    pod: { containers: [sh("exit 1"), sh("sleep 8", { name: "side" })] },
    steps: [[9, (cluster) => expect(jobOf(cluster)?.status).toMatchObject({ active: 1 })]],
    seconds: 15,
    conditions: failed("BackoffLimitExceeded"),
  },
  {
    name: "the Pod's own deadline fails the Pod, and the Job by its limit",
    job: { backoffLimit: 0 },
    pod: { ...long, activeDeadlineSeconds: 5 },
    seconds: 25,
    conditions: failed("BackoffLimitExceeded"),
    status: { failed: 1 },
    also: (cluster) => expect(podsOf(cluster)[0]?.status?.reason).toBe("DeadlineExceeded"),
  },
  {
    name: "the Job's deadline stops its Pods, and they count as failed",
    job: { activeDeadlineSeconds: 6, parallelism: 2 },
    pod: long,
    seconds: 20,
    conditions: failed("DeadlineExceeded"),
    message: "Job was active longer than specified deadline",
    status: { failed: 2, ready: 0, terminating: 0 },
    events: ["SuccessfulCreate", "SuccessfulDelete", "DeadlineExceeded"],
    also: (cluster) => expect(podsOf(cluster)).toEqual([]),
  },
  {
    name: "the deadline passes while an image cannot be pulled",
    job: { activeDeadlineSeconds: 20 },
    pod: { containers: [{ name: "main", image: "registry.invalid/nope:1" }] },
    metadata: { annotations: {} },
    seconds: 10,
    conditions: [],
    status: { active: 1 },
  },
];

const changes: readonly ClusterLifecycle[] = [
  {
    name: "suspended while it runs: no failures, no start time, and who resumes it starts anew",
    job: { parallelism: 2, completions: 2 },
    pod: long,
    steps: [
      [8, change({ suspend: true })],
      [
        10,
        (cluster) => {
          expect(jobOf(cluster)?.status).not.toHaveProperty("startTime");
          expect(jobOf(cluster)?.status).not.toHaveProperty("active");
          expect(liveNames(cluster)).toEqual([]);
          change({ suspend: false })(cluster);
        },
      ],
    ],
    seconds: 8,
    conditions: ["Suspended JobResumed"],
    status: { active: 2, ready: 2 },
    without: ["failed"],
    events: ["SuccessfulCreate", "SuccessfulDelete", "Suspended", "SuccessfulCreate", "Resumed"],
  },
  {
    name: "what a suspended Job is told about nodes holds for its Pods",
    job: { suspend: true },
    pod: { containers: [sh("sleep 600")] },
    steps: [
      [
        3,
        (cluster) => {
          cluster.client.modify("jobs", "default", jobName, (job) => {
            const template = job.spec?.template ?? {};
            const spec = {
              ...template.spec,
              containers: template.spec?.containers ?? [],
              nodeSelector: { "kubernetes.io/hostname": "node-2" },
            };
            return { ...job, spec: { ...job.spec, suspend: false, template: { ...template, spec } } };
          });
        },
      ],
    ],
    nodes: 2,
    seconds: 6,
    conditions: ["Suspended JobResumed"],
    status: { active: 1 },
    also: (cluster) => expect(podsOf(cluster).map(({ spec }) => spec?.nodeName)).toEqual(["node-2"]),
  },
  {
    name: "fewer at once: Pods without a node go first",
    job: { parallelism: 4, completions: 8 },
    pod: { containers: [sh("sleep 600", { resources: { requests: { cpu: "3" } } })], terminationGracePeriodSeconds: 2 },
    steps: [
      [
        8,
        (cluster) => {
          expect(podsOf(cluster).filter(({ spec }) => spec?.nodeName === undefined)).toHaveLength(2);
          change({ parallelism: 2 })(cluster);
        },
      ],
    ],
    seconds: 8,
    conditions: [],
    status: { active: 2, ready: 2 },
    without: ["failed"],
    also: (cluster) => expect(podsOf(cluster).every(({ spec }) => spec?.nodeName === "node-1")).toBe(true),
  },
  {
    name: "fewer at once: of those that run, the ones that have run longest stay",
    job: indexed(4, { parallelism: 2 }),
    pod: long,
    steps: [
      [8, change({ parallelism: 4 })],
      [8, change({ parallelism: 2 })],
    ],
    seconds: 8,
    conditions: [],
    status: { active: 2 },
    also: (cluster) =>
      expect(
        podsOf(cluster)
          .map(({ metadata }) => metadata.labels?.["batch.kubernetes.io/job-completion-index"])
          .sort(),
      ).toEqual(["0", "1"]),
  },
  {
    name: "parallelism 0 stops all that runs, and is no failure",
    job: { parallelism: 3, completions: 3 },
    pod: long,
    steps: [[8, change({ parallelism: 0 })]],
    seconds: 8,
    conditions: [],
    status: { ready: 0, terminating: 0 },
    without: ["active", "failed"],
    events: ["SuccessfulCreate", "SuccessfulDelete"],
  },
  {
    name: "an elastic Job that shrinks to what is done is complete",
    job: indexed(4, {}),
    pod: { ...byIndex("0|1) sleep 2;; *) sleep 600;;"), terminationGracePeriodSeconds: 2 },
    steps: [[12, change({ completions: 2, parallelism: 2 })]],
    seconds: 12,
    conditions: complete(),
    status: { succeeded: 2, completedIndexes: "0,1" },
    without: ["failed"],
  },
  {
    name: "a deleted Pod counts at once, and its replacement comes after the back-off",
    pod: long,
    steps: [[8, deleteAll]],
    seconds: 8,
    conditions: [],
    status: { failed: 1 },
    without: ["active"],
  },
  {
    name: "under Failed a deleted Pod counts when it has ended",
    job: { podReplacementPolicy: "Failed" },
    pod: { ...long, terminationGracePeriodSeconds: 30, containers: [sh("trap '' TERM; sleep 600 & wait; sleep 600")] },
    steps: [
      [8, deleteAll],
      [
        10,
        (cluster) => {
          expect(jobOf(cluster)?.status).toMatchObject({ terminating: 1 });
          expect(jobOf(cluster)?.status).not.toHaveProperty("active");
          expect(jobOf(cluster)?.status).not.toHaveProperty("failed");
        },
      ],
    ],
    seconds: 60,
    conditions: [],
    status: { failed: 1, active: 1 },
  },
  {
    name: "a work queue is done with the first success, once the others have ended",
    job: { parallelism: 3 },
    pod: { containers: [sh("sleep 3")] },
    seconds: 15,
    conditions: complete(),
    status: { succeeded: 3 },
  },
  {
    name: "another controller's Job is left alone",
    job: { managedBy: "example.com/mine", suspend: false },
    seconds: 20,
    conditions: [],
    without: ["active", "startTime", "ready"],
    events: [],
    also: (cluster) => expect(podsOf(cluster)).toEqual([]),
  },
];

const belongings: readonly ClusterLifecycle[] = [
  {
    name: "ttl 0: gone with its Pods as soon as it has finished",
    job: { ttlSecondsAfterFinished: 0 },
    seconds: 15,
    conditions: [],
    also: (cluster) => {
      expect(jobOf(cluster)).toBeUndefined();
      expect(podsOf(cluster)).toEqual([]);
    },
  },
  {
    name: "a ttl that is shortened after the end counts from the end",
    job: { ttlSecondsAfterFinished: 3600 },
    steps: [[60, change({ ttlSecondsAfterFinished: 30 })]],
    seconds: 2,
    conditions: [],
    also: (cluster) => expect(jobOf(cluster)).toBeUndefined(),
  },
  {
    name: "a ttl that is lengthened keeps it",
    job: { ttlSecondsAfterFinished: 30 },
    steps: [[20, change({ ttlSecondsAfterFinished: 3600 })]],
    seconds: 60,
    conditions: complete(),
  },
  {
    name: "Pods with its selector and no owner are adopted, those of others are not",
    job: {
      manualSelector: true,
      selector: { matchLabels: { herd: "sheep" } },
      completions: 2,
      parallelism: 2,
      template: { metadata: { labels: { herd: "sheep" } } },
    },
    pod: long,
    before: (cluster) => {
      cluster.runPod("stray", { metadata: { labels: { herd: "sheep" } }, spec: { restartPolicy: "Never" } });
      const owner = { apiVersion: "v1", kind: "ConfigMap", name: "nobody", uid: "1", controller: true };
      cluster.client.create("configmaps", { metadata: { name: "nobody", namespace: "default" } });
      const uid = cluster.client.get("configmaps", "default", "nobody")?.metadata.uid ?? "";
      cluster.runPod("owned", {
        metadata: { labels: { herd: "sheep" }, ownerReferences: [{ ...owner, uid }] },
        spec: { restartPolicy: "Never" },
      });
    },
    seconds: 10,
    conditions: [],
    status: { active: 2 },
    also: (cluster) => {
      expect(cluster.pod("stray")?.metadata.ownerReferences?.[0]?.kind).toBe("Job");
      expect(cluster.pod("owned")?.metadata.ownerReferences?.[0]?.kind).toBe("ConfigMap");
      expect(podsOf(cluster)).toHaveLength(3);
    },
  },
  {
    name: "a finalizer of somebody else keeps a Pod, but not the Job's end",
    job: { template: { metadata: { finalizers: ["example.com/keep"] } } },
    steps: [[15, deleteAll]],
    seconds: 5,
    conditions: complete(),
    status: { succeeded: 1 },
    also: (cluster) => expect(podsOf(cluster)[0]?.metadata.finalizers).toEqual(["example.com/keep"]),
  },
  {
    name: "a deleted Pod that somebody keeps has failed all the same, and is replaced",
    job: { template: { metadata: { finalizers: ["example.com/keep"] } } },
    pod: long,
    steps: [[8, deleteAll]],
    seconds: 25,
    conditions: [],
    status: { failed: 1, active: 1 },
    also: (cluster) => expect(podsOf(cluster)).toHaveLength(2),
  },
  {
    name: "a finalizer of somebody else keeps the Job, whose Pods are gone",
    metadata: { finalizers: ["example.com/keep"] },
    pod: long,
    steps: [[8, deleteJob("Foreground")]],
    seconds: 20,
    conditions: [],
    also: (cluster) => {
      expect(jobOf(cluster)?.metadata.finalizers).toEqual(["example.com/keep"]);
      expect(podsOf(cluster)).toEqual([]);
    },
  },
  {
    name: "a new Job of a name whose Pods still end has Pods of its own",
    pod: { containers: [sh("trap '' TERM; sleep 600 & wait; sleep 600")], terminationGracePeriodSeconds: 30 },
    steps: [
      [8, deleteJob("Background")],
      [2, (cluster) => createJob(cluster, { pod: long })],
    ],
    seconds: 5,
    conditions: [],
    status: { active: 1 },
    without: ["failed", "succeeded"],
    also: (cluster) => expect(podsOf(cluster)).toHaveLength(2),
  },
  {
    name: "orphans end on their own, and count for nobody",
    job: { parallelism: 2, completions: 2 },
    steps: [[5, deleteJob("Orphan")]],
    seconds: 20,
    conditions: [],
    also: (cluster) => {
      expect(jobOf(cluster)).toBeUndefined();
      expect(podsOf(cluster).map(({ status, metadata }) => [status?.phase, metadata.finalizers ?? []])).toEqual([
        ["Succeeded", []],
        ["Succeeded", []],
      ]);
    },
  },
  {
    name: "a long name is cut for its Pods",
    jobName: `${"long-".repeat(12)}xyz`,
    seconds: 15,
    conditions: complete(),
    also: (cluster) => expect(podsOf(cluster)[0]?.metadata.name).toMatch(/^(long-){11}lon[a-z0-9]{5}$/),
  },
  {
    name: "a long name of an Indexed Job keeps the index",
    jobName: `${"long-".repeat(12)}x`,
    job: indexed(2),
    seconds: 15,
    conditions: complete(),
    also: (cluster) =>
      expect(
        podsOf(cluster)
          .map(({ metadata }) => metadata.name?.slice(55, 59))
          .sort(),
      ).toEqual(["-0-", "-1-"].map((s) => expect.stringContaining(s))),
  },
];

const tables = {
  "what its policies decide": policies,
  "how its containers are restarted, and when time is up": restarts,
  "what is changed while it runs": changes,
  "what belongs to it": belongings,
} as const;

describe.each(Object.entries(tables))("the life of a Job on a cluster: %s", (_table, lives) => {
  for (const life of lives) test(life.name, () => live(life));
});
