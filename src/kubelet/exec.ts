import type { Container as V1Container } from "../api/generated/types.js";
import { badRequest, StatusError } from "../api/meta/status.js";
import type { Context, Table } from "../client/component.js";
import { byteStringOf, bytesOf, encodeUtf8 } from "../container/bytes.js";
import { type Container, StartFailure } from "../container/container.js";
import { findContainer } from "./find-container.js";
import { podKey, runtimeOf } from "./kubelet.js";
import { requireKubelet } from "./node-power.js";
import { containerSpec } from "./pod-phase.js";
import type { ContainerRow } from "./pod-row.js";
import { readLogs } from "./read-logs.js";

/** A command that runs in a container beside its own process, or a view of that process. */
export interface ExecHandle {
  readonly id: string;
}

export interface ExecRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
  /** null: attach to the container's own process. */
  readonly command: readonly string[] | null;
  readonly stdin: boolean;
  readonly tty: boolean;
}

interface OutputChunk {
  readonly stream: "stdout" | "stderr";
  readonly bytes: Uint8Array;
}

/** An exec that somebody listens to. */
interface ExecRow {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly podKey: string;
  /** Which instance of the container. */
  readonly restarts: number;
  /** The number that the container gave it; null: attached to its own process. */
  readonly exec: number | null;
  /** How far an attached listener has read. */
  cursor: unknown;
  /** What could not start has said all it has to say. */
  failed: { readonly text: string; readonly exitCode: number } | null;
}

/** SIGKILL's exit code: what a command gets whose container ends. */
const killedExitCode = 137;

/**
 * Starts a command in a running container.
 * @throws StatusError where there is no such container, or it does not run
 */
export function startExec(context: Context, request: ExecRequest): ExecHandle {
  const { pod, container } = findContainer(context.client, request);
  if (!pod.spec?.nodeName) throw badRequest(`pod ${request.pod} does not have a host assigned`);
  requireKubelet(pod, "", context);
  const key = podKey(pod);
  const target = liveContainer(context, { namespace: request.namespace, pod: request.pod, podKey: key, container });
  if (target === undefined) throw containerNotFound(container);
  const { row, live } = target;
  const base = {
    namespace: request.namespace,
    pod: request.pod,
    container,
    podKey: key,
    restarts: row.restarts,
    cursor: undefined,
    failed: null,
  };
  const rows = execRows(context);
  const id = context.random.uuid("exec", key, container, context.now(), rows.scan("").length);
  if (request.command === null) {
    const { cursor } = readLogs(context, { ...request, container, tailLines: 0 });
    rows.put(id, { ...base, exec: null, cursor });
    return { id };
  }
  const { command: argv, stdin, tty } = request;
  const started = live.exec({ argv, stdin, tty }, context.now());
  saved(context, key);
  if (started instanceof StartFailure) {
    const text = `OCI runtime exec failed: exec failed: unable to start container process: ${started.reason}: unknown\r\n`;
    const exitCode = started.reason.includes("not found") || started.reason.includes("no such file") ? 127 : 126;
    rows.put(id, { ...base, exec: null, failed: { text, exitCode } });
    return { id };
  }
  rows.put(id, { ...base, exec: started });
  return { id };
}

/** How a command stands. */
interface ExecPoll {
  /** What was printed since the last call. */
  readonly chunks: readonly OutputChunk[];
  /** null: it has not ended. */
  readonly exitCode: number | null;
  /** Whether it waits for input. */
  readonly awaitsInput?: boolean;
}

/** How a command stands, and what it has printed since the last call. */
export function pollExec(context: Context, handle: ExecHandle): ExecPoll {
  const rows = execRows(context);
  const row = rows.get(handle.id);
  if (row === undefined) return { chunks: [], exitCode: killedExitCode };
  if (row.failed !== null) {
    rows.delete(handle.id);
    return { chunks: [chunkOf("stderr", row.failed.text)], exitCode: row.failed.exitCode };
  }
  if (row.exec === null) return pollAttached(context, handle, row);
  const target = liveContainer(context, row);
  if (target === undefined || target.row.restarts !== row.restarts) {
    rows.delete(handle.id);
    return { chunks: [], exitCode: killedExitCode };
  }
  const { chunks, exited } = target.live.execState(row.exec);
  const output = chunks.map(({ stream, data }) => ({ stream, bytes: bytesOf(data) }));
  if (chunks.length > 0 || exited !== null) saved(context, row.podKey);
  if (exited !== null) rows.delete(handle.id);
  if (exited !== null) return { chunks: output, exitCode: exited.exitCode };
  return { chunks: output, exitCode: null, awaitsInput: target.live.isAwaitingStdin(row.exec) };
}

