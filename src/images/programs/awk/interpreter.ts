/** Runs a parsed awk program. */
import type { Step } from "../../../container/program.js";
import { type Applet, Failure, reasonOf } from "../../applet.js";
import { Input } from "../../input.js";
import { callBuiltin } from "./builtins.js";
import { awkEscapes, syntaxError } from "./lexer.js";
import { AwkRecord, Patterns } from "./record.js";
import { AwkStreams } from "./streams.js";
import type { AwkProgram, Expression, Rule, Statement, Target, Variable } from "./syntax.js";
import { type AwkArray, compareValues, inputValue, isTrue, sprintf, toNumber, toText, type Value } from "./values.js";

/** What `next`, `nextfile` and `exit` throw: they may stand inside a function. */
class Jump extends Error {
  constructor(readonly to: "next" | "nextfile" | "exit") {
    super(to);
  }
}

/** A place for a value or an array; an unassigned parameter becomes an array in its caller's place too. */
export interface Cell {
  value: Value | AwkArray;
  readonly origin: Cell | null;
}

type Completion = "normal" | "break" | "continue" | "return";

const callDepthMax = 200;
const textMax = 16 * 1024 * 1024;

export class AwkRun {
  readonly self: Applet;
  readonly patterns = new Patterns();
  readonly streams: AwkStreams;
  readonly record: AwkRecord;
  readonly #program: AwkProgram;
  readonly #globals = new Map<string, Cell>();
  readonly #insideRange = new Set<Rule>();
  #frame: Cell[] = [];
  #depth = 0;
  #returned: Value;
  #input: Input | null = null;
  #fd = 0;
  #nextArgument = 1;
  #readAnything = false;
  #status = 0;
  /** State of rand. */
  seed = 1;

  constructor(self: Applet, program: AwkProgram) {
    this.self = self;
    this.#program = program;
    this.streams = new AwkStreams(self);
    this.record = new AwkRecord({
      separator: () => this.text("FS"),
      joiner: () => this.text("OFS"),
      patterns: this.patterns,
      paragraphs: () => this.text("RS") === "",
    });
    const defaults: readonly (readonly [string, Value])[] = [
      ["CONVFMT", "%.6g"],
      ["OFMT", "%.6g"],
      ["FS", " "],
      ["OFS", " "],
      ["ORS", "\n"],
      ["RS", "\n"],
      ["SUBSEP", "\x1c"],
      ["NR", 0],
      ["FNR", 0],
      ["RSTART", 0],
      ["RLENGTH", -1],
      ["RT", ""],
    ];
    for (const [name, value] of defaults) this.#global(name).value = value;
  }

  /** Assigns a variable of the command line. */
  assign(name: string, text: string): void {
    this.setVariable(name, inputValue(awkEscapes(text)));
  }

  setUp(operands: readonly string[]): void {
    const argv: AwkArray = new Map([["0", "awk"] as const]);
    operands.forEach((word, index) => {
      argv.set(String(index + 1), inputValue(word));
    });
    this.#global("ARGV").value = argv;
    this.#global("ARGC").value = operands.length + 1;
    const environment: AwkArray = new Map();
    for (const [name, value] of this.self.process.env) environment.set(name, inputValue(value));
    this.#global("ENVIRON").value = environment;
  }

  *run(): Step<number> {
    const { begin, rules, end } = this.#program;
    const exited = yield* this.#untilExit(begin);
    if (!exited && (rules.length > 0 || end.length > 0)) yield* this.#untilExitOf(() => this.#records());
    // An exit in BEGIN or a rule still runs END.
    yield* this.#untilExit(end);
    yield* this.streams.closeAll();
    return this.#status;
  }

