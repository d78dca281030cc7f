import { type AnyNode, type CallExpression, type Pattern, parse } from "acorn";

type FunctionNode = Extract<
  AnyNode,
  { type: "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression" }
>;

/** A script as the virtual machine runs it. */
interface Rewritten {
  readonly code: string;
  /** Evaluating it gives a promise of the last value; else the value itself. */
  readonly waits: boolean;
}

/** A script that is no JavaScript. `isIncomplete`: more lines could make it one. */
export class ScriptSyntaxError extends Error {
  readonly isIncomplete: boolean;
  constructor(message: string, isIncomplete: boolean) {
    super(message);
    this.isIncomplete = isIncomplete;
  }
}

/**
 * Lets a script wait: `sleep` takes time, and nothing in the virtual machine can be held in the middle of a call. So
 * functions that may come to a `sleep` become asynchronous, and what calls them awaits them. Scripts that never sleep are
 * left as they are. mongosh does much the same with all scripts.
 * @throws ScriptSyntaxError
 */
export function rewrite(source: string): Rewritten {
  const program = parseScript(source);
  const functions = functionsOf(program);
  const names = waitingNames(program, functions);
  const waitsAtTop = hasAwait(program) || calls(program).some((call) => waits(call, names));
  if (!waitsAtTop && functions.every((each) => !each.waits)) return { code: source, waits: false };
  return { code: new Writer(source, names).script(program), waits: true };
}

type Program = ReturnType<typeof parse>;

function parseScript(source: string): Program {
  try {
    return parse(source, {
      ecmaVersion: "latest",
      sourceType: "script",
      allowAwaitOutsideFunction: true,
      allowHashBang: true,
    });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { pos = 0, loc } = error as SyntaxError & { pos?: number; loc?: { line: number; column: number } };
    const isIncomplete = pos >= source.trimEnd().length;
    throw new ScriptSyntaxError(
      `${error.message}\n\n${codeFrame(source, loc ?? { line: 1, column: 0 })}`,
      isIncomplete,
    );
  }
}

/** The lines around a mistake, as Babel shows them. */
function codeFrame(source: string, { line, column }: { readonly line: number; readonly column: number }): string {
  const lines = source.split("\n");
  const last = Math.min(lines.length, line + 3);
  const width = String(last).length;
  const shown: string[] = [];
  for (let number = Math.max(1, line - 2); number <= last; number++) {
    const text = lines[number - 1] ?? "";
    shown.push(`${number === line ? ">" : " "} ${String(number).padStart(width)} |${text === "" ? "" : ` ${text}`}`);
    if (number === line) shown.push(`  ${" ".repeat(width)} | ${" ".repeat(column)}^`);
  }
  return `${shown.join("\n")}\n`;
}

interface KnownFunction {
  readonly node: FunctionNode;
  readonly parent: AnyNode | null;
  /** What it is called by. */
  readonly names: readonly string[];
  waits: boolean;
}

const functionTypes = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

function isFunction(node: AnyNode): node is FunctionNode {
  return functionTypes.has(node.type);
}

/** The parts of a node, in the order of the text. */
function childrenOf(node: AnyNode): AnyNode[] {
  const found: AnyNode[] = [];
  for (const value of Object.values(node)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (typeof item === "object" && item !== null && typeof (item as AnyNode).type === "string")
        found.push(item as AnyNode);
    }
  }
  return found;
}

/** Visits a node and what is in it; `enter` says whether to go in. */
function walk(
  node: AnyNode,
  enter: (node: AnyNode, parent: AnyNode | null) => boolean,
  parent: AnyNode | null = null,
): void {
  if (!enter(node, parent)) return;
  for (const child of childrenOf(node)) walk(child, enter, node);
}

function functionsOf(program: AnyNode): KnownFunction[] {
  const found: KnownFunction[] = [];
  walk(program, (node, parent) => {
    if (isFunction(node)) found.push({ node, parent, names: namesOf(node, parent), waits: false });
    return true;
  });
  return found;
}

function namesOf(node: FunctionNode, parent: AnyNode | null): string[] {
  const names: string[] = node.id ? [node.id.name] : [];
  if (parent?.type === "VariableDeclarator" && parent.id.type === "Identifier") names.push(parent.id.name);
  if (parent?.type === "AssignmentExpression") names.push(...nameOf(parent.left));
  if (
    (parent?.type === "Property" || parent?.type === "MethodDefinition" || parent?.type === "PropertyDefinition") &&
    !parent.computed
  ) {
    names.push(...nameOf(parent.key as AnyNode));
  }
  return names;
}

function nameOf(node: AnyNode): string[] {
  if (node.type === "Identifier") return [node.name];
  if (node.type === "MemberExpression" && !node.computed) return nameOf(node.property);
  return node.type === "Literal" && typeof node.value === "string" ? [node.value] : [];
}

