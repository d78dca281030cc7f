import type { Step } from "../../container/program.js";
import type { Shell } from "../shell.js";
import { singleQuoted } from "../variables.js";

export function* alias(shell: Shell, args: readonly string[]): Step<number> {
  const { process } = shell;
  if (args.length === 0) {
    for (const [name, value] of shell.aliases) yield* process.out(`${name}=${singleQuoted(value)}\n`);
    return 0;
  }
  let status = 0;
  for (const word of args) {
    const equals = word.indexOf("=", 1);
    const value = shell.aliases.get(word);
    if (equals > 0) shell.aliases.set(word.slice(0, equals), word.slice(equals + 1));
    else if (value !== undefined) yield* process.out(`${word}=${singleQuoted(value)}\n`);
    else {
      yield* process.err(`alias: ${word} not found\n`);
      status = 1;
    }
  }
  return status;
}

export function* unalias(shell: Shell, args: readonly string[]): Step<number> {
  let status = 0;
  for (const name of args) {
    if (name === "-a") shell.aliases.clear();
    else if (!shell.aliases.delete(name)) {
      yield* shell.process.err(`unalias: ${name} not found\n`);
      status = 1;
    }
  }
  return status;
}
