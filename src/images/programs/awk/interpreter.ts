/** Runs a parsed awk program. */
import type { Step } from "../../../container/program.js";
import { type Applet, Failure } from "../../applet.js";
import { callBuiltin } from "./builtins.js";
import { syntaxError } from "./lexer.js";
import { MainInput } from "./main-input.js";
import { calculate, combine } from "./operators.js";
import { readRecord } from "./read-record.js";
import { AwkStreams } from "./streams.js";
import type { AwkProgram, Expression, Rule, Statement, Target } from "./syntax.js";
import { inputValue, isTrue, sprintf, toNumber, toText, type Value } from "./values.js";
import { type Frame, Variables } from "./variables.js";

/** What `next`, `nextfile` and `exit` throw: they may stand inside a function. */
class Jump extends Error {
  constructor(readonly to: "next" | "nextfile" | "exit") {
    super(to);
  }
}

type Completion = "normal" | "break" | "continue" | "return";

const callDepthMax = 200;

export class AwkRun {
  readonly self: Applet;
  readonly variables = new Variables();
  readonly streams: AwkStreams;
  readonly #program: AwkProgram;
  readonly #input: MainInput;
  readonly #insideRange = new Set<Rule>();
  #depth = 0;
  #returned: Value;
  #status = 0;
  /** State of rand. */
  seed = 1;

  constructor(self: Applet, program: AwkProgram) {
    this.self = self;
    this.#program = program;
    this.streams = new AwkStreams(self);
    this.#input = new MainInput(self, this.variables, this.streams, () => {
      this.#status = 1;
    });
  }

  setUp(operands: readonly string[]): void {
    const { variables } = this;
    const words = ["awk", ...operands];
    variables.setArray("ARGV", new Map(words.map((word, index) => [String(index), word])));
    variables.set("ARGC", words.length);
    variables.setArray("ENVIRON", this.self.process.env);
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
          else yield* this.self.print(this.variables.record.text + this.variables.text("ORS"));
        }
      } catch (error) {
        if (!(error instanceof Jump) || error.to === "exit") throw error;
        if (error.to === "nextfile") this.#input.closeFile();
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

  *#nextRecord(): Step<boolean> {
    const text = yield* this.#input.next();
    if (text === null) return false;
    this.variables.record.setText(text);
    yield* this.self.work(8);
    return true;
  }

  *#subscript(subscripts: readonly Expression[]): Step<string> {
    const parts: string[] = [];
    for (const expression of subscripts)
      parts.push(toText(yield* this.evaluate(expression), this.variables.text("CONVFMT")));
    return parts.join(parts.length > 1 ? this.variables.text("SUBSEP") : "");
  }

  *read(target: Target): Step<Value> {
    switch (target.kind) {
      case "variable":
        return this.variables.valueOf(target);
      case "field":
        return this.variables.record.get(yield* this.#fieldIndex(target.index));
      case "element": {
        const array = this.variables.arrayOf(target.array);
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
        this.variables.setValueOf(target, value);
        return;
      case "field": {
        const index = yield* this.#fieldIndex(target.index);
        this.variables.record.set(index, toText(value, this.variables.text("CONVFMT")));
        return;
      }
      case "element": {
        const array = this.variables.arrayOf(target.array);
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
        const array = this.variables.arrayOf(statement.array);
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
    const array = this.variables.arrayOf(statement.array);
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
      const format = this.variables.text("CONVFMT");
      text = sprintf(toText(values[0], format), values.slice(1), format);
    } else if (values.length === 0) text = this.variables.record.text + this.variables.text("ORS");
    else {
      const format = this.variables.text("OFMT");
      text = values.map((value) => toText(value, format)).join(this.variables.text("OFS")) + this.variables.text("ORS");
    }
    if (!statement.redirect) return yield* this.self.print(text);
    const { operator, target } = statement.redirect;
    const name = toText(yield* this.evaluate(target), this.variables.text("CONVFMT"));
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
        return this.variables.patterns.get(expression.source).test(this.variables.record.text) ? 1 : 0;
      case "assign":
        return yield* this.#assign(expression);
      case "ternary":
        return yield* this.evaluate(isTrue(yield* this.evaluate(expression.test)) ? expression.yes : expression.no);
      case "logical": {
        const left = isTrue(yield* this.evaluate(expression.left));
        if (left === (expression.operator === "||")) return left ? 1 : 0;
        return isTrue(yield* this.evaluate(expression.right)) ? 1 : 0;
      }
      case "binary": {
        const left = yield* this.evaluate(expression.left);
        const right = yield* this.evaluate(expression.right);
        return combine(expression.operator, left, right, this.variables);
      }
      case "match": {
        const text = yield* this.evaluateText(expression.left);
        const source =
          expression.right.kind === "regex" ? expression.right.source : yield* this.evaluateText(expression.right);
        return this.variables.patterns.get(source).test(text) !== expression.negated ? 1 : 0;
      }
      case "in":
        return this.variables.arrayOf(expression.array).has(yield* this.#subscript(expression.subscripts)) ? 1 : 0;
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
    return toText(yield* this.evaluate(expression), this.variables.text("CONVFMT"));
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

  *#call(expression: Extract<Expression, { kind: "call" }>): Step<Value> {
    const called = this.#program.functions.get(expression.name);
    if (!called) throw syntaxError(expression.line, "Call to undefined function");
    if (this.#depth >= callDepthMax) throw new Failure("out of memory");
    const frame: Frame = [];
    for (const arg of expression.args) {
      if (arg.kind === "variable" && !(arg.slot < 0 && arg.name === "NF")) {
        frame.push(this.variables.argument(arg));
      } else frame.push({ value: yield* this.evaluate(arg), origin: null });
    }
    while (frame.length < called.parameters.length) frame.push({ value: undefined, origin: null });
    const outer = this.variables.enter(frame);
    this.#depth += 1;
    this.#returned = undefined;
    try {
      yield* this.#execute(called.body);
    } finally {
      this.variables.enter(outer);
      this.#depth -= 1;
    }
    const value = this.#returned;
    this.#returned = undefined;
    return value;
  }

  *#getline({ from, source, target }: Extract<Expression, { kind: "getline" }>): Step<Value> {
    let text: string | null;
    if (from === "main") {
      text = yield* this.#input.next();
      if (text === null) return 0;
    } else {
      const name = source ? yield* this.evaluateText(source) : "";
      const input = yield* this.streams.source(from, name);
      if (!input) return -1;
      text = yield* readRecord(input, this.variables);
      if (text === null) return 0;
      if (from === "command") this.variables.count("NR");
    }
    if (target) yield* this.write(target, inputValue(text));
    else this.variables.record.setText(text);
    return 1;
  }
}
