import { beforeEach, describe, expect, test } from "vitest";
import type { ConfigMap, Job, Pod } from "../../src/api/generated/types.js";
import { defaultEmulatedVersion } from "../../src/api/versions/emulated-version.js";
import { indexDefinitions } from "../../src/registry/indexes.js";
import { Registry } from "../../src/registry/registry.js";
import { createRandom } from "../../src/sim/random.js";
import { MemoryBackend } from "../../src/store/memory-backend.js";
import { Store } from "../../src/store/store.js";
import { failureOf } from "./failure-of.js";

let nowMs: number;
let store: Store;
let registry: Registry;

beforeEach(() => {
  nowMs = Date.UTC(2026, 0, 3, 12, 0, 0);
  store = new Store(new MemoryBackend(), indexDefinitions);
  const random = createRandom(1);
  registry = new Registry({ store, random, version: defaultEmulatedVersion, now: () => nowMs });
  registry.create("namespaces", { metadata: { name: "default" } });
  registry.create("serviceaccounts", { metadata: { name: "default", namespace: "default" } });
});

function configMap(name: string, rest: Partial<ConfigMap> = {}, metadata = {}): ConfigMap {
  return registry.create("configmaps", { ...rest, metadata: { name, namespace: "default", ...metadata } });
}

function job(name = "pi"): Job {
  const template = { spec: { restartPolicy: "Never" as const, containers: [{ name: "main", image: "busybox" }] } };
  return registry.create("jobs", { metadata: { name, namespace: "default" }, spec: { template } });
}

function pod(name: string, metadata = {}): Pod {
  return registry.create("pods", {
    metadata: { name, namespace: "default", ...metadata },
    spec: { containers: [{ name: "main", image: "busybox" }] },
  });
}

describe("creating", () => {
  test("stamps what only the server may say", () => {
    const made = configMap("a", {}, { uid: "mine", resourceVersion: "", creationTimestamp: "2001-01-01T00:00:00Z" });
    expect(made).toMatchObject({ apiVersion: "v1", kind: "ConfigMap" });
    expect(made.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.metadata.creationTimestamp).toBe("2026-01-03T12:00:00Z");
    expect(made.metadata.resourceVersion).toBe(String(store.revision));
  });

  test("makes a name of generateName, cut so that it stays a label", () => {
    const names = Array.from({ length: 20 }, () => pod("", { generateName: "pi-" }).metadata.name ?? "");
    expect(names.every((name) => /^pi-[bcdfghjklmnpqrstvwxz2456789]{5}$/.test(name))).toBe(true);
    expect(new Set(names).size).toBe(20);
    expect(pod("", { generateName: `${"x".repeat(80)}-` }).metadata.name).toMatch(/^x{58}[a-z0-9]{5}$/);
  });

  test("refuses a name that is taken, and a namespace that is not there", () => {
    configMap("a");
    expect(failureOf(() => configMap("a"))).toBe('AlreadyExists: configmaps "a" already exists');
    expect(failureOf(() => configMap("a", {}, { namespace: "nowhere" }))).toBe(
      'NotFound: namespaces "nowhere" not found',
    );
  });

  test("refuses what is not valid, and writes nothing", () => {
    const before = store.revision;
    expect(failureOf(() => configMap("Not A Name"))).toMatch(
      /^Invalid: ConfigMap "Not A Name" is invalid: metadata.name/,
    );
    expect(store.revision).toBe(before);
  });

  test("as a dry run answers as if, and writes nothing", () => {
    const before = store.revision;
    const made = registry.create("configmaps", { metadata: { name: "a", namespace: "default" } }, { dryRun: true });
    expect(made.metadata.uid).toBeDefined();
    expect(store.revision).toBe(before);
    expect(registry.find("configmaps", "default", "a")).toBeUndefined();
  });

  test("starts at generation 1 where generations are counted", () => {
    expect(job().metadata.generation).toBe(1);
    expect(configMap("a").metadata.generation).toBeUndefined();
  });
});

