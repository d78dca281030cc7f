import { Budget } from "./budget.js";
import { filesOf } from "./container-files.js";
import { ContainerProcess } from "./container-process.js";
import type { ContainerHost, ContainerSpec } from "./container-spec.js";
import type { Description } from "./descriptions.js";
import { Descriptors } from "./descriptors.js";
import type { FileNode, FileTree } from "./file-tree.js";
import { type FoundProgram, findInImage } from "./image-programs.js";
import { RecordedVolume, type Recorder } from "./journal.js";
import { limits } from "./limits.js";
import { Memory } from "./memory.js";
import type { NameSpace } from "./name-space.js";
import {
  type Listener,
  OutOfMemory,
  type ProcessInfo,
  type Program,
  type SpawnOptions,
  SystemError,
  type Wait,
} from "./program.js";
import { SIGCHLD, SIGCONT, SIGHUP, SIGKILL, SIGSEGV, signalInfo } from "./signals.js";
import type { Counters, Visit } from "./visit.js";

/** How a process ended. */
export interface Ended {
  readonly status: number;
  /** The signal that ended it, or 0. */
  readonly signal: number;
}

/**
 * The operating system inside one container: processes, signals, descriptors, files. It is driven from outside:
 * {@link Kernel.run} runs at one instant whatever can run, until all wait.
 */
export class Kernel {
  readonly spec: ContainerSpec;
  readonly startMs: number;
  nowMs: number;
  readonly #recorder: Recorder;
  readonly #host: ContainerHost;
  readonly #onEnd: (pid: number, ended: Ended) => void;
  readonly #processes = new Map<number, ContainerProcess>();
  #queue: ContainerProcess[] = [];
  #nextPid = 1;
  #randomState: number;
  #nameSpace: NameSpace | null = null;
  #rootTree: FileTree | null = null;
  #terminationLog: FileNode | null = null;
  readonly memory: Memory;
  readonly #budget: Budget;
  /** Of the files, when the container first looked at them. */
  #firstRevision = 0;
  /** The exec that may leave no trace. */
  visit: Visit | null = null;
  /** Open ports, and the processes that opened them. */
  readonly #listeners = new Map<number, { readonly pid: number; readonly listener: Listener }>();

  constructor(options: {
    spec: ContainerSpec;
    host: ContainerHost;
    recorder: Recorder;
    nowMs: number;
    /** Called when a process without a parent has ended: process 1, or what an exec began with. */
    onEnd: (pid: number, ended: Ended) => void;
  }) {
    this.spec = options.spec;
    this.memory = new Memory(options.spec.memoryBytesMax);
    this.nowMs = options.nowMs;
    this.startMs = options.nowMs;
    this.#budget = new Budget(options.nowMs);
    this.#host = options.host;
    this.#recorder = options.recorder;
    this.#onEnd = options.onEnd;
    this.#randomState = options.spec.seed >>> 0;
  }

