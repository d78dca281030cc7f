import type { Status } from "../api/generated/types.js";
import { badRequest, StatusError } from "../api/meta/status.js";
import type { ExecHandle } from "../kubelet/exec.js";
import type { ApiContext } from "./api-context.js";
import { driveOf, type PassOptions } from "./cluster-clock.js";
import type { Target } from "./request-info.js";
import { flag } from "./request-options.js";
import { failure, noSuchResource } from "./responses.js";

/**
 * The protocols that a client may name, the best first. A message is a byte for its channel and what is sent on it; v5 can
 * say in addition that a channel has ended.
 * @see k8s.io/apimachinery/pkg/util/remotecommand/constants.go
 */
export const channelProtocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"] as const;

const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/** The other end of a channel connection. */
export interface ChannelSocket {
  send(message: Uint8Array): void;
  close(): void;
  onMessage(listener: (message: Uint8Array) => void): void;
  onClose(listener: () => void): void;
}

/** A command that has started, and waits for somebody to talk to. */
export interface StartedExec {
  connect(socket: ChannelSocket): void;
  /** Nobody came. */
  cancel(): void;
}

/**
 * Starts the command that a request to …/exec or …/attach names.
 * @throws StatusError before anything is upgraded: the client gets it as an answer
 */
export async function startChannels(
  context: ApiContext,
  { target, query, headers }: { readonly target: Target; readonly query: URLSearchParams; readonly headers: Headers },
): Promise<StartedExec> {
  const drive = context.clock.isVirtual ? driveOf(headers) : undefined;
  const { cluster, containers, streams } = context;
  const { namespace, name: pod, subresource, resource } = target;
  if (resource.name !== "pods" || (subresource !== "exec" && subresource !== "attach")) throw noSuchResource();
  const command = query.getAll("command");
  const [stdin, stdout, stderr, tty] = ["stdin", "stdout", "stderr", "tty"].map((name) => flag(query, name) === true);
  if (subresource === "exec" && command.length === 0)
    throw badRequest("you must specify at least 1 command for the container");
  if (!stdin && !stdout && !stderr) throw badRequest("you must specify at least 1 of stdin, stdout, stderr");
  const container = query.get("container") ?? "";
  const request = {
    namespace,
    pod,
    command: subresource === "exec" ? command : null,
    stdin: stdin === true,
    tty: tty === true,
    ...(container === "" ? {} : { container }),
  };
  const leave = streams.enter();
  let handle: ExecHandle;
  try {
    handle = await cluster.write((world) => containers.startExec(world.contextOf("kubelet"), request));
  } catch (error) {
    leave();
    throw error;
  }
  const show = { stdout: stdout === true, stderr: stderr === true };
  return {
    connect: (socket) => {
      const exec = new ChannelExec(context, handle, socket, show, leave);
      if (drive === undefined) exec.begin();
      else void exec.drive(drive, stdin === true);
    },
    cancel: () => {
      leave();
      void closed(context, handle);
    },
  };
}

/** The command is left alone, its output is dropped; where the cluster has gone meanwhile, so has the command. */
async function closed({ cluster, containers }: ApiContext, handle: ExecHandle): Promise<void> {
  await cluster.write((world) => containers.closeExec(world.contextOf("kubelet"), handle)).catch(() => {});
}

class ChannelExec {
  readonly #context: ApiContext;
  readonly #handle: ExecHandle;
  readonly #socket: ChannelSocket;
  readonly #show: { readonly stdout: boolean; readonly stderr: boolean };
  readonly #leave: () => void;
  #input: (Uint8Array | null)[] = [];
  #onInput: () => void = () => {};
  #isInputOpen = false;
  #awaitsInput = false;
  /** The exchange under way: whoever comes meanwhile waits for its end, and so does a clock that is driven. */
  #polling: Promise<void> | null = null;
  #isOver = false;
  #stopTicks: () => void = () => {};

