/** The script of sed, parsed. */
import { Failure } from "../applet.js";
import type { Regex } from "../regex/regex.js";
import { compilePattern } from "./patterns.js";

export type SedAddress =
  | { readonly kind: "line"; readonly line: number }
  | { readonly kind: "last" }
  /** null: the regular expression used last. */
  | { readonly kind: "regex"; readonly regex: Regex | null }
  /** As a second address: `+N` lines more, or up to a multiple of N. */
  | { readonly kind: "count"; readonly count: number }
  | { readonly kind: "multiple"; readonly of: number };

export interface SedCommand {
  readonly first: SedAddress | null;
  readonly second: SedAddress | null;
  readonly negated: boolean;
  readonly letter: string;
  /** Text of a, i, c; label of b, t, T, :; file of r, w; set of y. */
  readonly text: string;
  readonly target: string;
  readonly substitute: Substitute | null;
  /** Index just after the matching `}`, for `{`; where b, t and T go. */
  jump: number;
}

export interface Substitute {
  readonly regex: Regex | null;
  /** Literal pieces, and the numbers of groups. */
  readonly parts: readonly (string | number)[];
  readonly global: boolean;
  readonly print: boolean;
  /** Replace from this match on. */
  readonly number: number;
  readonly file: string | null;
}

const escapedBytes: Readonly<Record<string, string>> = { n: "\n", t: "\t", f: "\f", v: "\v", a: "\x07", r: "\r" };

/** Parses a script. Throws Failure in busybox's words. */
export function parseSed(script: string, options: { readonly extended: boolean }): SedCommand[] {
  return new SedParser(script, options.extended).parse();
}

class SedParser {
  readonly #text: string;
  readonly #extended: boolean;
  #at = 0;
  readonly #commands: SedCommand[] = [];
  readonly #open: number[] = [];

  constructor(text: string, extended: boolean) {
    this.#text = text;
    this.#extended = extended;
  }

