import { type Step, SystemError } from "../../container/program.js";
import { SIGTERM, signalInfo, signalNumber, signals } from "../../container/signals.js";
import { type ChildStatus, type Job, Jobs, reapOne } from "../jobs.js";
import type { Shell } from "../shell.js";
import { announceSignal } from "../simple-command.js";

/** Takes note of children that have ended. */
function noteEnded(shell: Shell): void {
  for (;;) {
    const reaped = reapOne(shell.process);
    if (typeof reaped === "string") return;
    shell.jobs.note(reaped.pid, reaped);
  }
}

export function* jobs(shell: Shell, args: readonly string[]): Step<number> {
  noteEnded(shell);
  const names = args.filter((word) => !word.startsWith("-"));
  for (const name of names) if (!shell.jobs.find(name)) throw shell.failure(`${name}: no such job`);
  const isShort = args.some((word) => word.startsWith("-") && word.includes("p"));
  const all = [...shell.jobs.all].reverse();
  for (const [index, job] of all.entries()) {
    if (names.length > 0 && !names.some((name) => shell.jobs.find(name) === job)) continue;
    const mark = index === 0 ? "+" : index === 1 ? "-" : " ";
    const pipes = " | ".repeat(job.pids.length - 1);
    yield* shell.process.out(
      isShort ? `${job.pids[0]}\n` : `[${job.number}]${mark}  ${stateOf(job).padEnd(27)}${pipes}\n`,
    );
    if (Jobs.isDone(job)) shell.jobs.remove(job);
  }
  return 0;
}

function stateOf(job: Job): string {
  if (!Jobs.isDone(job)) return "Running";
  const { status, signal } = Jobs.resultOf(job);
  if (signal > 0) return signalInfo(signal)?.text ?? `Signal ${signal}`;
  return status === 0 ? "Done" : `Done(${status})`;
}

/** Waits until something is so, or a trap has its turn; gives whether it is so. */
function* waitUntil(shell: Shell, isSo: () => boolean): Step<boolean> {
  for (;;) {
    if (isSo()) return true;
    if (shell.pendingTraps.length > 0) return false;
    const reaped = reapOne(shell.process);
    if (reaped === "none") return true;
    if (reaped === "running") yield { kind: "child", pid: null };
    else shell.jobs.note(reaped.pid, reaped);
  }
}

/** `wait [JOB…]`: a signal that is trapped ends it, with 128 more than its number. */
export function* wait(shell: Shell, args: readonly string[]): Step<number> {
  if (args.length === 0) {
    const isOver = yield* waitUntil(shell, () => shell.jobs.all.every(Jobs.isDone));
    if (!isOver) return 128 + (shell.pendingTraps[0] ?? 0);
    for (const job of shell.jobs.all) job.isWaitedFor = true;
    return 0;
  }
  let status = 0;
  for (const name of args) {
    const job = shell.jobs.find(name);
    if (!job && !/^(?:\d+$|%)/.test(name)) throw shell.failure(`Illegal number: ${name}`);
    if (!job) {
      status = 127;
      continue;
    }
    if (!(yield* waitUntil(shell, () => Jobs.isDone(job)))) return 128 + (shell.pendingTraps[0] ?? 0);
    status = yield* finish(shell, job);
  }
  return status;
}

function* finish(shell: Shell, job: Job): Step<number> {
  const result: ChildStatus = Jobs.resultOf(job);
  shell.jobs.remove(job);
  yield* announceSignal(shell, result);
  return result.status;
}

export function* foreground(shell: Shell, args: readonly string[]): Step<number> {
  const job = shell.jobs.find(args[0] ?? "%%");
  if (!job) throw shell.failure(args[0] === undefined ? "No current job" : `${args[0]}: no such job`);
  yield* waitUntil(shell, () => Jobs.isDone(job));
  return yield* finish(shell, job);
}

export function background(shell: Shell, args: readonly string[]): number {
  if (!shell.jobs.find(args[0] ?? "%%")) {
    throw shell.failure(args[0] === undefined ? "No current job" : `${args[0]}: no such job`);
  }
  return 0;
}

/** `kill [-SIGNAL] PID…`, `kill -l`. */
export function* kill(shell: Shell, args: readonly string[]): Step<number> {
  const { process } = shell;
  const say = function* (message: string): Step<number> {
    yield* process.err(`${shell.name}: ${message}\n`);
    return 1;
  };
  let targets = args;
  let signal = SIGTERM;
  const [first = "", second] = args;
  if (first === "-l") return yield* listSignals(shell, args.slice(1));
  if (first === "-s" && second !== undefined) {
    const number = signalNumber(second);
    if (number === null) return yield* say(`bad signal name '${second}'`);
    signal = number;
    targets = args.slice(2);
  } else if (first !== "--" && /^-./.test(first)) {
    const number = signalNumber(first.slice(1));
    if (number === null) return yield* say(`bad signal name '${first.slice(1)}'`);
    signal = number;
    targets = args.slice(1);
  }
  if (targets[0] === "--") targets = targets.slice(1);
  if (targets.length === 0) return yield* say("you need to specify whom to kill");
  let status = 0;
  for (const target of targets) {
    const job = target.startsWith("%") ? shell.jobs.find(target) : undefined;
    const pids = job ? job.pids.map(String) : [target];
    for (const pid of pids) {
      const complaint = send(shell, pid, signal);
      if (complaint !== null) status = yield* say(complaint);
    }
  }
  // A signal to this very process takes effect here.
  yield { kind: "turn" };
  return status;
}

function send(shell: Shell, target: string, signal: number): string | null {
  if (!/^-?\d+$/.test(target))
    return target.startsWith("%") ? `invalid number '${target}'` : `invalid number '${target}'`;
  try {
    shell.process.kill(Number(target), signal);
    return null;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return `can't kill pid ${target}: ${error.errno === "ESRCH" ? "No such process" : "Operation not permitted"}`;
  }
}

function* listSignals(shell: Shell, names: readonly string[]): Step<number> {
  if (names.length === 0) {
    for (const { number, name } of signals) yield* shell.process.out(`${String(number).padStart(2)}) ${name}\n`);
    return 0;
  }
  for (const name of names) {
    const number = /^\d+$/.test(name) ? Number(name) & 127 : signalNumber(name);
    if (number === null) yield* shell.process.err(`${shell.name}: unknown signal '${name}'\n`);
    else yield* shell.process.out(/^\d+$/.test(name) ? `${signalInfo(number)?.name ?? name}\n` : `${number}\n`);
  }
  return 0;
}
