import { type Description, OpenFile, Pipe, type Waiter } from "./descriptions.js";
import type { Descriptors } from "./descriptors.js";
import type { Json } from "./journal.js";
import type { Kernel } from "./kernel.js";
import { limits } from "./limits.js";
import type { NameSpace } from "./name-space.js";
import { executableAt, ProcessFiles, searchPath } from "./process-files.js";
import {
  type Echo,
  type Listener,
  type OpenOptions,
  OutOfMemory,
  type Process,
  type ProcessInfo,
  type Program,
  type SpawnOptions,
  type StashedDescriptor,
  type Step,
  SystemError,
  type Wait,
} from "./program.js";
import { SIGPIPE, signalInfo } from "./signals.js";

/** `ready`: in the queue; `running`: now; `parked`: busy for ever, and not run again until a signal comes. */
type ProcessState = "ready" | "running" | "waiting" | "parked" | "stopped" | "zombie";

type SignalAction = "ignore" | (() => void);

class Stashed implements StashedDescriptor {
  readonly isStashed = true;
  constructor(readonly description: Description) {}
}

const noActions: ReadonlyMap<number, SignalAction> = new Map();
const turn: Wait = { kind: "turn" };
const forever: Wait = { kind: "forever" };
const childWait: Wait = { kind: "child", pid: null };
const readMax = 65_536;
/** Calls that may be made without giving others a turn. */
const callsPerTurn = 16;

/** A process as the kernel keeps it, and as its program sees it. */
export class ContainerProcess implements Process, Waiter {
  state: ProcessState = "ready";
  generator: Generator<Wait, number, void> | null = null;
  blockedBy: Wait | null = null;
  waitsOn: Description | null = null;
  status = 0;
  /** The signal that ended it, or 0. */
  endSignal = 0;
  readonly startMs: number;
  readonly children: number[] = [];
  #actions: Map<number, SignalAction> | null = null;
  pendingSignals: number[] = [];
  /** Turns taken at `turnsAtMs`. */
  turns = 0;
  turnsAtMs = -1;
  /** The process that an exec or the container began with: what `kill 0` reaches. */
  group: number;
  parentPid: number;
  argv: readonly string[];
  cwd: string;
  umask = 0o022;
  uid: number;
  gid: number;
  descriptors: Descriptors;
  readonly program: Program;
  readonly pid: number;
  readonly #kernel: Kernel;
  #environment: ReadonlyMap<string, string>;
  #ownEnvironment: Map<string, string> | null = null;
  #files: ProcessFiles | null = null;
  #calls = 0;

  constructor(
    kernel: Kernel,
    pid: number,
    options: {
      parent: ContainerProcess | null;
      program: Program;
      argv: readonly string[];
      env: ReadonlyMap<string, string>;
      /** `env`, where nobody else has it. */
      ownEnvironment?: Map<string, string>;
      cwd: string;
      uid: number;
      gid: number;
      descriptors: Descriptors;
    },
  ) {
    this.#kernel = kernel;
    this.pid = pid;
    this.parentPid = options.parent?.pid ?? 0;
    this.group = options.parent?.group ?? pid;
    this.umask = options.parent?.umask ?? 0o022;
    this.program = options.program;
    this.argv = options.argv;
    this.#environment = options.env;
    this.#ownEnvironment = options.ownEnvironment ?? null;
    this.cwd = options.cwd;
    this.uid = options.uid;
    this.gid = options.gid;
    this.descriptors = options.descriptors;
    this.startMs = kernel.nowMs;
  }

  /** What it does on signals, other than the default. */
  get actions(): ReadonlyMap<number, SignalAction> {
    return this.#actions ?? noActions;
  }

  setAction(signal: number, action: SignalAction | null): void {
    if (action === null) this.#actions?.delete(signal);
    else {
      this.#actions ??= new Map();
      this.#actions.set(signal, action);
    }
  }

  get env(): Map<string, string> {
    this.#ownEnvironment ??= new Map(this.#environment);
    return this.#ownEnvironment;
  }

  get files(): ProcessFiles {
    this.#files ??= new ProcessFiles(this);
    return this.#files;
  }

