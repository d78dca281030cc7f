import { limits } from "../container/limits.js";
import type { Process, Program, Step, Wait } from "../container/program.js";
import { ArithmeticFault, evaluateArithmetic } from "./arithmetic.js";
import { Jobs } from "./jobs.js";
import type { Node } from "./syntax.js";
import { ReadOnlyVariable, Variables } from "./variables.js";

/** An error that ends a shell which is not interactive; the message is whole, without its newline. */
export class ShellFailure {
  constructor(
    readonly message: string,
    readonly status: number,
  ) {}
}

/** Why the commands that follow are not run. */
export type Flow = "break" | "continue" | "return" | "exit";

const turn: Wait = { kind: "turn" };
/** Commands that are run before others get a turn. */
const commandsPerTurn = 16;

/** Where the trap of `ERR` is kept, which is no signal. */
export const errorTrap = -1;

/** Names and letters of `set`, in the order in which `set -o` lists them. */
export const optionNames = [
  ["errexit", "e"],
  ["noglob", "f"],
  ["ignoreeof", "I"],
  ["interactive", "i"],
  ["monitor", "m"],
  ["noexec", "n"],
  ["stdin", "s"],
  ["xtrace", "x"],
  ["verbose", "v"],
  ["noclobber", "C"],
  ["allexport", "a"],
  ["notify", "b"],
  ["nounset", "u"],
  ["errtrace", "E"],
  ["pipefail", "pipefail"],
] as const;

/** What one shell, or one of its subshells, knows. */
export class Shell {
  readonly variables: Variables;
  /** `$0`. */
  name: string;
  /** `$1` and on. */
  parameters: readonly string[];
  status = 0;
  /** `$$`, which subshells have of their parent. */
  readonly mainPid: number;
  lastBackgroundPid: number | null = null;
  /** Letters of options that are on, and `pipefail`. */
  readonly options: Set<string>;
  readonly functions: Map<string, Node>;
  readonly aliases: Map<string, string>;
  /** Commands by signal number; 0 is EXIT. "" ignores the signal. */
  readonly traps = new Map<number, string>();
  readonly pendingTraps: number[] = [];
  readonly jobs = new Jobs();
  #largeBytes = 0;
  flow: Flow | null = null;
  /** Loops that a `break` or `continue` still has to leave. */
  flowCount = 0;
  loopDepth = 0;
  functionDepth = 0;
  functionName = "";
  /** Files that `.` reads, which `return` leaves. */
  sourceDepth = 0;
  /** Nested calls, `eval`, `.` and traps. */
  depth = 0;
  /** In a condition, where `set -e` does not look at a status. */
  testedDepth = 0;
  /** Status of the last substitution in the command that is being expanded; null: there was none. */
  substitutionStatus: number | null = null;
  /** What messages name after the shell itself: a script or a builtin; with the line. */
  commandName: string | null = null;
  line = 0;
  /** Whether commands say which line they are of: those of files do. */
  tracksLines = false;
  isSubshell = false;
  /** Variables that `local` hides, for each function call. */
  readonly locals: { readonly name: string; readonly saved: ReturnType<Variables["save"]> }[][] = [];
  optionIndex = { argument: 1, character: 0 };
  #process: Process;
  #commands = 0;

  constructor(process: Process, parent: Shell | null = null) {
    this.#process = process;
    this.variables = parent ? parent.variables.fork() : new Variables(process.env);
    this.name = parent?.name ?? process.argv[0] ?? "sh";
    this.parameters = parent?.parameters ?? [];
    this.mainPid = parent?.mainPid ?? process.pid;
    this.options = new Set(parent?.options);
    this.functions = parent ? new Map(parent.functions) : new Map();
    this.aliases = parent ? new Map(parent.aliases) : new Map();
    if (parent) this.#inherit(parent);
  }

