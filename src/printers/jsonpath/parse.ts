/** One step of a path, or a piece of text. */
export type PathNode =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "value"; readonly value: number | boolean }
  | { readonly type: "field"; readonly name: string }
  | { readonly type: "wildcard" }
  | { readonly type: "recursive" }
  | {
      readonly type: "slice";
      readonly start: number | undefined;
      readonly end: SliceEnd;
      readonly step: number | undefined;
    }
  | { readonly type: "union"; readonly paths: readonly Path[] }
  | { readonly type: "filter"; readonly left: Path; readonly operator: string; readonly right: Path }
  | { readonly type: "identifier"; readonly name: string };

/** Where a slice ends: at a place, behind its only element, or with the list. */
type SliceEnd = { readonly at: number } | "single" | "all";

/** What stands between braces; a text outside is a path of one text. */
export type Path = readonly PathNode[];

/**
 * Reads a template of kubectl's JSONPath dialect. Throws an Error whose message says what is wrong, in kubectl's words.
 * @see client-go util/jsonpath/parser.go
 */
export function parseTemplate(template: string): readonly Path[] {
  const paths: Path[] = [];
  let position = 0;
  while (position < template.length) {
    const brace = template.indexOf("{", position);
    const end = brace === -1 ? template.length : brace;
    if (end > position) {
      paths.push([{ type: "text", text: template.slice(position, end) }]);
    }
    if (brace === -1) {
      break;
    }
    const parser = new ActionParser(template, brace + 1);
    paths.push(parser.parse());
    position = parser.position;
  }
  return paths;
}

/** Reads one action, up to and including its closing brace. */
class ActionParser {
  position: number;
  readonly #input: string;
  readonly #nodes: PathNode[] = [];

  constructor(input: string, position: number) {
    this.#input = input;
    this.position = position;
  }

  parse(): Path {
    for (;;) {
      if (this.#startsWith("}")) {
        this.position += 1;
        return this.#nodes;
      }
      if (this.#startsWith("[?(")) {
        this.#parseFilter();
      } else if (this.#startsWith("..")) {
        this.#parseRecursive();
      } else {
        this.#parseStep();
      }
    }
  }