/** Calls of a function's own code, not of functions in it. */
function calls(within: AnyNode): CallExpression[] {
  const found: CallExpression[] = [];
  walk(within, (node) => {
    if (node !== within && isFunction(node)) return false;
    if (node.type === "CallExpression") found.push(node);
    return true;
  });
  return found;
}

function hasAwait(program: AnyNode): boolean {
  let found = false;
  walk(program, (node) => {
    if (isFunction(node)) return false;
    found ||= node.type === "AwaitExpression" || (node.type === "ForOfStatement" && node.await);
    return true;
  });
  return found;
}

interface WaitingNames {
  readonly names: Set<string>;
  readonly nodes: Set<AnyNode>;
}

function waits(call: CallExpression, { names, nodes }: WaitingNames): boolean {
  const callee = call.callee as AnyNode;
  if (nameOf(callee).some((name) => names.has(name)) || nodes.has(callee)) return true;
  return call.arguments.some((argument) => isWaitingValue(argument, { names, nodes }));
}

function isWaitingValue(node: AnyNode, { names, nodes }: WaitingNames): boolean {
  return nodes.has(node) || (node.type === "Identifier" && node.name !== "sleep" && names.has(node.name));
}

/** Goes round until no more functions turn out to wait: by name, which at worst awaits what needs no waiting. */
function waitingNames(program: AnyNode, functions: KnownFunction[]): WaitingNames {
  const found: WaitingNames = { names: new Set(["sleep"]), nodes: new Set() };
  walk(program, (node) => {
    if (
      node.type === "VariableDeclarator" &&
      node.id.type === "Identifier" &&
      node.init?.type === "Identifier" &&
      node.init.name === "sleep"
    ) {
      found.names.add(node.id.name);
    }
    return true;
  });
  for (let size = -1; size !== found.names.size + found.nodes.size; ) {
    size = found.names.size + found.nodes.size;
    for (const each of functions) {
      const { node, parent } = each;
      if (!each.waits && calls(node).some((call) => waits(call, found))) {
        each.waits = true;
        if (!canWait(node, parent)) continue;
        found.nodes.add(node);
        if (!node.async) for (const name of each.names) found.names.add(name);
      }
    }
    markParameters(program, functions, found);
  }
  return found;
}

/** A function that is handed to another one waits where that calls its parameter. */
function markParameters(program: AnyNode, functions: readonly KnownFunction[], found: WaitingNames): void {
  walk(program, (node) => {
    if (node.type !== "CallExpression") return true;
    for (const [index, argument] of node.arguments.entries()) {
      if (!isWaitingValue(argument, found)) continue;
      const called = nameOf(node.callee as AnyNode);
      for (const { node: target, names } of functions) {
        const parameter = target.params[index];
        if (parameter?.type === "Identifier" && names.some((name) => called.includes(name)))
          found.names.add(parameter.name);
      }
    }
    return true;
  });
}

function canWait(node: FunctionNode, parent: AnyNode | null): boolean {
  if (node.generator) return false;
  if (parent?.type === "Property") return parent.kind === "init";
  return parent?.type !== "MethodDefinition" || parent.kind === "method";
}

/** Collects insertions into a text. */
class Writer {
  readonly #source: string;
  readonly #names: WaitingNames;
  readonly #edits: { at: number; remove: number; text: string; rank: number }[] = [];

  constructor(source: string, names: WaitingNames) {
    this.#source = source;
    this.#names = names;
  }

  script(program: Program): string {
    const declared = new Set<string>();
    const hoisted: AnyNode[] = [];
    for (const statement of program.body as AnyNode[]) {
      if (statement.type === "FunctionDeclaration") hoisted.push(statement);
      else this.#topLevel(statement, declared, true);
    }
    this.#rewriteWaits(program);
    const body = this.#text(0, this.#source.length, hoisted);
    const functions = hoisted.map((node) => this.#text(node.start, node.end, [])).join("\n");
    const variables = declared.size === 0 ? "" : `var ${[...declared].join(", ")};\n`;
    return `${variables}${functions}\n(async () => { let __kjobResult;\n${body}\n;return __kjobResult; })()`;
  }

  /** Declarations become globals, and what a line is worth is kept. */
  #topLevel(node: AnyNode, declared: Set<string>, isTop: boolean): void {
    if (isFunction(node) || node.type === "ClassBody") return;
    if (node.type === "ExpressionStatement") {
      this.#insert(node.expression.start, "__kjobResult = (", 0);
      this.#insert(node.expression.end, ")", 9);
    } else if (node.type === "ClassDeclaration" && node.id !== null && isTop) {
      declared.add(node.id.name);
      this.#insert(node.start, `${node.id.name} = `, 0);
    } else if (node.type === "VariableDeclaration" && (isTop || node.kind === "var")) {
      this.#assign(node, declared, true);
    } else if (node.type === "ForStatement" && node.init?.type === "VariableDeclaration" && node.init.kind === "var") {
      this.#assign(node.init, declared, false);
      this.#topLevel(node.body, declared, false);
      return;
    } else if (
      (node.type === "ForInStatement" || node.type === "ForOfStatement") &&
      node.left.type === "VariableDeclaration" &&
      node.left.kind === "var"
    ) {
      this.#remove(node.left.start, node.left.declarations[0]?.start ?? node.left.end);
      for (const { id } of node.left.declarations) addNames(id, declared);
      this.#topLevel(node.body, declared, false);
      return;
    }
    for (const child of childrenOf(node)) this.#topLevel(child, declared, false);
  }

