/** The environment, and programs that run other programs: env, printenv, which, nohup, time, timeout; and yes. */
import { type Process, type Step, SystemError } from "../../container/program.js";
import { signalNumber } from "../../container/signals.js";
import { type Applet, applet, Failure, reasonOf, UsageFailure } from "../applet.js";
import { durationMs } from "../numbers.js";

/** Starts a program; where there is none, throws Failure with the status a shell would give. */
export function start(process: Process, argv: readonly string[], env?: ReadonlyMap<string, string>): number {
  const [name = ""] = argv;
  const found = lookUp(process, name);
  if (found !== "found") {
    throw new Failure(`can't execute '${name}': ${found.text}`, found.status);
  }
  return process.spawn(env ? { argv, env } : { argv });
}

/** Whether a program can be started, or the reason and the exit status (126, 127) where not. */
export function lookUp(process: Process, name: string): "found" | { readonly text: string; readonly status: number } {
  try {
    return process.find(name) ? "found" : { text: "No such file or directory", status: 127 };
  } catch (error) {
    const text = reasonOf(error);
    return { text, status: error instanceof SystemError && error.errno === "ENOENT" ? 127 : 126 };
  }
}

/** Becomes another program, as exec does. */
function* become(self: Applet, argv: readonly string[], env: ReadonlyMap<string, string>): Step<number> {
  const [name = ""] = argv;
  const { process } = self;
  let found: ReturnType<Process["find"]>;
  try {
    found = process.find(name);
  } catch (error) {
    throw new Failure(`can't execute '${name}': ${reasonOf(error)}`, 126);
  }
  if (!found) throw new Failure(`can't execute '${name}': No such file or directory`, 127);
  yield* self.flush();
  process.become(argv, env);
  return yield* found.program(process);
}

export const env = applet("env [-i0] [-u NAME]... [-] [NAME=VALUE]... [PROG ARGS]", function* (self) {
  const words = self.args.slice();
  const options = self.options("+iu:0", { "ignore-environment": "i", unset: "u", null: "0" });
  const rest = options.operands.slice();
  const environment = new Map(options.has("i") || rest[0] === "-" ? [] : self.process.env);
  if (rest[0] === "-" && words.includes("-")) rest.shift();
  for (const name of options.all("u")) environment.delete(name);
  while (rest[0]?.includes("=")) {
    const word = rest.shift() ?? "";
    const equals = word.indexOf("=");
    environment.set(word.slice(0, equals), word.slice(equals + 1));
  }
  if (rest.length > 0) return yield* become(self, rest, environment);
  const end = options.has("0") ? "\0" : "\n";
  for (const [name, value] of environment) yield* self.print(`${name}=${value}${end}`);
  return 0;
});

export const printenv = applet("printenv [VARIABLE]...", function* (self) {
  if (self.args.length === 0) {
    for (const [name, value] of self.process.env) yield* self.print(`${name}=${value}\n`);
    return 0;
  }
  let status = 0;
  for (const name of self.args) {
    const value = self.process.env.get(name);
    if (value === undefined) status = 1;
    else yield* self.print(`${value}\n`);
  }
  return status;
});

export const which = applet("which [-a] COMMAND...", function* (self) {
  const options = self.options("a");
  if (options.operands.length === 0) throw new UsageFailure();
  let status = 0;
  for (const name of options.operands) {
    const path = findPath(self.process, name);
    if (path === null) status = 1;
    else yield* self.print(`${path}\n`);
  }
  return status;
});

function findPath(process: Process, name: string): string | null {
  try {
    return process.find(name)?.path ?? null;
  } catch (error) {
    reasonOf(error);
    return null;
  }
}

export const nohup = applet("nohup PROG ARGS", function* (self) {
  if (self.args.length === 0) throw new UsageFailure();
  self.process.onSignal(1, "ignore");
  return yield* become(self, self.args, self.process.env);
});

export const timeout = applet("timeout [-s SIG] [-k KILL_SECS] SECS PROG ARGS", function* (self) {
  const options = self.options("+s:t:k:", { signal: "s", "kill-after": "k" });
  const [limit, ...argv] = options.operands;
  if (limit === undefined || argv.length === 0) throw new UsageFailure();
  const signal = signalNumber(options.get("s") ?? "TERM");
  if (signal === null) throw new Failure(`unknown signal '${options.get("s")}'`);
  const limitMs = durationMs(limit);
  const killAfter = options.get("k");
  const { process } = self;
  const pid = start(process, argv);
  const ended = yield* waitUntil(process, pid, limitMs);
  if (ended !== null) return ended;
  send(process, pid, signal);
  if (killAfter !== undefined) {
    const gone = yield* waitUntil(process, pid, durationMs(killAfter));
    if (gone !== null) return gone;
    send(process, pid, 9);
  }
  return (yield* process.wait(pid)).status;
});

function send(process: Process, pid: number, signal: number): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended at this very moment: then its status is there to be waited for.
    if (!(error instanceof SystemError) || error.errno !== "ESRCH") throw error;
  }
}

/** Waits for a child for so long; null where it still runs. A watcher process is the alarm clock. */
function* waitUntil(process: Process, pid: number, ms: number): Step<number | null> {
  if (ms <= 0 || ms === Number.POSITIVE_INFINITY) return (yield* process.wait(pid)).status;
  const alarm = process.spawn({
    argv: ["timeout"],
    program: function* (self) {
      yield* self.sleep(ms);
      return 0;
    },
  });
  const first = yield* process.wait(null);
  if (first.pid === alarm) return null;
  send(process, alarm, 9);
  yield* process.wait(alarm);
  return first.pid === pid ? first.status : (yield* process.wait(pid)).status;
}

export const time = applet("time [-vpa] [-o FILE] PROG ARGS", function* (self) {
  const options = self.options("+vpao:f:");
  if (options.operands.length === 0) throw new UsageFailure();
  const { process } = self;
  const startMs = process.nowMs();
  let status: number;
  let signal: number | undefined;
  try {
    ({ status, signal } = yield* process.wait(start(process, options.operands)));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    yield* self.complain(error.message);
    status = error.status;
  }
  const seconds = (process.nowMs() - startMs) / 1000;
  if (signal) yield* process.err(`Command terminated by signal ${signal}\n`);
  else if (status !== 0) yield* process.err(`Command exited with non-zero status ${status}\n`);
  if (options.has("p")) yield* process.err(`real ${seconds.toFixed(2)}\nuser 0.00\nsys 0.00\n`);
  else {
    const real = `${Math.floor(seconds / 60)}m ${(seconds % 60).toFixed(2)}s`;
    yield* process.err(`real\t${real}\nuser\t0m 0.00s\nsys\t0m 0.00s\n`);
  }
  return status;
});

export const yes = applet("yes [STRING]", function* (self) {
  const line = `${self.args.length > 0 ? self.args.join(" ") : "y"}\n`;
  const block = line.repeat(Math.max(1, Math.floor(4096 / line.length)));
  for (;;) {
    yield* self.process.out(block);
    yield { kind: "turn" };
  }
});
