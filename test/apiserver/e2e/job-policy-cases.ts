import type { V1Pod, V1PodFailurePolicy } from "@kubernetes/client-node";
import { expect } from "vitest";
import { type E2eCluster, type E2eIt, expectAtRest } from "./cluster.js";
import { testJob } from "./manifests.js";

const onExitCodes = (action: string, values: number[]): V1PodFailurePolicy => ({
  rules: [{ action, onExitCodes: { operator: "In", values } }],
});
const ignoreDisruptions = { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] };

/** What failures and successes mean to a Job. */
export function jobPolicyCases(it: E2eIt): void {
  podFailureCases(it);
  evictionCases(it);
  perIndexCases(it);
  successCases(it);
}

function podFailureCases(it: E2eIt): void {
  it("fail early by a rule of their policy for exit codes", async (cluster) => {
    const node = await cluster.node();
    const podFailurePolicy = onExitCodes("FailJob", [1]);
    await cluster.createJob(testJob("pod-failure-failjob", "failOnce", { node, podFailurePolicy }));
    await cluster.waitForFailed("pod-failure-failjob", "PodFailurePolicy");
  });

  it("do not count failures whose exit codes their policy ignores", async (cluster) => {
    const node = await cluster.node();
    const podFailurePolicy = onExitCodes("Ignore", [42]);
    const spec = { completionMode: "Indexed", parallelism: 3, completions: 3, backoffLimit: 2, podFailurePolicy, node };
    await cluster.createJob(testJob("ignore-on-exit-code", "failOncePerIndex", spec));
    await cluster.waitForComplete("ignore-on-exit-code", 3);
    const spare = { backoffLimit: 0, podFailurePolicy: onExitCodes("Ignore", [1]), node };
    await cluster.createJob(testJob("pod-failure-ignore", "failOnce", spare));
    await cluster.waitForComplete("pod-failure-ignore", 4);
  });

  it("do not take a container's own restart for a failure of its Pod", async (cluster) => {
    const node = await cluster.node();
    const podFailurePolicy = {
      rules: [{ action: "FailJob", onExitCodes: { containerName: "c", operator: "In", values: [1] } }],
    };
    const spec = { parallelism: 1, completions: 1, backoffLimit: 1, podFailurePolicy, node };
    const job = testJob("container-restart", "failOnce", spec);
    for (const container of job.spec?.template.spec?.containers ?? []) container.restartPolicy = "OnFailure";
    await cluster.createJob(job);
    expectAtRest(await cluster.waitForComplete("container-restart", 1));
  });
}

function evictionCases(it: E2eIt): void {
  const evict = async (cluster: E2eCluster, pod: V1Pod) => {
    const { namespace } = cluster;
    const name = pod.metadata?.name ?? "";
    const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
    await cluster.core.createNamespacedPodEviction({ namespace, name, body });
    await cluster.gone(() => cluster.pod(name));
  };

  it("do not count disruptions that their policy ignores", async (cluster) => {
    const node = await cluster.node();
    const podFailurePolicy = { rules: [ignoreDisruptions] };
    const spec = { completionMode: "Indexed", parallelism: 3, completions: 3, backoffLimit: 2, podFailurePolicy, node };
    await cluster.createJob(testJob("evicted", "notTerminateOncePerIndex", spec));
    await cluster.waitForJob("evicted", ({ status }) => status?.ready === 3);
    const pods = await cluster.waitForPods("evicted", "Running", 3);
    await Promise.all(pods.map((pod) => evict(cluster, pod)));
    const job = await cluster.waitForComplete("evicted", 3);
    expect(job.status?.failed).toBeUndefined();
  });

  const policies: readonly (readonly [string, V1PodFailurePolicy])[] = [
    ["its exit code", onExitCodes("Ignore", [1, 137])],
    ["its condition", { rules: [...onExitCodes("Ignore", [1]).rules, ignoreDisruptions] }],
  ];
  for (const [name, podFailurePolicy] of policies) {
    it(`make up for an evicted Pod whose failure is ignored by ${name}`, async (cluster) => {
      const node = await cluster.node();
      const spec = { completionMode: "Indexed", backoffLimit: 0, podFailurePolicy, node };
      await cluster.createJob(testJob("evicted-first", "notTerminateOnce", spec));
      await cluster.waitForPods("evicted-first", "Succeeded", 3);
      const [first] = await cluster.waitForPods("evicted-first", "Running", 1);
      if (first !== undefined) await evict(cluster, first);
      await cluster.waitForComplete("evicted-first", 4);
    });
  }
}

