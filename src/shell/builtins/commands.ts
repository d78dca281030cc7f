import { type Step, SystemError } from "../../container/program.js";
import { builtins, specialBuiltins } from "../builtins.js";
import type { Shell } from "../shell.js";
import { findProgram, replaceShell, runProgram } from "../simple-command.js";
import { singleQuoted } from "../variables.js";
import { parseOptions } from "./options.js";

const keywords = new Set("! { } case do done elif else esac fi for function if in then until while [[ ]]".split(" "));

/** `command NAME`: a builtin or program, but no function; `-v` and `-V` say what it is. */
export function* commandBuiltin(shell: Shell, args: readonly string[]): Step<number> {
  const { options, rest } = parseOptions(shell, args, "pvV");
  const [name, ...others] = rest;
  if (name === undefined) return 0;
  if (options.has("v") || options.has("V")) {
    return yield* describe(shell, name, options.has("V"));
  }
  const builtin = builtins.get(name);
  shell.commandName = builtin ? name : null;
  if (!builtin) {
    yield* runProgram(shell, rest, false);
    return shell.status;
  }
  const result = builtin(shell, others, name);
  return typeof result === "number" ? result : yield* result;
}

export function* type(shell: Shell, args: readonly string[]): Step<number> {
  let status = 0;
  for (const name of args) status = Math.max(status, yield* describe(shell, name, true));
  return status;
}

/** Says what a name leads to: in words, or as it would be written. */
function* describe(shell: Shell, name: string, isVerbose: boolean): Step<number> {
  const alias = shell.aliases.get(name);
  let text: string | null = null;
  if (keywords.has(name)) text = isVerbose ? `${name} is a shell keyword` : name;
  else if (alias !== undefined) {
    text = isVerbose ? `${name} is an alias for ${alias}` : `alias ${name}=${singleQuoted(alias)}`;
  } else if (shell.functions.has(name)) text = isVerbose ? `${name} is a function` : name;
  else if (builtins.has(name)) {
    text = isVerbose ? `${name} is a ${specialBuiltins.has(name) ? "special " : ""}shell builtin` : name;
  } else {
    const path = pathOf(shell, name);
    if (path !== null) text = isVerbose ? `${name} is ${path}` : path;
  }
  if (text !== null) {
    yield* shell.process.out(`${text}\n`);
    return 0;
  }
  if (isVerbose) yield* shell.process.out(`${name}: not found\n`);
  return 127;
}

function pathOf(shell: Shell, name: string): string | null {
  try {
    return shell.process.find(name)?.path ?? null;
  } catch (error) {
    // A file that is there and cannot be run is not what a name leads to.
    if (error instanceof SystemError) return null;
    throw error;
  }
}

/** `exec`: the shell's place is taken by a program; without one, redirections stay. */
export function* execBuiltin(shell: Shell, args: readonly string[]): Step<number> {
  const rest = args[0] === "--" ? args.slice(1) : args;
  const [name] = rest;
  if (name === undefined) return 0;
  const program = yield* findProgram(shell, name);
  if (typeof program === "number") {
    shell.flow = "exit";
    return program;
  }
  return yield* replaceShell(shell, program, rest);
}

export function* hash(shell: Shell, args: readonly string[]): Step<number> {
  let status = 0;
  for (const name of args) {
    if (name === "-r" || builtins.has(name) || shell.functions.has(name) || pathOf(shell, name) !== null) continue;
    status = yield* shell.complain(`${name}: not found`);
  }
  return status;
}
