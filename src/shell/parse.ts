import {
  type AndOr,
  type CaseItem,
  type Command,
  type CommandNode,
  type CompoundList,
  type HereDoc,
  type Assignment as ParsedAssignment,
  type Redirection as ParsedRedirection,
  type Statement as ParsedStatement,
  type TestExpression as ParsedTest,
  type PipelineNode,
  parse as parseBash,
  type Redirect,
  type Script,
  type WordPart,
} from "unbash";
import { limits } from "../container/limits.js";
import { literalWord, lowerPart, lowerWord, type WordContext, wordOf } from "./lower-word.js";
import type {
  Assignment,
  Group,
  List,
  Node,
  Redirection,
  SimpleCommand,
  Statement,
  TestExpression,
  Word,
} from "./syntax.js";
import { findSyntaxFault } from "./syntax-check.js";
import type { SyntaxFault } from "./syntax-fault.js";

/** A script: what of it can run, and where ash would stop. */
export interface ParsedScript {
  readonly list: List;
  readonly fault: SyntaxFault | null;
}

/** Scripts by their text, the one used last at the end. Parsing depends on nothing else, so sharing changes nothing. */
const cache = new Map<string, ParsedScript>();
const cachedTextMax = 65_536;

/** Parses a script; what was parsed lately is not parsed again. */
export function parseScript(text: string): ParsedScript {
  const known = cache.get(text);
  if (known) {
    cache.delete(text);
    cache.set(text, known);
    return known;
  }
  const parsed = parseAnew(text);
  if (text.length > cachedTextMax) return parsed;
  cache.set(text, parsed);
  if (cache.size > limits.parsedScriptsMax) {
    const oldest = cache.keys().next();
    if (!oldest.done) cache.delete(oldest.value);
  }
  return parsed;
}

function parseAnew(text: string): ParsedScript {
  const fault = findSyntaxFault(text);
  const sound = fault ? text.slice(0, fault.from) : text;
  const script = parseBash(sound);
  const error = script.errors?.[0];
  if (!error) return { list: new Lowering(sound).script(script), fault };
  // The library's parser gives up where ash does not: then nothing is run, rather than a part of it.
  return { list: { statements: [] }, fault: { message: error.message, line: 1, from: 0, isIncomplete: false } };
}

class Lowering implements WordContext {
  readonly #source: string;
  readonly #firstLine: number;
  #line = 1;
  #lineAt = 0;

  constructor(source: string, firstLine = 1) {
    this.#source = source;
    this.#firstLine = firstLine;
  }