function perIndexCases(it: E2eIt): void {
  it("try all indexes though some fail", async (cluster) => {
    const spec = { completionMode: "Indexed", backoffLimitPerIndex: 1, backoffLimit: undefined };
    await cluster.createJob(testJob("with-backoff-limit-per-index", "failOddSucceedEven", spec));
    const { status } = await cluster.waitForFailed("with-backoff-limit-per-index", "FailedIndexes");
    expect(status).toMatchObject({ failedIndexes: "1,3", completedIndexes: "0,2", failed: 4, succeeded: 2 });
  });

  it("end when too many indexes have failed", async (cluster) => {
    const limits = { backoffLimitPerIndex: 0, maxFailedIndexes: 0, backoffLimit: undefined };
    const spec = { completionMode: "Indexed", parallelism: 1, ...limits };
    await cluster.createJob(testJob("with-max-failed-indexes", "fail", spec));
    const { status } = await cluster.waitForFailed("with-max-failed-indexes", "MaxFailedIndexesExceeded");
    expect(status).toMatchObject({ failedIndexes: "0", failed: 1 });
  });

  it("write on each Pod how often its index has failed before", async (cluster) => {
    const labelSelector = "batch.kubernetes.io/job-name=counted";
    const watch = await cluster.watch<V1Pod>(cluster.podsPath, { labelSelector });
    const spec = { completionMode: "Indexed", completions: 2, backoffLimitPerIndex: 1, backoffLimit: undefined };
    await cluster.createJob(testJob("counted", "fail", spec));
    const { status } = await cluster.waitForFailed("counted", "FailedIndexes");
    expect(status).toMatchObject({ failedIndexes: "0,1", failed: 4 });
    expect(status?.completedIndexes ?? "").toBe("");
    expect(status?.succeeded).toBeUndefined();
    const counts = await cluster.eventually(() => {
      const added = watch.seen.filter(({ type }) => type === "ADDED").map(({ object }) => object.metadata?.annotations);
      if (added.length < 4) return undefined;
      const countsOf = (index: string) =>
        added
          .filter((annotations) => annotations?.["batch.kubernetes.io/job-completion-index"] === index)
          .map((annotations) => annotations?.["batch.kubernetes.io/job-index-failure-count"]);
      return [countsOf("0"), countsOf("1")];
    });
    watch.stop();
    expect(counts).toEqual([
      ["0", "1"],
      ["0", "1"],
    ]);
  });

  it("fail an index at once by a rule of their policy", async (cluster) => {
    const podFailurePolicy = onExitCodes("FailIndex", [1]);
    const limits = { backoffLimitPerIndex: 1, backoffLimit: undefined };
    const spec = { completionMode: "Indexed", completions: 2, podFailurePolicy, ...limits };
    await cluster.createJob(testJob("matching-fail-index-action", "failOddSucceedEven", spec));
    const { status } = await cluster.waitForFailed("matching-fail-index-action", "FailedIndexes");
    expect(status).toMatchObject({ failedIndexes: "1", completedIndexes: "0", failed: 1, succeeded: 1 });
  });
}

function successCases(it: E2eIt): void {
  it("succeed by their success policy when all indexes have", async (cluster) => {
    const spec = { completionMode: "Indexed", completions: 2, successPolicy: { rules: [{ succeededCount: 2 }] } };
    await cluster.createJob(testJob("all-indexes-succeeded", "succeed", spec));
    const job = await cluster.waitForComplete("all-indexes-succeeded", 2, "SuccessPolicy");
    expectAtRest(job);
    expect(job.status?.failed).toBeUndefined();
  });

  for (const [name, rule] of [
    ["succeeded-indexes", { succeededIndexes: "0" }],
    ["succeeded-count", { succeededCount: 1 }],
  ] as const) {
    it(`succeed by a rule for ${name.replace("-", " ")} while others are still to come`, async (cluster) => {
      const successPolicy = { rules: [rule] };
      const spec = { completionMode: "Indexed", completions: 5, successPolicy, backoffLimit: 2 ** 31 - 1 };
      await cluster.createJob(testJob(name, "failOddSucceedEven", spec));
      const job = await cluster.waitForComplete(name, 1, "SuccessPolicy");
      expect(job.status?.completedIndexes).toBe("0");
      expectAtRest(job);
    });
  }
}
