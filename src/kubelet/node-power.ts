import { downSince } from "../api/core/node-down.js";
import type { Node, Pod } from "../api/generated/types.js";
import { formatTime } from "../api/meta/object.js";
import { StatusError } from "../api/meta/status.js";
import type { Context } from "../client/component.js";
import { latencyMs } from "./latencies.js";
import { podPhase } from "./pod-phase.js";
import { tell, type Work } from "./work.js";

/** What containerd says of a container that it finds dead after the machine has started again. */
const lostExitCode = 255;

/** Who asks the kubelet of a node that has failed, or that is not there, is told so. @throws StatusError */
export function requireKubelet({ spec, status }: Pod, path: string, { client }: Pick<Context, "client">): void {
  const { nodeName = "" } = spec ?? {};
  const node = client.get("nodes", "", nodeName);
  if (node === undefined) {
    throw new StatusError("NotFound", `nodes "${nodeName}" not found`, { name: nodeName, kind: "nodes" });
  }
  if (downSince(node) === undefined) return;
  const address = `${status?.hostIP ?? spec?.nodeName}:10250`;
  const why = `dial tcp ${address}: connect: no route to host`;
  throw new StatusError(
    "InternalError",
    path === "" ? `error dialing backend: ${why}` : `Get "https://${address}/${path}": ${why}`,
  );
}

/** The machine is gone, and with it all that ran on it. Nobody is there to tell. */
export function losePower({ runtime, key, row, nowMs }: Pick<Work, "runtime" | "key" | "row" | "nowMs">): void {
  if (row.isLost === true) return;
  row.isLost = true;
  row.hasSandbox = false;
  row.sandboxAtMs = null;
  row.publishAtMs = null;
  for (const container of row.containers) {
    container.journal = null;
    container.made = null;
    if (container.phase === "pulling" || container.phase === "starting") container.phase = "idle";
    if (container.phase !== "running") continue;
    runtime.drop(key, container);
    container.phase = "ended";
    container.atMs = nowMs;
    container.ended = {
      startedMs: container.startedMs ?? nowMs,
      finishedMs: nowMs,
      exitCode: lostExitCode,
      reason: "Unknown",
      id: container.id ?? "",
    };
    delete container.stop;
    delete container.probes;
    delete container.postStart;
  }
  runtime.pods.put(key, row);
}

/** The kubelet finds its Pods as the machine left them: those that are not over get a new sandbox. */
export function findAgain(work: Work): void {
  const { runtime, row, spec, context, uid, nowMs } = work;
  if (row.isLost !== true) return;
  delete row.isLost;
  row.publishAtMs = nowMs + latencyMs(context.random, "publish", uid, "again", nowMs);
  const phase = podPhase({ spec, containers: row.containers, isStopped: row.stop !== null });
  if (phase === "Succeeded" || phase === "Failed" || work.pod.metadata.deletionTimestamp !== undefined) return;
  if (row.ip !== null && row.ip !== row.hostIp) runtime.addresses.release(row.node, row.ip);
  row.ip = null;
  row.sandboxAtMs = nowMs + latencyMs(context.random, "sandbox", uid, nowMs);
  tell(work, "Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
}

/**
 * A node that was gone starts again: its kubelet says so.
 * @see kubernetes v1.36 pkg/kubelet/kubelet_node_status.go, recordEvent
 */
export function startNode(node: Node, context: Context): void {
  const { client, recorder, random } = context;
  const { name = "" } = node.metadata;
  const tellOf = (type: "Normal" | "Warning", reason: string, message: string) =>
    recorder.event({ component: "kubelet", host: name }, node, type, reason, message);
  const tellStatus = (reason: string) => tellOf("Normal", reason, `Node ${name} status is now: ${reason}`);
  const time = formatTime(context.now());
  const bootID = random.uuid("boot", name, context.now());
  tellOf("Normal", "Starting", "Starting kubelet.");
  for (const { reason } of healthy) if (reason !== "KubeletReady") tellStatus(reason);
  tellOf("Warning", "Rebooted", `Node ${name} has been rebooted, boot id: ${bootID}`);
  tellStatus("NodeReady");
  client.modify(
    "nodes",
    "",
    name,
    (current) => ({
      ...current,
      status: {
        ...current.status,
        ...(current.status?.nodeInfo === undefined ? {} : { nodeInfo: { ...current.status.nodeInfo, bootID } }),
        conditions: (current.status?.conditions ?? []).map((condition) => {
          const wanted = healthy.find(({ type }) => type === condition.type);
          if (wanted === undefined || condition.status === wanted.status) return condition;
          return { ...condition, ...wanted, lastHeartbeatTime: time, lastTransitionTime: time };
        }),
      },
    }),
    "status",
  );
}

const healthy = [
  {
    type: "MemoryPressure",
    status: "False",
    reason: "NodeHasSufficientMemory",
    message: "kubelet has sufficient memory available",
  },
  { type: "DiskPressure", status: "False", reason: "NodeHasNoDiskPressure", message: "kubelet has no disk pressure" },
  {
    type: "PIDPressure",
    status: "False",
    reason: "NodeHasSufficientPID",
    message: "kubelet has sufficient PID available",
  },
  { type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" },
] as const;
