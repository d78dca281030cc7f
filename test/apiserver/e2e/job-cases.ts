import { expect } from "vitest";
import { conditionOf, type E2eIt, expectAtRest, mergePatch } from "./cluster.js";
import { testJob } from "./manifests.js";

/** How Jobs run, stop, go on and go. */
export function jobCases(it: E2eIt): void {
  completionCases(it);
  failureCases(it);
  suspensionCases(it);
  ownershipCases(it);
  resourceCases(it);
}

function completionCases(it: E2eIt): void {
  it("run to completion when tasks succeed", async (cluster) => {
    await cluster.createJob(testJob("all-succeed", "succeed"));
    await cluster.waitForComplete("all-succeed", 4);
    const pods = await cluster.podsOf("all-succeed");
    expect(pods.filter(({ status }) => status?.phase === "Succeeded")).toHaveLength(4);
    expect(pods.flatMap(({ metadata }) => metadata?.finalizers ?? [])).toEqual([]);
  });

  it("complete when tasks fail once and are restarted where they are", async (cluster) => {
    await cluster.createJob(testJob("fail-once-local", "failOnce", { restartPolicy: "OnFailure" }));
    await cluster.waitForComplete("fail-once-local", 4);
    const pods = await cluster.podsOf("fail-once-local");
    expect(pods.map(({ status }) => status?.containerStatuses?.[0]?.restartCount)).toEqual([1, 1, 1, 1]);
  });

  it("complete when tasks fail once and other Pods of the same node take their place", async (cluster) => {
    const node = await cluster.node();
    await cluster.createJob(testJob("fail-once-non-local", "failOnce", { node }));
    const job = await cluster.waitForComplete("fail-once-non-local", 4);
    expect(job.status?.failed).toBeGreaterThanOrEqual(1);
    expectAtRest(job);
  });

  it("complete however tasks fail by chance", async (cluster) => {
    await cluster.createJob(
      testJob("rand-local", "randomlySucceedOrFail", { restartPolicy: "OnFailure", backoffLimit: 999 }),
    );
    await cluster.createJob(testJob("rand-non-local", "randomlySucceedOrFail", { backoffLimit: 999 }));
    await cluster.waitForComplete("rand-local", 4);
    await cluster.waitForComplete("rand-non-local", 4);
  });

  it("give Pods of an Indexed Job their indexes, host names and labels", async (cluster) => {
    await cluster.createJob(testJob("indexed-job", "succeed", { completionMode: "Indexed" }));
    const job = await cluster.waitForComplete("indexed-job", 4);
    expect(job.status?.completedIndexes).toBe("0-3");
    const key = "batch.kubernetes.io/job-completion-index";
    const pods = await cluster.podsOf("indexed-job");
    const indexes = pods.map(({ metadata }) => metadata?.annotations?.[key]);
    expect(indexes.toSorted()).toEqual(["0", "1", "2", "3"]);
    expect(pods.map(({ metadata }) => metadata?.labels?.[key])).toEqual(indexes);
    expect(pods.map(({ spec }) => spec?.hostname)).toEqual(indexes.map((index) => `indexed-job-${index}`));
  });

  it("can be resized while they are Indexed, down to nothing and up again", async (cluster) => {
    const spec = { completionMode: "Indexed", parallelism: 3, completions: 3 };
    await cluster.createJob(testJob("resized", "notTerminate", spec));
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
    await cluster.waitForComplete("resized", 0);
    await cluster.podsGone("resized");
  });

  it("run with requests for CPU, as many at once as their node has room for", async (cluster) => {
    const node = await cluster.node();
    const { status } = await cluster.core.readNode({ name: node });
    const cpu = Math.floor(0.2 * Number(status?.allocatable?.cpu));
    const job = testJob("with-requests", "succeed", { completions: 90, parallelism: 90, backoffLimit: 0 });
    for (const container of job.spec?.template.spec?.containers ?? []) {
      container.resources = { requests: { cpu: String(cpu) } };
    }
    if (job.spec?.template.spec) job.spec.template.spec.nodeSelector = { "kubernetes.io/hostname": node };
    await cluster.createJob(job);
    await cluster.waitForComplete("with-requests", 90);
    const pods = await cluster.podsOf("with-requests");
    expect(pods.filter((pod) => pod.status?.phase === "Succeeded")).toHaveLength(90);
  });
}