  #inherit(parent: Shell): void {
    this.status = parent.status;
    this.lastBackgroundPid = parent.lastBackgroundPid;
    this.loopDepth = parent.loopDepth;
    this.functionDepth = parent.functionDepth;
    this.functionName = parent.functionName;
    this.depth = parent.depth;
    this.testedDepth = parent.testedDepth;
    this.commandName = parent.commandName;
    this.line = parent.line;
    this.tracksLines = parent.tracksLines;
    this.isSubshell = true;
    this.optionIndex = { ...parent.optionIndex };
    for (const [signal, action] of parent.traps) if (action === "") this.traps.set(signal, action);
    for (const _ of parent.locals) this.locals.push([]);
  }

  get process(): Process {
    return this.#process;
  }

  /**
   * Starts a subshell as a child process: all it knows is a copy made now.
   * @throws ShellFailure where there are too many processes.
   */
  fork(run: (child: Shell) => Step<number>, fds?: ReadonlyMap<number, number>): number {
    const child = new Shell(this.#process, this);
    const program: Program = function* (process) {
      child.#process = process;
      return yield* run(child);
    };
    return this.spawn(() =>
      this.#process.spawn({
        argv: this.#process.argv,
        program,
        env: this.variables.environment(),
        ...(fds && { fds }),
      }),
    );
  }

  /** Runs what starts a process; too many of them is an error of the shell. */
  spawn(start: () => number): number {
    try {
      return start();
    } catch (error) {
      if (error instanceof Error && "errno" in error && error.errno === "EAGAIN") {
        throw this.failure("can't fork: Resource temporarily unavailable");
      }
      throw error;
    }
  }

  /** Called before each command. */
  *beforeCommand(): Step<void> {
    if (++this.#commands % commandsPerTurn === 0) yield turn;
  }

  /** `sh: `, with the script or builtin and the line where ash names them. */
  get prefix(): string {
    const { name, commandName } = this;
    if (commandName === null) return `${name}: `;
    return `${name}: ${commandName === name ? "" : `${commandName}: `}line ${this.line}: `;
  }

  failure(message: string, status = 2): ShellFailure {
    return new ShellFailure(`${this.prefix}${message}`, status);
  }

  /** Says on standard error what is wrong, and gives the status for it. */
  *complain(message: string, status = 1): Step<number> {
    yield* this.process.err(`${this.prefix}${message}\n`);
    return status;
  }

  get(name: string): string | undefined {
    if (name === "RANDOM") return this.variables.get(name) ?? String(Math.floor(this.process.random() * 32768));
    if (name === "LINENO") return String(this.line);
    if (name === "FUNCNAME") return this.functionName;
    return this.variables.get(name);
  }

  /** @throws ShellFailure for one that is read-only. */
  set(name: string, value: string, exported?: boolean): void {
    if (value.length > limits.stringBytesMax) throw this.failure("out of memory", 1);
    const growth = value.length - (this.variables.get(name)?.length ?? 0);
    if (Math.abs(growth) > limits.smallBytes / 16) {
      this.#largeBytes += growth;
      this.hold(0);
    }
    try {
      this.variables.set(name, value, exported ?? (this.options.has("a") ? true : undefined));
    } catch (error) {
      if (error instanceof ReadOnlyVariable) throw this.failure(`${name}: is read only`);
      throw error;
    }
    if (name === "PATH") this.process.env.set("PATH", value);
    if (name === "OPTIND") this.optionIndex = { argument: Number(value) || 1, character: 0 };
  }

  /** @throws ShellFailure */
  arithmetic(expression: string): bigint {
    try {
      return evaluateArithmetic(expression, {
        get: (name) => this.#arithmeticValue(name),
        set: (name, value) => this.set(name, value),
      });
    } catch (error) {
      if (error instanceof ArithmeticFault) throw this.failure(error.message);
      throw error;
    }
  }

  #arithmeticValue(name: string): string | undefined {
    const value = this.get(name);
    if (value === undefined && this.options.has("u")) throw this.failure(`${name}: parameter not set`);
    return value;
  }

  /** What its large variables take counts against the container's memory, and so does what is being put together. */
  hold(bytes: number): void {
    this.process.hold(this.#largeBytes + bytes);
  }

  /** One call deeper. A shell that goes too deep overflows its stack; the kernel ends it by SIGSEGV for that. */
  enter(): void {
    this.depth++;
    if (this.depth > limits.shellDepthMax) throw new RangeError("a shell's calls are nested too deep");
  }

  leave(): void {
    this.depth--;
  }
}
