import type { ContainerStatus, Pod } from "../api/generated/types.js";
import type { EpochMs } from "../api/meta/object.js";
import { badRequest } from "../api/meta/status.js";
import type { Context } from "../client/component.js";
import { findContainer } from "./find-container.js";
import { podKey, runtimeOf } from "./kubelet.js";
import type { LogPiece } from "./log-store.js";
import { requireKubelet } from "./node-power.js";

/** Which log, and how much of it. */
export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
  readonly previous?: boolean;
  readonly tailLines?: number;
  /** Lines of this instant and later. */
  readonly sinceMs?: EpochMs;
  readonly timestamps?: boolean;
  readonly limitBytes?: number;
}

/** Where a reader is: which instance, which piece of its output comes next, and whether that begins a line. */
interface Cursor {
  readonly restart: number;
  readonly next: number;
  readonly isLineStart: boolean;
  readonly bytesLeft: number;
}

/**
 * A container's output after `cursor`, or from the start of what is asked for. `ended`: nothing can come any more.
 * @throws StatusError in the kubelet's words where there is no such log
 */
export function readLogs(
  context: Context,
  request: LogRequest,
  cursor?: unknown,
): { readonly text: string; readonly cursor: unknown; readonly ended: boolean } {
  const { pod, container } = findContainer(context.client, request);
  const at = cursor as Cursor | undefined;
  if (!pod.spec?.nodeName) return { text: "", cursor, ended: false };
  requireKubelet(pod, `containerLogs/${request.namespace}/${request.pod}/${container}`, context);
  const instance = at === undefined ? instanceToRead(pod, container, request.previous === true) : "current";
  const runtime = runtimeOf(context);
  const key = podKey(pod);
  const isPrevious = request.previous === true;
  const log = runtime.logs.read(key, container, isPrevious ? "previous" : instance, at?.next ?? 0);
  if (log === undefined) return { text: "", cursor, ended: true };
  // Who follows a log follows one instance: a restart ends it.
  const isOther = at !== undefined && !isPrevious && log.restart !== at.restart;
  const pieces = isOther ? [] : at === undefined ? chosen(log.pieces, request) : log.pieces;
  const text = render(pieces, {
    timestamps: request.timestamps === true,
    isLineStart: at?.isLineStart ?? true,
    bytesMax: at?.bytesLeft ?? request.limitBytes ?? Number.MAX_SAFE_INTEGER,
  });
  const row = runtime.pods.get(key)?.containers.find(({ name }) => name === container);
  const isRunning = row !== undefined && row.phase === "running" && row.restarts === log.restart;
  const last = pieces.at(-1);
  const next: Cursor = {
    restart: at?.restart ?? log.restart,
    next: log.next,
    isLineStart: last === undefined ? (at?.isLineStart ?? true) : last[1].endsWith("\n"),
    bytesLeft: text.bytesLeft,
  };
  return { text: text.text, cursor: next, ended: isPrevious || isOther || !isRunning || text.bytesLeft <= 0 };
}

/**
 * Which instance's output there is to read.
 * @see kubernetes v1.36 pkg/kubelet/kubelet_pods.go, validateContainerLogStatus
 */
function instanceToRead(pod: Pod, container: string, isPrevious: boolean): "current" | "previous" {
  const status = statusOf(pod, container);
  const name = pod.metadata.name;
  const named = `container "${container}" in pod "${name}"`;
  if (status === undefined) {
    // Before the first status, kubelets know nothing of the Pod.
    throw badRequest(`${named} is waiting to start: ContainerCreating`);
  }
  const { state, lastState } = status;
  if (isPrevious) {
    if (lastState?.terminated?.containerID) return "previous";
    throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  }
  if (state?.running !== undefined) return "current";
  if (state?.terminated !== undefined) {
    if (state.terminated.containerID || lastState?.terminated !== undefined) return "current";
    throw badRequest(`${named} is terminated`);
  }
  if (lastState?.terminated !== undefined) return "current";
  const reason = state?.waiting?.reason;
  if (reason === undefined) throw badRequest(`${named} is waiting to start - no logs yet`);
  if (reason === "ErrImagePull") throw badRequest(`${named} is waiting to start: image can't be pulled`);
  if (reason === "ImagePullBackOff") {
    throw badRequest(`${named} is waiting to start: trying and failing to pull image`);
  }
  throw badRequest(`${named} is waiting to start: ${reason}`);
}

function statusOf({ status }: Pod, container: string): ContainerStatus | undefined {
  return (
    status?.containerStatuses?.find(({ name }) => name === container) ??
    status?.initContainerStatuses?.find(({ name }) => name === container)
  );
}

function chosen(pieces: readonly LogPiece[], { sinceMs, tailLines }: LogRequest): readonly LogPiece[] {
  const since = sinceMs === undefined ? pieces : pieces.filter(([atMs]) => atMs >= sinceMs);
  if (tailLines === undefined || tailLines < 0) return since;
  if (tailLines === 0) return [];
  let lines = 0;
  for (let index = since.length - 1; index >= 0; index--) {
    // The piece before a line's first one ends with a newline.
    if (index === 0 || since[index - 1]?.[1].endsWith("\n") === true) lines += 1;
    if (lines === tailLines) return since.slice(index);
  }
  return since;
}

function render(
  pieces: readonly LogPiece[],
  options: { readonly timestamps: boolean; readonly isLineStart: boolean; readonly bytesMax: number },
): { readonly text: string; readonly bytesLeft: number } {
  let text = "";
  let isLineStart = options.isLineStart;
  for (const [atMs, piece] of pieces) {
    if (options.timestamps && isLineStart) text += `${formatNanoTime(atMs)} `;
    text += piece;
    isLineStart = piece.endsWith("\n");
  }
  if (options.bytesMax === Number.MAX_SAFE_INTEGER) return { text, bytesLeft: options.bytesMax };
  const bytes = new TextEncoder().encode(text);
  if (bytes.length < options.bytesMax) return { text, bytesLeft: options.bytesMax - bytes.length };
  return { text: new TextDecoder().decode(bytes.slice(0, options.bytesMax)), bytesLeft: 0 };
}

/** `2026-01-03T01:46:29.123000000Z`: nine digits always. */
function formatNanoTime(atMs: EpochMs): string {
  return new Date(atMs).toISOString().replace("Z", "000000Z");
}
