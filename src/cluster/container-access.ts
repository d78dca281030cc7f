import type { ExecChunk } from "../client/api-client.js";
import type { Context } from "../client/component.js";
import type { ExecHandle, ExecRequest } from "../kubelet/exec.js";
import type { LogRequest } from "../kubelet/read-logs.js";

/** A place in a log to read on from; opaque. */
type LogCursor = unknown;

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
  startExec(context: Context, request: ExecRequest): ExecHandle;
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
