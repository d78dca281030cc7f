import type { Step } from "../container/program.js";
import { evaluateList, evaluateNode } from "./evaluate.js";
import { type Shell, ShellFailure } from "./shell.js";
import type { List, Node } from "./syntax.js";
import { runExitTrap } from "./traps.js";

/** What a forked shell does: some commands, then its EXIT trap. Gives its exit status. */
export function* runSubshell(shell: Shell, what: List | Node): Step<number> {
  return yield* runToExit(shell, function* () {
    if ("statements" in what) yield* evaluateList(shell, what, true);
    else yield* evaluateNode(shell, what, true);
  });
}

/** Runs commands as a whole shell does: errors are said and end it, and the EXIT trap has the last word. */
export function* runToExit(shell: Shell, commands: () => Step<void>): Step<number> {
  yield* attempt(shell, commands);
  shell.flow = null;
  yield* attempt(shell, () => runExitTrap(shell));
  return shell.status;
}

/** Runs commands; an error of the shell is said and becomes its status. */
export function* attempt(shell: Shell, commands: () => Step<void>): Step<void> {
  try {
    yield* commands();
  } catch (error) {
    if (!(error instanceof ShellFailure)) throw error;
    yield* shell.process.err(`${error.message}\n`);
    shell.status = error.status;
  }
}
