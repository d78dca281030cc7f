/** ps, kill, killall, pidof. */
import type { ProcessInfo, Step } from "../../container/program.js";
import { signalInfo, signalNumber, signals } from "../../container/signals.js";
import { type Applet, applet, Failure, reasonOf, UsageFailure } from "../applet.js";
import { userName } from "./users.js";

function baseName(info: ProcessInfo): string {
  const called = info.argv[0] ?? "";
  return called.slice(called.lastIndexOf("/") + 1);
}

export const ps = applet("ps [-o COL1,COL2=HEADER] [-T]", function* (self) {
  const options = self.options("o:Tefalxuw");
  const { process } = self;
  const user = userName(process, process.uid) ?? String(process.uid);
  const columns = options.get("o");
  const infos = process.processes();
  if (columns !== undefined) {
    yield* self.print(table(columns.split(","), infos, user, process.nowMs()));
    return 0;
  }
  yield* self.print("PID   USER     TIME  COMMAND\n");
  for (const info of infos) {
    const command = info.state === "Z" ? `[${baseName(info)}]` : info.argv.join(" ");
    yield* self.print(`${String(info.pid).padStart(5)} ${user.slice(0, 8).padEnd(8)}  0:00 ${command}\n`);
  }
  return 0;
});

interface PsColumn {
  readonly header: string;
  readonly width: number;
  readonly value: (info: ProcessInfo, user: string, nowMs: number) => string;
}

function psColumn(name: string): PsColumn {
  switch (name) {
    case "user":
      return { header: "USER", width: 8, value: (_, user) => user };
    case "pid":
      return { header: "PID", width: 5, value: (info) => String(info.pid) };
    case "ppid":
      return { header: "PPID", width: 5, value: (info) => String(info.parentPid) };
    case "comm":
      return { header: "COMMAND", width: 16, value: baseName };
    case "args":
      return { header: "COMMAND", width: 256, value: (info) => info.argv.join(" ") };
    case "stat":
      return { header: "STAT", width: 4, value: (info) => info.state };
    case "time":
      return { header: "TIME", width: 6, value: () => "0:00" };
    case "etime":
      return { header: "ELAPSED", width: 7, value: (info, _, nowMs) => elapsed(nowMs - info.startMs) };
    default:
      throw new Failure(`bad -o argument '${name}', supported arguments: user,comm,args,pid,ppid,etime,time,stat`);
  }
}

function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const rest = String(seconds % 60).padStart(2, "0");
  return seconds < 6000
    ? `${Math.floor(seconds / 60)}:${rest}`
    : `${Math.floor(seconds / 3600)}h${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}`;
}

function table(names: readonly string[], infos: readonly ProcessInfo[], user: string, nowMs: number): string {
  const columns = names.map((text) => {
    const [name = "", header] = text.split("=");
    const column = psColumn(name);
    return header === undefined ? column : { ...column, header };
  });
  const line = (cells: readonly string[]): string =>
    `${cells.map((cell, index) => (index === cells.length - 1 ? cell : cell.padEnd(columns[index]?.width ?? 0))).join(" ")}\n`;
  const rows = infos.map((info) => line(columns.map((column) => column.value(info, user, nowMs))));
  return line(columns.map((column) => column.header)) + rows.join("");
}

interface Order {
  readonly signal: number;
  readonly targets: readonly string[];
}

/** `-9`, `-TERM`, `-s TERM` in front of the targets. */
function readOrder(args: readonly string[]): Order {
  const [first, second, ...rest] = args;
  if (first === "-s" || first === "-n") {
    if (second === undefined) throw new UsageFailure("option requires an argument -- 's'");
    return { signal: signalOf(second), targets: rest };
  }
  if (first?.startsWith("-") && first.length > 1 && first !== "--") {
    return { signal: signalOf(first.slice(1)), targets: args.slice(1) };
  }
  return { signal: 15, targets: first === "--" ? args.slice(1) : args };
}

function signalOf(name: string): number {
  const signal = signalNumber(name);
  if (signal === null) throw new Failure(`bad signal name '${name}'`);
  return signal;
}

function* listSignals(self: Applet, names: readonly string[]): Step<number> {
  if (names.length === 0) {
    for (const { number, name } of signals) yield* self.print(`${String(number).padStart(2)}) ${name}\n`);
    return 0;
  }
  for (const name of names) {
    const number = /^\d+$/.test(name) ? Number(name) & 127 : signalNumber(name);
    const info = number === null ? undefined : signalInfo(number);
    if (!info) throw new Failure(`unknown signal '${name}'`);
    yield* self.print(`${/^\d+$/.test(name) ? info.name : info.number}\n`);
  }
  return 0;
}

export const kill = applet("kill [-l] [-SIG] PID...", function* (self) {
  if (self.args[0] === "-l") return yield* listSignals(self, self.args.slice(1));
  const { signal, targets } = readOrder(self.args);
  if (targets.length === 0) throw new Failure("you need to specify whom to kill");
  let status = 0;
  for (const target of targets) {
    if (!/^-?\d+$/.test(target)) {
      yield* self.complain(`invalid number '${target}'`);
      status = 1;
      continue;
    }
    try {
      self.process.kill(Number(target), signal);
    } catch (error) {
      yield* self.complain(`can't kill pid ${target}: ${reasonOf(error)}`);
      status = 1;
    }
  }
  return status;
});

export const killall = applet("killall [-lq] [-SIG] PROCESS_NAME...", function* (self) {
  const args = self.args.slice();
  if (args[0] === "-l") return yield* listSignals(self, args.slice(1));
  const quiet = args[0] === "-q";
  if (quiet) args.shift();
  const { signal, targets } = readOrder(args);
  if (targets.length === 0) throw new Failure("you need to specify whom to kill");
  let status = 0;
  for (const target of targets) {
    const found = matching(self, target);
    if (found.length === 0) {
      status = 1;
      if (!quiet) yield* self.complain(`${target}: no process killed`);
    }
    for (const info of found) self.process.kill(info.pid, signal);
  }
  return status;
});

function matching(self: Applet, name: string): ProcessInfo[] {
  return self.process
    .processes()
    .filter(
      (info) =>
        info.pid !== self.process.pid && info.state !== "Z" && (baseName(info) === name || info.argv[0] === name),
    );
}

export const pidof = applet("pidof [-s] [-o PID] [NAME]...", function* (self) {
  const options = self.options("so:");
  const omitted = new Set(options.all("o").map((text) => (text === "%PPID" ? self.process.parentPid : Number(text))));
  const pids = options.operands
    .flatMap((name) => matching(self, name).reverse())
    .map((info) => info.pid)
    .filter((pid) => !omitted.has(pid));
  if (pids.length === 0) return 1;
  yield* self.print(`${(options.has("s") ? pids.slice(0, 1) : pids).join(" ")}\n`);
  return 0;
});
