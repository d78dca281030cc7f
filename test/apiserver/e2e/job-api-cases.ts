import type { V1Job } from "@kubernetes/client-node";
import { expect } from "vitest";
import { conditionOf, type E2eIt, mergePatch, retryOnConflict, strategicPatch } from "./cluster.js";
import { testJob } from "./manifests.js";

/** Jobs as objects: read, watched, patched, updated, deleted. */
export function jobApiCases(it: E2eIt): void {
  it("take a status that somebody patches, updates and reads", async (cluster) => {
    const target = { namespace: cluster.namespace, name: "status-by-hand" };
    const { metadata } = await cluster.createJob(testJob(target.name, "notTerminate"));
    await cluster.waitForPods(target.name, "Running", 2);
    const lastTransitionTime = new Date(Date.UTC(2026, 0, 3, 11, 30));
    const body = {
      metadata: { annotations: { patchedstatus: "true" } },
      status: { conditions: [{ type: "CustomConditionType", status: "True", lastTransitionTime }] },
    };
    const patched = await cluster.batch.patchNamespacedJobStatus({ ...target, body }, mergePatch);
    expect(patched.metadata?.annotations?.patchedstatus).toBe("true");
    expect(conditionOf(patched, "CustomConditionType")?.lastTransitionTime).toEqual(lastTransitionTime);
    const later = new Date(Date.UTC(2026, 0, 3, 11, 31));
    const updated = await retryOnConflict(async () => {
      const job = await cluster.job(target.name);
      const condition = conditionOf(job, "CustomConditionType");
      if (condition !== undefined) condition.lastTransitionTime = later;
      return cluster.batch.replaceNamespacedJobStatus({ ...target, body: job });
    });
    expect(conditionOf(updated, "CustomConditionType")?.lastTransitionTime).toEqual(later);
    expect((await cluster.batch.readNamespacedJobStatus(target)).metadata?.uid).toBe(metadata?.uid);
  });

  it("can be watched, listed everywhere, changed and deleted by selector", async (cluster) => {
    const { batch, namespace } = cluster;
    const target = { namespace, name: "lifecycle" };
    const labels = { "e2e-job-label": namespace };
    const labelSelector = `e2e-job-label=${namespace}`;
    const before = await batch.listNamespacedJob({ namespace, labelSelector });
    const created = await cluster.createJob({
      ...testJob(target.name, "succeed", { suspend: true }),
      metadata: { name: target.name, labels },
    });
    const body = { metadata: { labels: { lifecycle: "patched" } } };
    const patched = await batch.patchNamespacedJob({ ...target, body }, strategicPatch);
    expect(BigInt(patched.metadata?.resourceVersion ?? 0)).toBeGreaterThan(
      BigInt(created.metadata?.resourceVersion ?? 0),
    );
    const watchFrom = (resourceVersion = "") =>
      cluster.watch<V1Job>(cluster.jobsPath, { labelSelector, resourceVersion });
    const fromStart = await watchFrom(before.metadata?.resourceVersion);
    await cluster.eventually(() =>
      fromStart.seen.find(
        ({ type, object }) => type === "MODIFIED" && object.metadata?.labels?.lifecycle === "patched",
      ),
    );
    expect(fromStart.seen[0]?.type).toBe("ADDED");
    const updated = await cluster.updateJob(target.name, (job) => {
      if (job.spec !== undefined) job.spec.suspend = false;
      job.metadata = { ...job.metadata, annotations: { ...job.metadata?.annotations, updated: "true" } };
    });
    const fromPatch = await watchFrom(patched.metadata?.resourceVersion);
    await cluster.eventually(() =>
      fromPatch.seen.find(({ object }) => object.metadata?.annotations?.updated === "true"),
    );
    const everywhere = await batch.listJobForAllNamespaces({ labelSelector });
    expect(everywhere.items.map(({ metadata }) => metadata?.labels?.lifecycle)).toEqual(["patched"]);
    await cluster.waitForComplete(target.name, 4);
    await batch.deleteCollectionNamespacedJob({ namespace, labelSelector, propagationPolicy: "Background" });
    const fromUpdate = await watchFrom(updated.metadata?.resourceVersion);
    await cluster.eventually(() => fromUpdate.seen.find(({ type }) => type === "DELETED"));
    for (const watch of [fromStart, fromPatch, fromUpdate]) watch.stop();
    expect((await batch.listJobForAllNamespaces({ labelSelector })).items).toEqual([]);
    await cluster.podsGone(target.name);
  });

  it("tell what happens to them in events that are found by their fields", async (cluster) => {
    const { metadata } = await cluster.createJob(testJob("eventful", "succeed", { completions: 1 }));
    await cluster.waitForComplete("eventful", 1);
    const fields = [
      `involvedObject.uid=${metadata?.uid}`,
      "involvedObject.kind=Job",
      `involvedObject.namespace=${cluster.namespace}`,
    ];
    const reasons = await cluster.eventually(async () => {
      const found = await cluster.reasonsOfEvents(fields.join(","));
      return found.includes("Completed") ? found : undefined;
    });
    expect(reasons).toEqual(["SuccessfulCreate", "Completed"]);
  });
}