  /** Uniform in [0, 1): mulberry32. */
  random(): number {
    this.#randomState = (this.#randomState + 0x6d2b79f5) >>> 0;
    let mixed = this.#randomState;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** What has been counted so far. */
  get counters(): Counters {
    return { nowMs: this.nowMs, nextPid: this.#nextPid, randomState: this.#randomState, used: this.#budget.use };
  }

  /** Counts on from there. */
  set counters(counters: Counters) {
    this.nowMs = counters.nowMs;
    this.#nextPid = counters.nextPid;
    this.#randomState = counters.randomState;
    this.#budget.use = counters.used;
  }

  /** How often the container's own files have been changed. */
  get changes(): number {
    return (this.#rootTree?.revision ?? 0) - this.#firstRevision;
  }

  /** Whether a process of this group is left. */
  hasGroup(group: number): boolean {
    for (const process of this.#processes.values()) if (process.group === group) return true;
    return false;
  }

  ask<T>(question: (host: ContainerHost) => T): T {
    return this.#recorder.call(() => question(this.#host));
  }

  processOf(pid: number): ContainerProcess | undefined {
    return this.#processes.get(pid);
  }

  processInfos(): ProcessInfo[] {
    const infos: ProcessInfo[] = [];
    for (const process of this.#processes.values()) {
      const isBusy = process.state === "running" || process.state === "ready" || process.state === "parked";
      infos.push({
        pid: process.pid,
        parentPid: process.parentPid,
        argv: process.argv,
        state: process.state === "zombie" ? "Z" : isBusy ? "R" : "S",
        startMs: process.startMs,
      });
    }
    return infos.sort((left, right) => left.pid - right.pid);
  }

  // Files

  nameSpace(): NameSpace {
    if (this.#nameSpace) return this.#nameSpace;
    const files = filesOf(this.spec, this.startMs, (volume) => {
      return new RecordedVolume(this.#recorder, () => this.#host.volume(volume));
    });
    this.#rootTree = files.tree;
    this.#terminationLog = files.terminationLog;
    this.#firstRevision = files.tree.revision;
    this.#nameSpace = files.nameSpace;
    return this.#nameSpace;
  }

  /** A program by PATH in the image, as long as the container has not looked at its files: then it is the image's. */
  findInImage(name: string, pathVariable: string): FoundProgram | null {
    return this.#nameSpace ? null : findInImage(this.spec, name, pathVariable);
  }

  /** Bytes of the termination message file. */
  terminationLog(): string {
    return this.#terminationLog?.content ?? "";
  }

  mountTable(): string {
    return this.nameSpace()
      .mounts.map((mount) => {
        const type = mount.path === "/" ? "overlay overlay" : "/dev/vda1";
        const words = mount.path === "/" ? `overlay / overlay` : `${type} ${mount.path} ext4`;
        return `${words} ${mount.readOnly ? "ro" : "rw"},relatime 0 0\n`;
      })
      .join("");
  }

  get rootTree(): FileTree | null {
    return this.#rootTree;
  }

  // Processes

  /** Starts a process that has no parent inside: process 1, or that of an exec. */
  startRoot(options: {
    program: Program;
    argv: readonly string[];
    env: Map<string, string>;
    cwd: string;
    uid: number;
    gid: number;
    stdin: Description;
    stdout: Description;
    stderr: Description;
  }): ContainerProcess {
    const descriptors = new Descriptors();
    descriptors.set(0, options.stdin);
    descriptors.set(1, options.stdout);
    descriptors.set(2, options.stderr);
    const { program, argv, env, cwd, uid, gid } = options;
    return this.#start({ parent: null, program, argv, env, ownEnvironment: env, cwd, uid, gid, descriptors });
  }

  /** Takes back a root process whose program was not found: as if it had never been. */
  abandon(process: ContainerProcess): void {
    process.state = "zombie";
    process.closeAll();
    this.#processes.delete(process.pid);
    this.#queue = this.#queue.filter((other) => other !== process);
  }

  spawn(parent: ContainerProcess, options: SpawnOptions): number {
    const name = options.argv[0] ?? "";
    const program = options.program ?? parent.find(name)?.program;
    if (!program) throw new SystemError("ENOENT");
    this.#budget.moveTo(this.nowMs);
    if (this.#processes.size >= limits.processesMax || !this.#budget.takeSpawn()) {
      throw new SystemError("EAGAIN");
    }
    const child = this.#start({
      parent,
      program,
      argv: options.argv,
      env: options.env ?? parent.env,
      cwd: options.cwd ?? parent.cwd,
      uid: parent.uid,
      gid: parent.gid,
      descriptors: childDescriptors(parent, options.fds),
    });
    for (const [signal, action] of parent.actions) if (action === "ignore") child.setAction(signal, action);
    parent.children.push(child.pid);
    return child.pid;
  }

  #start(options: ConstructorParameters<typeof ContainerProcess>[2]): ContainerProcess {
    const process = new ContainerProcess(this, this.#nextPid++, options);
    this.#processes.set(process.pid, process);
    this.#queue.push(process);
    return process;
  }

  /** Status of an ended child, which is then forgotten; null: none has ended yet. Throws ESRCH without such a child. */
  reap(parent: ContainerProcess, pid: number | null): { pid: number; status: number; signal: number } | null {
    if (pid !== null && !parent.children.includes(pid)) throw new SystemError("ESRCH");
    if (parent.children.length === 0) throw new SystemError("ESRCH");
    for (let index = 0; index < parent.children.length; index++) {
      const child = this.#processes.get(parent.children[index] ?? 0);
      if (child?.state !== "zombie" || (pid !== null && child.pid !== pid)) continue;
      parent.children.splice(index, 1);
      this.#processes.delete(child.pid);
      return { pid: child.pid, status: child.status, signal: child.endSignal };
    }
    return null;
  }

  #end(process: ContainerProcess, status: number, signal: number): void {
    if (process.state === "zombie") return;
    this.memory.release(process.pid);
    process.state = "zombie";
    process.status = status;
    process.endSignal = signal;
    process.generator = null;
    process.blockedBy = null;
    process.waitsOn = null;
    process.closeAll();
    this.#adoptChildren(process);
    const parent = this.#processes.get(process.parentPid);
    if (parent && parent.state !== "zombie") {
      this.deliver(parent, SIGCHLD);
      if (parent.blockedBy?.kind === "child") this.makeReady(parent);
      return;
    }
    this.#processes.delete(process.pid);
    if (process.parentPid !== 0) return;
    this.#onEnd(process.pid, { status, signal });
    if (process.pid === 1) this.killAll();
  }

  /** Process 1 becomes the parent of those whose own has ended. */
  #adoptChildren(process: ContainerProcess): void {
    const init = this.#processes.get(1);
    for (const pid of process.children) {
      const child = this.#processes.get(pid);
      if (!child) continue;
      if (!init || init === process || init.state === "zombie") {
        if (child.state === "zombie") this.#processes.delete(pid);
        else child.parentPid = -1;
        continue;
      }
      child.parentPid = 1;
      init.children.push(pid);
      if (child.state === "zombie" && init.blockedBy?.kind === "child") this.makeReady(init);
    }
    process.children.length = 0;
  }

  // Ports

  listen(process: ContainerProcess, port: number, listener: Listener): void {
    if (this.listener(port)) throw new SystemError("EADDRINUSE");
    this.#listeners.set(port, { pid: process.pid, listener });
  }

  /** What answers at a port; null where it is closed. */
  listener(port: number): Listener | null {
    const open = this.#listeners.get(port);
    const state = open && this.#processes.get(open.pid)?.state;
    return open && state !== undefined && state !== "zombie" ? open.listener : null;
  }

  // Signals

  /** A signal from inside the container. */
  killFrom(sender: ContainerProcess, pid: number, signal: number): void {
    if (signal !== 0 && !signalInfo(signal)) throw new SystemError("EINVAL");
    const targets: ContainerProcess[] = [];
    for (const process of this.#processes.values()) {
      const isMeant =
        pid > 0
          ? process.pid === pid
          : pid === -1
            ? process.pid !== 1 && process !== sender
            : process.group === (pid === 0 ? sender.group : -pid);
      if (isMeant) targets.push(process);
    }
    if (targets.length === 0) throw new SystemError("ESRCH");
    if (sender.uid !== 0 && !targets.some((target) => target.uid === sender.uid)) throw new SystemError("EPERM");
    if (signal === 0) return;
    for (const target of targets) if (!(target.pid === 1 && signal === SIGKILL)) this.deliver(target, signal);
  }

  /** A signal reaches a process: its action, or the default one. Process 1 is spared defaults, except of SIGKILL. */
  deliver(process: ContainerProcess, signal: number): void {
    if (process.state === "zombie") return;
    this.visit?.meet(process.group);
    if (signal === SIGCONT && process.state === "stopped") this.#resume(process);
    const action = signal === SIGKILL ? undefined : process.actions.get(signal);
    if (action === "ignore") return;
    if (action) {
      process.pendingSignals.push(signal);
      if (process.state === "waiting") this.makeReady(process);
      else if (process.state === "parked") this.#resume(process);
      return;
    }
    const byDefault = signalInfo(signal)?.byDefault ?? "end";
    if (process.pid === 1 && signal !== SIGKILL) return;
    if (byDefault === "end") this.#end(process, 128 + signal, signal);
    else if (byDefault === "stop" && process.state !== "running") process.state = "stopped";
  }

  killAll(): void {
    for (const process of [...this.#processes.values()].sort((left, right) => left.pid - right.pid)) {
      this.#end(process, 128 + SIGKILL, SIGKILL);
    }
    this.#processes.clear();
    this.#queue = [];
  }

  /** The terminal or the attached client of an exec is gone. */
  hangUp(pid: number): void {
    const process = this.#processes.get(pid);
    if (process) this.deliver(process, SIGHUP);
  }

  #resume(process: ContainerProcess): void {
    process.turns = 0;
    process.state = "waiting";
    this.makeReady(process);
  }

  // Scheduling

  makeReady(process: ContainerProcess): void {
    if (process.state !== "waiting") return;
    process.state = "ready";
    process.blockedBy = null;
    process.waitsOn = null;
    this.#queue.push(process);
  }

  /** The next instant at which something is to run by itself; null: only what comes from outside can wake anything. */
  wakeAtMs(): number | null {
    if (this.#queue.length > 0) return this.nowMs;
    let earliest: number | null = null;
    for (const process of this.#processes.values()) {
      if (process.blockedBy?.kind !== "until") continue;
      if (earliest === null || process.blockedBy.atMs < earliest) earliest = process.blockedBy.atMs;
    }
    return earliest;
  }

  run(nowMs: number): void {
    this.nowMs = Math.max(this.nowMs, nowMs);
    this.#budget.moveTo(this.nowMs);
    this.#wakeSleepers();
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      for (const process of batch) {
        if (process.state !== "ready") continue;
        if (this.#isWithinBudget(process)) this.#step(process);
        else process.state = "parked";
      }
    }
  }

  #wakeSleepers(): void {
    const due: { process: ContainerProcess; atMs: number }[] = [];
    for (const process of this.#processes.values()) {
      const { blockedBy } = process;
      if (blockedBy?.kind === "until" && blockedBy.atMs <= this.nowMs) due.push({ process, atMs: blockedBy.atMs });
    }
    if (due.length > 1) due.sort((left, right) => left.atMs - right.atMs || left.process.pid - right.process.pid);
    for (const { process } of due) this.makeReady(process);
  }

  #isWithinBudget(process: ContainerProcess): boolean {
    if (process.turnsAtMs !== this.nowMs) {
      process.turnsAtMs = this.nowMs;
      process.turns = 0;
    }
    process.turns++;
    return this.#budget.takeTurn() && process.turns <= limits.turnsPerInstantMax;
  }

  /** Counts what leaves the container. */
  countOutput(bytes: number): void {
    this.#budget.countOutput(bytes);
  }

  #step(process: ContainerProcess): void {
    this.visit?.meet(process.group);
    process.state = "running";
    try {
      process.generator ??= process.program(process);
      while (process.pendingSignals.length > 0 && !process.ended) {
        const action = process.actions.get(process.pendingSignals.shift() ?? 0);
        if (typeof action === "function") action();
      }
      const result = process.generator.next();
      if (process.ended) return;
      if (result.done) this.#end(process, result.value & 255, 0);
      else this.#block(process, result.value);
    } catch (error) {
      this.#crash(process, error);
    }
  }

