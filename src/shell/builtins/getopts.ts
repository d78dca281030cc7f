import type { Step } from "../../container/program.js";
import type { Shell } from "../shell.js";

/** `getopts OPTSTRING NAME [ARG…]`: the next option; the position is kept in OPTIND. */
export function* getopts(shell: Shell, args: readonly string[]): Step<number> {
  const [known, name, ...given] = args;
  if (known === undefined || name === undefined) return yield* shell.complain("usage: getopts optstring var [arg]", 2);
  const words = given.length > 0 ? given : shell.parameters;
  const isQuiet = known.startsWith(":");
  if (shell.optionIndex.argument - 1 > words.length) shell.optionIndex = { argument: 1, character: 0 };
  const { argument, character } = shell.optionIndex;
  const word = words[argument - 1] ?? "";
  if (character === 0 && (!word.startsWith("-") || word === "-" || word === "--")) {
    const next = argument + (word === "--" ? 1 : 0);
    finish(shell, name, "?", { argument: next, character: 0 });
    return 1;
  }
  const at = character === 0 ? 1 : character;
  const letter = word[at] ?? "";
  const found = letter === ":" ? -1 : known.indexOf(letter);
  const after = at + 1 < word.length ? { argument, character: at + 1 } : { argument: argument + 1, character: 0 };
  shell.variables.unset("OPTARG");
  if (found < 0) {
    if (isQuiet) shell.set("OPTARG", letter);
    else yield* shell.process.err(`Illegal option -${letter}\n`);
    finish(shell, name, "?", after);
    return 0;
  }
  if (known[found + 1] !== ":") {
    shell.set("OPTARG", "");
    finish(shell, name, letter, after);
    return 0;
  }
  const attached = word.slice(at + 1);
  const value = attached === "" ? words[argument] : attached;
  const next = { argument: argument + (attached === "" ? 2 : 1), character: 0 };
  if (value !== undefined) {
    shell.set("OPTARG", value);
    finish(shell, name, letter, next);
    return 0;
  }
  if (isQuiet) shell.set("OPTARG", letter);
  else yield* shell.process.err(`No arg for -${letter} option\n`);
  finish(shell, name, isQuiet ? ":" : "?", next);
  return 0;
}

function finish(shell: Shell, name: string, value: string, index: { argument: number; character: number }): void {
  shell.set(name, value);
  shell.set("OPTIND", String(index.argument));
  shell.optionIndex = index;
}
