import { decodeUtf8, encodeUtf8, incompleteTailLength } from "./bytes.js";
import type { ContainerProcess } from "./container-process.js";
import type { ContainerHost, ContainerSpec } from "./container-spec.js";
import { type Description, nullDevice, Pipe, Sink } from "./descriptions.js";
import { type ExecRequest, type Journal, type JournalEntry, Recorder } from "./journal.js";
import { type Ended, Kernel } from "./kernel.js";
import { limits } from "./limits.js";
import { type Listener, type Program, SystemError } from "./program.js";
import { SIGINT, SIGKILL, SIGQUIT } from "./signals.js";
import { Visit } from "./visit.js";

/** A container or an exec that could not begin: no such program. The text is the runtime's, from `exec:` on. */
export class StartFailure {
  constructor(readonly reason: string) {}
}

interface Exited {
  readonly exitCode: number;
  /** The signal that ended process 1, where one did; the exit code is then 128 more. */
  readonly signal?: number;
  /** Its processes held more memory than they may. */
  readonly isOutOfMemory?: boolean;
}

/** A piece of an exec's output, a byte string: what is to be text is decoded at the edge. */
export interface OutputChunk {
  readonly stream: "stdout" | "stderr";
  readonly data: string;
}

interface ExecState {
  /** Output since the last call, in the order it was written. */
  readonly chunks: readonly OutputChunk[];
  readonly exited: Exited | null;
}

interface Exec {
  chunks: OutputChunk[];
  exited: Exited | null;
  readonly stdin: Pipe | null;
  readonly isTerminal: boolean;
}

/**
 * Starts a container and runs it until all of its processes wait.
 * @returns a StartFailure where its program cannot be found or executed.
 */
export function startContainer(spec: ContainerSpec, host: ContainerHost, nowMs: number): Container | StartFailure {
  const container = new Container(spec, host, nowMs);
  const failure = container.begin();
  return failure ?? container;
}

/**
 * A container as it was when `journal` ended. Its inputs are fed to it again, what it asked its host is answered from
 * the journal, and it writes nothing. Costs as much processor time as its life did.
 */
export function restoreContainer(spec: ContainerSpec, host: ContainerHost, journal: Journal): Container {
  const first = journal[0];
  if (!first || !("start" in first)) throw new Error("a container's journal must begin with its start");
  const container = new Container(spec, host, first.start);
  container.replay(journal);
  return container;
}

/**
 * A running container. It does nothing by itself: {@link run} is called at {@link wakeAtMs}, and whatever else comes
 * from outside runs its processes at that instant until all wait. Once it has exited, all calls do nothing.
 */
export class Container {
  /** How process 1 ended; null while it runs. */
  exited: Exited | null = null;
  readonly #spec: ContainerSpec;
  readonly #host: ContainerHost;
  readonly #kernel: Kernel;
  readonly #recorder = new Recorder();
  readonly #startMs: number;
  readonly #execs = new Map<number, Exec>();
  readonly #stdin: Pipe | null;
  readonly #tails = { stdout: "", stderr: "" };

