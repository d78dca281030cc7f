import { type Process, type Step, SystemError } from "../../container/program.js";
import type { Shell } from "../shell.js";

/** What `test` complains of. */
export class TestFault {
  constructor(readonly message: string) {}
}

/** `test` and `[`. */
export function* test(shell: Shell, args: readonly string[], name: string): Step<number> {
  let words = args;
  try {
    if (name === "[") {
      if (words.at(-1) !== "]") throw new TestFault("missing ]");
      words = words.slice(0, -1);
    }
    return evaluateTest(shell.process, words) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestFault)) throw error;
    yield* shell.process.err(`${shell.name}: ${error.message}\n`);
    return 2;
  }
}

/** The value of a test's words. @throws TestFault */
export function evaluateTest(process: Process, words: readonly string[]): boolean {
  const [first, second, third] = words;
  if (first === undefined) return false;
  if (second === undefined) return first !== "";
  if (third === undefined && first === "!") return second === "";
  if (third !== undefined && words.length === 3 && isBinary(second)) return binaryTest(process, first, second, third);
  if (words.length === 4 && first === "!" && third !== undefined && isBinary(third)) {
    return !binaryTest(process, second, third, words[3] ?? "");
  }
  const expression = new Expression(process, words);
  return expression.whole();
}

const binaryOperators = new Set("= == != < > -eq -ne -lt -le -gt -ge -nt -ot -ef".split(" "));
const unaryOperators = new Set("-b -c -d -e -f -g -G -h -k -L -n -O -p -r -s -S -t -u -w -x -z".split(" "));

function isBinary(word: string): boolean {
  return binaryOperators.has(word) || word === "-a" || word === "-o";
}

/** `-o` binds less than `-a`, that less than `!`. */
class Expression {
  readonly #process: Process;
  readonly #words: readonly string[];
  #at = 0;

  constructor(process: Process, words: readonly string[]) {
    this.#process = process;
    this.#words = words;
  }

  whole(): boolean {
    const value = this.#or();
    const left = this.#words[this.#at];
    if (left !== undefined) throw new TestFault(`${left}: unknown operand`);
    return value;
  }

  #or(): boolean {
    let value = this.#and();
    while (this.#words[this.#at] === "-o") {
      this.#at++;
      value = this.#and() || value;
    }
    return value;
  }

  #and(): boolean {
    let value = this.#not();
    while (this.#words[this.#at] === "-a") {
      this.#at++;
      value = this.#not() && value;
    }
    return value;
  }

  #not(): boolean {
    if (this.#words[this.#at] !== "!") return this.#primary();
    this.#at++;
    return !this.#not();
  }

  #primary(): boolean {
    const word = this.#words[this.#at];
    if (word === undefined) throw new TestFault("argument expected");
    const next = this.#words[this.#at + 1];
    if (word === "(" && next !== undefined) {
      this.#at++;
      const value = this.#or();
      if (this.#words[this.#at] !== ")") throw new TestFault("closing paren expected");
      this.#at++;
      return value;
    }
    if (next !== undefined && binaryOperators.has(next)) {
      const right = this.#words[this.#at + 2];
      if (right === undefined) throw new TestFault(`${next}: argument expected`);
      this.#at += 3;
      return binaryTest(this.#process, word, next, right);
    }
    if (unaryOperators.has(word)) {
      if (next === undefined) throw new TestFault(`${word}: argument expected`);
      this.#at += 2;
      return unaryTest(this.#process, word, next);
    }
    this.#at++;
    return word !== "";
  }
}

function integer(text: string): bigint {
  const trimmed = text.trim();
  if (!/^[-+]?\d+$/.test(trimmed)) throw new TestFault(text === "" ? "bad number" : `${text}: bad number`);
  return BigInt(trimmed.replace(/^\+/, ""));
}

/** @throws TestFault */
export function binaryTest(process: Process, left: string, operator: string, right: string): boolean {
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
    case "-a":
      return left !== "" && right !== "";
    case "-o":
      return left !== "" || right !== "";
    case "-eq":
      return integer(left) === integer(right);
    case "-ne":
      return integer(left) !== integer(right);
    case "-lt":
      return integer(left) < integer(right);
    case "-le":
      return integer(left) <= integer(right);
    case "-gt":
      return integer(left) > integer(right);
    case "-ge":
      return integer(left) >= integer(right);
    case "-nt":
      return (modified(process, left) ?? -1) > (modified(process, right) ?? -1);
    case "-ot":
      return (modified(process, left) ?? -1) < (modified(process, right) ?? -1);
    case "-ef":
      return (
        process.files.exists(left) &&
        process.files.exists(right) &&
        process.files.realpath(left) === process.files.realpath(right)
      );
    default:
      throw new TestFault(`${operator}: unknown operand`);
  }
}

function modified(process: Process, path: string): number | null {
  return process.files.exists(path) ? process.files.stat(path).mtimeMs : null;
}

/** @throws TestFault */
export function unaryTest(process: Process, operator: string, operand: string): boolean {
  switch (operator) {
    case "-n":
      return operand !== "";
    case "-z":
      return operand === "";
    case "-t":
      return process.isTerminal(Number(integer(operand)));
    default:
      return fileTest(process, operator, operand);
  }
}

function fileTest(process: Process, operator: string, path: string): boolean {
  try {
    const isLinkTest = operator === "-h" || operator === "-L";
    const stat = isLinkTest ? process.files.lstat(path) : process.files.stat(path);
    switch (operator) {
      case "-e":
      case "-a":
        return true;
      case "-f":
        return stat.type === "file";
      case "-d":
        return stat.type === "directory";
      case "-h":
      case "-L":
        return stat.type === "symlink";
      case "-c":
        return stat.type === "device";
      case "-s":
        return stat.size > 0;
      case "-r":
        return isAllowed(process, stat, 4);
      case "-w":
        return isAllowed(process, stat, 2);
      case "-x":
        return process.uid === 0 ? (stat.mode & 0o111) !== 0 : isAllowed(process, stat, 1);
      case "-O":
        return stat.uid === process.uid;
      case "-G":
        return stat.gid === process.gid;
      case "-u":
        return (stat.mode & 0o4000) !== 0;
      case "-g":
        return (stat.mode & 0o2000) !== 0;
      case "-k":
        return (stat.mode & 0o1000) !== 0;
      case "-b":
      case "-p":
      case "-S":
        return false;
      default:
        throw new TestFault(`${operator}: unknown operand`);
    }
  } catch (error) {
    if (error instanceof SystemError) return false;
    throw error;
  }
}

function isAllowed(process: Process, stat: { mode: number; uid: number; gid: number }, bit: number): boolean {
  if (process.uid === 0) return true;
  const shift = process.uid === stat.uid ? 6 : process.gid === stat.gid ? 3 : 0;
  return ((stat.mode >> shift) & bit) !== 0;
}