  #assign(node: AnyNode & { type: "VariableDeclaration" }, declared: Set<string>, isStatement: boolean): void {
    const first = node.declarations[0];
    if (first === undefined) return;
    this.#remove(node.start, first.start);
    if (isStatement) {
      this.#insert(first.start, "(", 0);
      this.#insert(node.declarations.at(-1)?.end ?? node.end, this.#source[node.end - 1] === ";" ? ")" : ");", 9);
    }
    for (const { id, init } of node.declarations) {
      addNames(id, declared);
      if (!init && node.kind !== "var") this.#insert(id.end, " = undefined", 9);
    }
  }

  #rewriteWaits(node: AnyNode, canAwait = true, parent: AnyNode | null = null): void {
    let inside = canAwait;
    if (isFunction(node)) {
      inside = node.async || (this.#names.nodes.has(node) && canWait(node, parent));
      if (inside && !node.async) this.#insert(this.#asyncAt(node, parent), "async ", 1);
    }
    if (node.type === "CallExpression" && inside && waits(node, this.#names)) this.#await(node);
    for (const child of childrenOf(node)) this.#rewriteWaits(child, inside, node);
  }

  #asyncAt(node: FunctionNode, parent: AnyNode | null): number {
    if (parent?.type === "Property" && parent.method) return parent.start;
    if (parent?.type === "MethodDefinition") return parent.static ? parent.key.start : parent.start;
    return node.start;
  }

  #await(call: CallExpression): void {
    const callee = call.callee as AnyNode;
    const isCallback = call.arguments.some((argument) => isWaitingValue(argument, this.#names));
    if (
      callee.type === "MemberExpression" &&
      !callee.computed &&
      !callee.optional &&
      !call.optional &&
      isCallback &&
      callee.object.type !== "Super"
    ) {
      this.#insert(call.start, "(await __kjobCall(", 2);
      this.#remove(callee.object.end, call.arguments[0]?.start ?? call.end);
      const { name } = callee.property as { name: string };
      this.#insert(call.arguments[0]?.start ?? call.end, `, ${JSON.stringify(name)}, [`, 2);
      this.#remove(call.end - 1, call.end);
      this.#insert(call.end, "]))", 8);
      return;
    }
    this.#insert(call.start, "(await ", 2);
    if (callee.type === "Identifier" && callee.name === "sleep") {
      this.#remove(callee.start, callee.end);
      this.#insert(callee.end, "__kjobSleep", 2);
    }
    this.#insert(call.end, ")", 8);
  }

  #insert(at: number, text: string, rank: number): void {
    this.#edits.push({ at, remove: 0, text, rank });
  }

  #remove(from: number, to: number): void {
    if (to > from) this.#edits.push({ at: from, remove: to - from, text: "", rank: 7 });
  }

  #text(from: number, to: number, without: readonly AnyNode[]): string {
    const edits = [...this.#edits.entries()]
      .filter(
        ([, { at, remove }]) =>
          at >= from && at + remove <= to && !without.some((node) => at >= node.start && at < node.end),
      )
      .concat(without.map((node) => [-1, { at: node.start, remove: node.end - node.start, text: ";", rank: 7 }]))
      .sort(
        ([a, left], [b, right]) =>
          left.at - right.at || side(left.rank) - side(right.rank) || (side(left.rank) === 0 ? b - a : a - b),
      );
    let text = "";
    let at = from;
    for (const [, edit] of edits) {
      if (edit.at > at) text += this.#source.slice(at, edit.at);
      text += edit.text;
      at = Math.max(at, edit.at + edit.remove);
    }
    return text + this.#source.slice(at, to);
  }
}

/** Where several insertions meet: what closes something comes before what opens the next. */
function side(rank: number): number {
  return rank >= 8 ? 0 : 1;
}

function addNames(pattern: Pattern, names: Set<string>): void {
  switch (pattern.type) {
    case "Identifier":
      names.add(pattern.name);
      return;
    case "ObjectPattern":
      for (const property of pattern.properties)
        addNames(property.type === "RestElement" ? property.argument : property.value, names);
      return;
    case "ArrayPattern":
      for (const element of pattern.elements) if (element) addNames(element, names);
      return;
    case "AssignmentPattern":
      addNames(pattern.left, names);
      return;
    case "RestElement":
      addNames(pattern.argument, names);
      return;
    default:
      return;
  }
}