  /** Use {@link startContainer} or {@link restoreContainer}. */
  constructor(spec: ContainerSpec, host: ContainerHost, nowMs: number) {
    this.#spec = spec;
    this.#host = host;
    this.#startMs = nowMs;
    this.#stdin = spec.stdin ? new Pipe(limits.stdinBytesMax, spec.tty) : null;
    this.#kernel = new Kernel({
      spec,
      host,
      recorder: this.#recorder,
      nowMs,
      onEnd: (pid, ended) => this.#ended(pid, ended),
    });
  }

  /** What has come from outside so far, as plain JSON; it only grows. */
  get journal(): Journal {
    return this.#recorder.entries;
  }

  /** The next instant at which {@link run} has something to do; null: nothing happens before something comes in. */
  get wakeAtMs(): number | null {
    return this.exited ? null : this.#kernel.wakeAtMs();
  }

  /** Text of the termination message file, at most 4096 bytes of it. */
  get terminationMessage(): string {
    return decodeUtf8(this.#kernel.terminationLog().slice(0, 4096));
  }

  /** What answers at a port of the container; null where nothing listens. */
  listener(port: number): Listener | null {
    return this.exited ? null : this.#kernel.listener(port);
  }

  /** Starts process 1; for {@link startContainer}. */
  begin(): StartFailure | null {
    const { command, args, image } = this.#spec;
    const words = command?.length
      ? [...command, ...(args ?? [])]
      : [...image.entrypoint, ...(args?.length ? args : image.cmd)];
    this.#recorder.write({ start: this.#startMs });
    const failure = this.#startRoot({
      argv: words,
      env: [],
      stdin: this.#stdin,
      emit: (stream, data) => this.#emit(stream, data),
      isTerminal: this.#spec.tty ?? false,
    });
    if (failure instanceof StartFailure) return failure;
    this.#kernel.run(this.#startMs);
    return null;
  }

  /** Runs what is due; does nothing before {@link wakeAtMs}. */
  run(nowMs: number): void {
    const wakeAtMs = this.wakeAtMs;
    if (wakeAtMs === null || nowMs < wakeAtMs) return;
    if (nowMs === wakeAtMs) this.#recorder.writeDue();
    else this.#recorder.write({ run: nowMs });
    this.#kernel.run(nowMs);
  }

  /** A signal to process 1. */
  signal(signal: number, nowMs: number): void {
    if (signal === SIGKILL) {
      this.kill(nowMs);
      return;
    }
    if (this.exited) return;
    this.#recorder.write({ signal, at: nowMs });
    this.#kernel.visit = null;
    this.#kernel.nowMs = Math.max(this.#kernel.nowMs, nowMs);
    const init = this.#kernel.processOf(1);
    if (init) this.#kernel.deliver(init, signal);
    this.#kernel.run(nowMs);
  }

  /** SIGKILL to all. */
  kill(nowMs: number): void {
    if (this.exited) return;
    this.#recorder.write({ kill: nowMs });
    this.#kernel.nowMs = Math.max(this.#kernel.nowMs, nowMs);
    this.#kernel.killAll();
  }

  /** Starts a program beside process 1; gives the number by which it is asked for. */
  exec(request: ExecRequest, nowMs: number): number | StartFailure {
    if (this.exited) return new StartFailure("container is not running");
    const entry = this.#recorder.length;
    const { changes } = this.#kernel;
    this.#recorder.write({ exec: request, at: nowMs });
    this.#kernel.nowMs = Math.max(this.#kernel.nowMs, nowMs);
    const exec: Exec = {
      chunks: [],
      exited: null,
      stdin: request.stdin ? new Pipe(limits.stdinBytesMax, request.tty) : null,
      isTerminal: request.tty,
    };
    const started = this.#startRoot({
      argv: request.argv,
      env: request.env ?? [],
      stdin: exec.stdin,
      emit: (stream, data) => {
        this.#kernel.countOutput(data.length);
        exec.chunks.push({ stream, data });
      },
      isTerminal: request.tty,
    });
    if (started instanceof StartFailure) {
      if (!this.#recorder.isReplaying && changes === this.#kernel.changes) {
        this.#recorder.leaveOut(entry, this.#kernel.counters);
      }
      return started;
    }
    this.#execs.set(started.pid, exec);
    this.#kernel.visit = new Visit(started.pid, entry, changes);
    this.#kernel.run(nowMs);
    return started.pid;
  }

  /** How an exec stands; its output is given once, and after its end it is known no more. Throws for one that is not known. */
  execState(id: number): ExecState {
    const exec = this.#exec(id);
    const { chunks, exited } = exec;
    if (exited !== null && !this.exited && this.#leavesNoTrace(id)) {
      this.#execs.delete(id);
      return { chunks, exited };
    }
    if (chunks.length > 0) {
      exec.chunks = [];
      this.#recorder.write({ drained: chunks.length, of: id });
      if (this.#kernel.visit?.group !== id) this.#kernel.visit = null;
    }
    return { chunks, exited };
  }

  /** Takes an exec that has ended out of the journal, if nothing but it has happened since it began. */
  #leavesNoTrace(id: number): boolean {
    const { visit, changes } = this.#kernel;
    if (visit?.group !== id) return false;
    this.#kernel.visit = null;
    if (!visit.isAlone || visit.changes !== changes || this.#kernel.hasGroup(id)) return false;
    this.#recorder.leaveOut(visit.entry, this.#kernel.counters);
    return true;
  }

  /** Whether an exec, or process 1, waits for input that is still to come. */
  isAwaitingStdin(of: number | "main"): boolean {
    const stdin = of === "main" ? this.#stdin : this.#exec(of).stdin;
    return stdin?.isAwaited === true;
  }

  /** Bytes for an exec's or process 1's standard input; null ends it. Ignored where that is not open. */
  writeStdin(to: number | "main", data: string | null, nowMs: number): void {
    const stdin = to === "main" ? this.#stdin : this.#exec(to).stdin;
    if (!stdin || this.exited) return;
    this.#recorder.write({ stdin: data, to, at: nowMs });
    if (to !== this.#kernel.visit?.group) this.#kernel.visit = null;
    this.#kernel.nowMs = Math.max(this.#kernel.nowMs, nowMs);
    if (data === null) stdin.endWriting();
    else this.#type(to, stdin, data);
    this.#kernel.run(nowMs);
  }

  /** Feeds the inputs of a journal; for {@link restoreContainer}. */
  replay(journal: Journal): void {
    this.#recorder.replay(answersOf(journal));
    for (const [index, entry] of journal.entries()) {
      this.#recorder.feed(index);
      this.#feed(entry);
    }
    this.#recorder.goOn(journal);
  }

  #feed(entry: JournalEntry): void {
    if ("start" in entry) this.begin();
    else if ("run" in entry) this.run(entry.run);
    else if ("due" in entry) {
      for (let count = 0; count < entry.due; count++) this.run(this.wakeAtMs ?? 0);
    } else if ("signal" in entry) this.signal(entry.signal, entry.at);
    else if ("kill" in entry) this.kill(entry.kill);
    else if ("exec" in entry) this.exec(entry.exec, entry.at);
    else if ("stdin" in entry) this.writeStdin(entry.to, entry.stdin, entry.at);
    else if ("counters" in entry) this.#kernel.counters = entry.counters;
    else if ("drained" in entry) this.#exec(entry.of).chunks.splice(0, entry.drained);
  }

  #exec(id: number): Exec {
    const exec = this.#execs.get(id);
    if (!exec) throw new Error(`this container has no exec ${id}`);
    return exec;
  }

  #ended(pid: number, ended: Ended): void {
    const exited: Exited = {
      exitCode: ended.status,
      ...(ended.signal > 0 && { signal: ended.signal }),
      ...(this.#kernel.memory.isExhausted && { isOutOfMemory: true }),
    };
    const exec = this.#execs.get(pid);
    if (exec) exec.exited = exited;
    if (pid !== 1) return;
    this.exited = exited;
    for (const stream of ["stdout", "stderr"] as const) {
      const tail = this.#tails[stream];
      this.#tails[stream] = "";
      if (tail !== "") this.#write(stream, tail);
    }
  }

  #emit(stream: "stdout" | "stderr", data: string): void {
    this.#kernel.countOutput(data.length);
    const bytes = this.#tails[stream] === "" ? data : this.#tails[stream] + data;
    const tailLength = incompleteTailLength(bytes);
    this.#tails[stream] = tailLength === 0 ? "" : bytes.slice(bytes.length - tailLength);
    const whole = tailLength === 0 ? bytes : bytes.slice(0, bytes.length - tailLength);
    if (whole !== "") this.#write(stream, whole);
  }

  #write(stream: "stdout" | "stderr", bytes: string): void {
    if (!this.#recorder.isReplaying) this.#host.output(stream, decodeUtf8(bytes));
  }

  /** What is typed at a terminal is shown there; Ctrl-C, Ctrl-D and Ctrl-\ are no bytes for the program. */
  #type(to: number | "main", stdin: Pipe, data: string): void {
    if (!stdin.hasReader) return;
    const isTerminal = to === "main" ? this.#spec.tty : this.#exec(to).isTerminal;
    if (!isTerminal) {
      stdin.put(data);
      return;
    }
    const echo = data.replace(/\r?\n|\r/g, "\r\n").replace(controlKeys, "");
    if (echo !== "" && to === "main") this.#emit("stdout", echo);
    else if (echo !== "" && to !== "main") this.#exec(to).chunks.push({ stream: "stdout", data: echo });
    for (const part of data.replaceAll("\r", "\n").split(controlKeys)) {
      if (part === "\x04") stdin.endWriting();
      else if (part === "\x03") this.#signalGroup(to === "main" ? 1 : to, SIGINT);
      else if (part === "\x1c") this.#signalGroup(to === "main" ? 1 : to, SIGQUIT);
      else if (part !== "") stdin.put(part);
    }
  }

  #signalGroup(group: number, signal: number): void {
    for (const info of this.#kernel.processInfos()) {
      const process = this.#kernel.processOf(info.pid);
      if (process?.group === group) this.#kernel.deliver(process, signal);
    }
  }

  #startRoot(options: {
    argv: readonly string[];
    env: readonly { readonly name: string; readonly value: string }[];
    stdin: Pipe | null;
    emit: (stream: "stdout" | "stderr", data: string) => void;
    isTerminal: boolean;
  }): ContainerProcess | StartFailure {
    const spec = this.#spec;
    const user = spec.user ?? userOf(spec, this.#kernel);
    const stdin: Description = options.stdin?.readEnd ?? nullDevice();
    const terminal = options.isTerminal ? stdin : null;
    const stdout = new Sink((data) => options.emit("stdout", data), terminal);
    const stderr = terminal ? stdout : new Sink((data) => options.emit("stderr", data), null);
    let program: Program | null = null;
    const process = this.#kernel.startRoot({
      program: (self) => {
        if (!program) throw new Error("a process was run before its program was found");
        return program(self);
      },
      argv: options.argv.map(encodeUtf8),
      env: environmentOf(spec, options.env, user.uid),
      cwd: encodeUtf8(spec.workingDir ?? spec.image.workingDir) || "/",
      ...user,
      stdin,
      stdout,
      stderr,
    });
    const found = programOf(process);
    if (found instanceof StartFailure) {
      this.#kernel.abandon(process);
      return found;
    }
    program = found;
    return process;
  }
}