  script(script: Script | CompoundList): List {
    return { statements: script.commands.map((statement) => this.#statement(statement)) };
  }

  list(script: { readonly commands: readonly unknown[] } | undefined, text: string): List {
    if (!script) return { statements: [] };
    const parsed = script as Script;
    // A script in escaped backquotes has a text of its own, which its positions are of.
    if (parsed.source !== undefined) return new Lowering(parsed.source, this.#line).script(parsed);
    if (text.startsWith("`")) {
      const inner = text.slice(1, -1).replace(/\\([$`\\])/g, "$1");
      return new Lowering(inner, this.#line).script(parseBash(inner));
    }
    return this.script(parsed);
  }

  hereParts(text: string): readonly WordPart[] | null {
    const delimiter = "\x01end";
    const command = parseBash(`: <<${delimiter}\n${text}\n${delimiter}\n`).commands[0]?.command;
    if (command?.type !== "Command") return null;
    const here = command.suffix.find((node): node is HereDoc => node.type === "HereDoc");
    return here?.body.parts ? withoutLastNewline(here.body.parts) : null;
  }

  wordParts(text: string): Word {
    const command = parseBash(`: ${text}`).commands[0]?.command;
    const word = command?.type === "Command" ? command.suffix[0] : undefined;
    return word?.type === "Word" ? lowerWord(word, this, "none") : literalWord(text);
  }

  #statement(statement: ParsedStatement): Statement {
    return { node: this.#node(statement.command), isBackground: statement.background ?? false };
  }

  #node(node: PipelineNode | AndOr): Node {
    if (node.type === "AndOr") {
      const [first, ...rest] = node.commands.map((command) => this.#node(command));
      if (!first) throw new Error("an and-or list of the parser has no commands");
      return {
        kind: "andOr",
        first,
        rest: rest.map((command, index) => ({ operator: node.operators[index] ?? "&&", node: command })),
      };
    }
    if (node.type !== "Pipeline") return this.#command(node);
    const commands = node.commands.map((command) => this.#command(command));
    const isTimed = node.prefixes.some((prefix) => prefix.type === "Time");
    const [first] = commands;
    if (isTimed && first?.kind === "simple") commands[0] = { ...first, words: [literalWord("time"), ...first.words] };
    const isNegated = node.prefixes.filter((prefix) => prefix.type === "Negation").length % 2 === 1;
    const only = commands.length === 1 ? commands[0] : undefined;
    if (only && !isNegated) return only;
    return { kind: "pipeline", isNegated, commands };
  }

  #command(node: CommandNode): Node {
    switch (node.type) {
      case "Command":
        return this.#simple(node);
      case "If":
        return {
          kind: "if",
          branches: [node, ...node.elif].map((branch) => ({
            condition: this.script(branch.clause),
            body: this.script(branch.then),
          })),
          otherwise: node.else ? this.script(node.else) : null,
        };
      case "For":
        return {
          kind: "for",
          variable: node.name.value,
          words: node.wordlist ? node.wordlist.map((word) => lowerWord(word, this)) : null,
          body: this.script(node.body),
        };
      case "While":
        return {
          kind: "while",
          isUntil: node.kind === "until",
          condition: this.script(node.clause),
          body: this.script(node.body),
        };
      case "Case":
        return {
          kind: "case",
          word: lowerWord(node.word, this),
          items: node.items.map((item) => this.#caseItem(item)),
        };
      case "Subshell":
      case "BraceGroup":
        return this.#group(this.script(node.body), node.type === "Subshell");
      case "Redirected":
        return this.#redirected(this.#command(node.command), node.redirects);
      case "Function":
        return { kind: "function", name: node.name.value, body: this.#functionBody(node.body) };
      case "TestCommand":
        return { kind: "test", line: this.#lineOf(node.pos), expression: this.#test(node.expression) };
      case "ArithmeticCommand":
        // ash has no (( )): they are a subshell in a subshell.
        return this.#group(new Lowering(node.body, this.#lineOf(node.pos)).script(parseBash(node.body)), true);
      case "Coproc": {
        // ash knows no such word: it is the name of a command.
        const words = node.body.type === "Command" ? this.#simple(node.body).words : [];
        const name = literalWord("coproc");
        return {
          kind: "simple",
          line: this.#lineOf(node.pos),
          assignments: [],
          words: [name, ...words],
          redirections: [],
        };
      }
      case "ArithmeticFor":
      case "Select":
        throw new Error(`the shell has no ${node.type}, which the syntax check refuses before`);
    }
  }

  #functionBody(body: CommandNode | CompoundList): Node {
    return body.type === "CompoundList" ? this.#group(this.script(body), false) : this.#command(body);
  }

  #group(body: List, isSubshell: boolean): Group {
    return { kind: "group", isSubshell, body, redirections: [] };
  }

  #redirected(command: Node, redirects: readonly ParsedRedirection[]): Node {
    const redirections = redirects.map((redirect) => this.#redirection(redirect));
    if (command.kind === "group") return { ...command, redirections };
    return { ...this.#group({ statements: [{ node: command, isBackground: false }] }, false), redirections };
  }

  #caseItem(item: CaseItem): { patterns: readonly Word[]; body: List } {
    return { patterns: item.pattern.map((word) => lowerWord(word, this)), body: this.script(item.body) };
  }

  #simple(node: Command): SimpleCommand {
    const line = this.#lineOf(node.pos);
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    for (const item of node.prefix) {
      if (item.type !== "Assignment") redirections.push(this.#redirection(item));
      else if (item.append || item.index || words.length > 0) words.push(this.#assignmentWord(item));
      else assignments.push({ name: item.name, value: this.#assignedValue(item) });
    }
    if (node.name) words.push(lowerWord(node.name, this));
    for (const item of node.suffix) {
      if (item.type === "Word") words.push(lowerWord(item, this));
      else if (item.type === "Assignment") words.push(this.#assignmentWord(item));
      else redirections.push(this.#redirection(item));
    }
    return { kind: "simple", line, assignments, words, redirections };
  }

  #assignedValue(item: ParsedAssignment): Word {
    if (item.value.type === "ArrayValue") return literalWord(item.text);
    return lowerWord(item.value, this, "assignment");
  }

  /** `name=value` as an argument: an ordinary word, and what `export` and `local` make of it. */
  #assignmentWord(item: ParsedAssignment): Word {
    if (item.value.type === "ArrayValue") return literalWord(item.text);
    const head = item.text.slice(0, item.text.length - item.value.text.length);
    const value = lowerWord(item.value, this, "none");
    const word = wordOf([{ kind: "text", text: head, isQuoted: true }, ...value.parts]);
    if (item.append || item.index) return word;
    return { ...word, assignment: { name: item.name, value: lowerWord(item.value, this, "assignment") } };
  }

  #redirection(redirect: ParsedRedirection): Redirection {
    const given = redirect.descriptor?.type === "FileDescriptor" ? redirect.descriptor.value : null;
    if (redirect.type === "HereDoc") return { kind: "here", fd: given ?? 0, body: this.#hereBody(redirect) };
    if (redirect.type === "HereString" || !redirect.target) {
      throw new Error("the parser lets a redirection through that the syntax check refuses before");
    }
    const target = lowerWord(redirect.target, this);
    return redirectionOf(redirect.operator, given, target);
  }

  #hereBody(here: HereDoc): Word {
    const stripsTabs = here.operator === "<<-";
    const { text, parts } = here.body;
    if (here.delimiter?.quoted) return literalWord(stripsTabs ? text.replace(/^\t+/gm, "") : text);
    if (!parts) {
      const plain = text.replace(/\\([$`\\])/g, "$1").replaceAll("\\\n", "");
      return literalWord(stripsTabs ? plain.replace(/^\t+/gm, "") : plain);
    }
    let isAtLineStart = true;
    const lowered = parts.flatMap((part) => {
      if (part.type !== "Literal") {
        isAtLineStart = false;
        return lowerPart(part, true, this);
      }
      let value = part.value;
      if (stripsTabs) value = (isAtLineStart ? value.replace(/^\t+/, "") : value).replace(/\n\t+/g, "\n");
      isAtLineStart = value.endsWith("\n");
      return [{ kind: "text" as const, text: value, isQuoted: true }];
    });
    return wordOf(lowered);
  }

  #test(expression: ParsedTest): TestExpression {
    switch (expression.type) {
      case "TestUnary":
        return { kind: "unary", operator: expression.operator, operand: lowerWord(expression.operand, this) };
      case "TestBinary":
        return {
          kind: "binary",
          operator: expression.operator,
          left: lowerWord(expression.left, this),
          right: lowerWord(expression.right, this),
        };
      case "TestLogical":
        return {
          kind: "logical",
          operator: expression.operator,
          operands: expression.operands.map((operand) => this.#test(operand)),
        };
      case "TestNot": {
        const operand = this.#test(expression.operand);
        return expression.negations.length % 2 === 1 ? { kind: "not", operand } : operand;
      }
      case "TestGroup":
        return this.#test(expression.expression);
    }
  }

  /** Lines are asked for in order, nearly: counting goes on where it stopped. */
  #lineOf(position: number): number {
    if (position < this.#lineAt) {
      this.#line = 1;
      this.#lineAt = 0;
    }
    for (;;) {
      const newline = this.#source.indexOf("\n", this.#lineAt);
      if (newline < 0 || newline >= position) break;
      this.#line++;
      this.#lineAt = newline + 1;
    }
    return this.#line + this.#firstLine - 1;
  }
}

function redirectionOf(operator: Redirect["operator"], given: number | null, target: Word): Redirection {
  switch (operator) {
    case "<":
    case "<>":
      return { kind: "file", fd: given ?? 0, operator, target };
    case ">":
    case ">>":
    case ">|":
      return { kind: "file", fd: given ?? 1, operator, target };
    case "<&":
      return { kind: "duplicate", fd: given ?? 0, operator, target };
    case ">&":
      return { kind: "duplicate", fd: given ?? 1, operator, target };
    case "&>":
    case "&>>":
      return { kind: "both", fd: 1, isAppending: operator === "&>>", target };
  }
}

/** The newline before the delimiter belongs to the here-document, not to the text that was put into it. */
function withoutLastNewline(parts: readonly WordPart[]): readonly WordPart[] {
  const last = parts.at(-1);
  if (last?.type !== "Literal" || !last.value.endsWith("\n")) return parts;
  const rest = parts.slice(0, -1);
  const value = last.value.slice(0, -1);
  return value === "" ? rest : [...rest, { ...last, value, text: last.text.slice(0, -1) }];
}