  get hostname(): string {
    return this.#kernel.spec.hostname;
  }
  get fqdn(): string {
    return this.#kernel.spec.fqdn;
  }
  get ip(): string {
    return this.#kernel.spec.ip;
  }
  nowMs(): number {
    return this.#kernel.nowMs;
  }
  upMs(): number {
    return this.#kernel.nowMs - this.#kernel.startMs;
  }
  random(): number {
    return this.#kernel.random();
  }
  nameSpace(): NameSpace {
    return this.#kernel.nameSpace();
  }
  mountTable(): string {
    return this.#kernel.mountTable();
  }
  /** This process reaches into another one. */
  touch(other: ContainerProcess): void {
    this.#kernel.visit?.meet(other.group);
  }

  processOf(pid: number): ContainerProcess | undefined {
    return this.#kernel.processOf(pid);
  }

  *read(fd: number, max = readMax): Step<string> {
    return yield* this.#read(fd, max, false);
  }

  *readLine(fd: number): Step<string> {
    let line = "";
    for (;;) {
      const part = yield* this.#read(fd, readMax, true);
      line = line === "" ? part : line + part;
      if (part === "" || part.endsWith("\n")) return line;
    }
  }

  hold(bytes: number): void {
    this.#kernel.memory.hold(this.pid, bytes);
  }

  *readAll(fd: number): Step<string> {
    let all = "";
    for (;;) {
      const part = yield* this.#read(fd, readMax, false);
      if (part === "") return all;
      all += part;
      if (all.length > limits.heldBytesMax) throw new OutOfMemory();
      if (all.length > limits.smallBytes) this.hold(all.length);
    }
  }

  *#read(fd: number, max: number, untilNewline: boolean): Step<string> {
    if (++this.#calls % callsPerTurn === 0) yield turn;
    for (;;) {
      const part = this.descriptors.get(fd).read(max, untilNewline);
      if (part !== null) return part;
      yield { kind: "readable", fd };
    }
  }

  *write(fd: number, data: string): Step<void> {
    if (++this.#calls % callsPerTurn === 0) yield turn;
    let left = data;
    while (left !== "") {
      const count = yield* this.#writeSome(fd, left);
      if (count === left.length) return;
      left = left.slice(count);
      yield { kind: "writable", fd };
    }
  }

  *#writeSome(fd: number, data: string): Step<number> {
    try {
      return this.descriptors.get(fd).write(data);
    } catch (error) {
      if (!(error instanceof SystemError) || error.errno !== "EPIPE") throw error;
    }
    this.#kernel.deliver(this, SIGPIPE);
    while (this.ended) yield forever;
    throw new SystemError("EPIPE");
  }

  get ended(): boolean {
    return this.state === "zombie";
  }

  *out(text: string): Step<void> {
    yield* this.write(1, text);
  }
  *err(text: string): Step<void> {
    yield* this.write(2, text);
  }

  isTerminal(fd: number): boolean {
    return this.descriptors.peek(fd)?.isTerminal ?? false;
  }

  open(path: string, options: OpenOptions): number {
    return this.descriptors.add(this.files.open(path, options));
  }
  close(fd: number): void {
    this.descriptors.close(fd);
  }
  dup(from: number, to?: number): number {
    const description = this.descriptors.get(from);
    if (to === undefined) return this.descriptors.add(description);
    if (to !== from) this.descriptors.set(to, description);
    return to;
  }
  pipe(): { readonly read: number; readonly write: number } {
    const pipe = new Pipe();
    return { read: this.descriptors.add(pipe.readEnd), write: this.descriptors.add(pipe.writeEnd) };
  }
  textInput(text: string): number {
    const content = {
      size: () => text.length,
      read: (from: number, max: number) => text.slice(from, from + max),
      write() {},
    };
    return this.descriptors.add(new OpenFile(content, { read: true, write: false, append: false }));
  }
  fds(): readonly number[] {
    return this.descriptors.numbers();
  }
  stash(fd: number): StashedDescriptor | null {
    const description = this.descriptors.take(fd);
    return description && new Stashed(description);
  }
  unstash(fd: number, stashed: StashedDescriptor | null): void {
    if (stashed !== null && !(stashed instanceof Stashed)) throw new Error("not a descriptor that was stashed");
    this.descriptors.putBack(fd, stashed?.description ?? null);
  }

