import { describe, expect, test } from "vitest";
import type { ConfigMap, DeleteOptions, OwnerReference } from "../../../src/api/generated/types.js";
import { ClusterWorld } from "../cluster-world.js";

/** Objects of this test are ConfigMaps: nothing but the collector cares for them. */
function create(cluster: ClusterWorld, name: string, owners: readonly OwnerReference[] = []): ConfigMap {
  const metadata = { name, namespace: "default", ...(owners.length === 0 ? {} : { ownerReferences: owners }) };
  return cluster.client.create("configmaps", { metadata });
}

function ownedBy({ metadata }: ConfigMap, blockOwnerDeletion = false): OwnerReference {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    name: metadata.name ?? "",
    uid: metadata.uid ?? "",
    blockOwnerDeletion,
  };
}

const namesOf = (cluster: ClusterWorld) =>
  cluster.client
    .list("configmaps", "default")
    .map(({ metadata }) => metadata.name)
    .filter((name) => name !== "kube-root-ca.crt");

const get = (cluster: ClusterWorld, name: string) => cluster.client.get("configmaps", "default", name);

function remove(cluster: ClusterWorld, name: string, propagationPolicy: DeleteOptions["propagationPolicy"]) {
  cluster.client.delete("configmaps", "default", name, propagationPolicy === undefined ? {} : { propagationPolicy });
}

/** Keeps an object from going until the test says so. */
function hold(cluster: ClusterWorld, name: string, finalizers: readonly string[]): void {
  cluster.client.modify("configmaps", "default", name, (object) => ({
    ...object,
    metadata: { ...object.metadata, finalizers },
  }));
}

describe("deleting an owner", () => {
  test("in the background takes it at once, and its dependents and theirs after it", () => {
    const cluster = new ClusterWorld();
    const owner = create(cluster, "owner");
    const child = create(cluster, "child", [ownedBy(owner)]);
    create(cluster, "grandchild", [ownedBy(child)]);
    cluster.advance(1);
    remove(cluster, "owner", "Background");
    expect(namesOf(cluster)).toEqual(["child", "grandchild"]);
    cluster.advance(1);
    expect(namesOf(cluster)).toEqual([]);
  });

  test("in the foreground keeps it until those that block it are gone", () => {
    const cluster = new ClusterWorld();
    const owner = create(cluster, "owner");
    create(cluster, "blocking", [ownedBy(owner, true)]);
    hold(cluster, "blocking", ["example.com/hold"]);
    remove(cluster, "owner", "Foreground");
    cluster.advance(1);
    expect(get(cluster, "owner")?.metadata.finalizers).toEqual(["foregroundDeletion"]);
    expect(get(cluster, "blocking")?.metadata.deletionTimestamp).toBeDefined();
    hold(cluster, "blocking", []);
    cluster.advance(1);
    expect(namesOf(cluster)).toEqual([]);
  });

  test("in the foreground does not wait for dependents that do not block it: they go after it", () => {
    const cluster = new ClusterWorld();
    const owner = create(cluster, "owner");
    create(cluster, "free", [ownedBy(owner)]);
    hold(cluster, "free", ["example.com/hold"]);
    remove(cluster, "owner", "Foreground");
    cluster.advance(1);
    expect(namesOf(cluster)).toEqual(["free"]);
    expect(get(cluster, "free")?.metadata.deletionTimestamp).toBeDefined();
  });

  test("in the foreground waits for the dependents of its dependents", () => {
    const cluster = new ClusterWorld();
    const owner = create(cluster, "owner");
    const child = create(cluster, "child", [ownedBy(owner, true)]);
    create(cluster, "grandchild", [ownedBy(child, true)]);
    hold(cluster, "grandchild", ["example.com/hold"]);
    remove(cluster, "owner", "Foreground");
    cluster.advance(1);
    expect(namesOf(cluster)).toEqual(["child", "grandchild", "owner"]);
    expect(get(cluster, "child")?.metadata.finalizers).toEqual(["foregroundDeletion"]);
    hold(cluster, "grandchild", []);
    cluster.advance(1);
    expect(namesOf(cluster)).toEqual([]);
  });

  test("in the foreground ends also where two own each other", () => {
    const cluster = new ClusterWorld();
    const one = create(cluster, "one");
    const two = create(cluster, "two", [ownedBy(one, true)]);
    cluster.client.modify("configmaps", "default", "one", (object) => ({
      ...object,
      metadata: { ...object.metadata, ownerReferences: [ownedBy(two, true)] },
    }));
    remove(cluster, "one", "Foreground");
    cluster.advance(5);
    expect(namesOf(cluster)).toEqual([]);
  });

  test("takes nothing whose list of owners is there but empty", () => {
    const cluster = new ClusterWorld();
    const metadata = { name: "free", namespace: "default", ownerReferences: [] };
    cluster.client.create("configmaps", { metadata });
    cluster.client.modify("configmaps", "default", "free", (object) => ({
      ...object,
      metadata: { ...object.metadata, ownerReferences: [], labels: { changed: "yes" } },
    }));
    cluster.advance(5);
    expect(namesOf(cluster)).toEqual(["free"]);
  });

  test("orphaning leaves the dependents, without the reference", () => {
    const cluster = new ClusterWorld();
    const owner = create(cluster, "owner");
    const other = create(cluster, "other");
    create(cluster, "child", [ownedBy(owner)]);
    create(cluster, "shared", [ownedBy(owner), ownedBy(other)]);
    remove(cluster, "owner", "Orphan");
    expect(get(cluster, "owner")?.metadata.finalizers).toEqual(["orphan"]);
    cluster.advance(1);
    expect(namesOf(cluster)).toEqual(["child", "other", "shared"]);
    expect(get(cluster, "child")?.metadata.ownerReferences).toBeUndefined();
    expect(get(cluster, "shared")?.metadata.ownerReferences).toEqual([ownedBy(other)]);
  });

  test("keeps what has another owner, without the reference to the one that is gone", () => {
    const cluster = new ClusterWorld();
    const [first, second] = [create(cluster, "first"), create(cluster, "second")];
    create(cluster, "child", [ownedBy(first), ownedBy(second)]);
    remove(cluster, "first", "Background");
    cluster.advance(1);
    expect(get(cluster, "child")?.metadata.ownerReferences).toEqual([ownedBy(second)]);
    remove(cluster, "second", "Background");
    cluster.advance(1);
    expect(namesOf(cluster)).toEqual([]);
  });

  test("in the foreground does not wait for what has another owner", () => {
    const cluster = new ClusterWorld();
    const [first, second] = [create(cluster, "first"), create(cluster, "second")];
    create(cluster, "child", [ownedBy(first, true), ownedBy(second)]);
    remove(cluster, "first", "Foreground");
    cluster.advance(1);
    expect(namesOf(cluster)).toEqual(["child", "second"]);
  });
});

