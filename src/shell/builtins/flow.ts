import type { Flow, Shell } from "../shell.js";
import { countOf } from "./options.js";

export function exit(shell: Shell, args: readonly string[]): number {
  const status = args[0] === undefined ? shell.status : countOf(shell, args[0]) & 255;
  shell.flow = "exit";
  return status;
}

export function returnBuiltin(shell: Shell, args: readonly string[]): number {
  const status = args[0] === undefined ? shell.status : countOf(shell, args[0]) & 255;
  shell.flow = shell.functionDepth > 0 || shell.sourceDepth > 0 ? "return" : "exit";
  return status;
}

export function breakBuiltin(shell: Shell, args: readonly string[]): number {
  return leaveLoops(shell, args, "break");
}

export function continueBuiltin(shell: Shell, args: readonly string[]): number {
  return leaveLoops(shell, args, "continue");
}

function leaveLoops(shell: Shell, args: readonly string[], flow: Flow): number {
  const count = args[0] === undefined ? 1 : countOf(shell, args[0]);
  if (count === 0) throw shell.failure(`Illegal number: ${args[0]}`);
  if (shell.loopDepth === 0) return 0;
  shell.flow = flow;
  shell.flowCount = Math.min(count, shell.loopDepth);
  return 0;
}
