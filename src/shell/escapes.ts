/** What a letter after a backslash stands for. */
export const letterEscapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};

interface Escape {
  readonly text: string;
  /** Characters of the source used, with the backslash. */
  readonly length: number;
}

/** The escape that starts with the backslash at `at`, as printf's format and tr have it; one that is none stands for itself. */
export function readEscape(source: string, at: number): Escape {
  const letter = letterEscapes[source.charAt(at + 1)];
  if (letter !== undefined) return { text: letter, length: 2 };
  const [whole, hex, octal] = /^(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3}))/.exec(source.slice(at + 1, at + 4)) ?? [];
  if (whole === undefined) return { text: "\\", length: 1 };
  const code = hex === undefined ? Number.parseInt(octal ?? "0", 8) & 255 : Number.parseInt(hex, 16);
  return { text: String.fromCharCode(code), length: 1 + whole.length };
}

/** A text with its escapes carried out as `echo -e` and `%b` have them; `\c` stops all output. */
export function expandEscapes(source: string): { readonly text: string; readonly isStopped: boolean } {
  if (!source.includes("\\")) return { text: source, isStopped: false };
  let text = "";
  for (let at = 0; at < source.length; ) {
    if (source[at] !== "\\") {
      text += source[at];
      at += 1;
      continue;
    }
    if (source[at + 1] === "c") return { text, isStopped: true };
    // `\0101` is octal with a leading zero beyond the three digits.
    const zeros = source[at + 1] === "0" && /[0-7]/.test(source.charAt(at + 2)) ? 1 : 0;
    const found = zeros > 0 ? readEscape(`\\${source.slice(at + 2, at + 5)}`, 0) : readEscape(source, at);
    text += found.text;
    at += found.length + zeros;
  }
  return { text, isStopped: false };
}