  *#untilExit(actions: readonly Statement[]): Step<boolean> {
    const run = this;
    return yield* this.#untilExitOf(function* () {
      for (const action of actions) yield* run.#execute(action);
    });
  }

  *#untilExitOf(body: () => Step<void>): Step<boolean> {
    try {
      yield* body();
      return false;
    } catch (error) {
      if (!(error instanceof Jump)) throw error;
      return error.to === "exit";
    }
  }

  *#records(): Step<void> {
    while (yield* this.#nextRecord()) {
      try {
        for (const rule of this.#program.rules) {
          if (!(yield* this.#selects(rule))) continue;
          if (rule.action) yield* this.#execute(rule.action);
          else yield* this.self.print(this.record.text + this.text("ORS"));
        }
      } catch (error) {
        if (!(error instanceof Jump) || error.to === "exit") throw error;
        if (error.to === "nextfile") this.#closeInput();
      }
    }
  }

  *#selects(rule: Rule): Step<boolean> {
    if (!rule.pattern) return true;
    if (!rule.until) return isTrue(yield* this.evaluate(rule.pattern));
    if (!this.#insideRange.has(rule)) {
      if (!isTrue(yield* this.evaluate(rule.pattern))) return false;
      this.#insideRange.add(rule);
    }
    if (isTrue(yield* this.evaluate(rule.until))) this.#insideRange.delete(rule);
    return true;
  }

  // Input

  #closeInput(): void {
    if (this.#input) this.self.close(this.#fd);
    this.#input = null;
  }

  /** Opens the next file of the command line; assignments there are carried out on the way. */
  *#openNext(): Step<Input | null> {
    for (;;) {
      const count = toNumber(this.variable("ARGC"));
      if (this.#nextArgument >= count) {
        if (this.#readAnything) return null;
        this.#readAnything = true;
        this.#fd = 0;
        this.#input = new Input(this.self.process, 0);
        return this.#input;
      }
      const word = toText(this.array("ARGV").get(String(this.#nextArgument)), "%.6g");
      this.#nextArgument += 1;
      if (word === "") continue;
      const assignment = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/.exec(word);
      if (assignment) {
        this.assign(assignment[1] ?? "", assignment[2] ?? "");
        continue;
      }
      this.#readAnything = true;
      try {
        this.#fd = this.self.open(word);
      } catch (error) {
        yield* this.streams.flushAll();
        yield* this.self.complain(`${word}: ${reasonOf(error)}`);
        this.#status = 1;
        continue;
      }
      this.setVariable("FILENAME", word);
      this.setVariable("FNR", 0);
      this.#input = new Input(this.self.process, this.#fd);
      return this.#input;
    }
  }

  /** The next record of the main input, or null. */
  *#mainRecord(): Step<string | null> {
    for (;;) {
      const input = this.#input ?? (yield* this.#openNext());
      if (!input) return null;
      const text = yield* this.readRecord(input);
      if (text === null) {
        this.#closeInput();
        continue;
      }
      this.setVariable("NR", toNumber(this.variable("NR")) + 1);
      this.setVariable("FNR", toNumber(this.variable("FNR")) + 1);
      return text;
    }
  }

  *#nextRecord(): Step<boolean> {
    const text = yield* this.#mainRecord();
    if (text === null) return false;
    this.record.setText(text);
    yield* this.self.work(8);
    return true;
  }

  *readRecord(input: Input): Step<string | null> {
    const separator = this.text("RS");
    try {
      if (separator.length === 1) return yield* input.line(separator);
      if (separator === "") return yield* readParagraph(input);
      return yield* readByPattern(input, this.patterns.get(separator));
    } catch (error) {
      throw new Failure(`cmd. line:1: ${reasonOf(error)}`);
    }
  }

  // Variables

  #global(name: string): Cell {
    let cell = this.#globals.get(name);
    if (!cell) {
      cell = { value: undefined, origin: null };
      this.#globals.set(name, cell);
    }
    return cell;
  }

  #cell(variable: Variable): Cell {
    if (variable.slot < 0) return this.#global(variable.name);
    const cell = this.#frame[variable.slot];
    if (!cell) throw new Error(`no parameter ${variable.name} in this call`);
    return cell;
  }

  variable(name: string): Value {
    if (name === "NF") return this.record.count;
    const { value } = this.#global(name);
    if (value instanceof Map) throw syntaxError(1, "Not a scalar");
    return value;
  }

  text(name: string): string {
    return toText(this.variable(name), "%.6g");
  }

  setVariable(name: string, value: Value): void {
    if (name === "NF") this.record.setCount(toNumber(value));
    else this.#global(name).value = value;
    if (name === "IGNORECASE") this.patterns.ignoreCase = isTrue(value);
  }

  array(name: string): AwkArray {
    return arrayIn(this.#global(name));
  }

  arrayOf(variable: Variable): AwkArray {
    return arrayIn(this.#cell(variable));
  }

  /** Number of elements where the variable is an array, else null. */
  sizeOfArray(variable: Variable): number | null {
    const { value } = this.#cell(variable);
    return value instanceof Map ? value.size : null;
  }

  *#subscript(subscripts: readonly Expression[]): Step<string> {
    const parts: string[] = [];
    for (const expression of subscripts) parts.push(toText(yield* this.evaluate(expression), this.text("CONVFMT")));
    return parts.join(parts.length > 1 ? this.text("SUBSEP") : "");
  }

  *read(target: Target): Step<Value> {
    switch (target.kind) {
      case "variable": {
        if (target.slot < 0) return this.variable(target.name);
        const { value } = this.#cell(target);
        if (value instanceof Map) throw syntaxError(1, "Not a scalar");
        return value;
      }
      case "field":
        return this.record.get(yield* this.#fieldIndex(target.index));
      case "element": {
        const array = this.arrayOf(target.array);
        const key = yield* this.#subscript(target.subscripts);
        // Looking at an element makes it.
        if (!array.has(key)) array.set(key, undefined);
        return array.get(key);
      }
    }
  }

  *#fieldIndex(expression: Expression): Step<number> {
    const index = Math.trunc(toNumber(yield* this.evaluate(expression)));
    if (index < 0) throw syntaxError(1, "Access to negative field");
    return index;
  }

  *write(target: Target, value: Value): Step<void> {
    switch (target.kind) {
      case "variable":
        if (target.slot < 0) this.setVariable(target.name, value);
        else this.#cell(target).value = value;
        return;
      case "field": {
        const index = yield* this.#fieldIndex(target.index);
        this.record.set(index, toText(value, this.text("CONVFMT")));
        return;
      }
      case "element": {
        const array = this.arrayOf(target.array);
        array.set(yield* this.#subscript(target.subscripts), value);
        if (array.size > 2_000_000) throw new Failure("out of memory");
      }
    }
  }

  // Statements

  *#execute(statement: Statement): Step<Completion> {
    yield* this.self.work(8);
    switch (statement.kind) {
      case "block":
        for (const part of statement.body) {
          const completion = yield* this.#execute(part);
          if (completion !== "normal") return completion;
        }
        return "normal";
      case "expression":
        yield* this.evaluate(statement.expression);
        return "normal";
      case "print":
        yield* this.#print(statement);
        return "normal";
      case "if":
        if (isTrue(yield* this.evaluate(statement.test))) return yield* this.#execute(statement.yes);
        return statement.no ? yield* this.#execute(statement.no) : "normal";
      case "while":
      case "do":
      case "for":
        return yield* this.#loop(statement);
      case "forIn":
        return yield* this.#forIn(statement);
      case "jump":
        if (statement.to === "next" || statement.to === "nextfile") throw new Jump(statement.to);
        return statement.to;
      case "exit":
        if (statement.status) this.#status = Math.trunc(toNumber(yield* this.evaluate(statement.status))) & 255;
        throw new Jump("exit");
      case "return":
        this.#returned = statement.value ? yield* this.evaluate(statement.value) : undefined;
        return "return";
      case "delete": {
        const array = this.arrayOf(statement.array);
        if (statement.subscripts) array.delete(yield* this.#subscript(statement.subscripts));
        else array.clear();
        return "normal";
      }
    }
  }

  *#loop(statement: Extract<Statement, { kind: "while" | "do" | "for" }>): Step<Completion> {
    if (statement.kind === "for" && statement.first) yield* this.#execute(statement.first);
    for (let first = true; ; first = false) {
      const test = statement.test;
      const unasked = test === null || (first && statement.kind === "do");
      if (!unasked && !isTrue(yield* this.evaluate(test))) return "normal";
      yield* this.self.work(8);
      const completion = yield* this.#execute(statement.body);
      if (completion === "break") return "normal";
      if (completion === "return") return completion;
      if (statement.kind === "for" && statement.step) yield* this.#execute(statement.step);
    }
  }

  *#forIn(statement: Extract<Statement, { kind: "forIn" }>): Step<Completion> {
    const array = this.arrayOf(statement.array);
    for (const key of [...array.keys()]) {
      yield* this.write(statement.variable, inputValue(key));
      const completion = yield* this.#execute(statement.body);
      if (completion === "break") return "normal";
      if (completion === "return") return completion;
    }
    return "normal";
  }

  *#print(statement: Extract<Statement, { kind: "print" }>): Step<void> {
    const values: Value[] = [];
    for (const arg of statement.args) values.push(yield* this.evaluate(arg));
    let text: string;
    if (statement.formatted) {
      text = sprintf(toText(values[0], this.text("CONVFMT")), values.slice(1), this.text("CONVFMT"));
    } else if (values.length === 0) text = this.record.text + this.text("ORS");
    else {
      const format = this.text("OFMT");
      text = values.map((value) => toText(value, format)).join(this.text("OFS")) + this.text("ORS");
    }
    if (!statement.redirect) return yield* this.self.print(text);
    const { operator, target } = statement.redirect;
    const name = toText(yield* this.evaluate(target), this.text("CONVFMT"));
    yield* this.streams.write(operator, name, text);
  }

  // Expressions

  *evaluate(expression: Expression): Step<Value> {
    switch (expression.kind) {
      case "number":
      case "string":
        return expression.value;
      case "variable":
      case "field":
      case "element":
        return yield* this.read(expression);
      case "regex":
        return this.patterns.get(expression.source).test(this.record.text) ? 1 : 0;
      case "assign":
        return yield* this.#assign(expression);
      case "ternary":
        return yield* this.evaluate(isTrue(yield* this.evaluate(expression.test)) ? expression.yes : expression.no);
      case "logical": {
        const left = isTrue(yield* this.evaluate(expression.left));
        if (left === (expression.operator === "||")) return left ? 1 : 0;
        return isTrue(yield* this.evaluate(expression.right)) ? 1 : 0;
      }
      case "binary":
        return yield* this.#binary(expression);
      case "match": {
        const text = yield* this.evaluateText(expression.left);
        const source =
          expression.right.kind === "regex" ? expression.right.source : yield* this.evaluateText(expression.right);
        return this.patterns.get(source).test(text) !== expression.negated ? 1 : 0;
      }
      case "in":
        return this.arrayOf(expression.array).has(yield* this.#subscript(expression.subscripts)) ? 1 : 0;
      case "unary": {
        const value = yield* this.evaluate(expression.operand);
        if (expression.operator === "!") return isTrue(value) ? 0 : 1;
        return expression.operator === "-" ? -toNumber(value) : toNumber(value);
      }
      case "step": {
        const before = toNumber(yield* this.read(expression.target));
        yield* this.write(expression.target, before + expression.by);
        return expression.before ? before + expression.by : before;
      }
      case "call":
        return yield* this.#call(expression);
      case "builtin":
        return yield* callBuiltin(this, expression.name, expression.args, expression.line);
      case "getline":
        return yield* this.#getline(expression);
      case "group":
        return yield* this.#subscript(expression.items);
    }
  }

  *evaluateText(expression: Expression): Step<string> {
    return toText(yield* this.evaluate(expression), this.text("CONVFMT"));
  }

  *#assign(expression: Extract<Expression, { kind: "assign" }>): Step<Value> {
    let value = yield* this.evaluate(expression.value);
    if (expression.operator !== "=") {
      const before = toNumber(yield* this.read(expression.target));
      value = calculate(expression.operator.slice(0, -1), before, toNumber(value));
    }
    yield* this.write(expression.target, value);
    return value;
  }

  *#binary({ operator, left, right }: Extract<Expression, { kind: "binary" }>): Step<Value> {
    const a = yield* this.evaluate(left);
    const b = yield* this.evaluate(right);
    if (operator === " ") {
      const format = this.text("CONVFMT");
      const text = toText(a, format) + toText(b, format);
      if (text.length > textMax) throw new Failure("out of memory");
      return text;
    }
    switch (operator) {
      case "<":
        return compareValues(a, b, this.text("CONVFMT")) < 0 ? 1 : 0;
      case "<=":
        return compareValues(a, b, this.text("CONVFMT")) <= 0 ? 1 : 0;
      case "==":
        return compareValues(a, b, this.text("CONVFMT")) === 0 ? 1 : 0;
      case "!=":
        return compareValues(a, b, this.text("CONVFMT")) !== 0 ? 1 : 0;
      case ">":
        return compareValues(a, b, this.text("CONVFMT")) > 0 ? 1 : 0;
      case ">=":
        return compareValues(a, b, this.text("CONVFMT")) >= 0 ? 1 : 0;
      default:
        return calculate(operator, toNumber(a), toNumber(b));
    }
  }

  *#call(expression: Extract<Expression, { kind: "call" }>): Step<Value> {
    const called = this.#program.functions.get(expression.name);
    if (!called) throw syntaxError(expression.line, "Call to undefined function");
    if (this.#depth >= callDepthMax) throw new Failure("out of memory");
    const frame: Cell[] = [];
    for (const arg of expression.args) {
      if (arg.kind === "variable" && !(arg.slot < 0 && arg.name === "NF")) {
        const cell = this.#cell(arg);
        frame.push({ value: cell.value, origin: cell.value === undefined ? cell : null });
      } else frame.push({ value: yield* this.evaluate(arg), origin: null });
    }
    while (frame.length < called.parameters.length) frame.push({ value: undefined, origin: null });
    const outer = this.#frame;
    this.#frame = frame;
    this.#depth += 1;
    this.#returned = undefined;
    try {
      yield* this.#execute(called.body);
    } finally {
      this.#frame = outer;
      this.#depth -= 1;
    }
    const value = this.#returned;
    this.#returned = undefined;
    return value;
  }

  *#getline({ from, source, target }: Extract<Expression, { kind: "getline" }>): Step<Value> {
    let text: string | null;
    if (from === "main") {
      text = yield* this.#mainRecord();
      if (text === null) return 0;
    } else {
      const name = source ? yield* this.evaluateText(source) : "";
      const input = yield* this.streams.source(from, name);
      if (!input) return -1;
      text = yield* this.readRecord(input);
      if (text === null) return 0;
      if (from === "command") this.setVariable("NR", toNumber(this.variable("NR")) + 1);
    }
    if (target) yield* this.write(target, inputValue(text));
    else this.record.setText(text);
    return 1;
  }
}

