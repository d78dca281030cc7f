import { limits } from "../container/limits.js";
import type { Step } from "../container/program.js";
import { expandPath } from "./glob.js";
import { badSubstitution } from "./lower-word.js";
import { escapePattern, hasWildcards, Pattern, unescapePattern } from "./pattern.js";
import type { Shell } from "./shell.js";
import { substitute } from "./substitution.js";
import type { ParameterOperation, ParameterPart, Part, Word } from "./syntax.js";

/** `fields`: split and matched against files; `string`: as it is; `pattern`: quoted parts are protected by backslashes. */
type Mode = "fields" | "string" | "pattern";

/** Words as arguments: split at $IFS, matched against file names. */
export function* expandFields(shell: Shell, words: readonly Word[]): Step<string[]> {
  const fields: string[] = [];
  for (const word of words) {
    if (word.literal !== null) {
      fields.push(word.literal);
      continue;
    }
    const expansion = new Expansion(shell, "fields");
    if (word.isPure) expansion.addPure(word);
    else yield* expansion.add(word);
    expansion.finishInto(fields);
  }
  return fields;
}

/** A word as one string: an assigned value, a file to redirect to, a here-document. */
export function* expandString(shell: Shell, word: Word): Step<string> {
  if (word.literal !== null) return word.literal;
  if (word.isPure) return expandPure(shell, word, "string");
  const expansion = new Expansion(shell, "string");
  yield* expansion.add(word);
  return expansion.text;
}

/** A word as a pattern of `case`. */
export function* expandPattern(shell: Shell, word: Word): Step<string> {
  if (word.isPure) return expandPure(shell, word, "pattern");
  const expansion = new Expansion(shell, "pattern");
  yield* expansion.add(word);
  return expansion.text;
}

function expandPure(shell: Shell, word: Word, mode: Mode): string {
  const expansion = new Expansion(shell, mode);
  expansion.addPure(word);
  return expansion.text;
}

/** A parameter's value; for `@` and `*` those of all positional parameters. */
type Value = string | readonly string[] | undefined;

class Expansion {
  readonly #shell: Shell;
  readonly #mode: Mode;
  readonly #finished: { readonly text: string; readonly pattern: string | null }[] = [];
  text = "";
  /** The field as a pattern, once something in it was to be matched. */
  #pattern = "";
  #hasWildcards = false;
  /** Whether there is a field, be it empty: after quotes there is. */
  #isOpen = false;

  constructor(shell: Shell, mode: Mode) {
    this.#shell = shell;
    this.#mode = mode;
  }

  addPure(word: Word): void {
    for (const part of word.parts) this.#addPart(part);
  }

  *add(word: Word): Step<void> {
    for (const part of word.parts) {
      if (part.kind === "command") {
        this.#addExpanded(yield* substitute(this.#shell, part.script), part.isQuoted);
      } else if (part.kind === "arithmetic" && !part.expression.isPure) {
        const expression = yield* expandString(this.#shell, part.expression);
        this.#addExpanded(this.#shell.arithmetic(expression).toString(), part.isQuoted);
      } else if (part.kind === "parameter" && part.operation) yield* this.#addOperation(part, part.operation);
      else this.#addPart(part);
    }
  }

  finishInto(fields: string[]): void {
    this.#finishField(false);
    const { process, options } = this.#shell;
    for (const { text, pattern } of this.#finished) {
      const paths = pattern === null || options.has("f") ? [] : expandPath(process.files, pattern);
      if (paths.length > 0) fields.push(...paths);
      else fields.push(text);
    }
  }

  #addPart(part: Part): void {
    switch (part.kind) {
      case "text":
        if (part.isSplit) this.#addExpanded(part.text, false);
        else this.#append(part.text, part.isQuoted);
        return;
      case "tilde":
        this.#append(this.#home(part.user), true);
        return;
      case "parameter":
        this.#addParameter(part);
        return;
      case "arithmetic": {
        const expression = expandPure(this.#shell, part.expression, "string");
        this.#addExpanded(this.#shell.arithmetic(expression).toString(), part.isQuoted);
        return;
      }
      case "command":
        throw new Error("a command substitution in a word that was taken for pure");
    }
  }

  #home(user: string): string {
    if (user === "") return this.#shell.get("HOME") ?? "~";
    const { files } = this.#shell.process;
    const passwd = files.exists("/etc/passwd") ? files.read("/etc/passwd") : "";
    for (const line of passwd.split("\n")) {
      const [name, , , , , home] = line.split(":");
      if (name === user && home !== undefined) return home;
    }
    return `~${user}`;
  }

