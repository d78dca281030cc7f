import type { Step } from "../container/program.js";
import { alias, unalias } from "./builtins/aliases.js";
import { commandBuiltin, execBuiltin, hash, type as typeBuiltin } from "./builtins/commands.js";
import { cd, pwd } from "./builtins/directories.js";
import { echo } from "./builtins/echo.js";
import { breakBuiltin, continueBuiltin, exit, returnBuiltin } from "./builtins/flow.js";
import { getopts } from "./builtins/getopts.js";
import { background, foreground, jobs, kill, wait } from "./builtins/jobs.js";
import { letBuiltin, times, ulimit, umask } from "./builtins/limits.js";
import { printf } from "./builtins/printf.js";
import { read } from "./builtins/read.js";
import { dot, evalBuiltin } from "./builtins/scripts.js";
import { set, shift } from "./builtins/set.js";
import { test } from "./builtins/test.js";
import { trap } from "./builtins/trap.js";
import { exportBuiltin, local, readonlyBuiltin, unset } from "./builtins/variables.js";
import type { Shell } from "./shell.js";

/** A command that the shell itself carries out: arguments in, status out. */
export type Builtin = (shell: Shell, args: readonly string[], name: string) => number | Step<number>;

/** POSIX's special builtins: assignments before them stay, and their errors end the shell. */
export const specialBuiltins = new Set(
  ". : break continue eval exec exit export local readonly return set shift source times trap unset".split(" "),
);

export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [".", dot],
  [":", () => 0],
  ["[", test],
  ["alias", alias],
  ["bg", background],
  ["break", breakBuiltin],
  ["cd", cd],
  ["chdir", cd],
  ["command", commandBuiltin],
  ["continue", continueBuiltin],
  ["echo", echo],
  ["eval", evalBuiltin],
  ["exec", execBuiltin],
  ["exit", exit],
  ["export", exportBuiltin],
  ["false", () => 1],
  ["fg", foreground],
  ["getopts", getopts],
  ["hash", hash],
  ["jobs", jobs],
  ["kill", kill],
  ["let", letBuiltin],
  ["local", local],
  ["printf", printf],
  ["pwd", pwd],
  ["read", read],
  ["readonly", readonlyBuiltin],
  ["return", returnBuiltin],
  ["set", set],
  ["shift", shift],
  ["source", dot],
  ["test", test],
  ["times", times],
  ["trap", trap],
  ["true", () => 0],
  ["type", typeBuiltin],
  ["ulimit", ulimit],
  ["umask", umask],
  ["unalias", unalias],
  ["unset", unset],
  ["wait", wait],
]);
