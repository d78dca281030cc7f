import { mayAccess } from "../container/access.js";
import { type Process, SystemError } from "../container/program.js";

/** What `test` complains of, in busybox's words. */
export class ConditionFault {
  constructor(readonly message: string) {}
}

/**
 * The value of what `test`, `[` and `[[` are given, where `name` is the one that was called.
 * @throws ConditionFault
 */
export function evaluateCondition(process: Process, name: string, args: readonly string[]): boolean {
  const close = name === "[" ? "]" : name === "[[" ? "]]" : null;
  if (close === null) return evaluateWords(process, args);
  if (args.at(-1) !== close) throw new ConditionFault(`missing ${close}`);
  return evaluateWords(process, args.slice(0, -1));
}

/** POSIX decides up to four words by their number, so that an operand may look like an operator. */
function evaluateWords(process: Process, words: readonly string[]): boolean {
  const [first = "", second = "", third = "", fourth = ""] = words;
  switch (words.length) {
    case 0:
      return false;
    case 1:
      return first !== "";
    case 2:
      if (first === "!") return second === "";
      break;
    case 3:
      if (binaryOperators.has(second)) return binaryTest(process, first, second, third);
      break;
    case 4:
      if (first === "!" && binaryOperators.has(third)) return !binaryTest(process, second, third, fourth);
  }
  return new Expression(process, words).whole();
}

const binaryOperators = new Set("= == != < > -eq -ne -lt -le -gt -ge -nt -ot -ef".split(" "));
const unaryOperators = new Set("-b -c -d -e -f -g -G -h -k -L -n -O -p -r -s -S -t -u -w -x -z".split(" "));

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
    if (left !== undefined) throw new ConditionFault(`${left}: unknown operand`);
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
    if (word === undefined) throw new ConditionFault("argument expected");
    const next = this.#words[this.#at + 1];
    if (word === "(" && next !== undefined) {
      this.#at++;
      const value = this.#or();
      if (this.#words[this.#at] !== ")") throw new ConditionFault("closing paren expected");
      this.#at++;
      return value;
    }
    if (next !== undefined && binaryOperators.has(next)) {
      const right = this.#words[this.#at + 2];
      if (right === undefined) throw new ConditionFault(`${next}: argument expected`);
      this.#at += 3;
      return binaryTest(this.#process, word, next, right);
    }
    if (unaryOperators.has(word)) {
      if (next === undefined) throw new ConditionFault(`${word}: argument expected`);
      this.#at += 2;
      return unaryTest(this.#process, word, next);
    }
    this.#at++;
    return word !== "";
  }
}

function integer(text: string): bigint {
  const trimmed = text.trim();
  if (!/^[-+]?\d+$/.test(trimmed)) throw new ConditionFault(text === "" ? "bad number" : `${text}: bad number`);
  return BigInt(trimmed.replace(/^\+/, ""));
}

/** @throws ConditionFault */
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
      throw new ConditionFault(`${operator}: unknown operand`);
  }
}

function modified(process: Process, path: string): number | null {
  return process.files.exists(path) ? process.files.stat(path).mtimeMs : null;
}

/** @throws ConditionFault */
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
        return mayAccess(process, stat, 4);
      case "-w":
        return mayAccess(process, stat, 2);
      case "-x":
        return mayAccess(process, stat, 1);
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
        throw new ConditionFault(`${operator}: unknown operand`);
    }
  } catch (error) {
    if (error instanceof SystemError) return false;
    throw error;
  }
}