  #append(text: string, isQuoted: boolean): void {
    if (isQuoted) this.#isOpen = true;
    if (text === "") return;
    this.#isOpen = true;
    if (this.text.length + text.length > limits.stringBytesMax) throw this.#shell.failure("out of memory", 1);
    if (this.#mode === "string") {
      this.text += text;
      return;
    }
    const pattern = isQuoted ? escapePattern(text) : text;
    if (this.#mode === "pattern") {
      this.text += pattern;
      return;
    }
    if (!isQuoted && /[*?[]/.test(text)) this.#hasWildcards = true;
    this.#pattern += pattern;
    this.text += text;
  }

  /** The result of an expansion: split where it is not quoted. */
  #addExpanded(value: string, isQuoted: boolean): void {
    if (isQuoted || this.#mode !== "fields") this.#append(value, isQuoted);
    else this.#split(value);
  }

  #split(value: string): void {
    const separators = this.#shell.variables.get("IFS") ?? " \t\n";
    if (separators === " \t\n" && !/[ \t\n]/.test(value)) {
      this.#append(value, false);
      return;
    }
    let from = 0;
    let at = 0;
    while (at < value.length) {
      const character = value[at] ?? "";
      if (!separators.includes(character)) {
        at++;
        continue;
      }
      this.#append(value.slice(from, at), false);
      let isForced = !isBlank(character);
      at++;
      while (at < value.length && separators.includes(value[at] ?? "")) {
        if (!isBlank(value[at] ?? "")) {
          if (isForced) break;
          isForced = true;
        }
        at++;
      }
      this.#finishField(isForced);
      from = at;
    }
    this.#append(value.slice(from), false);
  }

  #finishField(isForced: boolean): void {
    if (this.#isOpen || isForced) {
      const isPattern = this.#hasWildcards && hasWildcards(this.#pattern);
      this.#finished.push({ text: this.text, pattern: isPattern ? this.#pattern : null });
    }
    this.text = "";
    this.#pattern = "";
    this.#hasWildcards = false;
    this.#isOpen = false;
  }

  // Parameters

  #addParameter(part: ParameterPart): void {
    const { operation } = part;
    if (!operation) {
      this.#addValue(this.#required(part.name), part.isQuoted, part.name);
      return;
    }
    if (operation.kind === "default") {
      if (part.isQuoted && part.name !== "@") this.#isOpen = true;
      if (!this.#usesOperand(part.name, operation)) {
        if (operation.operator !== "+") this.#addValue(this.#value(part.name), part.isQuoted, part.name);
        return;
      }
      if (operation.operator === "-" || operation.operator === "+") {
        this.addPure(operation.operand);
        return;
      }
      this.#settle(part, operation.operator, expandPure(this.#shell, operation.operand, "string"));
      return;
    }
    const [first, second] = operandsOf(operation);
    const operands = [first, second].map((operand) => operand && expandPure(this.#shell, operand.word, operand.mode));
    this.#addOperated(part, operation, operands[0] ?? "", operands[1] ?? null);
  }

  *#addOperation(part: ParameterPart, operation: ParameterOperation): Step<void> {
    if (operation.kind === "default") {
      if (part.isQuoted && part.name !== "@") this.#isOpen = true;
      if (operation.operand.isPure || !this.#usesOperand(part.name, operation)) this.#addParameter(part);
      else if (operation.operator === "-" || operation.operator === "+") yield* this.add(operation.operand);
      else this.#settle(part, operation.operator, yield* expandString(this.#shell, operation.operand));
      return;
    }
    const operands: string[] = [];
    for (const operand of operandsOf(operation)) {
      const expansion = new Expansion(this.#shell, operand.mode);
      yield* expansion.add(operand.word);
      operands.push(expansion.text);
    }
    this.#addOperated(part, operation, operands[0] ?? "", operands[1] ?? null);
  }

  #usesOperand(name: string, operation: Extract<ParameterOperation, { kind: "default" }>): boolean {
    const value = this.#value(name);
    const text = typeof value === "object" ? value.join(" ") : value;
    const isThere = value !== undefined && !(typeof value === "object" && value.length === 0);
    const counts = isThere && !(operation.orNull && text === "");
    return operation.operator === "+" ? counts : !counts;
  }

  /** `${x=word}` and `${x?word}`, where x is not set. */
  #settle(part: ParameterPart, operator: "=" | "?", word: string): void {
    const { operation, name } = part;
    if (operator === "?") {
      const orNull = operation?.kind === "default" && operation.orNull;
      const message = word === "" ? `parameter not set${orNull ? " or null" : ""}` : word;
      throw this.#shell.failure(`${name}: ${message}`);
    }
    if (!/^[A-Za-z_]/.test(name)) throw this.#shell.failure("syntax error: bad substitution");
    this.#shell.set(name, word);
    this.#addExpanded(word, part.isQuoted);
  }

  /** Operations that make a new value from the old one. */
  #addOperated(part: ParameterPart, operation: ParameterOperation, first: string, second: string | null): void {
    const value = this.#required(part.name);
    if (operation.kind === "slice") {
      const offset = Number(this.#shell.arithmetic(first));
      const length = second === null ? null : Number(this.#shell.arithmetic(second));
      if (typeof value === "object") {
        const all = offset === 0 ? [this.#shell.name, ...value] : value;
        this.#addValue(
          sliced(all, offset === 0 ? 0 : offset > 0 ? offset - 1 : offset, length),
          part.isQuoted,
          part.name,
        );
      } else this.#addExpanded(slicedText(value ?? "", offset, length), part.isQuoted);
      return;
    }
    const change = (text: string) => changed(text, operation, first, second ?? "");
    if (typeof value === "object" && operation.kind !== "length") {
      this.#addValue(value.map(change), part.isQuoted, part.name);
    } else this.#addExpanded(change(typeof value === "object" ? value.join(" ") : (value ?? "")), part.isQuoted);
  }

  #addValue(value: Value, isQuoted: boolean, name: string): void {
    if (typeof value !== "object") {
      this.#addExpanded(value ?? "", isQuoted);
      return;
    }
    if (this.#mode !== "fields" || (name === "*" && isQuoted)) {
      const separators = this.#shell.variables.get("IFS");
      const separator = name === "*" ? (separators === undefined ? " " : separators.slice(0, 1)) : " ";
      this.#append(value.join(separator), isQuoted);
      return;
    }
    value.forEach((text, index) => {
      if (index > 0) this.#finishField(isQuoted);
      this.#addExpanded(text, isQuoted);
    });
  }

  #required(name: string): Value {
    const value = this.#value(name);
    if (value === undefined && this.#shell.options.has("u")) throw this.#shell.failure(`${name}: parameter not set`);
    return value;
  }

  #value(name: string): Value {
    const shell = this.#shell;
    const first = name.charCodeAt(0);
    if ((first >= 97 && first <= 122) || (first >= 65 && first <= 90) || first === 95) return shell.get(name);
    switch (name) {
      case "@":
      case "*":
        return shell.parameters;
      case "#":
        return String(shell.parameters.length);
      case "?":
        return String(shell.status);
      case "$":
        return String(shell.mainPid);
      case "!":
        return shell.lastBackgroundPid === null ? undefined : String(shell.lastBackgroundPid);
      case "-":
        return [...shell.options].filter((option) => option.length === 1).join("");
      case "0":
        return shell.name;
      case badSubstitution:
        throw shell.failure("syntax error: bad substitution");
      default:
        return shell.parameters[Number(name) - 1];
    }
  }
}

