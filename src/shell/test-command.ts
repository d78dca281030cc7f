import type { Step } from "../container/program.js";
import { binaryTest, ConditionFault, unaryTest } from "./condition.js";
import { expandPattern, expandString } from "./expand.js";
import { Pattern } from "./pattern.js";
import type { Shell } from "./shell.js";
import type { Test, TestExpression } from "./syntax.js";

/** `[[ … ]]`: words are neither split nor matched against files; `==` takes a pattern. */
export function* evaluateTestCommand(shell: Shell, node: Test): Step<void> {
  yield* shell.beforeCommand();
  if (shell.tracksLines) shell.line = node.line;
  try {
    shell.status = (yield* holds(shell, node.expression)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ConditionFault)) throw error;
    yield* shell.process.err(`${shell.name}: ${error.message}\n`);
    shell.status = 2;
  }
}

function* holds(shell: Shell, expression: TestExpression): Step<boolean> {
  switch (expression.kind) {
    case "not":
      return !(yield* holds(shell, expression.operand));
    case "logical":
      for (const operand of expression.operands) {
        const value = yield* holds(shell, operand);
        if (value !== (expression.operator === "&&")) return value;
      }
      return expression.operator === "&&";
    case "unary":
      return unaryTest(shell.process, expression.operator, yield* expandString(shell, expression.operand));
    case "binary": {
      const left = yield* expandString(shell, expression.left);
      const { operator } = expression;
      if (operator === "==" || operator === "=" || operator === "!=") {
        const pattern = new Pattern(yield* expandPattern(shell, expression.right));
        return pattern.matches(left) === (operator !== "!=");
      }
      const right = yield* expandString(shell, expression.right);
      if (operator === "=~") return matchesExpression(left, right);
      return binaryTest(shell.process, left, operator, right);
    }
  }
}

function matchesExpression(text: string, expression: string): boolean {
  try {
    return new RegExp(expression.replaceAll("[[:digit:]]", "[0-9]").replaceAll("[[:space:]]", "\\s")).test(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ConditionFault("regex");
    throw error;
  }
}
