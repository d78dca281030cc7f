import { describe, expect, test } from "vitest";
import type { Node, Pod, Taint, Toleration } from "../../../src/api/generated/types.js";
import { formatTime } from "../../../src/api/meta/object.js";
import { evictionDelayMs } from "../../../src/controllers/node/eviction-delay.js";
import {
  isReady,
  noticedAtMs,
  withHealthTaints,
  withUnknownHealth,
} from "../../../src/controllers/node/node-health.js";

const born = Date.UTC(2026, 0, 3, 12, 0, 0);
const unreachable: Taint = { key: "node.kubernetes.io/unreachable", effect: "NoExecute" };
const upkeep: Taint = { key: "upkeep", value: "now", effect: "NoExecute" };

function node(ready: string, taints?: readonly Taint[]): Node {
  const conditions = ["MemoryPressure", "Ready", "NetworkUnavailable"].map((type) => ({
    type,
    status: type === "Ready" ? ready : "False",
    reason: "Before",
  }));
  return {
    metadata: { name: "node-1", creationTimestamp: formatTime(born) },
    spec: taints === undefined ? {} : { taints },
    status: { conditions },
  };
}

describe("how long a Pod stays on a tainted node", () => {
  const exists = (key: string, seconds?: number): Toleration => ({
    key,
    operator: "Exists",
    ...(seconds === undefined ? {} : { tolerationSeconds: seconds }),
  });
  test.each<[string, readonly Toleration[], readonly Taint[], number | undefined]>([
    ["for ever, where there are no taints", [], [], undefined],
    ["not at all, where it tolerates none", [], [upkeep], 0],
    ["not at all, where it tolerates only one of two", [exists("upkeep")], [upkeep, unreachable], 0],
    ["for ever, where it tolerates them for good", [exists("upkeep")], [upkeep], undefined],
    ["as long as it tolerates it", [exists("upkeep", 60)], [upkeep], 60_000],
    [
      "as long as the shorter one of two",
      [exists("upkeep", 60), exists(unreachable.key, 20)],
      [upkeep, unreachable],
      20_000,
    ],
    [
      "as long as the first toleration that is meant for it says",
      [exists("upkeep", 60), exists("upkeep", 5)],
      [upkeep],
      60_000,
    ],
    ["not at all, where the time is none", [exists("upkeep", 0)], [upkeep], 0],
    ["not at all, where it tolerates another value", [{ key: "upkeep", value: "later" }], [upkeep], 0],
    ["as long as a toleration of all keys says", [{ operator: "Exists", tolerationSeconds: 7 }], [upkeep], 7000],
  ])("%s", (_name, tolerations, taints, delayMs) => {
    const pod: Pod = { metadata: { name: "pod" }, spec: { containers: [], tolerations } };
    expect(evictionDelayMs(pod, taints)).toBe(delayMs);
  });
});

describe("a node that falls silent", () => {
  test.each<[string, "1.36" | "1.31", number, number]>([
    ["right after a heartbeat", "1.36", 20_000, 70_000],
    ["right before the next one", "1.36", 29_999, 70_000],
    ["under the shorter patience of earlier versions", "1.31", 20_000, 60_000],
  ])("is noticed when its last heartbeat is too old: %s", (_name, version, downAfterMs, noticedAfterMs) => {
    expect(noticedAtMs(node("True"), born + downAfterMs, version) - born).toBe(noticedAfterMs);
  });

  test("has conditions that nobody knows, but for those that are not the kubelet's", () => {
    const silent = withUnknownHealth(node("True"), born);
    expect(silent.status?.conditions?.map(({ type, status }) => `${type} ${status}`)).toEqual([
      "MemoryPressure Unknown",
      "Ready Unknown",
      "NetworkUnavailable False",
    ]);
    expect(isReady(silent)).toBe(false);
    expect(withUnknownHealth(silent, born + 1)).toBe(silent);
  });
});

describe("the taints of a node's health", () => {
  const keysOf = (result: Node) =>
    (result.spec?.taints ?? []).map(({ key, effect }) => `${key.split("/").at(-1)}:${effect}`);
  test.each<[string, Node, string[]]>([
    ["a ready node has none", node("True"), []],
    ["one that is unknown is unreachable", node("Unknown"), ["unreachable:NoSchedule", "unreachable:NoExecute"]],
    ["one that says so itself is not ready", node("False"), ["not-ready:NoSchedule", "not-ready:NoExecute"]],
    ["they change with the health", node("False", [unreachable]), ["not-ready:NoSchedule", "not-ready:NoExecute"]],
    ["they go when it is well, and others stay", node("True", [upkeep, unreachable]), ["upkeep:NoExecute"]],
  ])("%s", (_name, before, taints) => {
    const after = withHealthTaints(before, born);
    expect(keysOf(after)).toEqual(taints);
    expect(withHealthTaints(after, born + 1)).toBe(after);
  });
});