/** Ctrl-C, Ctrl-D and Ctrl-\\. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const controlKeys = /([\u0003\u0004\u001c])/g;

function* answersOf(journal: Journal): Generator<JournalEntry> {
  for (const entry of journal) if ("answer" in entry || "failed" in entry) yield entry;
}

/** The program of a new root process, or why there is none, in the words of the runtime. */
function programOf(process: ContainerProcess): Program | StartFailure {
  const name = process.argv[0];
  if (name === undefined) return new StartFailure("no command specified");
  const shown = `exec: "${decodeUtf8(name)}"`;
  try {
    const found = name === "" ? null : process.find(name);
    if (found) return found.program;
    if (name.includes("/")) return new StartFailure(`${shown}: stat ${decodeUtf8(name)}: no such file or directory`);
    return new StartFailure(`${shown}: executable file not found in $PATH`);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const isDirectory = process.files.exists(name) && process.files.stat(name).type === "directory";
    return new StartFailure(`${shown}: ${isDirectory ? "is a directory" : "permission denied"}`);
  }
}

function environmentOf(
  spec: ContainerSpec,
  more: readonly { readonly name: string; readonly value: string }[],
  uid: number,
): Map<string, string> {
  const env = new Map<string, string>();
  for (const { name, value } of spec.image.env) env.set(encodeUtf8(name), encodeUtf8(value));
  if (!env.has("PATH")) env.set("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  env.set("HOSTNAME", encodeUtf8(spec.hostname));
  if (spec.tty) env.set("TERM", "xterm");
  for (const { name, value } of spec.env) env.set(encodeUtf8(name), encodeUtf8(value));
  for (const { name, value } of more) env.set(encodeUtf8(name), encodeUtf8(value));
  if (!env.has("HOME")) env.set("HOME", uid === 0 ? "/root" : "/");
  return env;
}

/** The image's user as numbers, by its /etc/passwd where it is a name. */
function userOf(spec: ContainerSpec, kernel: Kernel): { uid: number; gid: number } {
  const { user } = spec.image;
  if (user === "" || user === "root" || user === "0") return { uid: 0, gid: 0 };
  const [name = "", group] = user.split(":");
  if (/^\d+$/.test(name)) return { uid: Number(name), gid: Number(group ?? 0) || 0 };
  const place = kernel.nameSpace().resolve("/etc/passwd");
  const passwd = place.found.kind === "found" ? place.mount.files.read(place.inner, 0, limits.fileBytesMax) : "";
  for (const line of passwd.split("\n")) {
    const [entry, , uid, gid] = line.split(":");
    if (entry === name) return { uid: Number(uid), gid: Number(gid) };
  }
  return { uid: 0, gid: 0 };
}
