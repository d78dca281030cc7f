import { writeSync } from "node:fs";
import { main } from "./main.js";
import type { System } from "./system.js";

/** The machine as it is: streams, environment, clock. In `use` stands what of it somebody has begun to use. */
function systemEdge(use: { stdin: boolean }): System {
  const interrupt = new AbortController();
  process.once("SIGINT", () => {
    interrupt.abort();
    process.once("SIGINT", () => process.exit(130));
  });
  return {
    out: (text) => write(1, text),
    err: (text) => write(2, text),
    pass: ({ stream, bytes }) => write(stream === "stdout" ? 1 : 2, bytes),
    stdin: () => {
      use.stdin = true;
      return process.stdin;
    },
    isTerminal: {
      out: process.stdout.isTTY === true,
      err: process.stderr.isTTY === true,
      in: process.stdin.isTTY === true,
    },
    screen: () => ({ rows: process.stdout.rows ?? 24, columns: process.stdout.columns ?? 80 }),
    env: (name) => process.env[name],
    wallNow: () => Date.now(),
    timezoneOffset: (at) => -new Date(at).getTimezoneOffset(),
    random: Math.random,
    signal: interrupt.signal,
  };
}

/** Writes at once: an answer that a command gave is out before the command ends, however it ends. */
function write(file: number, data: string | Uint8Array): void {
  let rest: Uint8Array = typeof data === "string" ? Buffer.from(data) : data;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(file, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") process.exit(0);
      if (code !== "EAGAIN") throw error;
    }
  }
}

/** Runs a command line in a system that the caller stands in for. */
export { main };

/** Runs this process's command line. */
export async function run(): Promise<void> {
  const use = { stdin: false };
  process.exitCode = await main(process.argv.slice(2), systemEdge(use));
  // Input that nobody wants any more, but may still come, does not hold up the end.
  if (use.stdin) process.stdin.destroy();
}
