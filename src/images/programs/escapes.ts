/** C escapes as `echo -e`, `printf` and `tr` read them. */

interface Escape {
  readonly text: string;
  /** Characters of the source used, with the backslash. */
  readonly length: number;
}

const simpleEscapes = "abfnrtv\\";
const simpleBytes = "\x07\b\f\n\r\t\v\\";

/** The escape that starts with the backslash at `at`; one that is none stands for itself. */
export function readEscape(source: string, at: number): Escape {
  const letter = source.charAt(at + 1);
  const simple = letter === "" ? -1 : simpleEscapes.indexOf(letter);
  if (simple >= 0) return { text: simpleBytes.charAt(simple), length: 2 };
  if (letter === "x") {
    const digits = /^[0-9a-fA-F]{1,2}/.exec(source.slice(at + 2, at + 4))?.[0];
    if (digits) return { text: String.fromCharCode(Number.parseInt(digits, 16)), length: 2 + digits.length };
  }
  const octal = /^[0-7]{1,3}/.exec(source.slice(at + 1, at + 4))?.[0];
  if (octal) return { text: String.fromCharCode(Number.parseInt(octal, 8) & 255), length: 1 + octal.length };
  return { text: "\\", length: 1 };
}

/** Replaces all escapes; `\c` ends the text where `stopAtC`. */
export function expandEscapes(source: string, stopAtC = false): { readonly text: string; readonly stopped: boolean } {
  if (!source.includes("\\")) return { text: source, stopped: false };
  let text = "";
  for (let at = 0; at < source.length; ) {
    if (source[at] !== "\\") {
      text += source[at];
      at += 1;
      continue;
    }
    if (stopAtC && source[at + 1] === "c") return { text, stopped: true };
    // `\0101` is octal with a leading zero beyond the three digits, as echo and %b have it.
    const leadingZero = stopAtC && source[at + 1] === "0" && /[0-7]/.test(source.charAt(at + 2)) ? 1 : 0;
    const found = leadingZero ? readEscape(`\\${source.slice(at + 2, at + 5)}`, 0) : readEscape(source, at);
    text += found.text;
    at += found.length + leadingZero;
  }
  return { text, stopped: false };
}
