import type { Node, NodeCondition, Taint } from "../../api/generated/types.js";
import { type EpochMs, formatTime, parseTime } from "../../api/meta/object.js";
import { type EmulatedVersion, isAtLeast } from "../../api/versions/emulated-version.js";

/** Milliseconds between two heartbeats of a kubelet, and between two looks of the controller at all nodes. */
const heartbeatMs = 10_000;
const monitorMs = 5_000;

const unreachable = "node.kubernetes.io/unreachable";
const notReady = "node.kubernetes.io/not-ready";
/** Conditions of which only the kubelet knows. */
const kubeletConditions = new Set(["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"]);

/**
 * When the control plane notices that a node has fallen silent: the first look after the last heartbeat has become too old.
 * @see kubernetes v1.36 pkg/controller/nodelifecycle/config/v1alpha1/defaults.go, NodeMonitorGracePeriod
 */
export function noticedAtMs({ metadata }: Node, downAtMs: EpochMs, version: EmulatedVersion): EpochMs {
  const bornMs = metadata.creationTimestamp === undefined ? 0 : parseTime(metadata.creationTimestamp);
  const heardAtMs = downAtMs - ((downAtMs - bornMs) % heartbeatMs);
  const graceMs = isAtLeast(version, "1.32") ? 50_000 : 40_000;
  return bornMs + Math.ceil((heardAtMs + graceMs - bornMs) / monitorMs) * monitorMs;
}

export function isReady({ status }: Node): boolean {
  return readyOf(status?.conditions)?.status === "True";
}

function readyOf(conditions: readonly NodeCondition[] | undefined): NodeCondition | undefined {
  return conditions?.find(({ type }) => type === "Ready");
}

/**
 * A node of which nothing is known any more; the same one where that has been said.
 * @see kubernetes v1.36 pkg/controller/nodelifecycle/node_lifecycle_controller.go, tryUpdateNodeHealth
 */
export function withUnknownHealth(node: Node, now: EpochMs): Node {
  const conditions = node.status?.conditions ?? [];
  if (readyOf(conditions)?.status === "Unknown") return node;
  const unknown = conditions.map((condition) =>
    kubeletConditions.has(condition.type)
      ? {
          ...condition,
          status: "Unknown",
          reason: "NodeStatusUnknown",
          message: "Kubelet stopped posting node status.",
          lastTransitionTime: formatTime(now),
        }
      : condition,
  );
  return { ...node, status: { ...node.status, conditions: unknown } };
}

/**
 * A node with the taints that its health asks for; the same one where it has them.
 * @see kubernetes v1.36 pkg/controller/nodelifecycle/node_lifecycle_controller.go, processTaintBaseEviction
 */
export function withHealthTaints(node: Node, now: EpochMs): Node {
  const status = readyOf(node.status?.conditions)?.status ?? "Unknown";
  const key = status === "Unknown" ? unreachable : notReady;
  const taints = node.spec?.taints ?? [];
  const kept = taints.filter((taint) => !isHealthTaint(taint) || (status !== "True" && taint.key === key));
  const effects = status === "True" ? [] : (["NoSchedule", "NoExecute"] as const);
  const missing = effects.filter((effect) => !kept.some((taint) => taint.key === key && taint.effect === effect));
  if (missing.length === 0 && kept.length === taints.length) return node;
  const added = missing.map((effect): Taint => ({ effect, key, timeAdded: formatTime(now) }));
  const { taints: _before, ...spec } = node.spec ?? {};
  const wanted = [...kept, ...added];
  return { ...node, spec: wanted.length === 0 ? spec : { ...spec, taints: wanted } };
}

function isHealthTaint({ key, effect }: Taint): boolean {
  return (key === unreachable || key === notReady) && (effect === "NoSchedule" || effect === "NoExecute");
}
