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

/**
 * A text with its backslash sequences carried out. For echo and `%b`, an octal number begins with 0 and `\c` stops all
 * output; in the format of printf it has up to three digits.
 */
export function unescaped(
  text: string,
  kind: "echo" | "format",
): { readonly result: string; readonly isStopped: boolean } {
  if (!text.includes("\\")) return { result: text, isStopped: false };
  let result = "";
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character !== "\\") {
      result += character;
      continue;
    }
    const rest = text.slice(at + 1, at + 6);
    if (rest.startsWith("c")) return { result, isStopped: true };
    const octal =
      (kind === "echo" ? /^0[0-7]{0,3}/ : /^[0-7]{1,3}/).exec(rest)?.[0] ??
      (kind === "echo" ? /^[0-7]{1,3}/.exec(rest)?.[0] : undefined);
    const hex = /^x([0-9A-Fa-f]{1,2})/.exec(rest);
    if (octal !== undefined) {
      result += String.fromCharCode(Number.parseInt(octal, 8) & 255);
      at += octal.length;
    } else if (hex) {
      result += String.fromCharCode(Number.parseInt(hex[1] ?? "0", 16));
      at += hex[0].length;
    } else {
      const letter = letterEscapes[rest[0] ?? ""];
      result += letter ?? "\\";
      if (letter !== undefined) at++;
    }
  }
  return { result, isStopped: false };
}
