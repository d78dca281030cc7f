import { ApiException } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { E2eCluster, eventually, existing, mergePatch, retryOnConflict, scripts, testCronJob } from "./e2e-cluster.js";
import { LiveServer } from "./live-server.js";

const live = new LiveServer({ speed: 120 });
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

const everyMinute = "*/1 * * * ?";
const activeOf = async (name: string) => (await cluster.cronJob(name)).status?.active ?? [];
const activeAre = (name: string, count: number) =>
  eventually(async () => {
    const active = await activeOf(name);
    return active.length >= count ? active : undefined;
  });
const jobsOf = async (name: string) =>
  (await cluster.jobs()).filter(({ metadata }) => metadata?.ownerReferences?.[0]?.name === name);
const isFinished = ({ status }: { readonly status?: { readonly conditions?: readonly { type: string }[] } }) =>
  status?.conditions?.some(({ type }) => type === "Complete" || type === "Failed") === true;
const remove = (name: string) => cluster.batch.deleteNamespacedCronJob({ namespace: cluster.namespace, name });

/** @see kubernetes test/e2e/apps/cronjob.go: the same steps, by a client over HTTPS */
describe("CronJobs, as the end-to-end tests of Kubernetes try them", () => {
  it.concurrent("run several Jobs at once where they may", async () => {
    await cluster.createCronJob(testCronJob("concurrent", everyMinute, "Allow", { script: scripts.notTerminate }));
    await activeAre("concurrent", 2);
    await remove("concurrent");
  });

  it.concurrent("run none while they are suspended", async () => {
    await cluster.createCronJob(testCronJob("suspended", everyMinute, "Allow", { suspend: true }));
    await live.server.advance(130_000);
    expect(await jobsOf("suspended")).toEqual([]);
    await remove("suspended");
  });

  it.concurrent("run no other Job while one is active, where that is forbidden", async () => {
    await cluster.createCronJob(testCronJob("forbid", everyMinute, "Forbid", { script: scripts.notTerminate }));
    await activeAre("forbid", 1);
    await live.server.advance(130_000);
    expect(await activeOf("forbid")).toHaveLength(1);
    const { metadata } = await cluster.cronJob("forbid");
    await eventually(async () =>
      (await cluster.reasonsOfEvents(`involvedObject.uid=${metadata?.uid}`)).includes("JobAlreadyActive")
        ? true
        : undefined,
    );
    await remove("forbid");
  });

  it.concurrent("replace the active Job by the next one", async () => {
    await cluster.createCronJob(testCronJob("replace", everyMinute, "Replace", { script: scripts.notTerminate }));
    const [first] = await activeAre("replace", 1);
    await eventually(async () => {
      const [next] = await activeOf("replace");
      return next !== undefined && next.name !== first?.name ? next : undefined;
    });
    await remove("replace");
  });

  it.concurrent("warn of nothing that is not odd", async () => {
    const { metadata } = await cluster.createCronJob(testCronJob("quiet", everyMinute, "Allow"));
    await eventually(async () => ((await jobsOf("quiet")).some(isFinished) ? true : undefined));
    const reasons = await cluster.reasonsOfEvents(`involvedObject.uid=${metadata?.uid}`);
    expect(reasons).toContain("SuccessfulCreate");
    expect(reasons).not.toContain("MissingJob");
    expect(reasons).not.toContain("UnexpectedJob");
    const [job] = await jobsOf("quiet");
    const stamp = job?.metadata?.annotations?.["batch.kubernetes.io/cronjob-scheduled-timestamp"] ?? "";
    expect(Date.parse(stamp) % 60_000).toBe(0);
    await remove("quiet");
  });

  it.concurrent("forget active Jobs that were deleted, and say so", async () => {
    const { metadata } = await cluster.createCronJob(
      testCronJob("missing", everyMinute, "Forbid", { script: scripts.notTerminate }),
    );
    const [active] = await activeAre("missing", 1);
    const name = active?.name ?? "";
    await cluster.batch.deleteNamespacedJob({ namespace: cluster.namespace, name, propagationPolicy: "Background" });
    await eventually(async () => ((await existing(cluster.job(name))) === undefined ? true : undefined));
    await eventually(async () => ((await activeOf("missing")).every((each) => each.name !== name) ? true : undefined));
    await eventually(async () =>
      (await cluster.reasonsOfEvents(`involvedObject.uid=${metadata?.uid}`)).includes("MissingJob") ? true : undefined,
    );
    await remove("missing");
  });

  it.concurrent.each([
    ["successes", { successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 0 }],
    ["failures", { successfulJobsHistoryLimit: 0, failedJobsHistoryLimit: 1, script: scripts.fail }],
  ])("keep as many %s as they are told to", async (what, limits) => {
    const name = `history-of-${what}`;
    const cronJob = testCronJob(name, everyMinute, "Allow", limits);
    if (cronJob.spec?.jobTemplate.spec !== undefined) cronJob.spec.jobTemplate.spec.backoffLimit = 0;
    await cluster.createCronJob(cronJob);
    const first = await eventually(async () => (await jobsOf(name)).find(isFinished));
    await eventually(async () => {
      const finished = (await jobsOf(name)).filter(isFinished);
      return finished.every(({ metadata }) => metadata?.name !== first.metadata?.name) && finished.length === 1
        ? true
        : undefined;
    });
    await remove(name);
  });

  it.concurrent("refuse a time zone that there is none of", async () => {
    const bad = cluster.createCronJob(testCronJob("zoned", everyMinute, "Allow", { timeZone: "bad-time-zone" }));
    await expect(bad).rejects.toSatisfy((error) => error instanceof ApiException && error.code === 422);
  });

  it.concurrent("support all operations of the API", async () => {
    const { batch, namespace } = cluster;
    const labelSelector = `special-label=${namespace}`;
    const template = testCronJob("test-api", "* */1 * * ?", "Allow", { successfulJobsHistoryLimit: 1 });
    template.metadata = { name: "test-api", labels: { "special-label": namespace } };
    const created = await cluster.createCronJob(template);
    expect((await cluster.cronJob("test-api")).metadata?.uid).toBe(created.metadata?.uid);
    const list = await batch.listNamespacedCronJob({ namespace, labelSelector });
    expect(list.items).toHaveLength(1);
    const resourceVersion = list.metadata?.resourceVersion ?? "";
    const watch = await cluster.watch(`/apis/batch/v1/namespaces/${namespace}/cronjobs`, {
      labelSelector,
      resourceVersion,
    });
    const wide = await cluster.watch("/apis/batch/v1/cronjobs", { labelSelector, resourceVersion });
    expect((await batch.listCronJobForAllNamespaces({ labelSelector })).items).toHaveLength(1);
    const target = { namespace, name: "test-api" };
    const patched = await batch.patchNamespacedCronJob(
      { ...target, body: { metadata: { annotations: { patched: "true" } } } },
      mergePatch,
    );
    expect(patched.metadata?.annotations?.patched).toBe("true");
    const updated = await retryOnConflict(async () => {
      const body = await cluster.cronJob("test-api");
      body.metadata = { ...body.metadata, annotations: { ...body.metadata?.annotations, updated: "true" } };
      return batch.replaceNamespacedCronJob({ ...target, body });
    });
    expect(updated.metadata?.annotations?.updated).toBe("true");
    for (const { seen, stop } of [watch, wide]) {
      await eventually(() => seen.find(({ object }) => object.metadata?.annotations?.patched === "true"));
      expect(seen.every(({ type }) => type === "MODIFIED")).toBe(true);
      stop();
    }
    const lastScheduleTime = new Date(Date.UTC(2026, 0, 3, 11, 30));
    const status = await batch.patchNamespacedCronJobStatus(
      { ...target, body: { metadata: { annotations: { patchedstatus: "true" } }, status: { lastScheduleTime } } },
      mergePatch,
    );
    expect(status.metadata?.annotations?.patchedstatus).toBe("true");
    expect(status.status?.lastScheduleTime).toEqual(lastScheduleTime);
    const later = new Date(Date.UTC(2026, 0, 3, 11, 31));
    const replaced = await retryOnConflict(async () => {
      const body = await cluster.cronJob("test-api");
      return batch.replaceNamespacedCronJobStatus({
        ...target,
        body: { ...body, status: { ...body.status, lastScheduleTime: later } },
      });
    });
    expect(replaced.status?.lastScheduleTime).toEqual(later);
    expect((await batch.readNamespacedCronJobStatus(target)).metadata?.uid).toBe(created.metadata?.uid);
    await cluster.createCronJob({ ...template, metadata: { ...template.metadata, name: "for-removal" } });
    await remove("for-removal");
    expect(await existing(cluster.cronJob("for-removal"))).toBeUndefined();
    await batch.deleteCollectionNamespacedCronJob({ namespace, labelSelector });
    expect((await batch.listNamespacedCronJob({ namespace, labelSelector })).items).toEqual([]);
  });
});
