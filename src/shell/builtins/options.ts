import type { Shell } from "../shell.js";

/** Options of a builtin, with their values; throws ash's error for one that it does not have. */
export function parseOptions(
  shell: Shell,
  args: readonly string[],
  /** As getopt has it: a colon after each letter that takes a value. */
  known: string,
): { readonly options: ReadonlyMap<string, string>; readonly rest: readonly string[] } {
  const options = new Map<string, string>();
  let index = 0;
  for (; index < args.length; index++) {
    const word = args[index] ?? "";
    if (!word.startsWith("-") || word === "-") break;
    if (word === "--") {
      index++;
      break;
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] ?? "";
      const found = known.indexOf(letter);
      if (found < 0 || letter === ":") throw shell.failure(`illegal option -${letter}`);
      if (known[found + 1] !== ":") {
        options.set(letter, "");
        continue;
      }
      const attached = word.slice(at + 1);
      const value = attached === "" ? args[++index] : attached;
      if (value === undefined) throw shell.failure(`no arg for -${letter} option`);
      options.set(letter, value);
      break;
    }
  }
  return { options, rest: args.slice(index) };
}

/** A number that must not be negative, as `exit` and `shift` take. Throws ash's error. */
export function countOf(shell: Shell, text: string): number {
  if (!/^\d+$/.test(text)) throw shell.failure(`Illegal number: ${text}`);
  return Number(text);
}
