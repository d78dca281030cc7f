import type { RawData } from "ws";
import type { Status } from "../api/generated/types.js";
import type { ExecChunk } from "../client/api-client.js";
import { RemoteStatusError, statusOf } from "./answers.js";
import type { Connection } from "./connection.js";

/** @see k8s.io/apimachinery/pkg/util/remotecommand/constants.go */
const protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, close: 255 } as const;

interface ChannelRequest {
  /** The address of exec or attach, with its query. */
  readonly path: string;
  readonly stdin: AsyncIterable<Uint8Array> | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds after which nobody waits any more. */
  readonly timeoutMs?: number;
  readonly onOutput: (chunk: ExecChunk) => void;
  /** Leaves the command. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a command over a WebSocket. Resolves to its exit status; null where it was left before it ended.
 * @throws RemoteStatusError where the server refuses, or the command could not be run
 */
export async function runChannels(connection: Connection, request: ChannelRequest): Promise<number | null> {
  const socket = connection.webSocket(request.path, protocols, request.headers);
  let outcome: Status | undefined;
  const timer = request.timeoutMs === undefined ? undefined : setTimeout(() => socket.close(), request.timeoutMs);
  const leave = () => socket.close();
  request.signal?.addEventListener("abort", leave);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.on("open", () => {
        if (request.stdin !== null) void pump(request.stdin, socket).catch(reject);
      });
      socket.on("message", (raw: RawData) => {
        const message = Buffer.isBuffer(raw)
          ? raw
          : Buffer.concat(raw instanceof ArrayBuffer ? [Buffer.from(raw)] : raw);
        const data = message.subarray(1);
        if (message[0] === channel.stdout) output("stdout", data);
        else if (message[0] === channel.stderr) output("stderr", data);
        else if (message[0] === channel.error) outcome = JSON.parse(data.toString("utf8")) as Status;
      });
      socket.on("unexpected-response", (_request, answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => {
          const body = Buffer.concat(chunks).toString("utf8");
          reject(new RemoteStatusError(statusOf(answer.statusCode ?? 0, body)));
        });
      });
      socket.on("error", reject);
      socket.on("close", () => resolve());
    });
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener("abort", leave);
    socket.close();
  }
  return outcome === undefined ? null : exitCodeOf(outcome);

  function output(stream: "stdout" | "stderr", data: Buffer): void {
    if (data.length > 0) request.onOutput({ stream, bytes: data });
  }
}

async function pump(
  stdin: AsyncIterable<Uint8Array>,
  socket: { readonly protocol: string; readonly readyState: number; send(data: Uint8Array): void },
): Promise<void> {
  const isOpen = () => socket.readyState === 1;
  for await (const bytes of stdin) {
    if (!isOpen()) return;
    socket.send(Buffer.concat([Buffer.of(channel.stdin), bytes]));
  }
  // Only the newer protocol can say that there is no more input.
  if (isOpen() && socket.protocol === "v5.channel.k8s.io") socket.send(Buffer.of(channel.close, channel.stdin));
}

/** @throws RemoteStatusError */
function exitCodeOf(status: Status): number {
  if (status.status === "Success") return 0;
  const cause = status.details?.causes?.find(({ reason }) => reason === "ExitCode");
  if (status.reason !== "NonZeroExitCode" || cause === undefined) throw new RemoteStatusError(status);
  return Number(cause.message);
}
