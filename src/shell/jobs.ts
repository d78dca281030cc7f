import { type Process, type Step, SystemError } from "../container/program.js";

/** A command that runs in the background. */
export interface Job {
  readonly number: number;
  readonly pids: readonly number[];
  /** Statuses of those that have ended. */
  readonly ended: Map<number, ChildStatus>;
  /** Whether `wait` has waited for it: it goes when the next one comes. */
  isWaitedFor: boolean;
}

export interface ChildStatus {
  readonly status: number;
  /** The signal that ended it, or 0. */
  readonly signal: number;
}

/** The background jobs of one shell. */
export class Jobs {
  #jobs: Job[] = [];

  get all(): readonly Job[] {
    return this.#jobs;
  }

  add(pids: readonly number[]): Job {
    this.#jobs = this.#jobs.filter((job) => !job.isWaitedFor);
    const number = (this.#jobs.at(-1)?.number ?? 0) + 1;
    const job: Job = { number, pids, ended: new Map(), isWaitedFor: false };
    this.#jobs.push(job);
    return job;
  }

  remove(job: Job): void {
    this.#jobs = this.#jobs.filter((other) => other !== job);
  }

  /** `%1`, `%%`, `%+`, `%-`, or a process id of the job. */
  find(text: string): Job | undefined {
    if (text === "%%" || text === "%+" || text === "%") return this.#jobs.at(-1);
    if (text === "%-") return this.#jobs.at(-2) ?? this.#jobs.at(-1);
    if (text.startsWith("%")) return this.#jobs.find((job) => String(job.number) === text.slice(1));
    return this.#jobs.find((job) => job.pids.at(-1) === Number(text));
  }

  /** Notes that a child has ended, where it is one of a job. */
  note(pid: number, ended: ChildStatus): void {
    for (const job of this.#jobs) if (job.pids.includes(pid)) job.ended.set(pid, ended);
  }

  static isDone(job: Job): boolean {
    return job.ended.size === job.pids.length;
  }

  static resultOf(job: Job): ChildStatus {
    return job.ended.get(job.pids.at(-1) ?? 0) ?? { status: 0, signal: 0 };
  }
}

type Reaped = { readonly pid: number } & ChildStatus;

/** A child that has ended, "running" where none has, or "none" where there are no children. Does not wait. */
export function reapOne(process: Process): Reaped | "running" | "none" {
  try {
    const step = process.wait(null).next();
    if (!step.done) return "running";
    return { pid: step.value.pid, status: step.value.status, signal: step.value.signal ?? 0 };
  } catch (error) {
    if (error instanceof SystemError && error.errno === "ESRCH") return "none";
    throw error;
  }
}

/** Waits for one child; notes jobs that end meanwhile. Signal handlers do not end the wait, as for ash's own children. */
export function* waitForChild(process: Process, jobs: Jobs, pid: number): Step<ChildStatus> {
  for (;;) {
    const reaped = reapOne(process);
    if (reaped === "none") return { status: 127, signal: 0 };
    if (reaped === "running") yield { kind: "child", pid: null };
    else if (reaped.pid === pid) return reaped;
    else jobs.note(reaped.pid, reaped);
  }
}
