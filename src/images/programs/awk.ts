import { applet, Failure, reasonOf, UsageFailure } from "../applet.js";
import { RegexError } from "../regex/syntax.js";
import { AwkRun } from "./awk/interpreter.js";
import { awkEscapes } from "./awk/lexer.js";
import { parseAwk } from "./awk/parser.js";

export const awk = applet("awk [OPTIONS] [AWK_PROGRAM] [FILE]...", function* (self) {
  const options = self.options("+F:v:f:e:W:");
  const operands = options.operands.slice();
  const sources: string[] = [];
  for (const path of options.all("f")) {
    try {
      sources.push(yield* self.readFile(path));
    } catch (error) {
      throw new Failure(`${path}: ${reasonOf(error)}`);
    }
  }
  sources.push(...options.all("e"));
  if (sources.length === 0) {
    const program = operands.shift();
    if (program === undefined) throw new UsageFailure();
    sources.push(program);
  }
  const run = new AwkRun(self, parseAwk(sources.join("\n")));
  run.setUp(operands);
  const separator = options.get("F");
  // As everywhere, -Ft means tabs.
  if (separator !== undefined) run.variables.set("FS", separator === "t" ? "\t" : awkEscapes(separator));
  for (const assignment of options.all("v")) {
    const found = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(assignment);
    if (!found) throw new UsageFailure();
    run.variables.assign(found[1] ?? "", found[2] ?? "");
  }
  try {
    return yield* run.run();
  } catch (error) {
    if (error instanceof RegexError) throw new Failure(error.message);
    throw error;
  }
});
