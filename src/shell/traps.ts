import type { Step } from "../container/program.js";
import { evaluateList } from "./evaluate.js";
import { parseScript } from "./parse.js";
import { errorTrap, type Shell } from "./shell.js";

/** Runs the commands of traps whose signals have come. `$?` is afterwards what it was before. */
export function* runPendingTraps(shell: Shell): Step<void> {
  while (shell.pendingTraps.length > 0 && shell.flow !== "exit") {
    const action = shell.traps.get(shell.pendingTraps.shift() ?? 0);
    if (action) yield* runAction(shell, action);
  }
}

/** Runs the EXIT trap, once; an `exit` in it sets the status. */
export function* runExitTrap(shell: Shell): Step<void> {
  const action = shell.traps.get(0);
  shell.traps.delete(0);
  if (action) yield* runAction(shell, action);
}

/** Runs the ERR trap; it is not run for what fails inside it. */
export function* runErrorTrap(shell: Shell): Step<void> {
  const action = shell.traps.get(errorTrap);
  if (action === undefined) return;
  shell.traps.delete(errorTrap);
  yield* runAction(shell, action);
  if (!shell.traps.has(errorTrap)) shell.traps.set(errorTrap, action);
}

function* runAction(shell: Shell, action: string): Step<void> {
  const { status } = shell;
  const { list, fault } = parseScript(action);
  shell.enter();
  yield* evaluateList(shell, list, false);
  shell.leave();
  if (fault) throw shell.failure(`syntax error: ${fault.message}`);
  if (shell.flow !== "exit") shell.status = status;
}
