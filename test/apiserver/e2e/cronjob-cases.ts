import { ApiException, type V1CronJob, type V1Job } from "@kubernetes/client-node";
import { expect } from "vitest";
import { conditionOf, type E2eCluster, type E2eIt, existing, mergePatch, retryOnConflict } from "./cluster.js";
import { testCronJob } from "./manifests.js";

const sleeps = ["sleep", "300"];
const succeeds = ["/bin/true"];
const fails = ["/bin/false"];

/** CronJobs do something once a minute: looking all the time finds nothing. */
const everySoOften = <T>(cluster: E2eCluster, look: () => Promise<T | undefined> | T | undefined) =>
  cluster.eventually(look, 10_000);
const isFinished = (job: V1Job) => ["Complete", "Failed"].some((type) => conditionOf(job, type)?.status === "True");
const activeOf = async (cluster: E2eCluster, name: string) => (await cluster.cronJob(name)).status?.active ?? [];
const activeAre = (cluster: E2eCluster, name: string, count: number) =>
  everySoOften(cluster, async () => {
    const active = await activeOf(cluster, name);
    return active.length >= count ? active : undefined;
  });
const finishedJobs = async (cluster: E2eCluster) => (await cluster.jobs()).filter(isFinished);
const runningJobs = async (cluster: E2eCluster) => (await cluster.jobs()).filter((job) => !isFinished(job));

/** How CronJobs make Jobs, and what they keep. */
export function cronJobCases(it: E2eIt): void {
  concurrencyCases(it);
  jobCases(it);
  historyCases(it);
  apiCases(it);
}

function concurrencyCases(it: E2eIt): void {
  it("run several Jobs at once where they may", async (cluster) => {
    await cluster.createCronJob(testCronJob("concurrent", "Allow", { command: sleeps }));
    await activeAre(cluster, "concurrent", 2);
    expect((await runningJobs(cluster)).length).toBeGreaterThanOrEqual(2);
    await cluster.deleteCronJob("concurrent");
  });

  it("run none while they are suspended", async (cluster) => {
    await cluster.createCronJob(testCronJob("suspended", "Allow", { command: sleeps, suspend: true }));
    const hasNone = async () => (await activeOf(cluster, "suspended")).length === 0;
    await cluster.consistently(hasNone, { times: 15, everyMs: 20_000 });
    expect(await cluster.jobs()).toEqual([]);
    await cluster.deleteCronJob("suspended");
  });

  it("run no other Job while one is active, where that is forbidden", async (cluster) => {
    const { metadata } = await cluster.createCronJob(testCronJob("forbid", "Forbid", { command: sleeps }));
    await activeAre(cluster, "forbid", 1);
    expect(await activeOf(cluster, "forbid")).toHaveLength(1);
    expect(await runningJobs(cluster)).toHaveLength(1);
    const areFew = async () => (await activeOf(cluster, "forbid")).length < 2;
    await cluster.consistently(areFew, { times: 9, everyMs: 20_000 });
    expect(await cluster.reasonsOfEvents(`involvedObject.uid=${metadata?.uid}`)).toContain("JobAlreadyActive");
    await cluster.deleteCronJob("forbid");
  });

  it("replace the active Job by the next one", async (cluster) => {
    await cluster.createCronJob(testCronJob("replace", "Replace", { command: sleeps }));
    const [first] = await activeAre(cluster, "replace", 1);
    expect(await activeOf(cluster, "replace")).toHaveLength(1);
    expect(await runningJobs(cluster)).toHaveLength(1);
    await everySoOften(cluster, async () => {
      const jobs = await cluster.jobs();
      return jobs.length > 0 && jobs.every(({ metadata }) => metadata?.name !== first?.name) ? true : undefined;
    });
    await cluster.deleteCronJob("replace");
  });

  it("start from now, whatever they are told of their past when they are created", async (cluster) => {
    const past = (days: number) => new Date(Date.UTC(2026, 0, 3) - days * 86_400_000);
    const cronJob: V1CronJob = testCronJob("concurrent", "Forbid", { command: sleeps });
    cronJob.metadata = { ...cronJob.metadata, creationTimestamp: past(99) };
    const created = await cluster.createCronJob({ ...cronJob, status: { lastScheduleTime: past(98) } });
    expect(created.status?.lastScheduleTime).toBeUndefined();
    await activeAre(cluster, "concurrent", 1);
    expect(await runningJobs(cluster)).toHaveLength(1);
    const reasons = await cluster.reasonsOfEvents(`involvedObject.uid=${created.metadata?.uid}`);
    expect(reasons).not.toContain("TooManyMissedTimes");
    await cluster.deleteCronJob("concurrent");
  });
}

function jobCases(it: E2eIt): void {
  it("warn of nothing that is not odd, and write on a Job when it was due", async (cluster) => {
    const { metadata } = await cluster.createCronJob(testCronJob("concurrent", "Allow"));
    await everySoOften(cluster, async () => ((await cluster.jobs()).length >= 2 ? true : undefined));
    await everySoOften(cluster, async () => ((await finishedJobs(cluster)).length > 0 ? true : undefined));
    const reasons = await cluster.reasonsOfEvents(`involvedObject.uid=${metadata?.uid}`);
    expect(reasons).toContain("SuccessfulCreate");
    expect(reasons).not.toContain("MissingJob");
    expect(reasons).not.toContain("UnexpectedJob");
    for (const job of await cluster.jobs()) {
      const due = job.metadata?.annotations?.["batch.kubernetes.io/cronjob-scheduled-timestamp"] ?? "";
      expect(due).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/);
    }
    await cluster.deleteCronJob("concurrent");
  });

  it("forget active Jobs that were deleted, and say so", async (cluster) => {
    const { metadata } = await cluster.createCronJob(testCronJob("missing", "Forbid", { command: sleeps }));
    const [active] = await activeAre(cluster, "missing", 1);
    expect(await activeOf(cluster, "missing")).toHaveLength(1);
    const name = active?.name ?? "";
    await cluster.deleteJob(name);
    await everySoOften(cluster, async () =>
      (await activeOf(cluster, "missing")).every((each) => each.name !== name) ? true : undefined,
    );
    await everySoOften(cluster, async () =>
      (await cluster.reasonsOfEvents(`involvedObject.uid=${metadata?.uid}`)).includes("MissingJob") ? true : undefined,
    );
    await cluster.deleteCronJob("missing");
  });
}

