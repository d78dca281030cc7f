import type { Step } from "../../container/program.js";
import { SIGKILL, SIGSTOP, signalInfo, signalNumber } from "../../container/signals.js";
import { errorTrap, type Shell } from "../shell.js";
import { singleQuoted } from "../variables.js";

export function* trap(shell: Shell, args: readonly string[]): Step<number> {
  const words = args[0] === "--" ? args.slice(1) : args;
  if (words.length === 0 || words[0] === "-p") {
    for (const [signal, action] of [...shell.traps].sort(([left], [right]) => left - right)) {
      yield* shell.process.out(
        `trap -- ${singleQuoted(action)} ${signal === errorTrap ? "ERR" : (signalInfo(signal)?.name ?? "EXIT")}\n`,
      );
    }
    return 0;
  }
  const [first = "", ...others] = words;
  // `trap INT` and `trap 2 15` take the actions away, as `trap - INT` does.
  const isReset = others.length === 0 || /^\d+$/.test(first);
  const action = isReset || first === "-" ? null : first;
  let status = 0;
  for (const name of isReset ? words : others) {
    const signal = name === "ERR" ? errorTrap : signalNumber(name);
    if (signal === null) status = yield* shell.complain(`${name}: invalid signal specification`);
    else setTrap(shell, signal, action);
  }
  return status;
}

function setTrap(shell: Shell, signal: number, action: string | null): void {
  if (action === null) shell.traps.delete(signal);
  else shell.traps.set(signal, action);
  if (signal <= 0 || signal === SIGKILL || signal === SIGSTOP) return;
  shell.process.onSignal(
    signal,
    action === null ? null : action === "" ? "ignore" : () => shell.pendingTraps.push(signal),
  );
}