/**
 * Gives a command, or the container's own process, input; null ends it. A process that takes input from many clients, one
 * after the other, does not hear of the end of one.
 */
export function writeExec(context: Context, handle: ExecHandle, data: Uint8Array | null): void {
  const row = execRows(context).get(handle.id);
  const target = row === undefined || row.failed !== null ? undefined : liveContainer(context, row);
  if (row === undefined || target === undefined || target.row.restarts !== row.restarts) return;
  if (data === null && row.exec === null && !target.specification.stdinOnce) return;
  target.live.writeStdin(row.exec ?? "main", data === null ? null : byteStringOf(data), context.now());
  saved(context, row.podKey);
}

/** The caller is gone: the command is left alone, its output is dropped. */
export function closeExec(context: Context, handle: ExecHandle): void {
  execRows(context).delete(handle.id);
}

function pollAttached(context: Context, handle: ExecHandle, row: ExecRow): ExecPoll {
  const { namespace, pod, container, cursor } = row;
  const rows = execRows(context);
  const current = context.client.get("pods", namespace, pod);
  if (current === undefined || podKey(current) !== row.podKey) {
    rows.delete(handle.id);
    return { chunks: [], exitCode: killedExitCode };
  }
  const read = readLogs(context, { namespace, pod, container }, cursor);
  row.cursor = read.cursor;
  rows.put(handle.id, row);
  const chunks = read.text === "" ? [] : [chunkOf("stdout", read.text)];
  if (!read.ended) {
    const live = liveContainer(context, row)?.live;
    return { chunks, exitCode: null, awaitsInput: live?.isAwaitingStdin("main") === true };
  }
  rows.delete(handle.id);
  const ended = runtimeOf(context)
    .pods.get(row.podKey)
    ?.containers.find(({ name }) => name === container)?.ended;
  const status = current.status?.containerStatuses?.find(({ name }) => name === container);
  return { chunks, exitCode: ended?.exitCode ?? status?.state?.terminated?.exitCode ?? 0 };
}

function execRows(context: Context): Table<ExecRow> {
  return context.table("execs");
}

function liveContainer(
  context: Context,
  about: { readonly namespace: string; readonly pod: string; readonly podKey: string; readonly container: string },
): { readonly row: ContainerRow; readonly live: Container; readonly specification: V1Container } | undefined {
  const runtime = runtimeOf(context);
  const pod = context.client.get("pods", about.namespace, about.pod);
  const row = runtime.pods.get(about.podKey)?.containers.find(({ name }) => name === about.container);
  if (pod?.spec === undefined || podKey(pod) !== about.podKey || row === undefined || row.phase !== "running") {
    return undefined;
  }
  const specification = containerSpec(pod.spec, about.container);
  if (specification === undefined) return undefined;
  return { row, live: runtime.container(about.podKey, pod, specification, row), specification };
}

/** Something came into a container of the Pod: what it did is saved, and its kubelet looks again. */
function saved(context: Context, key: string): void {
  const runtime = runtimeOf(context);
  runtime.volumes.save();
  const row = runtime.pods.get(key);
  if (row !== undefined) runtime.pods.put(key, row);
  context.enqueue(key);
}

function chunkOf(stream: OutputChunk["stream"], text: string): OutputChunk {
  return { stream, bytes: bytesOf(encodeUtf8(text)) };
}

/** @see kubernetes v1.36 staging/src/k8s.io/kubelet/pkg/cri/streaming */
function containerNotFound(container: string): StatusError {
  return new StatusError("InternalError", `unable to upgrade connection: container not found ("${container}")`);
}