  *sleep(ms: number): Step<void> {
    // The cluster's clock knows whole milliseconds: a part of one would be waited for for ever.
    const atMs = this.#kernel.nowMs + Math.max(0, Math.ceil(ms));
    const wait: Wait = { kind: "until", atMs };
    do yield wait;
    while (this.#kernel.nowMs < atMs);
  }

  spawn(options: SpawnOptions): number {
    return this.#kernel.spawn(this, options);
  }

  become(argv: readonly string[], env: ReadonlyMap<string, string>): void {
    this.argv = argv;
    this.#environment = env;
    this.#ownEnvironment = null;
    for (const [signal, action] of this.actions) if (action !== "ignore") this.setAction(signal, null);
  }

  *wait(pid: number | null): Step<{ readonly pid: number; readonly status: number; readonly signal?: number }> {
    const wait: Wait = pid === null ? childWait : { kind: "child", pid };
    for (;;) {
      const ended = this.#kernel.reap(this, pid);
      if (ended) return ended;
      yield wait;
    }
  }

  kill(pid: number, signal: number): void {
    this.#kernel.killFrom(this, pid, signal);
  }

  onSignal(signal: number, action: null | SignalAction): void {
    if (!signalInfo(signal)) throw new SystemError("EINVAL");
    this.setAction(signal, action);
  }

  processes(): readonly ProcessInfo[] {
    return this.#kernel.processInfos();
  }

  find(name: string): { readonly path: string; readonly program: Program } | null {
    if (name.includes("/")) return this.#executable(name);
    const untouched = this.#kernel.findInImage(name, this.#path);
    if (untouched) return untouched;
    let denied: SystemError | null = null;
    for (const path of searchPath(name, this.#path)) {
      try {
        const executable = this.#executable(path);
        if (executable) return executable;
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        if (this.files.exists(path) && this.files.stat(path).type === "file") denied ??= error;
      }
    }
    if (denied) throw denied;
    return null;
  }

  get #path(): string {
    return (this.#ownEnvironment ?? this.#environment).get("PATH") ?? defaultPath;
  }

  #executable(path: string): { readonly path: string; readonly program: Program } | null {
    const file = executableAt(path, this);
    if (!file) return null;
    if (file.program !== undefined) {
      const program = this.#kernel.spec.image.programs.lookup(file.program);
      return program ? { path, program } : null;
    }
    return { path, program: scriptProgram(path, file.content) };
  }

  resolve(name: string): readonly string[] | null {
    return this.#kernel.ask((host) => host.resolve(name));
  }
  resolveService(name: string): readonly { readonly target: string; readonly port: number }[] | null {
    return this.#kernel.ask((host) => host.resolveService(name));
  }
  reverse(ip: string): string | null {
    return this.#kernel.ask((host) => host.reverse(ip));
  }
  ping(ip: string): Echo | null {
    return this.#kernel.ask((host) => host.ping(ip));
  }

  listen(port: number, listener: Listener): void {
    this.#kernel.listen(this, port, listener);
  }
  request(ip: string, port: number, message: Json): Json {
    return this.#kernel.ask((host) => host.request(ip, port, message));
  }

  wake(on: Description): void {
    if (this.waitsOn === on) this.#kernel.makeReady(this);
  }

  /** Its end: nothing of it is left but its status. */
  closeAll(): void {
    this.descriptors.closeAll();
  }
}

/** Where programs are looked for without PATH. */
const defaultPath = "/sbin:/usr/sbin:/bin:/usr/bin";

/** What runs a text file: the interpreter that its first line names, or the shell. */
function scriptProgram(path: string, content: string): Program {
  const [, line = ""] = /^#![ \t]*([^\n]*)/.exec(content) ?? [];
  const [, interpreter = "/bin/sh", argument = ""] = /^(\S+)[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
  return function* (process) {
    const found = interpreter === path ? null : process.find(interpreter);
    if (!found) {
      yield* process.err(`${process.argv[0] ?? path}: not found\n`);
      return 127;
    }
    const rest = process.argv.slice(1);
    process.become([interpreter, ...(argument === "" ? [] : [argument]), path, ...rest], process.env);
    return yield* found.program(process);
  };
}
