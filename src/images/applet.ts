/**
 * What every program of busybox shares: its name, its options, buffered output, and how it reports errors.
 */
import { errnoTexts, type Process, type Program, type Step, SystemError } from "../container/program.js";

/** Ends a program with a message on standard error, `name: message`. */
export class Failure extends Error {
  readonly status: number;
  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}

/** Ends a program with its usage text on standard error, after `name: message` where there is a message. */
export class UsageFailure extends Error {
  readonly status: number;
  constructor(message = "", status = 1) {
    super(message);
    this.status = status;
  }
}

/** The options found in front of, and between, a program's operands. */
export interface Options {
  /** Last value given to each option; "" for one without a value. */
  readonly values: ReadonlyMap<string, string>;
  /** Every value of options that may be repeated, in order. */
  readonly repeated: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
  has(name: string): boolean;
  get(name: string): string | undefined;
  all(name: string): readonly string[];
}

const outputBufferBytes = 4096;
const workPerTurn = 256;

/** The strerror words for a failed system call; anything else is passed on. */
export function reasonOf(error: unknown): string {
  if (error instanceof SystemError) return errnoTexts[error.errno];
  throw error;
}

/** One run of a program. */
export class Applet {
  readonly process: Process;
  /** The last part of argv[0]: what its messages begin with. */
  readonly name: string;
  /** Arguments after the name. */
  readonly args: readonly string[];
  #pending = "";
  #work = 0;

  constructor(process: Process) {
    this.process = process;
    const called = process.argv[0] ?? "";
    this.name = called.slice(called.lastIndexOf("/") + 1);
    this.args = process.argv.slice(1);
  }

