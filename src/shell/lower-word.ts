import type { Word as ParsedWord, WordPart } from "unbash";
import { letterEscapes } from "./escapes.js";
import type { List, ParameterOperation, Part, Word } from "./syntax.js";

/** Words of the parser library as the shell's own. */
export interface WordContext {
  /** Parses the text of a command substitution or of words inside arithmetic. */
  list(script: { readonly commands: readonly unknown[] } | undefined, source: string): List;
  /** Parts of a text in which only `$`, backquotes and backslashes mean something, as in a here-document. */
  hereParts(text: string): readonly WordPart[] | null;
  /** The parts of a word, from its text. */
  wordParts(text: string): Word;
}

/** A `${…}` that ash does not have; raised when it is expanded, as ash does. */
export const badSubstitution = "\0bad substitution";

export function literalWord(text: string): Word {
  return { parts: [{ kind: "text", text, isQuoted: true }], literal: text, isPure: true };
}

export function wordOf(parts: readonly Part[]): Word {
  let literal: string | null = "";
  let isPure = true;
  for (const part of parts) {
    if (part.kind === "text" && literal !== null && (part.isQuoted || !/[*?[]/.test(part.text))) literal += part.text;
    else literal = null;
    if (part.kind === "command") isPure = false;
    if (part.kind === "arithmetic" && !part.expression.isPure) isPure = false;
    if (part.kind === "parameter" && part.operation && !isPureOperation(part.operation)) isPure = false;
  }
  return { parts, literal, isPure };
}

function isPureOperation(operation: ParameterOperation): boolean {
  switch (operation.kind) {
    case "length":
      return true;
    case "default":
      return operation.operand.isPure;
    case "remove":
      return operation.pattern.isPure;
    case "replace":
      return operation.pattern.isPure && operation.replacement.isPure;
    case "slice":
      return operation.offset.isPure && (operation.length?.isPure ?? true);
  }
}

/** `~` is the home directory at the start of a word, and of each part of an assigned PATH. */
type TildeRule = "none" | "word" | "assignment";

export function lowerWord(word: ParsedWord, context: WordContext, tilde: TildeRule = "word"): Word {
  const parts = word.parts ? word.parts.flatMap((part) => lowerPart(part, false, context)) : unquotedText(word.text);
  return wordOf(tilde === "none" ? parts : withTildes(parts, tilde));
}

/** The operand of an expansion that is not quoted: its letters are split like any value. */
function splittable(word: Word): Word {
  const parts = word.parts.map((part) => (part.kind === "text" && !part.isQuoted ? { ...part, isSplit: true } : part));
  return { ...word, parts };
}

/** A word inside double quotes, or in a here-document: there `'` is a letter, and nothing is split or matched. */
function lowerQuotedOperand(word: ParsedWord, context: WordContext): Word {
  if (!word.parts) return wordOf([{ kind: "text", text: dequoted(word.text), isQuoted: true }]);
  return wordOf(word.parts.flatMap((part) => lowerOperandPart(part, context)));
}

function lowerOperandPart(part: WordPart, context: WordContext): Part[] {
  if (part.type === "SingleQuoted") return quoted(part.text);
  if (part.type === "Literal") return quoted(dequoted(part.text));
  if (part.type === "Glob" || part.type === "BraceExpansion" || part.type === "ExtendedGlob") return quoted(part.text);
  return lowerPart(part, true, context);
}

/** Backslashes as double quotes have them. */
function dequoted(text: string): string {
  return text.replace(/\\([$`"\\}])/g, "$1").replaceAll("\\\n", "");
}

function quoted(text: string): Part[] {
  return [{ kind: "text", text, isQuoted: true }];
}

export function lowerPart(part: WordPart, isQuoted: boolean, context: WordContext): Part[] {
  switch (part.type) {
    case "Literal":
      return isQuoted ? quoted(part.value) : unquotedText(part.text);
    case "SingleQuoted":
      return quoted(part.value);
    case "AnsiCQuoted":
      return quoted(ansiText(part.text.slice(2, -1)));
    case "DoubleQuoted":
      return lowerDoubleQuoted(part.parts, context);
    case "LocaleString":
      return [{ kind: "text", text: "$", isQuoted: true }, ...lowerDoubleQuoted(part.parts, context)];
    case "Glob": {
      if (part.kind !== "bracket" || !part.parts) return [{ kind: "text", text: part.text, isQuoted }];
      const inner = part.parts.flatMap((child) => lowerPart(child, isQuoted, context));
      return [{ kind: "text", text: "[", isQuoted }, ...inner, { kind: "text", text: "]", isQuoted }];
    }
    case "BraceExpansion":
    case "ExtendedGlob":
      return lowerPlainBraces(part.text, isQuoted, context);
    case "SimpleExpansion":
      return [{ kind: "parameter", name: part.text.slice(1), isQuoted, operation: null }];
    case "ParameterExpansion":
      return [{ kind: "parameter", ...lowerParameter(part, isQuoted, context), isQuoted }];
    case "CommandExpansion":
      return [{ kind: "command", script: context.list(part.script, part.text), isQuoted }];
    case "ArithmeticExpansion":
      return [{ kind: "arithmetic", expression: arithmeticWord(part.text, context), isQuoted }];
    case "ProcessSubstitution":
      return quoted(part.text);
  }
}

function lowerDoubleQuoted(children: readonly WordPart[], context: WordContext): Part[] {
  if (children.length === 0) return quoted("");
  return children.flatMap((child) => lowerPart(child, true, context));
}

/** ash has no `{a,b}`: the braces are letters, what is between them is expanded as ever. */
function lowerPlainBraces(text: string, isQuoted: boolean, context: WordContext): Part[] {
  const first: Part = { kind: "text", text: text.slice(0, 1), isQuoted };
  if (!/[$`'"\\]/.test(text)) return [{ kind: "text", text, isQuoted }];
  return [first, ...context.wordParts(text.slice(1)).parts];
}

/** Text outside quotes: what a backslash protects is quoted, and a backslash before a newline joins lines. */
function unquotedText(text: string): Part[] {
  if (!text.includes("\\")) return [{ kind: "text", text, isQuoted: false }];
  const parts: Part[] = [];
  let plain = "";
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== "\\" || at + 1 >= text.length) {
      plain += text[at];
      continue;
    }
    at++;
    if (text[at] === "\n") continue;
    if (plain !== "") parts.push({ kind: "text", text: plain, isQuoted: false });
    plain = "";
    parts.push({ kind: "text", text: text[at] ?? "", isQuoted: true });
  }
  if (plain !== "" || parts.length === 0) parts.push({ kind: "text", text: plain, isQuoted: false });
  return parts;
}

function withTildes(parts: readonly Part[], rule: TildeRule): readonly Part[] {
  if (!parts.some((part) => part.kind === "text" && !part.isQuoted && part.text.includes("~"))) return parts;
  const result: Part[] = [];
  parts.forEach((part, index) => {
    if (part.kind !== "text" || part.isQuoted) result.push(part);
    else result.push(...tildesIn(part.text, index === 0, index === parts.length - 1, rule));
  });
  return result;
}

function tildesIn(text: string, isFirst: boolean, isLast: boolean, rule: TildeRule): Part[] {
  const parts: Part[] = [];
  const pieces = rule === "assignment" ? text.split(/(?<=:)/) : [text];
  pieces.forEach((piece, index) => {
    const [, user, rest = ""] = /^~([\w.-]*)((?:[/:].*)?)$/s.exec(piece) ?? [];
    const isAtStart = index > 0 || isFirst;
    const isWhole = rest !== "" || index < pieces.length - 1 || isLast;
    if (user === undefined || !isAtStart || !isWhole || (rule === "word" && rest.startsWith(":"))) {
      parts.push({ kind: "text", text: piece, isQuoted: false });
      return;
    }
    parts.push({ kind: "tilde", user });
    if (rest !== "") parts.push({ kind: "text", text: rest, isQuoted: false });
  });
  return parts;
}

type ParsedParameter = Extract<WordPart, { type: "ParameterExpansion" }>;

function lowerParameter(
  part: ParsedParameter,
  isQuoted: boolean,
  context: WordContext,
): { name: string; operation: ParameterOperation | null } {
  const bad = { name: badSubstitution, operation: null };
  const { parameter: name, operation } = part;
  if (part.index || part.prefix === "!" || !/^(?:[A-Za-z_]\w*|\d+|[@*#?$!-])$/.test(name)) return bad;
  if (part.prefix === "#") return operation ? bad : { name, operation: { kind: "length" } };
  if (!operation) return { name, operation: null };
  switch (operation.type) {
    case "Default": {
      const operand = isQuoted
        ? lowerQuotedOperand(operation.operand, context)
        : splittable(lowerWord(operation.operand, context));
      const operator = operation.operator.slice(-1);
      if (operator !== "-" && operator !== "=" && operator !== "?" && operator !== "+") return bad;
      return { name, operation: { kind: "default", operator, orNull: operation.operator.length > 1, operand } };
    }
    case "Remove":
      return {
        name,
        operation: {
          kind: "remove",
          side: operation.operator.startsWith("#") ? "prefix" : "suffix",
          isLongest: operation.operator.length > 1,
          pattern: lowerWord(operation.operand, context),
        },
      };
    case "Replace": {
      const where = operation.operator === "//" ? "all" : "first";
      const replacement = lowerWord(operation.replacement, context, "none");
      const pattern = lowerWord(operation.pattern, context);
      // ash knows no anchors: in `${x/#a/b}` the `#` is a part of the pattern.
      const anchor = operation.operator === "//" ? "" : operation.operator.slice(1);
      const whole = anchor === "" ? pattern : wordOf([...quoted(anchor), ...pattern.parts]);
      return { name, operation: { kind: "replace", where, pattern: whole, replacement } };
    }
    case "Slice":
      return {
        name,
        operation: {
          kind: "slice",
          offset: arithmeticText(operation.offset.text, context),
          length: operation.length ? arithmeticText(operation.length.text, context) : null,
        },
      };
    default:
      return bad;
  }
}

function arithmeticWord(text: string, context: WordContext): Word {
  return arithmeticText(text.startsWith("$((") ? text.slice(3, -2) : text.slice(2, -1), context);
}

/** What is between `$((` and `))`: expanded like a text in double quotes, then reckoned. */
function arithmeticText(text: string, context: WordContext): Word {
  const parts = /[$`\\]/.test(text) ? context.hereParts(text) : null;
  if (!parts) return wordOf(quoted(text.replaceAll('"', "")));
  return wordOf(parts.flatMap((part) => lowerPart(part, true, context)));
}

function ansiText(text: string): string {
  return text.replace(/\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|([abefnrtv\\'"?]))/g, (_, hex, octal, letter) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
    return letterEscapes[letter] ?? letter;
  });
}
