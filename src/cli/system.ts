import type { ClockSettings } from "../persistence/state-directory.js";

/** What the program takes from the machine it runs on; a test stands in for it. */
export interface System {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Writes bytes that need not be text. */
  readonly pass: (chunk: { readonly stream: "stdout" | "stderr"; readonly bytes: Uint8Array }) => void;
  readonly stdin: () => AsyncIterable<Uint8Array>;
  readonly isTerminal: { readonly out: boolean; readonly err: boolean; readonly in: boolean };
  /** The size of the terminal that standard output is. */
  readonly screen?: () => { readonly rows: number; readonly columns: number };
  readonly env: (name: string) => string | undefined;
  /** Wall clock, milliseconds. */
  readonly wallNow: () => number;
  /** Minutes east of UTC at an instant. */
  readonly timezoneOffset: (at: number) => number;
  readonly random: () => number;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** How a clock runs, in words: `real`, `paused`, `real, 60 times as fast`, `virtual`. */
export function clockText(clock: ClockSettings): string {
  if (clock.mode === "virtual") return "virtual";
  if (clock.speed === 0) return "paused";
  return clock.speed === 1 ? "real" : `real, ${clock.speed} times as fast`;
}
