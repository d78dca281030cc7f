import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  conditionOf,
  E2eCluster,
  eventually,
  existing,
  mergePatch,
  retryOnConflict,
  strategicPatch,
  testJob,
} from "./e2e-cluster.js";
import { LiveServer } from "./live-server.js";

const live = new LiveServer({ speed: 60 });
let cluster: E2eCluster;

beforeAll(async () => {
  await live.start();
  cluster = await E2eCluster.open(live);
});
afterAll(async () => {
  await cluster.close();
  await live.stop();
  expect(live.server.defects).toEqual([]);
});

/** @see kubernetes test/e2e/apps/job.go: the same steps, by a client over HTTPS */
describe("Jobs, as the end-to-end tests of Kubernetes try them", () => {
  it.concurrent("run to completion when tasks succeed", async () => {
    const job = await cluster.createJob(testJob("all-succeed", "succeed", "Never"));
    await cluster.waitFor("all-succeed", "Complete");
    const pods = await cluster.podsOf("all-succeed");
    expect(pods.filter(({ status }) => status?.phase === "Succeeded")).toHaveLength(job.spec?.completions ?? 0);
    expect(pods.flatMap(({ metadata }) => metadata?.finalizers ?? [])).toEqual([]);
  });

  it.concurrent("complete when tasks sometimes fail and are restarted where they are: a file outlives the restart", async () => {
    await cluster.createJob(testJob("fail-once-local", "failOnce", "OnFailure"));
    await cluster.waitFor("fail-once-local", "Complete");
    const pods = await cluster.podsOf("fail-once-local");
    expect(pods.map(({ status }) => status?.containerStatuses?.[0]?.restartCount)).toEqual([1, 1, 1, 1]);
  });

  it.concurrent("complete when tasks sometimes fail and other Pods take their place", async () => {
    await cluster.createJob(testJob("rand-non-local", "randomlySucceedOrFail", "Never", { backoffLimit: 999 }));
    await cluster.waitFor("rand-non-local", "Complete");
  });

  it.concurrent("fail once the backoff limit is exceeded", async () => {
    const spec = { parallelism: 1, completions: 1, backoffLimit: 2 };
    await cluster.createJob(testJob("backofflimit", "fail", "Never", spec));
    const job = await cluster.waitFor("backofflimit", "Failed");
    expect(conditionOf(job, "Failed")?.reason).toBe("BackoffLimitExceeded");
    const pods = await cluster.podsOf("backofflimit");
    expect(pods.map(({ status }) => status?.phase)).toEqual(["Failed", "Failed", "Failed"]);
  });

  it.concurrent("end when their time is over", async () => {
    await cluster.createJob(testJob("exceed-active-deadline", "notTerminate", "Never", { activeDeadlineSeconds: 1 }));
    const job = await cluster.waitFor("exceed-active-deadline", "Failed");
    expect(conditionOf(job, "Failed")?.reason).toBe("DeadlineExceeded");
    await eventually(async () => ((await cluster.podsOf("exceed-active-deadline")).length === 0 ? true : undefined));
  });

  it.concurrent("run no Pods while they are suspended, and all of them when they go on", async () => {
    await cluster.createJob(testJob("suspend", "notTerminate", "Never", { suspend: true }));
    await cluster.waitFor("suspend", "Suspended");
    expect(await cluster.podsOf("suspend")).toEqual([]);
    const body = { spec: { suspend: false } };
    const target = { namespace: cluster.namespace, name: "suspend" };
    await cluster.batch.patchNamespacedJob({ ...target, body }, strategicPatch);
    await cluster.waitForPods("suspend", "Running", 2);
    await retryOnConflict(async () => {
      const job = await cluster.job("suspend");
      const suspended = { ...job, spec: { ...job.spec, suspend: true } } as typeof job;
      return cluster.batch.replaceNamespacedJob({ ...target, body: suspended });
    });
    await eventually(async () => ((await cluster.podsOf("suspend")).length === 0 ? true : undefined));
    expect(conditionOf(await cluster.job("suspend"), "Suspended")?.reason).toBe("JobSuspended");
  });

  it.concurrent("give Pods of an Indexed Job their indexes and host names", async () => {
    await cluster.createJob(testJob("indexed-job", "succeed", "Never", { completionMode: "Indexed" }));
    const job = await cluster.waitFor("indexed-job", "Complete");
    expect(job.status?.completedIndexes).toBe("0-3");
    const pods = await cluster.podsOf("indexed-job");
    const indexes = pods.map(({ metadata }) => metadata?.annotations?.["batch.kubernetes.io/job-completion-index"]);
    expect(indexes.toSorted()).toEqual(["0", "1", "2", "3"]);
    for (const [at, { spec, metadata }] of pods.entries()) {
      expect(spec?.hostname).toBe(`indexed-job-${indexes[at]}`);
      expect(metadata?.labels?.["batch.kubernetes.io/job-completion-index"]).toBe(indexes[at]);
    }
  });

  it.concurrent("can be resized while they are Indexed, down to nothing and up again", async () => {
    const spec = { completionMode: "Indexed", parallelism: 3, completions: 3 };
    await cluster.createJob(testJob("resized", "notTerminate", "Never", spec));
    await cluster.waitForPods("resized", "Running", 3);
    const resize = (count: number) => {
      const body = { spec: { completions: count, parallelism: count } };
      return cluster.batch.patchNamespacedJob({ namespace: cluster.namespace, name: "resized", body }, mergePatch);
    };
    await resize(1);
    await cluster.waitForPods("resized", "Running", 1);
    await resize(2);
    await cluster.waitForPods("resized", "Running", 2);
    await resize(0);
    await cluster.waitFor("resized", "Complete");
  });

  it.concurrent("remove their Pods when they are deleted", async () => {
    await cluster.createJob(testJob("all-pods-removed", "notTerminate", "Never"));
    await cluster.waitForPods("all-pods-removed", "Running", 2);
    const target = { namespace: cluster.namespace, name: "all-pods-removed" };
    await cluster.batch.deleteNamespacedJob({ ...target, body: { propagationPolicy: "Foreground" } });
    await eventually(async () => ((await existing(cluster.job("all-pods-removed"))) === undefined ? true : undefined));
    expect(await cluster.podsOf("all-pods-removed")).toEqual([]);
  });

  it.concurrent("adopt orphans that match, and release Pods that no longer do", async () => {
    await cluster.createJob(testJob("adopt-release", "notTerminate", "Never"));
    const [pod] = await cluster.waitForPods("adopt-release", "Running", 2);
    const target = { namespace: cluster.namespace, name: pod?.metadata?.name ?? "" };
    const labels = pod?.metadata?.labels ?? {};
    const owner = async () => (await cluster.core.readNamespacedPod(target)).metadata?.ownerReferences?.[0]?.name;
    await retryOnConflict(async () => {
      const body = await cluster.core.readNamespacedPod(target);
      return cluster.core.replaceNamespacedPod({
        ...target,
        body: { ...body, metadata: { ...body.metadata, ownerReferences: [] } },
      });
    });
    await eventually(async () => ((await owner()) === "adopt-release" ? true : undefined));
    await retryOnConflict(async () => {
      const body = await cluster.core.readNamespacedPod(target);
      return cluster.core.replaceNamespacedPod({
        ...target,
        body: { ...body, metadata: { ...body.metadata, labels: {} } },
      });
    });
    await eventually(async () => ((await owner()) === undefined ? true : undefined));
    expect(labels["job-name"]).toBe("adopt-release");
  });

  it.concurrent("fail early by a rule of their policy for exit codes", async () => {
    const podFailurePolicy = { rules: [{ action: "FailJob", onExitCodes: { operator: "In", values: [1] } }] };
    await cluster.createJob(testJob("pod-failure-failjob", "fail", "Never", { podFailurePolicy }));
    const job = await cluster.waitFor("pod-failure-failjob", "Failed");
    expect(conditionOf(job, "Failed")?.reason).toBe("PodFailurePolicy");
  });

  it.concurrent("do not count a disruption that their policy ignores", async () => {
    const podFailurePolicy = {
      rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }],
    };
    const spec = { podFailurePolicy, backoffLimit: 0, parallelism: 1, completions: 1 };
    await cluster.createJob(testJob("pod-failure-ignore", "notTerminate", "Never", spec));
    const [pod] = await cluster.waitForPods("pod-failure-ignore", "Running", 1);
    const name = pod?.metadata?.name ?? "";
    const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace: cluster.namespace } };
    await cluster.core.createNamespacedPodEviction({ namespace: cluster.namespace, name, body });
    await eventually(async () => {
      const pods = await cluster.podsOf("pod-failure-ignore");
      const other = pods.find(({ metadata, status }) => metadata?.name !== name && status?.phase === "Running");
      return other === undefined ? undefined : true;
    });
    expect((await cluster.job("pod-failure-ignore")).status?.failed).toBeUndefined();
  });

  it.concurrent("count failures by index, and mark those that failed too often", async () => {
    const spec = { completionMode: "Indexed", backoffLimitPerIndex: 1, completions: 2 };
    await cluster.createJob(testJob("with-backofflimitperindex", "failEvenSucceedOdd", "Never", spec));
    const job = await cluster.waitFor("with-backofflimitperindex", "Failed");
    expect(conditionOf(job, "Failed")?.reason).toBe("FailedIndexes");
    expect(job.status).toMatchObject({ failedIndexes: "0", completedIndexes: "1", failed: 2, succeeded: 1 });
    const counts = (await cluster.podsOf("with-backofflimitperindex")).map(
      ({ metadata }) => metadata?.annotations?.["batch.kubernetes.io/job-index-failure-count"],
    );
    expect(counts.toSorted()).toEqual(["0", "0", "1"]);
  });

  it.concurrent("end all Pods when too many indexes have failed", async () => {
    const spec = {
      completionMode: "Indexed",
      backoffLimitPerIndex: 0,
      maxFailedIndexes: 0,
      completions: 4,
      parallelism: 4,
    };
    await cluster.createJob(testJob("max-failed-indexes", "failWith42Once", "Never", spec));
    const job = await cluster.waitFor("max-failed-indexes", "Failed");
    expect(conditionOf(job, "Failed")?.reason).toBe("MaxFailedIndexesExceeded");
  });

  it.concurrent("fail an index at once by a rule of their policy", async () => {
    const podFailurePolicy = { rules: [{ action: "FailIndex", onExitCodes: { operator: "In", values: [1] } }] };
    const spec = { completionMode: "Indexed", backoffLimitPerIndex: 1, podFailurePolicy, completions: 2 };
    await cluster.createJob(testJob("with-failindex", "failEvenSucceedOdd", "Never", spec));
    const job = await cluster.waitFor("with-failindex", "Failed");
    expect(job.status).toMatchObject({ failedIndexes: "0", failed: 1 });
  });

  it.concurrent("succeed by their success policy, before all indexes have", async () => {
    const successPolicy = { rules: [{ succeededIndexes: "1", succeededCount: 1 }] };
    const spec = { completionMode: "Indexed", successPolicy, completions: 3, parallelism: 3, backoffLimit: 9 };
    await cluster.createJob(testJob("with-success-policy", "failEvenSucceedOdd", "Never", spec));
    const job = await cluster.waitFor("with-success-policy", "Complete");
    expect(conditionOf(job, "SuccessCriteriaMet")?.reason).toBe("SuccessPolicy");
    expect(conditionOf(job, "Complete")?.reason).toBe("SuccessPolicy");
  });

  it.concurrent("are left alone when another controller manages them", async () => {
    await cluster.createJob(
      testJob("managed-by", "succeed", "Never", { managedBy: "example.com/custom-job-controller" }),
    );
    await live.server.advance(20_000);
    const { status } = await cluster.job("managed-by");
    expect(status).toEqual({});
    expect(await cluster.podsOf("managed-by")).toEqual([]);
  });

  it.concurrent("are deleted some time after they have finished", async () => {
    await cluster.createJob(testJob("with-ttl", "succeed", "Never", { ttlSecondsAfterFinished: 10 }));
    await eventually(async () => ((await existing(cluster.job("with-ttl"))) === undefined ? true : undefined));
    expect(await cluster.podsOf("with-ttl")).toEqual([]);
  });

  it.concurrent("run with requests for CPU", async () => {
    const job = testJob("with-requests", "succeed", "Never", { completions: 90, parallelism: 90 });
    for (const container of job.spec?.template.spec?.containers ?? []) container.resources = { requests: { cpu: "1" } };
    await cluster.createJob(job);
    await cluster.waitFor("with-requests", "Complete");
  });

  it.concurrent("take a status that somebody patches, updates and reads", async () => {
    const target = { namespace: cluster.namespace, name: "status-by-hand" };
    await cluster.createJob(testJob(target.name, "notTerminate", "Never"));
    await cluster.waitForPods(target.name, "Running", 2);
    const body = {
      metadata: { annotations: { patchedstatus: "true" } },
      status: { conditions: [{ type: "Odd", status: "True" }] },
    };
    const patched = await cluster.batch.patchNamespacedJobStatus({ ...target, body }, mergePatch);
    expect(patched.metadata?.annotations?.patchedstatus).toBe("true");
    expect(conditionOf(patched, "Odd")?.status).toBe("True");
    const updated = await retryOnConflict(async () => {
      const job = await cluster.job(target.name);
      const conditions = [...(job.status?.conditions ?? []), { type: "Odder", status: "True" }];
      return cluster.batch.replaceNamespacedJobStatus({
        ...target,
        body: { ...job, status: { ...job.status, conditions } },
      });
    });
    expect(conditionOf(updated, "Odder")?.status).toBe("True");
    const read = await cluster.batch.readNamespacedJobStatus(target);
    expect(read.metadata?.uid).toBe(updated.metadata?.uid);
  });

  it.concurrent("can be watched, listed everywhere, changed and deleted by selector", async () => {
    const { batch, namespace } = cluster;
    const labelSelector = `e2e-job-label=${namespace}`;
    const job = testJob("lifecycle", "notTerminate", "Never");
    job.metadata = { name: "lifecycle", labels: { "e2e-job-label": namespace } };
    const { metadata } = await batch.listJobForAllNamespaces({ labelSelector });
    const watch = await cluster.watch("/apis/batch/v1/jobs", {
      labelSelector,
      resourceVersion: metadata?.resourceVersion ?? "",
    });
    await cluster.createJob(job);
    await eventually(() => watch.seen.find(({ type }) => type === "ADDED"));
    const target = { namespace, name: "lifecycle" };
    await batch.patchNamespacedJob(
      { ...target, body: { metadata: { labels: { lifecycle: "patched" } } } },
      strategicPatch,
    );
    await retryOnConflict(async () => {
      const body = await cluster.job("lifecycle");
      body.metadata = { ...body.metadata, annotations: { ...body.metadata?.annotations, updated: "true" } };
      return batch.replaceNamespacedJob({ ...target, body });
    });
    await eventually(() => watch.seen.find(({ object }) => object.metadata?.annotations?.updated === "true"));
    const everywhere = await batch.listJobForAllNamespaces({ labelSelector });
    expect(everywhere.items.map(({ metadata: of }) => of?.labels?.lifecycle)).toEqual(["patched"]);
    await batch.deleteCollectionNamespacedJob({ namespace, labelSelector, propagationPolicy: "Background" });
    await eventually(() => watch.seen.find(({ type }) => type === "DELETED"));
    watch.stop();
    await eventually(async () => ((await cluster.podsOf("lifecycle")).length === 0 ? true : undefined));
  });

  it.concurrent("tell what happens to them in events that are found by their fields", async () => {
    const { metadata } = await cluster.createJob(testJob("eventful", "succeed", "Never", { completions: 1 }));
    await cluster.waitFor("eventful", "Complete");
    const fields = [
      `involvedObject.uid=${metadata?.uid}`,
      "involvedObject.kind=Job",
      `involvedObject.namespace=${cluster.namespace}`,
    ];
    const reasons = await eventually(async () => {
      const found = await cluster.reasonsOfEvents(fields.join(","));
      return found.includes("Completed") ? found : undefined;
    });
    expect(reasons).toEqual(["SuccessfulCreate", "Completed"]);
  });
});
