import type { Step } from "../../container/program.js";
import { expandEscapes } from "../escapes.js";
import type { Shell } from "../shell.js";

/** `echo` */
export function* echo(shell: Shell, args: readonly string[]): Step<number> {
  yield* shell.process.out(echoText(args));
  return 0;
}

/** What busybox's echo prints: `-n`, `-e` and `-E`, also together, are options; anything else is text. */
export function echoText(args: readonly string[]): string {
  let first = 0;
  let endsLine = true;
  let interprets = false;
  while (/^-[neE]+$/.test(args[first] ?? "")) {
    for (const letter of args[first] ?? "") {
      if (letter === "n") endsLine = false;
      else if (letter !== "-") interprets = letter === "e";
    }
    first++;
  }
  const words = args.slice(first).join(" ");
  const { text, isStopped } = interprets ? expandEscapes(words) : { text: words, isStopped: false };
  return endsLine && !isStopped ? `${text}\n` : text;
}
