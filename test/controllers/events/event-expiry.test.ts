import { describe, expect, test } from "vitest";
import { ClusterWorld } from "../cluster-world.js";

const hour = 3600;

function events(cluster: ClusterWorld): readonly string[] {
  return cluster.client.list("events", "default").map(({ reason }) => reason ?? "");
}

describe("an Event", () => {
  test("goes an hour after it was written, give or take a minute", () => {
    const cluster = new ClusterWorld();
    cluster.runPod("one");
    cluster.settle();
    expect(events(cluster)).toContain("Started");
    cluster.advance(hour - 60);
    expect(events(cluster)).toContain("Started");
    cluster.advance(120);
    expect(events(cluster)).toEqual([]);
  });

  test("that is counted again lives an hour from then", () => {
    const cluster = new ClusterWorld();
    const pod = cluster.runPod("one");
    const record = () => cluster.world.recorder.event({ component: "test" }, pod, "Normal", "Again", "again");
    record();
    cluster.advance(1800);
    record();
    cluster.advance(hour - 120);
    expect(events(cluster)).toEqual(["Again"]);
    expect(cluster.client.list("events", "default")[0]?.count).toBe(2);
    cluster.advance(240);
    expect(events(cluster)).toEqual([]);
  });

  test("leaves nothing behind: no rows of the recorder, nothing to do", () => {
    const cluster = new ClusterWorld();
    cluster.runPod("one");
    cluster.advance(2 * hour);
    expect(cluster.world.store.table("events.recorder").names()).toEqual([]);
    expect(cluster.world.store.table("event-expiry.by-span").names()).toEqual([]);
    expect(cluster.world.nextAtMs).toBeNull();
  });

  test("that waits for its end keeps nobody else waiting", () => {
    const cluster = new ClusterWorld();
    cluster.runPod("one");
    expect(cluster.world.isQuiet).toBe(false);
    cluster.settle();
    expect(cluster.world.isQuiet).toBe(true);
    expect(cluster.world.nextAtMs).not.toBeNull();
  });

  test("goes with its namespace, and is forgotten then", () => {
    const cluster = new ClusterWorld();
    cluster.client.create("namespaces", { metadata: { name: "short" } });
    cluster.advance(1);
    cluster.client.create("pods", {
      metadata: { name: "one", namespace: "short" },
      spec: { containers: [{ name: "main", image: "pause" }] },
    });
    cluster.advance(10);
    cluster.client.delete("namespaces", "", "short");
    cluster.advance(60);
    expect(cluster.client.get("namespaces", "", "short")).toBeUndefined();
    expect(cluster.world.store.table("events.recorder").names()).toEqual([]);
  });

  test("lives as long whether or not the program was restarted", () => {
    const cluster = new ClusterWorld();
    cluster.runPod("one");
    cluster.settle();
    cluster.restart();
    cluster.advance(hour + 120);
    expect(events(cluster)).toEqual([]);
  });
});