  parse(): SedCommand[] {
    for (;;) {
      this.#skip(/[\s;]/);
      if (this.#at >= this.#text.length) break;
      if (this.#text[this.#at] === "#") this.#line();
      else this.#command();
    }
    this.#resolveLabels();
    return this.#commands;
  }

  #resolveLabels(): void {
    const labels = new Map<string, number>();
    this.#commands.forEach((command, index) => {
      if (command.letter === ":") labels.set(command.text, index);
    });
    for (const command of this.#commands) {
      if (!"btT".includes(command.letter)) continue;
      const target = command.text === "" ? this.#commands.length : labels.get(command.text);
      if (target === undefined) throw new Failure(`can't find label for jump to '${command.text}'`);
      command.jump = target;
    }
  }

  #skip(pattern: RegExp): void {
    while (this.#at < this.#text.length && pattern.test(this.#text.charAt(this.#at))) this.#at += 1;
  }

  /** The rest of the line. */
  #line(): string {
    const end = this.#text.indexOf("\n", this.#at);
    const line = end < 0 ? this.#text.slice(this.#at) : this.#text.slice(this.#at, end);
    this.#at = end < 0 ? this.#text.length : end + 1;
    return line;
  }

  #command(): void {
    const first = this.#address(false);
    let second: SedAddress | null = null;
    this.#skip(/[ \t]/);
    if (first && this.#text[this.#at] === ",") {
      this.#at += 1;
      this.#skip(/[ \t]/);
      second = this.#address(true);
      if (!second) throw new Failure("no address after comma");
    }
    this.#skip(/[ \t]/);
    let negated = false;
    while (this.#text[this.#at] === "!") {
      negated = true;
      this.#at += 1;
      this.#skip(/[ \t]/);
    }
    const letter = this.#text[this.#at];
    if (letter === undefined) throw new Failure("missing command");
    this.#at += 1;
    const command: SedCommand = {
      first,
      second,
      negated,
      letter,
      text: "",
      target: "",
      substitute: null,
      jump: 0,
      ...this.#arguments(letter, first !== null),
    };
    this.#commands.push(command);
    if (letter === "{") this.#open.push(this.#commands.length - 1);
    if (letter === "}") {
      const opener = this.#commands[this.#open.pop() ?? -1];
      if (!opener) throw new Failure("unexpected }");
      opener.jump = this.#commands.length;
    }
  }

  #arguments(letter: string, addressed: boolean): Partial<SedCommand> {
    switch (letter) {
      case "{":
        return {};
      case "a":
      case "i":
      case "c":
        return { text: this.#insertedText() };
      case "r":
      case "w":
        return { text: this.#fileName() };
      case ":":
        if (addressed) throw new Failure(": doesn't want any addresses");
        return { text: this.#label() };
      case "b":
      case "t":
      case "T":
        return { text: this.#label() };
      case "s":
        return { substitute: this.#substitute() };
      case "y":
        return this.#transliterate();
      default:
        if (!"}=dDgGhHlnNpPqx".includes(letter)) throw new Failure(`unsupported command ${letter}`);
        return {};
    }
  }

  #number(): number | null {
    const digits = /^\d+/.exec(this.#text.slice(this.#at, this.#at + 12))?.[0];
    if (digits === undefined) return null;
    this.#at += digits.length;
    return Number(digits);
  }

  #address(asSecond: boolean): SedAddress | null {
    const char = this.#text[this.#at];
    if (char === undefined) return null;
    if (asSecond && (char === "+" || char === "~")) {
      this.#at += 1;
      const count = this.#number() ?? 0;
      return char === "+" ? { kind: "count", count } : { kind: "multiple", of: count };
    }
    const line = this.#number();
    if (line !== null) {
      return { kind: "line", line };
    }
    if (char === "$") {
      this.#at += 1;
      return { kind: "last" };
    }
    if (char !== "/" && char !== "\\") return null;
    this.#at += char === "/" ? 1 : 2;
    const delimiter = char === "/" ? "/" : this.#text.charAt(this.#at - 1);
    const source = this.#pattern(delimiter);
    return { kind: "regex", regex: this.#compile(source, false, false) };
  }

  #compile(source: string, ignoreCase: boolean, multiline: boolean): Regex | null {
    if (source === "") return null;
    return compilePattern(source, { extended: this.#extended, ignoreCase, multiline });
  }

  /** A regular expression up to its delimiter; inside brackets the delimiter is an ordinary character. */
  #pattern(delimiter: string): string {
    let source = "";
    let inBracket = false;
    for (; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text.charAt(this.#at);
      if (inBracket) {
        if (char === "]") inBracket = false;
        if (char === "\\" && this.#text[this.#at + 1] === "n") {
          source += "\n";
          this.#at += 1;
        } else source += char;
        continue;
      }
      if (char === delimiter) {
        this.#at += 1;
        return source;
      }
      if (char === "\\") {
        this.#at += 1;
        const next = this.#text.charAt(this.#at);
        const byte = escapedBytes[next];
        if (next === delimiter) source += "()|+?{}".includes(next) ? `\\${next}` : next;
        else source += byte ?? `\\${next}`;
        continue;
      }
      if (char === "[") {
        inBracket = true;
        source += char;
        const opening = /^\^?\]?/.exec(this.#text.slice(this.#at + 1, this.#at + 3))?.[0] ?? "";
        source += opening;
        this.#at += opening.length;
        continue;
      }
      if (char === "\n") break;
      source += char;
    }
    throw new Failure(`unmatched '${delimiter}'`);
  }

  #substitute(): Substitute {
    const delimiter = this.#text.charAt(this.#at);
    if (delimiter === "" || delimiter === "\n" || delimiter === "\\")
      throw new Failure("bad format in substitution expression");
    this.#at += 1;
    const source = this.#pattern(delimiter);
    const parts = this.#replacement(delimiter);
    let global = false;
    let print = false;
    let ignoreCase = false;
    let multiline = false;
    let number = 1;
    let file: string | null = null;
    flags: for (;;) {
      const found = this.#number();
      if (found !== null) {
        number = found;
        continue;
      }
      switch (this.#text[this.#at]) {
        case "g":
          global = true;
          number = 1;
          break;
        case "p":
          print = true;
          break;
        case "i":
        case "I":
          ignoreCase = true;
          break;
        case "m":
        case "M":
          multiline = true;
          break;
        case "w":
          this.#at += 1;
          file = this.#fileName();
          break flags;
        default:
          break flags;
      }
      this.#at += 1;
    }
    if (file === null) {
      this.#skip(/[ \t\r]/);
      const next = this.#text[this.#at];
      if (next !== undefined && !"\n;}#".includes(next)) throw new Failure("bad option in substitution expression");
    }
    const regex = this.#compile(source, ignoreCase, multiline);
    return { regex, parts, global, print, number, file };
  }

  #replacement(delimiter: string): (string | number)[] {
    const parts: (string | number)[] = [];
    let plain = "";
    const add = (part: number): void => {
      if (plain !== "") parts.push(plain);
      plain = "";
      parts.push(part);
    };
    for (; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text.charAt(this.#at);
      if (char === delimiter) {
        this.#at += 1;
        if (plain !== "") parts.push(plain);
        return parts;
      }
      if (char === "&") {
        add(0);
      } else if (char === "\\") {
        this.#at += 1;
        const next = this.#text.charAt(this.#at);
        if (/[0-9]/.test(next) && next !== delimiter) add(Number(next));
        else if (next === delimiter) plain += next;
        else plain += escapedBytes[next] ?? next;
      } else plain += char;
    }
    throw new Failure(`unmatched '${delimiter}'`);
  }

  #transliterate(): Partial<SedCommand> {
    const delimiter = this.#text.charAt(this.#at);
    this.#at += 1;
    const [from, to] = [this.#transliteration(delimiter), this.#transliteration(delimiter)];
    if (from.length !== to.length) throw new Failure("strings for 'y' command are different lengths");
    return { text: from, target: to };
  }

  #transliteration(delimiter: string): string {
    let set = "";
    for (; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text.charAt(this.#at);
      if (char === delimiter) {
        this.#at += 1;
        return set;
      }
      if (char === "\\") {
        this.#at += 1;
        const next = this.#text.charAt(this.#at);
        set += next === delimiter || next === "\\" ? next : (escapedBytes[next] ?? `\\${next}`);
      } else set += char;
    }
    throw new Failure(`unmatched '${delimiter}'`);
  }

  #label(): string {
    this.#skip(/[ \t]/);
    const end = this.#text.slice(this.#at).search(/[\s;}]/);
    const label = end < 0 ? this.#text.slice(this.#at) : this.#text.slice(this.#at, this.#at + end);
    this.#at += label.length;
    return label;
  }

  #fileName(): string {
    this.#skip(/[ \t]/);
    const name = this.#line();
    if (name === "") throw new Failure("empty filename");
    return name;
  }

  /** Text of a, i, c: `a\` and lines that end in a backslash go on, or the rest of the line. */
  #insertedText(): string {
    this.#skip(/[ \t]/);
    if (this.#text[this.#at] === "\\") {
      this.#at += 1;
      // Blanks after the backslash count, unless the line ends there.
      const blank = /^[ \t]*\n/.exec(this.#text.slice(this.#at, this.#at + 256))?.[0] ?? "";
      this.#at += blank.length;
    }
    if (this.#at >= this.#text.length) throw new Failure("expected \\ after 'a', 'c' or 'i'");
    let text = "";
    for (; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text.charAt(this.#at);
      if (char === "\\") {
        this.#at += 1;
        const next = this.#text.charAt(this.#at);
        text += next === "t" ? "\t" : next;
      } else if (char === "\n") {
        this.#at += 1;
        break;
      } else text += char;
    }
    return `${text}\n`;
  }
}
