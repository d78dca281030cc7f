import type { Step } from "../../container/program.js";
import { printfPieces } from "../printf-format.js";
import type { Shell } from "../shell.js";

/** `printf FORMAT [ARGUMENT...]` */
export function* printf(shell: Shell, args: readonly string[]): Step<number> {
  const { process } = shell;
  const [format, ...values] = args[0] === "--" ? args.slice(1) : args;
  if (format === undefined || (format.startsWith("-") && format.length > 1)) {
    yield* process.err(`${shell.name}: usage: printf FORMAT [ARGUMENT...]\n`);
    return 2;
  }
  let text = "";
  const complaints: string[] = [];
  for (const piece of printfPieces(format, values)) {
    if ("text" in piece) text += piece.text;
    else complaints.push(piece.complaint);
  }
  yield* process.out(text);
  for (const complaint of complaints) yield* process.err(`${shell.name}: ${complaint}\n`);
  return complaints.length > 0 ? 1 : 0;
}