  /** Adds to standard output, which is written a block at a time, or a line at a time on a terminal. */
  *print(text: string): Step<void> {
    this.#pending += text;
    if (this.#pending.length < outputBufferBytes && !(text.includes("\n") && this.process.isTerminal(1))) return;
    yield* this.flush();
  }

  *flush(): Step<void> {
    if (this.#pending === "") return;
    const text = this.#pending;
    this.#pending = "";
    yield* this.process.out(text);
  }

  /** `name: message` on standard error, after what was printed so far. */
  *complain(message: string): Step<void> {
    yield* this.flush();
    yield* this.process.err(`${this.name}: ${message}\n`);
  }

  /**
   * Counts work, in units of what a line costs a simple filter; lets others run now and then. What never stops
   * working meets the container's limit of turns instead of hanging its host.
   */
  *work(units = 1): Step<void> {
    this.#work += units;
    if (this.#work < workPerTurn) return;
    this.#work = 0;
    yield { kind: "turn" };
  }

  /**
   * Parses options as getopt does. In `spec` a letter stands for itself, with `:` it takes a value, with `::` it may
   * have one attached, with `*` (after `:`) it may be repeated; a leading `+` stops at the first operand.
   * `long` maps long names to letters, with `=` after the name where they take a value.
   */
  options(spec: string, long: Readonly<Record<string, string>> = {}): Options {
    return parseOptions(this.args, spec, long);
  }

  /** Opens a file for reading; `-` is standard input. Throws SystemError. */
  open(path: string): number {
    return path === "-" ? 0 : this.process.open(path, { read: true });
  }

  close(fd: number): void {
    if (fd > 2) this.process.close(fd);
  }

  /** All of a file or, for `-`, of standard input. Throws SystemError. */
  *readFile(path: string): Step<string> {
    const fd = this.open(path);
    try {
      return yield* this.process.readAll(fd);
    } finally {
      this.close(fd);
    }
  }
}

/** Makes a program of what it does; `usage` follows `Usage: ` in its help, and begins with the program's name. */
export function applet(usage: string, run: (applet: Applet) => Step<number>): Program {
  return function* (process) {
    const self = new Applet(process);
    if (process.argv.length === 2 && process.argv[1] === "--help" && usage !== "") {
      yield* process.err(usageText(usage));
      return 0;
    }
    try {
      const status = yield* run(self);
      yield* self.flush();
      return status & 255;
    } catch (error) {
      return yield* report(self, usage, error);
    }
  };
}

function* report(self: Applet, usage: string, error: unknown): Step<number> {
  if (error instanceof Failure) {
    if (error.message !== "") yield* self.complain(error.message);
    else yield* self.flush();
    return error.status;
  }
  if (error instanceof UsageFailure) {
    if (error.message !== "") yield* self.complain(error.message);
    yield* self.process.err(usageText(usage));
    return error.status;
  }
  if (error instanceof SystemError) {
    const text = errnoTexts[error.errno];
    if (error.errno === "EPIPE") yield* self.process.err(`${self.name}: write error: ${text}\n`);
    else yield* self.complain(text);
    return 1;
  }
  throw error;
}

function usageText(usage: string): string {
  return `BusyBox v1.36.1 (2023-05-18 22:34:17 UTC) multi-call binary.\n\nUsage: ${usage}\n`;
}

interface OptionSpec {
  readonly value: "none" | "required" | "optional";
}

function readSpec(spec: string): Map<string, OptionSpec> {
  const options = new Map<string, OptionSpec>();
  for (let at = 0; at < spec.length; at += 1) {
    const letter = spec.charAt(at);
    if (letter === "+" && at === 0) continue;
    let colons = 0;
    while (spec[at + 1] === ":") {
      colons += 1;
      at += 1;
    }
    options.set(letter, { value: colons === 0 ? "none" : colons === 1 ? "required" : "optional" });
  }
  return options;
}

/** See {@link Applet.options}. Throws UsageFailure in getopt's words. */
export function parseOptions(
  args: readonly string[],
  spec: string,
  long: Readonly<Record<string, string>> = {},
): Options {
  const known = readSpec(spec);
  const values = new Map<string, string>();
  const repeated = new Map<string, string[]>();
  const operands: string[] = [];
  const stopAtOperand = spec.startsWith("+");
  const take = (name: string, value: string): void => {
    values.set(name, value);
    const list = repeated.get(name);
    if (list) list.push(value);
    else repeated.set(name, [value]);
  };
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (arg === "--") {
      operands.push(...args.slice(at + 1));
      break;
    }
    if (arg.startsWith("--")) {
      at += takeLong(arg, args[at + 1], known, long, take);
    } else if (arg.length > 1 && arg.startsWith("-")) {
      at += takeShort(arg, args[at + 1], known, take);
    } else {
      if (stopAtOperand) {
        operands.push(...args.slice(at));
        break;
      }
      operands.push(arg);
    }
  }
  return {
    values,
    repeated,
    operands,
    has: (name) => values.has(name),
    get: (name) => values.get(name),
    all: (name) => repeated.get(name) ?? [],
  };
}

/** Handles one word of short options; returns how many further words it used. */
function takeShort(
  word: string,
  next: string | undefined,
  known: ReadonlyMap<string, OptionSpec>,
  take: (name: string, value: string) => void,
): number {
  for (let at = 1; at < word.length; at += 1) {
    const letter = word.charAt(at);
    const option = known.get(letter);
    if (!option) throw new UsageFailure(`invalid option -- '${letter}'`);
    if (option.value === "none") {
      take(letter, "");
      continue;
    }
    const attached = word.slice(at + 1);
    if (attached !== "" || option.value === "optional") {
      take(letter, attached);
      return 0;
    }
    if (next === undefined) throw new UsageFailure(`option requires an argument -- '${letter}'`);
    take(letter, next);
    return 1;
  }
  return 0;
}

/** Handles one long option; returns how many further words it used. */
function takeLong(
  word: string,
  next: string | undefined,
  known: ReadonlyMap<string, OptionSpec>,
  long: Readonly<Record<string, string>>,
  take: (name: string, value: string) => void,
): number {
  const equals = word.indexOf("=");
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
  const letter = long[name];
  const option = letter === undefined ? undefined : known.get(letter);
  if (letter === undefined || !option) throw new UsageFailure(`unrecognized option '--${name}'`);
  if (option.value === "none") {
    if (equals >= 0) throw new UsageFailure(`option '--${name}' doesn't allow an argument`);
    take(letter, "");
    return 0;
  }
  if (equals >= 0 || option.value === "optional") {
    take(letter, equals >= 0 ? word.slice(equals + 1) : "");
    return 0;
  }
  if (next === undefined) throw new UsageFailure(`option '--${name}' requires an argument`);
  take(letter, next);
  return 1;
}
