import { limits } from "../../container/limits.js";
import type { Step } from "../../container/program.js";
import type { Shell } from "../shell.js";

export function letBuiltin(shell: Shell, args: readonly string[]): number {
  if (args.length === 0) throw shell.failure("expression expected");
  let value = 0n;
  for (const expression of args) value = shell.arithmetic(expression);
  return value === 0n ? 1 : 0;
}

export function* umask(shell: Shell, args: readonly string[]): Step<number> {
  const { process } = shell;
  const [mode] = args.filter((word) => word !== "-S");
  if (mode === undefined) {
    const letters = [6, 3, 0].map((shift) => {
      const bits = ~(process.umask >> shift) & 7;
      return `${bits & 4 ? "r" : ""}${bits & 2 ? "w" : ""}${bits & 1 ? "x" : ""}`;
    });
    const text = args.includes("-S")
      ? `u=${letters[0]},g=${letters[1]},o=${letters[2]}`
      : process.umask.toString(8).padStart(4, "0");
    yield* process.out(`${text}\n`);
    return 0;
  }
  if (!/^[0-7]+$/.test(mode)) throw shell.failure(`illegal mode: ${mode}`);
  process.umask = Number.parseInt(mode, 8) & 0o777;
  return 0;
}

/** `ulimit`: what there is can be read; setting it is accepted and changes nothing. */
export function* ulimit(shell: Shell, args: readonly string[]): Step<number> {
  const [option, value] = args;
  if (value !== undefined) return 0;
  if (option === "-n") yield* shell.process.out(`${limits.openFilesMax}\n`);
  else if (option === "-u" || option === "-p") yield* shell.process.out(`${limits.processesMax}\n`);
  else yield* shell.process.out("unlimited\n");
  return 0;
}

/** Simulated programs take no time. */
export function* times(shell: Shell): Step<number> {
  yield* shell.process.out("0m0.000000s 0m0.000000s\n0m0.000000s 0m0.000000s\n");
  return 0;
}