  constructor(
    context: ApiContext,
    handle: ExecHandle,
    socket: ChannelSocket,
    show: { readonly stdout: boolean; readonly stderr: boolean },
    leave: () => void,
  ) {
    this.#context = context;
    this.#handle = handle;
    this.#socket = socket;
    this.#show = show;
    this.#leave = leave;
  }

  begin(): void {
    this.#socket.onMessage((message) => this.#onMessage(message));
    this.#socket.onClose(() => this.#end());
    this.#stopTicks = this.#context.cluster.onTick(() => void this.#poll());
    void this.#poll();
  }

  /** The same on a virtual clock that goes on for this client. Never rejects. */
  async drive(options: PassOptions, hasInput: boolean): Promise<void> {
    const { clock, cluster } = this.#context;
    this.#isInputOpen = hasInput;
    this.#socket.onMessage((message) => this.#take(message));
    this.#socket.onClose(() => this.#end());
    try {
      while (!this.#isOver) {
        await this.#poll();
        if (this.#isOver || this.#input.length > 0) continue;
        if (this.#awaitsInput && this.#isInputOpen) {
          await this.#nextInput();
          continue;
        }
        const passed = await clock.pass(options);
        cluster.moved();
        if (passed === "event") continue;
        await this.#poll();
        if (!this.#isOver && this.#input.length === 0) this.#finish(null);
      }
    } catch {
      this.#finish(null); // the cluster is gone
    }
  }

  /** Resolves when there is input, or nobody any more to give it. */
  #nextInput(): Promise<void> {
    if (this.#input.length > 0 || this.#isOver) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onInput = resolve;
    });
  }

  #onMessage(message: Uint8Array): void {
    if (this.#take(message)) void this.#poll();
  }

  /** Notes what a message says of the input; false where it says nothing. */
  #take(message: Uint8Array): boolean {
    const [number, ...rest] = [message[0], message[1]];
    if (number === channel.stdin) this.#input.push(message.slice(1));
    else if (number === channel.close && rest[0] === channel.stdin) {
      this.#input.push(null);
      this.#isInputOpen = false;
    } else return false;
    this.#onInput();
    return true;
  }

  /** Gives the command its input, and the client its output. Never rejects. */
  #poll(): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    this.#polling ??= this.#exchange();
    return this.#polling;
  }

  async #exchange(): Promise<void> {
    const { cluster, containers } = this.#context;
    do {
      try {
        const input = this.#input.splice(0);
        const { chunks, exitCode, awaitsInput } = await cluster.write((world) => {
          const kubelet = world.contextOf("kubelet");
          for (const data of input) containers.writeExec(kubelet, this.#handle, data);
          return containers.pollExec(kubelet, this.#handle);
        });
        this.#awaitsInput = awaitsInput === true;
        for (const { stream, bytes } of chunks) if (this.#show[stream]) this.#send(channel[stream], bytes);
        if (exitCode !== null) this.#finish(exitStatus(exitCode));
      } catch (error) {
        this.#finish(error instanceof StatusError ? error.status : failure("InternalError", String(error)).status);
      }
    } while (this.#input.length > 0 && !this.#isOver);
    this.#polling = null;
  }

  #send(number: number, bytes: Uint8Array): void {
    if (this.#isOver || bytes.length === 0) return;
    const message = new Uint8Array(bytes.length + 1);
    message[0] = number;
    message.set(bytes, 1);
    this.#socket.send(message);
  }

  /** null: the command goes on, but nobody waits for it. */
  #finish(status: Partial<Status> | null): void {
    if (status !== null) this.#send(channel.error, new TextEncoder().encode(JSON.stringify(status)));
    if (!this.#isOver) this.#socket.close();
    this.#end();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopTicks();
    this.#onInput();
    this.#leave();
    void closed(this.#context, this.#handle);
  }
}

/** @see k8s.io/apimachinery/pkg/util/remotecommand, NonZeroExitCodeReason */
function exitStatus(exitCode: number): Partial<Status> {
  if (exitCode === 0) return { metadata: {}, status: "Success" };
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(exitCode) }] },
  };
}
