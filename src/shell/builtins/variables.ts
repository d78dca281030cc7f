import type { Step } from "../../container/program.js";
import type { Shell } from "../shell.js";
import { isName, ReadOnlyVariable, singleQuoted } from "../variables.js";
import { parseOptions } from "./options.js";

export function exportBuiltin(shell: Shell, args: readonly string[]): number | Step<number> {
  const { options, rest } = parseOptions(shell, args, "pn");
  if (rest.length === 0) return list(shell, "export");
  for (const word of rest) {
    const { name, value } = split(shell, word);
    if (value !== null) shell.set(name, value, !options.has("n"));
    else shell.variables.mark(name, { isExported: !options.has("n") });
  }
  return 0;
}

export function readonlyBuiltin(shell: Shell, args: readonly string[]): number | Step<number> {
  const { rest } = parseOptions(shell, args, "p");
  if (rest.length === 0) return list(shell, "readonly");
  for (const word of rest) {
    const { name, value } = split(shell, word);
    if (value !== null) shell.set(name, value);
    shell.variables.mark(name, { isReadOnly: true });
  }
  return 0;
}

export function local(shell: Shell, args: readonly string[]): number {
  const frame = shell.locals.at(-1);
  if (!frame || shell.functionDepth === 0) throw shell.failure("not in a function");
  for (const word of args) {
    if (word.startsWith("-")) continue;
    const { name, value } = split(shell, word);
    if (!frame.some((entry) => entry.name === name)) frame.push({ name, saved: shell.variables.save(name) });
    if (value !== null) shell.set(name, value);
  }
  return 0;
}

export function unset(shell: Shell, args: readonly string[]): number {
  const { options, rest } = parseOptions(shell, args, "vf");
  for (const name of rest) {
    if (!options.has("f") && !isName(name)) throw shell.failure(`${name}: bad variable name`);
    if (options.has("f") || (!options.has("v") && shell.variables.save(name) === null)) {
      shell.functions.delete(name);
      continue;
    }
    try {
      shell.variables.unset(name);
    } catch (error) {
      if (error instanceof ReadOnlyVariable) throw shell.failure(`${name}: is read only`);
      throw error;
    }
    if (name === "PATH") shell.process.env.delete("PATH");
  }
  return 0;
}

function split(shell: Shell, word: string): { readonly name: string; readonly value: string | null } {
  const equals = word.indexOf("=");
  const name = equals < 0 ? word : word.slice(0, equals);
  if (!isName(name)) throw shell.failure(`${name}: bad variable name`);
  return { name, value: equals < 0 ? null : word.slice(equals + 1) };
}

function* list(shell: Shell, kind: "export" | "readonly"): Step<number> {
  for (const { name, value, isExported, isReadOnly } of shell.variables.list()) {
    if (!(kind === "export" ? isExported : isReadOnly)) continue;
    yield* shell.process.out(`${kind} ${name}${value === null ? "" : `=${singleQuoted(value)}`}\n`);
  }
  return 0;
}
