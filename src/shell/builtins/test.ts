import type { Step } from "../../container/program.js";
import { ConditionFault, evaluateCondition } from "../condition.js";
import type { Shell } from "../shell.js";

/** `test` and `[`. */
export function* test(shell: Shell, args: readonly string[], name: string): Step<number> {
  try {
    return evaluateCondition(shell.process, name, args) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ConditionFault)) throw error;
    yield* shell.process.err(`${shell.name}: ${error.message}\n`);
    return 2;
  }
}
