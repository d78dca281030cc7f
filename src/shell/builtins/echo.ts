import type { Step } from "../../container/program.js";
import type { Shell } from "../shell.js";
import { unescaped } from "./escapes.js";

/** busybox's echo: `-n`, `-e` and `-E`, also together; anything else is text. */
export function* echo(shell: Shell, args: readonly string[]): Step<number> {
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
  const text = args.slice(first).join(" ");
  if (!interprets) {
    yield* shell.process.out(endsLine ? `${text}\n` : text);
    return 0;
  }
  const { result, isStopped } = unescaped(text, "echo");
  yield* shell.process.out(endsLine && !isStopped ? `${result}\n` : result);
  return 0;
}