function failureCases(it: E2eIt): void {
  it("fail once the backoff limit is exceeded", async (cluster) => {
    const spec = { parallelism: 1, completions: 1, backoffLimit: 1 };
    await cluster.createJob(testJob("backofflimit", "fail", spec));
    const job = await cluster.waitForFailed("backofflimit", "BackoffLimitExceeded");
    const pods = await cluster.podsOf("backofflimit");
    expect(pods.map(({ status }) => status?.phase)).toEqual(["Failed", "Failed"]);
    expectAtRest(job);
  });

  it("end when their time is over", async (cluster) => {
    await cluster.createJob(testJob("exceed-active-deadline", "notTerminate", { activeDeadlineSeconds: 1 }));
    expectAtRest(await cluster.waitForFailed("exceed-active-deadline", "DeadlineExceeded"));
    await cluster.podsGone("exceed-active-deadline");
  });
}

function suspensionCases(it: E2eIt): void {
  it("make no Pods while they are suspended, and all of them when they go on", async (cluster) => {
    await cluster.createJob(testJob("suspend-true-to-false", "succeed", { suspend: true }));
    await cluster.waitForCondition("suspend-true-to-false", "Suspended");
    expect(await cluster.podsOf("suspend-true-to-false")).toEqual([]);
    await cluster.suspendJob("suspend-true-to-false", false);
    await cluster.waitForComplete("suspend-true-to-false", 4);
  });

  it("delete their Pods when they are suspended", async (cluster) => {
    await cluster.createJob(testJob("suspend-false-to-true", "notTerminate", { suspend: false }));
    await cluster.waitForPods("suspend-false-to-true", "Running", 2);
    await cluster.suspendJob("suspend-false-to-true", true);
    await cluster.podsGone("suspend-false-to-true");
    expect(conditionOf(await cluster.job("suspend-false-to-true"), "Suspended")?.reason).toBe("JobSuspended");
  });

  it("count the Pods that are ready, through suspension and back", async (cluster) => {
    await cluster.createJob(testJob("all-ready", "notTerminate", { suspend: true }));
    for (const [suspend, ready] of [
      [true, 0],
      [false, 2],
      [true, 0],
    ] as const) {
      await cluster.suspendJob("all-ready", suspend);
      await cluster.waitForJob("all-ready", ({ status }) => status?.ready === ready);
    }
  });

  it("make another Pod only once the one before has failed, where that is their policy", async (cluster) => {
    const spec = { parallelism: 1, completions: 1, backoffLimit: 1, podReplacementPolicy: "Failed" };
    await cluster.createJob(testJob("pod-recreate-failed", "slowToStop", spec));
    const [pod] = await cluster.waitForPods("pod-recreate-failed", "Running", 1);
    const target = { namespace: cluster.namespace, name: pod?.metadata?.name ?? "" };
    await cluster.core.deleteNamespacedPod({ ...target, gracePeriodSeconds: 30 });
    const counts = (active?: number, failed?: number, terminating?: number) =>
      cluster.waitForJob(
        "pod-recreate-failed",
        ({ status }) => status?.active === active && status?.failed === failed && status?.terminating === terminating,
      );
    await counts(undefined, undefined, 1);
    await counts(1, 1, 0);
  });
}

