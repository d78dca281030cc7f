/** `key: |`, `- >-`: what follows, further in, is text. */
const textBegins = /(?::|-)\s+[|>][-+1-9]*\s*$/;
/** What begins an entry, or is a comment: it may well stand further out. */
const entryBegins = /^\s*(?:- |-$|#|["']?[\w./-]+["']?:(?:\s|$))/;

/**
 * What was probably meant where a line in the middle of a text block is indented too little, which ends the block there.
 * Null where no such line comes before the fault.
 * @param faultLine where parsing failed, from 1
 */
export function indentationHint(
  text: string,
  faultLine: number,
): { readonly line: number; readonly hint: string } | null {
  const lines = text.split("\n").slice(0, faultLine + 2);
  for (const [index, line] of lines.entries()) {
    if (!textBegins.test(line)) continue;
    const first = lines.findIndex((other, at) => at > index && other.trim() !== "");
    const wanted = indentOf(lines[first] ?? "");
    if (first === -1 || wanted <= indentOf(line)) continue;
    const outer = lines.findIndex((other, at) => at > first && other.trim() !== "" && indentOf(other) < wanted);
    const left = lines[outer];
    if (left === undefined || entryBegins.test(left)) continue;
    const goesOn = lines.slice(outer + 1).some((other) => indentOf(other) >= wanted && other.trim() !== "");
    if (!goesOn) continue;
    const missing = wanted - indentOf(left);
    return {
      line: outer + 1,
      hint: `is indented less than the text around it, which ends that text: give it ${missing} more spaces`,
    };
  }
  return null;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