function arrayIn(cell: Cell): AwkArray {
  if (cell.value instanceof Map) return cell.value;
  if (cell.value !== undefined) throw syntaxError(1, "Not an array");
  const array: AwkArray = cell.origin ? arrayIn(cell.origin) : new Map();
  cell.value = array;
  return array;
}

function calculate(operator: string, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "^":
      return left ** right;
    default:
      if (right === 0) throw syntaxError(1, "Division by zero");
      return operator === "/" ? left / right : left % right;
  }
}

function* readParagraph(input: Input): Step<string | null> {
  let line = yield* input.line();
  while (line === "") line = yield* input.line();
  if (line === null) return null;
  const lines: string[] = [];
  while (line !== null && line !== "") {
    lines.push(line);
    line = yield* input.line();
  }
  return lines.join("\n");
}

/** A record ends where a pattern matches; the text is read whole, because a match may go on in what is to come. */
function* readByPattern(
  input: Input,
  regex: { exec(text: string, from?: number): readonly number[] | null },
): Step<string | null> {
  const text = yield* input.all();
  if (text === "") return null;
  let found = regex.exec(text);
  while (found && found[0] === found[1])
    found = (found[1] ?? 0) < text.length ? regex.exec(text, (found[1] ?? 0) + 1) : null;
  if (!found) return text.replace(/\n$/, "");
  input.putBack(text.slice(found[1]));
  return text.slice(0, found[0]);
}