describe("an owner reference", () => {
  test("to an owner that never was makes the object go", () => {
    const cluster = new ClusterWorld();
    create(cluster, "child", [{ apiVersion: "v1", kind: "ConfigMap", name: "nobody", uid: "none" }]);
    cluster.advance(1);
    expect(namesOf(cluster)).toEqual([]);
  });

  test("to the name of an owner with another UID makes the object go", () => {
    const cluster = new ClusterWorld();
    const owner = create(cluster, "owner");
    create(cluster, "child", [{ ...ownedBy(owner), uid: "another" }]);
    cluster.advance(1);
    expect(namesOf(cluster)).toEqual(["owner"]);
  });

  test("may be to an object without a namespace", () => {
    const cluster = new ClusterWorld();
    const owner = cluster.client.create("namespaces", { metadata: { name: "owner" } });
    const reference = { apiVersion: "v1", kind: "Namespace", name: "owner", uid: owner.metadata.uid ?? "" };
    create(cluster, "child", [reference]);
    cluster.advance(2);
    expect(namesOf(cluster)).toEqual(["child"]);
    cluster.client.delete("namespaces", "", "owner");
    cluster.advance(10);
    expect(namesOf(cluster)).toEqual([]);
  });

  test("of a kind that this cluster does not have keeps the object", () => {
    const cluster = new ClusterWorld();
    create(cluster, "child", [{ apiVersion: "example.com/v1", kind: "Widget", name: "one", uid: "one" }]);
    cluster.advance(1);
    expect(namesOf(cluster)).toEqual(["child"]);
  });

  test("of an object without a namespace to one with a namespace keeps the object", () => {
    const cluster = new ClusterWorld();
    const owner = create(cluster, "owner");
    cluster.client.create("namespaces", { metadata: { name: "odd", ownerReferences: [ownedBy(owner)] } });
    cluster.advance(2);
    expect(cluster.client.get("namespaces", "", "odd")?.status?.phase).toBe("Active");
  });
});
