import { goTypeName, goValue, sortedKeys } from "../../api/meta/go-text.js";
import { argumentCounts, functions, isTrue } from "./functions.js";
import type { Command, Operand, Pipeline, Template, TemplateNode } from "./nodes.js";

/** Something in the template does not fit the value; the message is Go's. Output up to there is kept. */
export class TemplateExecutionError extends Error {
  readonly output: string;

  constructor(message: string, output: string) {
    super(message);
    this.output = output;
  }
}

interface EvaluateOptions {
  /** Whether a key that a map does not have gives `<no value>`; else it is an error. */
  readonly allowMissingKeys: boolean;
}

/** Runs a template over a value. Throws a TemplateExecutionError. @see Go's text/template/exec.go */
export function executeTemplate(template: Template, value: unknown, options: EvaluateOptions): string {
  return new Execution(template, options).run(value);
}

/** A template may call itself; Go's limit is larger, but no template of use comes near either. */
const callDepthMax = 1000;

interface Variable {
  readonly name: string;
  value: unknown;
}

/** How a list of nodes ended. */
type Flow = "done" | "break" | "continue";

type Place = Pick<Operand, "position" | "source">;

class Execution {
  readonly #template: Template;
  readonly #options: EvaluateOptions;
  #output = "";
  #variables: Variable[] = [];
  #depth = 0;
  #name = "output";

  constructor(template: Template, options: EvaluateOptions) {
    this.#template = template;
    this.#options = options;
  }

  run(value: unknown): string {
    this.#variables = [{ name: "$", value }];
    this.#walkList(this.#template.nodes, value);
    return this.#output;
  }

