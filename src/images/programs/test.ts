/** `test` and `[`: conditions on files, strings and numbers. Also the shell's builtins of these names. */
import { type FileStat, type Process, SystemError } from "../../container/program.js";
import { applet, Failure } from "../applet.js";

// biome-ignore lint/correctness/useYield: a condition never waits.
export const test = applet("", function* (self) {
  const words = self.args.slice();
  if (self.name === "[" && words.pop() !== "]") throw new Failure("missing ]", 2);
  if (self.name === "[[" && words.pop() !== "]]") throw new Failure("missing ]]", 2);
  return evaluateTest(self.process, words) ? 0 : 1;
});

/** The value of a condition. Throws Failure with status 2 where it is none, in busybox's words. */
export function evaluateTest(process: Process, words: readonly string[]): boolean {
  if (words.length === 0) return false;
  const [first = "", second = "", third = "", fourth = ""] = words;
  // POSIX decides up to four words by their number, so that an operand may look like an operator.
  if (words.length === 1) return first !== "";
  if (words.length === 2) {
    if (first === "!") return second === "";
    if (unaryOperators.test(first)) return unary(process, first, second);
  }
  if (words.length === 3) {
    if (comparisons.test(second)) return binary(process, first, second, third);
    if (first === "!") return !evaluateTest(process, [second, third]);
    if (first === "(" && third === ")") return second !== "";
  }
  if (words.length === 4) {
    if (first === "!") return !evaluateTest(process, [second, third, fourth]);
    if (first === "(" && fourth === ")") return evaluateTest(process, [second, third]);
  }
  const parser = new TestParser(process, words);
  return parser.parse();
}

const unaryOperators = /^-[bcdefghkLnprsStuwxzGNO]$/;
const comparisons = /^(=|==|!=|<|>|-eq|-ne|-gt|-ge|-lt|-le|-nt|-ot|-ef)$/;

class TestParser {
  readonly #process: Process;
  readonly #words: readonly string[];
  #at = 0;

  constructor(process: Process, words: readonly string[]) {
    this.#process = process;
    this.#words = words;
  }

  parse(): boolean {
    const value = this.#or();
    const extra = this.#words[this.#at];
    if (extra !== undefined) throw new Failure(`${extra}: unknown operand`, 2);
    return value;
  }

  #or(): boolean {
    let value = this.#and();
    while (this.#words[this.#at] === "-o") {
      this.#at += 1;
      const right = this.#and();
      value = value || right;
    }
    return value;
  }

  #and(): boolean {
    let value = this.#not();
    while (this.#words[this.#at] === "-a") {
      this.#at += 1;
      const right = this.#not();
      value = value && right;
    }
    return value;
  }

  #not(): boolean {
    if (this.#words[this.#at] === "!") {
      this.#at += 1;
      return !this.#not();
    }
    return this.#primary();
  }

  #primary(): boolean {
    const word = this.#words[this.#at];
    const next = this.#words[this.#at + 1];
    const after = this.#words[this.#at + 2];
    if (word === undefined) throw new Failure("argument expected", 2);
    if (next !== undefined && after !== undefined && comparisons.test(next)) {
      this.#at += 3;
      return binary(this.#process, word, next, after);
    }
    if (word === "(") {
      this.#at += 1;
      const value = this.#or();
      if (this.#words[this.#at] !== ")") throw new Failure("closing paren expected", 2);
      this.#at += 1;
      return value;
    }
    if (unaryOperators.test(word) && next !== undefined) {
      this.#at += 2;
      return unary(this.#process, word, next);
    }
    this.#at += 1;
    return word !== "";
  }
}

function numberOf(text: string): bigint {
  const trimmed = text.trim();
  if (!/^[+-]?\d+$/.test(trimmed)) throw new Failure(`${text}: bad number`, 2);
  return BigInt(trimmed.replace(/^\+/, ""));
}

function statOf(process: Process, path: string, ofLink = false): FileStat | null {
  try {
    return ofLink ? process.files.lstat(path) : process.files.stat(path);
  } catch (error) {
    if (error instanceof SystemError) return null;
    throw error;
  }
}

function unary(process: Process, operator: string, operand: string): boolean {
  if (operator === "-n") return operand !== "";
  if (operator === "-z") return operand === "";
  if (operator === "-t") return process.isTerminal(Number(numberOf(operand)));
  const stat = statOf(process, operand, operator === "-L" || operator === "-h");
  if (!stat) return false;
  switch (operator) {
    case "-e":
      return true;
    case "-f":
      return stat.type === "file";
    case "-d":
      return stat.type === "directory";
    case "-L":
    case "-h":
      return stat.type === "symlink";
    case "-c":
      return stat.type === "device";
    case "-s":
      return stat.size > 0;
    case "-r":
      return mayAccess(process, stat, 4);
    case "-w":
      return mayAccess(process, stat, 2);
    case "-x":
      return mayAccess(process, stat, 1);
    case "-u":
      return (stat.mode & 0o4000) !== 0;
    case "-g":
      return (stat.mode & 0o2000) !== 0;
    case "-k":
      return (stat.mode & 0o1000) !== 0;
    case "-O":
      return stat.uid === process.uid;
    case "-G":
      return stat.gid === process.gid;
    default:
      return false;
  }
}

/** Whether the process may read (4), write (2) or execute (1) a file; root may all, but execute only where anyone may. */
export function mayAccess(process: Process, stat: FileStat, bit: 1 | 2 | 4): boolean {
  if (process.uid === 0) return bit !== 1 || stat.type === "directory" || (stat.mode & 0o111) !== 0;
  const shift = stat.uid === process.uid ? 6 : stat.gid === process.gid ? 3 : 0;
  return ((stat.mode >> shift) & bit) !== 0;
}

function binary(process: Process, left: string, operator: string, right: string): boolean {
  switch (operator) {
    case "=":
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "-eq":
      return numberOf(left) === numberOf(right);
    case "-ne":
      return numberOf(left) !== numberOf(right);
    case "-gt":
      return numberOf(left) > numberOf(right);
    case "-ge":
      return numberOf(left) >= numberOf(right);
    case "-lt":
      return numberOf(left) < numberOf(right);
    case "-le":
      return numberOf(left) <= numberOf(right);
    case "-ef":
      return process.files.exists(left) && sameFile(process, left, right);
    default: {
      const a = statOf(process, left);
      const b = statOf(process, right);
      const [newer, older] = operator === "-nt" ? [a, b] : [b, a];
      return newer !== null && (older === null || newer.mtimeMs > older.mtimeMs);
    }
  }
}

function sameFile(process: Process, left: string, right: string): boolean {
  return process.files.exists(right) && process.files.realpath(left) === process.files.realpath(right);
}
