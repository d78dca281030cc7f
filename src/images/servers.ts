/** Programs that run until they are stopped, and those that stand for an unknown image. */
import type { Process, Program, Step } from "../container/program.js";
import { SIGINT, SIGQUIT, SIGTERM, signalInfo } from "../container/signals.js";

/** Waits for one of these signals; returns its number. */
function* waitForSignal(process: Process, signals: readonly number[]): Step<number> {
  let received = 0;
  for (const signal of signals) {
    process.onSignal(signal, () => {
      received = signal;
    });
  }
  while (received === 0) yield { kind: "forever" };
  return received;
}

/** A server: says what it says at its start, then runs until SIGTERM, SIGINT or SIGQUIT, which end it with status 0. */
export function server(startLines: readonly string[] = []): Program {
  return function* (process) {
    for (const line of startLines) yield* process.out(`${line}\n`);
    yield* waitForSignal(process, [SIGTERM, SIGINT, SIGQUIT]);
    return 0;
  };
}

/** The container that holds a Pod's namespaces: does nothing until it is stopped. */
export const pause: Program = function* (process) {
  const signal = yield* waitForSignal(process, [SIGINT, SIGTERM]);
  yield* process.err(`Shutting down, got signal: ${signalInfo(signal)?.text ?? signal}\n`);
  return 0;
};

/** Process 1 of an image nobody knows: writes its lines, spread over its time, and exits. */
export function blackBoxProgram(options: {
  readonly durationMs: number;
  readonly exitCode: number;
  readonly logLines: readonly string[];
  readonly memoryBytes?: number;
}): Program {
  return function* (process) {
    const { durationMs, exitCode, logLines, memoryBytes = 0 } = options;
    for (const line of logLines) yield* process.out(`${line}\n`);
    if (memoryBytes > 0) process.hold(memoryBytes);
    if (durationMs === Number.POSITIVE_INFINITY) {
      for (;;) yield { kind: "forever" };
    }
    yield* process.sleep(durationMs);
    return exitCode;
  };
}
