import type { EpochMs } from "../api/meta/object.js";
import type { ExecChunk } from "../client/api-client.js";
import type { Context } from "../client/component.js";

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

/** A place in a log to read on from; opaque. */
export type LogCursor = unknown;

/** A command that runs in a container beside its own process. */
export interface ExecHandle {
  readonly id: string;
}

/**
 * What the API server asks a kubelet for besides objects: logs, and commands in containers. Failures are StatusErrors in
 * the kubelet's words.
 */
export interface ContainerAccess {
  /** What is there after `cursor` (from the start of the request's range without one); `ended` once no more can come. */
  readLogs(
    context: Context,
    request: LogRequest,
    cursor?: LogCursor,
  ): { readonly text: string; readonly cursor: LogCursor; readonly ended: boolean };
  startExec(
    context: Context,
    request: {
      readonly namespace: string;
      readonly pod: string;
      readonly container?: string;
      /** null: attach to the container's own process. */
      readonly command: readonly string[] | null;
      readonly stdin: boolean;
      readonly tty: boolean;
    },
  ): ExecHandle;
  /** What was printed since the last call; `exitCode` once it has ended; whether it waits for input meanwhile. */
  pollExec(
    context: Context,
    handle: ExecHandle,
  ): { readonly chunks: readonly ExecChunk[]; readonly exitCode: number | null; readonly awaitsInput?: boolean };
  /** null: end of input. */
  writeExec(context: Context, handle: ExecHandle, data: Uint8Array | null): void;
  /** The caller is gone: the command is left alone, its output is dropped. */
  closeExec(context: Context, handle: ExecHandle): void;
}
