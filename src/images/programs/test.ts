import { ConditionFault, evaluateCondition } from "../../shell/condition.js";
import { applet, Failure } from "../applet.js";

/** `test`, `[` and `[[` as programs; a shell has builtins of these names. */
// biome-ignore lint/correctness/useYield: a condition never waits.
export const test = applet("", function* ({ process, name, args }) {
  try {
    return evaluateCondition(process, name, args) ? 0 : 1;
  } catch (error) {
    if (error instanceof ConditionFault) throw new Failure(error.message, 2);
    throw error;
  }
});