function historyCases(it: E2eIt): void {
  for (const [what, options] of [
    ["successes", { successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 0, command: succeeds }],
    ["failures", { successfulJobsHistoryLimit: 0, failedJobsHistoryLimit: 1, command: fails }],
  ] as const) {
    it(`keep as many ${what} as they are told to`, async (cluster) => {
      await cluster.createCronJob(testCronJob("history", "Allow", options));
      await everySoOften(cluster, async () => ((await finishedJobs(cluster)).length > 0 ? true : undefined));
      const finished = await finishedJobs(cluster);
      expect(finished).toHaveLength(1);
      const name = finished[0]?.metadata?.name ?? "";
      await cluster.gone(() => cluster.job(name));
      await cluster.podsGone(name);
      expect(await finishedJobs(cluster)).toHaveLength(1);
      await cluster.deleteCronJob("history");
    });
  }
}

function apiCases(it: E2eIt): void {
  it("refuse a time zone that there is none of", async (cluster) => {
    const bad = cluster.createCronJob(testCronJob("zoned", "Allow", { timeZone: "bad-time-zone" }));
    await expect(bad).rejects.toSatisfy((error) => error instanceof ApiException && error.code === 422);
  });

  it("support all operations of the API", async (cluster) => {
    const { batch, namespace } = cluster;
    const labelSelector = `special-label=${namespace}`;
    const template = testCronJob("test-api", "Allow", { schedule: "* */1 * * ?", command: succeeds });
    template.metadata = { name: "test-api", labels: { "special-label": namespace } };
    const created = await cluster.createCronJob(template);
    expect((await cluster.cronJob("test-api")).metadata?.uid).toBe(created.metadata?.uid);
    const list = await batch.listNamespacedCronJob({ namespace, labelSelector });
    expect(list.items).toHaveLength(1);
    const query = { labelSelector, resourceVersion: list.metadata?.resourceVersion ?? "" };
    const watches = [
      await cluster.watch<V1CronJob>(`/apis/batch/v1/namespaces/${namespace}/cronjobs`, query),
      await cluster.watch<V1CronJob>("/apis/batch/v1/cronjobs", query),
    ];
    expect((await batch.listCronJobForAllNamespaces({ labelSelector })).items).toHaveLength(1);
    const target = { namespace, name: "test-api" };
    const body = { metadata: { annotations: { patched: "true" } } };
    const patched = await batch.patchNamespacedCronJob({ ...target, body }, mergePatch);
    expect(patched.metadata?.annotations?.patched).toBe("true");
    const updated = await retryOnConflict(async () => {
      const read = await cluster.cronJob("test-api");
      read.metadata = { ...read.metadata, annotations: { ...read.metadata?.annotations, updated: "true" } };
      return batch.replaceNamespacedCronJob({ ...target, body: read });
    });
    expect(updated.metadata?.annotations?.updated).toBe("true");
    for (const { seen, stop } of watches) {
      await everySoOften(cluster, () => seen.find(({ object }) => object.metadata?.annotations?.patched === "true"));
      expect(seen.every(({ type }) => type === "MODIFIED")).toBe(true);
      stop();
    }
    await statusByHand(cluster, created);
    await cluster.createCronJob({ ...template, metadata: { ...template.metadata, name: "for-removal" } });
    await cluster.deleteCronJob("for-removal");
    expect(await existing(cluster.cronJob("for-removal"))).toBeUndefined();
    await batch.deleteCollectionNamespacedCronJob({ namespace, labelSelector });
    expect((await batch.listNamespacedCronJob({ namespace, labelSelector })).items).toEqual([]);
  });
}

async function statusByHand({ batch, namespace }: E2eCluster, { metadata }: V1CronJob): Promise<void> {
  const target = { namespace, name: metadata?.name ?? "" };
  const lastScheduleTime = new Date(Date.UTC(2026, 0, 3, 11, 30));
  const body = { metadata: { annotations: { patchedstatus: "true" } }, status: { lastScheduleTime } };
  const patched = await batch.patchNamespacedCronJobStatus({ ...target, body }, mergePatch);
  expect(patched.metadata?.annotations?.patchedstatus).toBe("true");
  expect(patched.status?.lastScheduleTime).toEqual(lastScheduleTime);
  const later = new Date(Date.UTC(2026, 0, 3, 11, 31));
  const updated = await retryOnConflict(async () => {
    const read = await batch.readNamespacedCronJob(target);
    read.status = { ...read.status, lastScheduleTime: later };
    return batch.replaceNamespacedCronJobStatus({ ...target, body: read });
  });
  expect(updated.status?.lastScheduleTime).toEqual(later);
  expect((await batch.readNamespacedCronJobStatus(target)).metadata?.uid).toBe(metadata?.uid);
}
