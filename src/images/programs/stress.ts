/** The stress program, which takes memory and processor time because somebody asked for it. */
import type { Process, Program, Step } from "../../container/program.js";
import { SIGKILL } from "../../container/signals.js";
import { applet, Failure, UsageFailure } from "../applet.js";
import { durationMs } from "../numbers.js";

/** What a worker takes where the command does not say. @see https://github.com/resurrecting-open-source-projects/stress */
const workerBytesDefault = 256 * 2 ** 20;

const long = {
  cpu: "c",
  io: "i",
  vm: "m",
  hdd: "d",
  timeout: "t",
  "vm-bytes": "b",
  "vm-hang": "h",
  "vm-keep": "k",
  "vm-stride": "s",
  "hdd-bytes": "B",
  verbose: "v",
  quiet: "q",
} as const;

export const stress = applet("", function* (self) {
  const options = self.options("c:i:m:d:t:b:h:ks:B:vq", long);
  if (options.operands.length > 0) throw new UsageFailure();
  const count = (letter: string) => Number(options.get(letter) ?? "0");
  const [cpu, io, vm, hdd] = [count("c"), count("i"), count("m"), count("d")];
  if (cpu + io + vm + hdd === 0) throw new UsageFailure();
  const { process } = self;
  const say = (text: string) =>
    options.has("q") ? self.flush() : self.print(`stress: info: [${process.pid}] ${text}\n`);
  yield* say(`dispatching hogs: ${cpu} cpu, ${io} io, ${vm} vm, ${hdd} hdd`);
  yield* self.flush();
  const bytes = options.has("b") ? bytesOf(options.get("b") ?? "") : workerBytesDefault;
  for (let number = 0; number < cpu + io + hdd; number++) process.spawn({ argv: process.argv, program: hog(0) });
  for (let number = 0; number < vm; number++) process.spawn({ argv: process.argv, program: hog(bytes) });
  yield* waitFor(process, options.has("t") ? durationMs(options.get("t") ?? "") : Number.POSITIVE_INFINITY);
  yield* say(`successful run completed in ${Math.round(durationMs(options.get("t") ?? "0") / 1000)}s`);
  return 0;
});

function* waitFor(process: Process, ms: number): Step<void> {
  if (ms === Number.POSITIVE_INFINITY) for (;;) yield { kind: "forever" };
  yield* process.sleep(ms);
  process.kill(-1, SIGKILL);
}

/** A worker: holds so much memory until it is killed. */
function hog(bytes: number): Program {
  return function* (process) {
    process.hold(bytes);
    for (;;) yield { kind: "forever" };
  };
}

const factors: Readonly<Record<string, number>> = { "": 1, B: 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** `250M`: with the suffixes B, K, M and G. */
function bytesOf(text: string): number {
  const [, number, suffix = ""] = /^(\d+)([bkmg]?)$/i.exec(text) ?? [];
  if (number === undefined) throw new Failure(`unrecognized byte count '${text}'`);
  return Number(number) * (factors[suffix.toUpperCase()] ?? 1);
}
