import { printfPieces } from "../../shell/printf-format.js";
import { applet, UsageFailure } from "../applet.js";

/** printf as a program; a shell has a builtin of this name. */
export const printf = applet("printf FORMAT [ARG]...", function* (self) {
  const [format, ...values] = self.args[0] === "--" ? self.args.slice(1) : self.args;
  if (format === undefined) throw new UsageFailure();
  let status = 0;
  for (const piece of printfPieces(format, values)) {
    if ("text" in piece) yield* self.print(piece.text);
    else {
      yield* self.complain(piece.complaint);
      status = 1;
    }
    yield* self.work();
  }
  return status;
});
