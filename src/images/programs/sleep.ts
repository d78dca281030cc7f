import type { Step } from "../../container/program.js";
import { applet, UsageFailure } from "../applet.js";
import { durationMs, wholeNumber } from "../numbers.js";

export const sleep = applet("sleep [N]...", function* (self) {
  if (self.args.length === 0) throw new UsageFailure();
  let totalMs = 0;
  for (const word of self.args) totalMs += durationMs(word);
  if (totalMs === Number.POSITIVE_INFINITY) yield* waitForever();
  yield* self.process.sleep(totalMs);
  return 0;
});

export const usleep = applet("usleep N", function* (self) {
  if (self.args[0] === undefined) throw new UsageFailure();
  yield* self.process.sleep(wholeNumber(self.args[0], 0) / 1000);
  return 0;
});

function* waitForever(): Step<never> {
  for (;;) yield { kind: "forever" };
}
