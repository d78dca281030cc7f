/**
 * Shell patterns: `*`, `?`, `[a-z]`, `[!a]`, `[[:digit:]]`. In a pattern text a backslash makes the next character an
 * ordinary one; that is how quoted parts of a word come in.
 */
type Token =
  | { readonly kind: "many" }
  | { readonly kind: "one" }
  | { readonly kind: "character"; readonly character: string }
  | { readonly kind: "set"; readonly isNegated: boolean; readonly ranges: readonly (readonly [string, string])[] };

const classes: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  alnum: [
    ["0", "9"],
    ["A", "Z"],
    ["a", "z"],
  ],
  alpha: [
    ["A", "Z"],
    ["a", "z"],
  ],
  blank: [
    [" ", " "],
    ["\t", "\t"],
  ],
  cntrl: [
    ["\0", "\x1f"],
    ["\x7f", "\x7f"],
  ],
  digit: [["0", "9"]],
  graph: [["!", "~"]],
  lower: [["a", "z"]],
  print: [[" ", "~"]],
  punct: [
    ["!", "/"],
    [":", "@"],
    ["[", "`"],
    ["{", "~"],
  ],
  space: [
    ["\t", "\r"],
    [" ", " "],
  ],
  upper: [["A", "Z"]],
  xdigit: [
    ["0", "9"],
    ["A", "F"],
    ["a", "f"],
  ],
};

const special = /[*?[\]\\]/g;

/** A text as a pattern that matches just this text. */
export function escapePattern(text: string): string {
  return special.test(text) ? text.replace(special, "\\$&") : text;
}

/** Whether a pattern could match anything but its own text. */
export function hasWildcards(pattern: string): boolean {
  return /[*?]|\[[^/]*\]/.test(pattern.replace(/\\./gs, ""));
}

/** The text of a pattern without wildcards. */
export function unescapePattern(pattern: string): string {
  return pattern.includes("\\") ? pattern.replace(/\\(.)/gs, "$1") : pattern;
}

export class Pattern {
  readonly #tokens: readonly Token[];

  constructor(pattern: string) {
    this.#tokens = tokensOf(pattern);
  }

  /** Whether the whole of `text` matches. */
  matches(text: string): boolean {
    return this.#matchesRange(text, 0, text.length);
  }

  /** `text` without what matches at its start or end; `text` itself where nothing does. */
  removeFrom(text: string, side: "prefix" | "suffix", isLongest: boolean): string {
    for (let step = 0; step <= text.length; step++) {
      const length = isLongest ? text.length - step : step;
      if (side === "prefix") {
        if (this.#matchesRange(text, 0, length)) return text.slice(length);
      } else if (this.#matchesRange(text, text.length - length, text.length)) {
        return text.slice(0, text.length - length);
      }
    }
    return text;
  }

  /** `text` with the first or every longest match replaced. */
  replaceIn(text: string, replacement: string, isAll: boolean): string {
    let result = "";
    let at = 0;
    while (at < text.length) {
      const length = this.#longestAt(text, at);
      if (length === 0) {
        result += text[at];
        at++;
        continue;
      }
      result += replacement;
      at += length;
      if (!isAll) break;
    }
    return result + text.slice(at);
  }

  #longestAt(text: string, from: number): number {
    const [first] = this.#tokens;
    if (first?.kind === "character" && text[from] !== first.character) return 0;
    for (let end = text.length; end > from; end--) if (this.#matchesRange(text, from, end)) return end - from;
    return 0;
  }

  /** Goes back to the last `*` alone, so that its time is at most the product of both lengths. */
  #matchesRange(text: string, from: number, end: number): boolean {
    const tokens = this.#tokens;
    let at = from;
    let token = 0;
    let starToken = -1;
    let starAt = 0;
    while (at < end) {
      const current = tokens[token];
      if (current?.kind === "many") {
        starToken = token++;
        starAt = at;
      } else if (current && matchesOne(current, text[at] ?? "")) {
        token++;
        at++;
      } else if (starToken >= 0) {
        token = starToken + 1;
        at = ++starAt;
      } else return false;
    }
    while (tokens[token]?.kind === "many") token++;
    return token === tokens.length;
  }
}

function matchesOne(token: Token, character: string): boolean {
  switch (token.kind) {
    case "many":
      return false;
    case "one":
      return true;
    case "character":
      return token.character === character;
    case "set":
      return token.ranges.some(([low, high]) => character >= low && character <= high) !== token.isNegated;
  }
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? "";
    if (character === "*") {
      if (tokens.at(-1)?.kind !== "many") tokens.push({ kind: "many" });
    } else if (character === "?") tokens.push({ kind: "one" });
    else if (character === "[") {
      const set = setAt(pattern, at);
      tokens.push(set?.token ?? { kind: "character", character });
      if (set) at = set.end;
    } else if (character === "\\" && at + 1 < pattern.length) {
      at++;
      tokens.push({ kind: "character", character: pattern[at] ?? "" });
    } else tokens.push({ kind: "character", character });
  }
  return tokens;
}

/** The set that begins at `[`, and where its `]` is; null where none closes it. */
function setAt(pattern: string, from: number): { token: Token; end: number } | null {
  let at = from + 1;
  const isNegated = pattern[at] === "!" || pattern[at] === "^";
  if (isNegated) at++;
  const ranges: (readonly [string, string])[] = [];
  const first = at;
  for (;;) {
    let character = pattern[at];
    if (character === undefined) return null;
    if (character === "]" && at > first) return { token: { kind: "set", isNegated, ranges }, end: at };
    const [named = "", name = ""] = /^\[:(\w+):\]/.exec(pattern.slice(at, at + 12)) ?? [];
    if (named !== "") {
      ranges.push(...(classes[name] ?? []));
      at += named.length;
      continue;
    }
    if (character === "\\" && at + 1 < pattern.length) character = pattern[++at] ?? "";
    at++;
    if (pattern[at] === "-" && pattern[at + 1] !== undefined && pattern[at + 1] !== "]") {
      at++;
      if (pattern[at] === "\\") at++;
      ranges.push([character, pattern[at] ?? ""]);
      at++;
    } else ranges.push([character, character]);
  }
}