  #startsWith(text: string): boolean {
    return this.#input.startsWith(text, this.position);
  }

  #parseStep(): void {
    const character = characterAt(this.#input, this.position);
    if (character === "" || character === "\r" || character === "\n") {
      throw new Error("unclosed action");
    }
    if (" @$".includes(character)) {
      this.position += 1;
    } else if (character === "[") {
      this.#parseBrackets();
    } else if (character === '"' || character === "'") {
      this.#parseQuote(character);
    } else if (character === ".") {
      this.position += 1;
      this.#parseField();
    } else if (/[-+\p{Nd}]/u.test(character)) {
      this.#parseNumber();
    } else if (isWordCharacter(character)) {
      this.#parseIdentifier();
    } else {
      throw new Error(`unrecognized character in action: ${unicodeName(character)}`);
    }
  }

  #parseIdentifier(): void {
    const word = this.#take(/[^ \t\r\n.,[\]$@{}]*/y);
    const isBoolean = word === "true" || word === "false";
    this.#nodes.push(isBoolean ? { type: "value", value: word === "true" } : { type: "identifier", name: word });
  }

  #parseField(): void {
    const name = this.#take(/(?:\\[\s\S]?|[^ \t\r\n.,[\]$@{}\\])*/y);
    this.#nodes.push(name === "*" ? { type: "wildcard" } : { type: "field", name: name.replaceAll("\\", "") });
  }

  #parseRecursive(): void {
    if (this.#nodes.at(-1)?.type === "recursive") {
      throw new Error("invalid multiple recursive descent");
    }
    this.position += 2;
    this.#nodes.push({ type: "recursive" });
    if (isWordCharacter(characterAt(this.#input, this.position))) {
      this.#parseField();
    }
  }

  #parseNumber(): void {
    const text = this.#take(/[-+]?[.\d]*/y);
    const value = Number(text);
    if (Number.isNaN(value) || !/\d/.test(text)) {
      throw new Error(`cannot parse number ${text}`);
    }
    this.#nodes.push({ type: "value", value });
  }

  #parseQuote(quote: string): void {
    const start = this.position;
    let end = start + 1;
    for (;;) {
      const character = this.#input[end];
      if (character === undefined || character === "\n") {
        throw new Error("unterminated quoted string");
      }
      end += 1;
      if (character === quote && this.#input[end - 2] !== "\\") {
        break;
      }
    }
    this.position = end;
    this.#nodes.push({ type: "text", text: unquote(this.#input.slice(start, end), quote) });
  }

  #parseBrackets(): void {
    const end = this.#input.slice(this.position).search(/[\]\n]/);
    if (end === -1 || this.#input[this.position + end] === "\n") {
      throw new Error("unterminated array");
    }
    const text = this.#input.slice(this.position + 1, this.position + end);
    this.position += end + 1;
    const parts = text.split(",");
    if (parts.length > 1) {
      const paths = parts.map((part) => parseAction(`[${part.replace(/^ +| +$/g, "")}]`));
      this.#nodes.push({ type: "union", paths });
      return;
    }
    const key = /^'([^']*)'$/.exec(text);
    if (key !== null) {
      this.#nodes.push(...parseAction(`.${key[1]}`));
      return;
    }
    this.#nodes.push(parseSlice(text === "*" ? ":" : text));
  }

  #parseFilter(): void {
    this.position += 3;
    const start = this.position;
    let quote: string | undefined;
    let isClosed = false;
    for (;;) {
      const character = this.#input[this.position];
      if (character === undefined || character === "\n") {
        throw new Error("unterminated filter");
      }
      this.position += 1;
      if (character === '"' || character === "'") {
        if (quote === undefined) {
          quote = character;
        } else if (this.#input[this.position - 2] !== "\\" && character === quote) {
          isClosed = true;
        }
      } else if (character === ")" && (quote !== undefined) === isClosed) {
        break;
      }
    }
    const text = this.#input.slice(start, this.position - 1);
    if (this.#input[this.position] !== "]") {
      throw new Error("unclosed array expect ]");
    }
    this.position += 1;
    const parts = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(text);
    const [, left = text, operator = "exists", right = ""] = parts ?? [];
    this.#nodes.push({ type: "filter", left: parseAction(left), operator, right: parseAction(right) });
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.position;
    const text = pattern.exec(this.#input)?.[0] ?? "";
    this.position += text.length;
    return text;
  }
}

function parseAction(text: string): Path {
  return new ActionParser(`${text}}`, 0).parse();
}

function parseSlice(text: string): PathNode {
  const match = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text);
  if (match === null) {
    throw new Error(`invalid array index ${text}`);
  }
  const [start, end, step] = [match[1], match[2]?.slice(1), match[3]?.slice(1)].map((part) => {
    if (part === "-") {
      throw new Error("array index - is not a number");
    }
    return part === undefined || part === "" ? undefined : Number(part);
  });
  if (match[2] === undefined) {
    return { type: "slice", start: start ?? 0, end: "single", step };
  }
  return { type: "slice", start, end: end === undefined ? "all" : { at: end }, step };
}

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};

function unquote(quoted: string, quote: string): string {
  const inner = quoted.slice(1, -1);
  const pattern = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([\s\S]?))/g;
  return inner.replace(pattern, (_, hex, unicode, wide, octal, short) => {
    const code = hex ?? unicode ?? wide;
    if (code !== undefined) {
      return String.fromCodePoint(Number.parseInt(code, 16));
    }
    if (octal !== undefined) {
      return String.fromCodePoint(Number.parseInt(octal, 8));
    }
    const character = short === quote ? quote : escapes[short];
    if (character === undefined) {
      throw new Error(`unquote string ${quoted} error invalid syntax`);
    }
    return character;
  });
}

function characterAt(text: string, position: number): string {
  const code = text.codePointAt(position);
  return code === undefined ? "" : String.fromCodePoint(code);
}

function isWordCharacter(character: string): boolean {
  return /^[_\p{L}\p{Nd}]$/u.test(character);
}

/** `U+0026 '&'` */
function unicodeName(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `U+${hex} '${character}'`;
}