function ownershipCases(it: E2eIt): void {
  for (const policy of ["Background", "Foreground"] as const) {
    it(`go with their Pods when they are deleted, in the ${policy.toLowerCase()}`, async (cluster) => {
      await cluster.createJob(testJob("all-pods-removed", "notTerminate"));
      await cluster.waitForPods("all-pods-removed", "Running", 2);
      await cluster.deleteJob("all-pods-removed", policy);
    });
  }

  it("adopt orphans that match, and release Pods that no longer do", async (cluster) => {
    const { metadata } = await cluster.createJob(testJob("adopt-release", "notTerminate"));
    const [pod] = await cluster.waitForPods("adopt-release", "Running", 2);
    const name = pod?.metadata?.name ?? "";
    const controller = async () => {
      const owners = (await cluster.pod(name)).metadata?.ownerReferences;
      return owners?.find((each) => each.controller === true);
    };
    await cluster.updatePod(name, (each) => {
      delete each.metadata?.ownerReferences;
    });
    expect(await cluster.eventually(controller)).toMatchObject({ kind: "Job", uid: metadata?.uid });
    await cluster.updatePod(name, (each) => {
      delete each.metadata?.labels;
    });
    await cluster.eventually(async () => ((await controller()) === undefined ? true : undefined));
  });

  it("are left alone when another controller manages them", async (cluster) => {
    await cluster.createJob(testJob("managed-by", "succeed", { managedBy: "example.com/custom-job-controller" }));
    const isUntouched = async () => Object.keys((await cluster.job("managed-by")).status ?? {}).length === 0;
    await cluster.consistently(isUntouched, { times: 5, everyMs: 2000 });
    expect(await cluster.podsOf("managed-by")).toEqual([]);
  });

  it("are deleted some time after they have finished", async (cluster) => {
    await cluster.createJob(testJob("with-ttl", "succeed", { ttlSecondsAfterFinished: 10 }));
    await cluster.gone(() => cluster.job("with-ttl"));
    await cluster.podsGone("with-ttl");
  });
}

function resourceCases(it: E2eIt): void {
  const resources = (cpu: string, memory: string) => ({ requests: { cpu, memory } });
  const withResources = (...options: Parameters<typeof testJob>) => {
    const job = testJob(...options);
    for (const container of job.spec?.template.spec?.containers ?? []) container.resources = resources("100m", "128Mi");
    return job;
  };

  it("take other resources for their Pods while they are suspended, before they start", async (cluster) => {
    const spec = { suspend: true, parallelism: 1, completions: 1 };
    await cluster.createJob(withResources("mutable-resources", "succeed", spec));
    await cluster.waitForCondition("mutable-resources", "Suspended");
    expect(await cluster.podsOf("mutable-resources")).toEqual([]);
    await cluster.updateJob("mutable-resources", ({ spec: changed }) => {
      for (const container of changed?.template.spec?.containers ?? [])
        container.resources = resources("200m", "256Mi");
    });
    await cluster.suspendJob("mutable-resources", false);
    await cluster.waitForComplete("mutable-resources", 1);
    const pods = await cluster.podsOf("mutable-resources");
    expect(pods.map(({ spec: of }) => of?.containers[0]?.resources?.requests)).toEqual([
      { cpu: "200m", memory: "256Mi" },
    ]);
  });

  it("take other resources for their Pods when they are suspended after they have started", async (cluster) => {
    await cluster.createJob(withResources("start-suspend", "notTerminate", { suspend: false }));
    await cluster.waitForPods("start-suspend", "Running", 2);
    await cluster.suspendJob("start-suspend", true);
    await cluster.podsGone("start-suspend");
    await cluster.updateJob("start-suspend", ({ spec }) => {
      for (const container of spec?.template.spec?.containers ?? []) container.resources = resources("200m", "256Mi");
    });
    await cluster.suspendJob("start-suspend", false);
    const pods = await cluster.waitForPods("start-suspend", "Running", 2);
    const requests = { cpu: "200m", memory: "256Mi" };
    expect(pods.map(({ spec }) => spec?.containers[0]?.resources?.requests)).toEqual([requests, requests]);
  });
}