describe("updating", () => {
  test("is compare-and-swap where the object carries a resourceVersion", () => {
    const first = configMap("a", { data: { n: "1" } });
    const second = registry.update("configmaps", { ...first, data: { n: "2" } });
    expect(failureOf(() => registry.update("configmaps", { ...first, data: { n: "3" } }))).toBe(
      'Conflict: Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    );
    const { resourceVersion: _any, ...metadata } = second.metadata;
    expect(registry.update("configmaps", { ...second, metadata, data: { n: "3" } }).data).toEqual({ n: "3" });
  });

  test("refuses an object of another UID", () => {
    const first = configMap("a");
    const uid = "11111111-1111-4111-8111-111111111111";
    expect(failureOf(() => registry.update("configmaps", { ...first, metadata: { ...first.metadata, uid } }))).toBe(
      `Conflict: Operation cannot be fulfilled on configmaps "a": Precondition failed: UID in precondition: ${uid}, UID in object meta: ${first.metadata.uid}`,
    );
  });

  test("that changes nothing makes no revision", () => {
    const first = configMap("a", { data: { n: "1" } });
    expect(registry.update("configmaps", { ...first, data: { n: "1" } })).toBe(first);
    expect(store.revision).toBe(Number(first.metadata.resourceVersion));
  });

  test("counts generations of the spec alone, and keeps status", () => {
    const made = job();
    const status = { active: 1 };
    const running = registry.updateStatus("jobs", { ...made, status }, { trusted: true });
    expect(running.metadata.generation).toBe(1);
    const labelled = registry.update("jobs", { ...running, metadata: { ...running.metadata, labels: { a: "b" } } });
    expect(labelled.metadata.generation).toBe(1);
    if (labelled.spec === undefined) throw new Error("a Job has a spec");
    const changed = registry.update("jobs", { ...labelled, spec: { ...labelled.spec, parallelism: 3 }, status: {} });
    expect(changed.metadata.generation).toBe(2);
    expect(changed.status).toEqual(status);
  });

  test("of status leaves everything else", () => {
    const made = job();
    const next = { ...made, spec: { template: {}, parallelism: 9 }, status: { active: 1 } };
    const written = registry.updateStatus("jobs", next, { trusted: true });
    expect(written.spec).toBe(made.spec);
    expect(written.status).toEqual({ active: 1 });
  });
});

describe("deleting", () => {
  test("takes what nothing holds at once", () => {
    configMap("a");
    expect(registry.delete("configmaps", "default", "a").gone).toBe(true);
    expect(failureOf(() => registry.delete("configmaps", "default", "a"))).toBe('NotFound: configmaps "a" not found');
  });

  test("waits for finalizers, and ends with the last of them", () => {
    const made = configMap("a", {}, { finalizers: ["example.com/one", "example.com/two"] });
    const { object, gone } = registry.delete("configmaps", "default", "a");
    expect(gone).toBe(false);
    expect(object.metadata).toMatchObject({ deletionTimestamp: "2026-01-03T12:00:00Z", deletionGracePeriodSeconds: 0 });
    const metadata = { ...object.metadata, finalizers: ["example.com/two"] };
    const left = registry.update("configmaps", { ...object, metadata });
    expect(registry.find("configmaps", "default", "a")).toBe(left);
    const { finalizers: _done, ...rest } = left.metadata;
    registry.update("configmaps", { ...made, metadata: rest });
    expect(registry.find("configmaps", "default", "a")).toBeUndefined();
  });

  test("keeps its preconditions", () => {
    const { metadata } = configMap("a");
    const wrong = "11111111-1111-4111-8111-111111111111";
    expect(failureOf(() => registry.delete("configmaps", "default", "a", { preconditions: { uid: wrong } }))).toMatch(
      /^Conflict: .*Precondition failed: UID in precondition/,
    );
    const stale = { preconditions: { resourceVersion: "1" } };
    expect(failureOf(() => registry.delete("configmaps", "default", "a", stale))).toMatch(
      /^Conflict: .*Precondition failed: ResourceVersion in precondition: 1/,
    );
    const fitting = { preconditions: { uid: metadata.uid ?? "", resourceVersion: metadata.resourceVersion ?? "" } };
    expect(registry.delete("configmaps", "default", "a", fitting).gone).toBe(true);
  });

  test("marks what the collector has to do, and drops the mark of another policy", () => {
    configMap("a");
    const first = registry.delete("configmaps", "default", "a", { propagationPolicy: "Orphan" });
    expect(first.object.metadata.finalizers).toEqual(["orphan"]);
    const second = registry.delete("configmaps", "default", "a", { propagationPolicy: "Foreground" });
    expect(second.object.metadata.finalizers).toEqual(["foregroundDeletion"]);
    expect(registry.delete("configmaps", "default", "a", { propagationPolicy: "Background" }).gone).toBe(true);
  });

  test("understands the older way to ask for orphans", () => {
    configMap("a");
    const { object } = registry.delete("configmaps", "default", "a", { orphanDependents: true });
    expect(object.metadata.finalizers).toEqual(["orphan"]);
  });

  test("of a Job that does not say otherwise orphans its Pods, as it always did", () => {
    job();
    const { object } = registry.delete("jobs", "default", "pi");
    expect(object.metadata.finalizers).toEqual(["orphan"]);
    expect(object.metadata.generation).toBe(2);
  });

  test("of a Pod that runs gives it its grace period, which can only get shorter", () => {
    pod("a");
    registry.bind("default", "a", "node-1");
    const first = registry.delete("pods", "default", "a");
    expect(first.gone).toBe(false);
    expect(first.object.metadata).toMatchObject({
      deletionTimestamp: "2026-01-03T12:00:30Z",
      deletionGracePeriodSeconds: 30,
    });
    nowMs += 5000;
    expect(registry.delete("pods", "default", "a", { gracePeriodSeconds: 60 }).object).toBe(first.object);
    const shorter = registry.delete("pods", "default", "a", { gracePeriodSeconds: 10 });
    expect(shorter.object.metadata).toMatchObject({
      deletionTimestamp: "2026-01-03T12:00:10Z",
      deletionGracePeriodSeconds: 10,
    });
    expect(registry.delete("pods", "default", "a", { gracePeriodSeconds: 0 }).gone).toBe(true);
  });

  test("of a Pod without a node, or that has ended, needs no grace", () => {
    pod("unbound");
    expect(registry.delete("pods", "default", "unbound").gone).toBe(true);
    pod("ended");
    registry.bind("default", "ended", "node-1");
    const bound = registry.get("pods", "default", "ended");
    registry.updateStatus("pods", { ...bound, status: { ...bound.status, phase: "Succeeded" } }, { trusted: true });
    expect(registry.delete("pods", "default", "ended").gone).toBe(true);
  });

  test("as a dry run leaves everything", () => {
    configMap("a");
    const before = store.revision;
    expect(registry.delete("configmaps", "default", "a", {}, { dryRun: true }).gone).toBe(true);
    expect(registry.find("configmaps", "default", "a")).toBeDefined();
    expect(store.revision).toBe(before);
  });

  test("refuses a negative grace period", () => {
    pod("a");
    expect(failureOf(() => registry.delete("pods", "default", "a", { gracePeriodSeconds: -1 }))).toBe(
      "BadRequest: gracePeriodSeconds must be non-negative",
    );
  });

  test("of a namespace waits for its finalizer, Terminating", () => {
    registry.create("namespaces", { metadata: { name: "work" } });
    expect(registry.delete("namespaces", "", "work").gone).toBe(false);
    expect(registry.get("namespaces", "", "work").status?.phase).toBe("Terminating");
    registry.finalizeNamespace("work");
    expect(registry.find("namespaces", "", "work")).toBeUndefined();
  });
});

describe("binding", () => {
  test("happens once", () => {
    pod("a");
    registry.bind("default", "a", "node-1");
    expect(registry.get("pods", "default", "a").spec?.nodeName).toBe("node-1");
    expect(failureOf(() => registry.bind("default", "a", "node-2"))).toBe(
      'Conflict: Operation cannot be fulfilled on pods/binding "a": pod a is already assigned to node "node-1"',
    );
  });
});

describe("indexes", () => {
  const found = (index: string, value: string) =>
    store.byIndex("pods", index, value).map(({ metadata }) => metadata.name);

  test("follow a Pod from node to end", () => {
    pod("a");
    expect(found("unscheduled-pods", "all")).toEqual(["a"]);
    registry.bind("default", "a", "node-1");
    expect([found("unscheduled-pods", "all"), found("node-pods", "node-1")]).toEqual([[], ["a"]]);
    const bound = registry.get("pods", "default", "a");
    registry.updateStatus("pods", { ...bound, status: { ...bound.status, phase: "Failed" } }, { trusted: true });
    expect(found("node-pods", "node-1")).toEqual([]);
  });

  test("know the Pods that a Job has to look at: those that run, and ended ones with its finalizer", () => {
    const { metadata } = job();
    const owner = { apiVersion: "batch/v1", kind: "Job", name: "pi", uid: metadata.uid ?? "", controller: true };
    const finalizers = ["batch.kubernetes.io/job-tracking"];
    const made = pod("pi-1", { ownerReferences: [owner], finalizers });
    expect(found("job-live-pods", owner.uid)).toEqual(["pi-1"]);
    const ended = { ...made, status: { ...made.status, phase: "Succeeded" as const } };
    const { finalizers: _counted, ...rest } = registry.updateStatus("pods", ended, { trusted: true }).metadata;
    expect(found("job-live-pods", owner.uid)).toEqual(["pi-1"]);
    registry.update("pods", { ...ended, metadata: rest }, { trusted: true });
    expect(found("job-live-pods", owner.uid)).toEqual([]);
    expect(found("owner", owner.uid)).toEqual(["pi-1"]);
  });
});