  #walkList(nodes: readonly TemplateNode[], dot: unknown): Flow {
    for (const node of nodes) {
      const flow = this.#walk(node, dot);
      if (flow !== "done") {
        return flow;
      }
    }
    return "done";
  }

  #walk(node: TemplateNode, dot: unknown): Flow {
    switch (node.type) {
      case "text":
        this.#output += node.text;
        return "done";
      case "action": {
        const value = this.#evaluate(node.pipeline, dot);
        if (node.pipeline.variables.length === 0) {
          this.#output += value === undefined || value === null ? "<no value>" : goValue(value);
        }
        return "done";
      }
      case "break":
      case "continue":
        return node.type;
      case "if":
      case "with":
        return this.#walkBranch(node, dot);
      case "range":
        return this.#walkRange(node, dot);
      case "template":
        this.#walkCall(node, dot);
        return "done";
    }
  }

  #walkBranch(node: Extract<TemplateNode, { type: "if" | "with" | "range" }>, dot: unknown): Flow {
    const scope = this.#variables.length;
    const value = this.#evaluate(node.pipeline, dot);
    const inner = node.type === "with" ? value : dot;
    const flow = isTrue(value) ? this.#walkList(node.body, inner) : this.#walkList(node.otherwise, dot);
    this.#variables.length = scope;
    return flow;
  }

  #walkRange(node: Extract<TemplateNode, { type: "if" | "with" | "range" }>, dot: unknown): Flow {
    const scope = this.#variables.length;
    const { pipeline } = node;
    const value = this.#evaluateCommands(pipeline, dot);
    const entries = this.#entriesOf(value, pipeline);
    for (const [key, item] of entries) {
      this.#bindRange(pipeline, key, item);
      const flow = this.#walkList(node.body, item);
      this.#variables.length = scope;
      if (flow === "break") {
        break;
      }
    }
    return entries.length === 0 ? this.#walkList(node.otherwise, dot) : "done";
  }

  #entriesOf(value: unknown, place: Place): readonly (readonly [unknown, unknown])[] {
    if (value === undefined || value === null) {
      return [];
    }
    if (Array.isArray(value)) {
      return value.map((item, index) => [index, item] as const);
    }
    if (typeof value === "object") {
      return sortedKeys(value).map((key) => [key, (value as Record<string, unknown>)[key]] as const);
    }
    if (typeof value === "number" && Number.isInteger(value)) {
      return Array.from({ length: Math.max(0, value) }, (_, index) => [index, index] as const);
    }
    return this.#fail(place, `range can't iterate over ${goValue(value)}`);
  }

  /** One variable takes the items; two take the keys and the items. */
  #bindRange({ variables, isAssignment }: Pipeline, key: unknown, item: unknown): void {
    const values = variables.length === 2 ? [key, item] : [item];
    for (const [index, name] of variables.entries()) {
      this.#bind(name, values[index], isAssignment);
    }
  }

  #walkCall(node: Extract<TemplateNode, { type: "template" }>, dot: unknown): void {
    const nodes = this.#template.definitions.get(node.name);
    if (nodes === undefined) {
      this.#fail(node, `template ${JSON.stringify(node.name)} not defined`);
    }
    if (this.#depth >= callDepthMax) {
      this.#fail(node, `exceeded maximum template depth (${callDepthMax})`);
    }
    const value = node.pipeline === undefined ? undefined : this.#evaluate(node.pipeline, dot);
    const [outerVariables, outerName] = [this.#variables, this.#name];
    this.#variables = [{ name: "$", value }];
    this.#name = node.name;
    this.#depth += 1;
    this.#walkList(nodes, value);
    this.#depth -= 1;
    this.#variables = outerVariables;
    this.#name = outerName;
  }

  #evaluate(pipeline: Pipeline, dot: unknown): unknown {
    const value = this.#evaluateCommands(pipeline, dot);
    for (const name of pipeline.variables) {
      this.#bind(name, value, pipeline.isAssignment);
    }
    return value;
  }

  #bind(name: string, value: unknown, isAssignment: boolean): void {
    const existing = isAssignment ? this.#variables.findLast((variable) => variable.name === name) : undefined;
    if (existing !== undefined) {
      existing.value = value;
    } else {
      this.#variables.push({ name, value });
    }
  }

  #evaluateCommands(pipeline: Pipeline, dot: unknown): unknown {
    let piped: readonly unknown[] = [];
    for (const command of pipeline.commands) {
      piped = [this.#evaluateCommand(command, dot, piped)];
    }
    return piped[0];
  }

  #evaluateCommand(command: Command, dot: unknown, piped: readonly unknown[]): unknown {
    const [first, ...rest] = command.operands;
    if (first === undefined) {
      return undefined;
    }
    if (first.type === "function") {
      return this.#call(first.name, { command, rest, dot, piped });
    }
    if (rest.length > 0 || piped.length > 0) {
      const field = first.type === "field" || first.type === "variable" ? first.names.at(-1) : undefined;
      if (field !== undefined) this.#fail(first, `${field} is not a method but has arguments`);
      this.#fail(command, `can't give argument to non-function ${first.source}`);
    }
    if (first.type === "nil") {
      this.#fail(first, "nil is not a command");
    }
    return this.#operand(first, dot);
  }

  #call(
    name: string,
    use: { command: Place; rest: readonly Operand[]; dot: unknown; piped: readonly unknown[] },
  ): unknown {
    const { command, rest, dot, piped } = use;
    const count = rest.length + piped.length;
    const [countMin, countMax] = argumentCounts[name] ?? [0, Number.POSITIVE_INFINITY];
    if (count < countMin || count > countMax) {
      const want = countMax === countMin ? `${countMin}` : `at least ${countMin}`;
      this.#fail(command, `wrong number of args for ${name}: want ${want} got ${count}`);
    }
    if (name === "and" || name === "or") {
      return this.#shortCircuit(name, use);
    }
    const args = [...rest.map((operand) => this.#operand(operand, dot)), ...piped];
    if (name === "call") {
      const [written] = rest;
      const type = goTypeName(args[0]);
      this.#fail(command, `error calling call: non-function ${written?.source ?? goValue(args[0])} of type ${type}`);
    }
    try {
      return functions[name]?.(args);
    } catch (error) {
      return this.#fail(command, `error calling ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** `and` gives the first value that is false, `or` the first that is true; either else the last. */
  #shortCircuit(
    name: "and" | "or",
    { rest, dot, piped }: { rest: readonly Operand[]; dot: unknown; piped: readonly unknown[] },
  ): unknown {
    let value: unknown;
    for (const operand of rest) {
      value = this.#operand(operand, dot);
      if (isTrue(value) === (name === "or")) {
        return value;
      }
    }
    return piped.length > 0 ? piped[0] : value;
  }

  #operand(operand: Operand, dot: unknown): unknown {
    switch (operand.type) {
      case "dot":
        return dot;
      case "nil":
        return undefined;
      case "literal":
        return operand.value;
      case "field":
        return this.#fields(dot, operand.names, operand);
      case "variable": {
        const variable = this.#variables.findLast(({ name }) => name === operand.name);
        return this.#fields(variable?.value, operand.names, operand);
      }
      case "function":
        return this.#call(operand.name, { command: operand, rest: [], dot, piped: [] });
      case "pipe":
        return this.#fields(this.#evaluate(operand.pipeline, dot), operand.names, operand);
    }
  }

  #fields(value: unknown, names: readonly string[], place: Place): unknown {
    let current = value;
    for (const [index, name] of names.entries()) {
      if (current === undefined) {
        if (!this.#options.allowMissingKeys) {
          this.#fail(place, `nil data; no entry for key ${JSON.stringify(name)}`);
        }
        return undefined;
      }
      if (current === null) {
        this.#fail(place, `nil pointer evaluating interface {}.${name}`);
      }
      if (typeof current !== "object" || Array.isArray(current)) {
        const isRoot = index === 0 && current === this.#variables[0]?.value;
        const type = isRoot ? goTypeName(current) : "interface {}";
        this.#fail(place, `can't evaluate field ${name} in type ${type}`);
      }
      const isThere = Object.hasOwn(current, name);
      if (!isThere && !this.#options.allowMissingKeys) {
        this.#fail(place, `map has no entry for key ${JSON.stringify(name)}`);
      }
      current = isThere ? (current as Record<string, unknown>)[name] : undefined;
    }
    return current;
  }

  #fail({ position, source }: Place, problem: string): never {
    const before = this.#template.text.slice(0, position);
    const line = before.split("\n").length;
    const column = Buffer.byteLength(before.slice(before.lastIndexOf("\n") + 1));
    const where = `template: output:${line}:${column}: executing ${JSON.stringify(this.#name)} at <${source}>`;
    throw new TemplateExecutionError(`${where}: ${problem}`, this.#output);
  }
}