  /** A failed call that is not handled ends a program with status 1, a full stack by SIGSEGV, a full memory ends all. */
  #crash(process: ContainerProcess, error: unknown): void {
    if (process.ended) return;
    if (error instanceof SystemError) this.#end(process, 1, 0);
    else if (error instanceof OutOfMemory) {
      this.memory.isExhausted = true;
      this.killAll();
    } else if (error instanceof RangeError) this.#end(process, 128 + SIGSEGV, SIGSEGV);
    else throw error;
  }

  #block(process: ContainerProcess, wait: Wait): void {
    process.state = "waiting";
    process.blockedBy = wait;
    if (process.pendingSignals.length > 0 || this.#isOver(process, wait)) this.makeReady(process);
  }

  /** Whether what a process waits for is there already; otherwise it is registered with what will wake it. */
  #isOver(process: ContainerProcess, wait: Wait): boolean {
    switch (wait.kind) {
      case "turn":
        return true;
      case "forever":
        return false;
      case "until":
        return wait.atMs <= this.nowMs;
      case "child":
        return process.children.every((pid) => wait.pid !== null && pid !== wait.pid)
          ? true
          : process.children.some(
              (pid) => (wait.pid === null || pid === wait.pid) && this.#processes.get(pid)?.state === "zombie",
            );
      case "readable":
      case "writable": {
        const description = process.descriptors.peek(wait.fd);
        if (!description) return true;
        if (wait.kind === "readable" ? description.isReadable() : description.isWritable()) return true;
        const isReading = wait.kind === "readable";
        process.waitsOn = description;
        if (isReading) description.waitToRead(process);
        else description.waitToWrite(process);
        return false;
      }
    }
  }
}

function childDescriptors(parent: ContainerProcess, fds: ReadonlyMap<number, number> | undefined): Descriptors {
  if (!fds) return parent.descriptors.share();
  const descriptors = new Descriptors();
  for (const [childFd, fd] of fds) descriptors.set(childFd, parent.descriptors.get(fd));
  return descriptors;
}