function isBlank(character: string): boolean {
  return character === " " || character === "\t" || character === "\n";
}

function operandsOf(operation: ParameterOperation): { readonly word: Word; readonly mode: Mode }[] {
  switch (operation.kind) {
    case "length":
    case "default":
      return [];
    case "remove":
      return [{ word: operation.pattern, mode: "pattern" }];
    case "replace":
      return [
        { word: operation.pattern, mode: "pattern" },
        { word: operation.replacement, mode: "string" },
      ];
    case "slice":
      return [operation.offset, ...(operation.length ? [operation.length] : [])].map((word) => ({
        word,
        mode: "string",
      }));
  }
}

function changed(text: string, operation: ParameterOperation, pattern: string, replacement: string): string {
  switch (operation.kind) {
    case "length":
      return String(text.length);
    case "remove": {
      if (!hasWildcards(pattern)) {
        const plain = unescapePattern(pattern);
        if (operation.side === "prefix") return text.startsWith(plain) ? text.slice(plain.length) : text;
        return text.endsWith(plain) ? text.slice(0, text.length - plain.length) : text;
      }
      return new Pattern(pattern).removeFrom(text, operation.side, operation.isLongest);
    }
    case "replace": {
      const isAll = operation.where === "all";
      if (pattern === "") return text;
      if (hasWildcards(pattern)) return new Pattern(pattern).replaceIn(text, replacement, isAll);
      const plain = unescapePattern(pattern);
      return isAll ? text.replaceAll(plain, () => replacement) : text.replace(plain, () => replacement);
    }
    case "default":
    case "slice":
      return text;
  }
}

/** Offsets below zero count from the end; so do lengths, to where the slice ends. */
function bounds(size: number, offset: number, length: number | null): readonly [number, number] {
  const from = offset < 0 ? size + offset : offset;
  if (from < 0 || from > size) return [0, 0];
  const to = length === null ? size : length < 0 ? size + length : from + length;
  return [from, Math.max(from, Math.min(size, to))];
}

function slicedText(text: string, offset: number, length: number | null): string {
  return text.slice(...bounds(text.length, offset, length));
}

function sliced(values: readonly string[], offset: number, length: number | null): readonly string[] {
  return values.slice(...bounds(values.length, offset, length));
}
