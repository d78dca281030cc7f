import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type RunOptions, runProgram } from "./run-program.js";

interface RecordedCase extends RunOptions {
  readonly argv: readonly string[];
  /** `sorted`: the order of lines depends on the disk. */
  readonly mode?: "sorted";
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

const folder = join(import.meta.dirname, "recorded");

/** Of a usage text only its first line counts: the help below it is busybox's own prose. */
function comparable(text: string): string {
  const usage = /^BusyBox v[^\n]*\n\nUsage: [\s\S]*$/m;
  return text.replace(usage, "Usage\n");
}

function sortedLines(text: string): string {
  return text.split("\n").sort().join("\n");
}

for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const cases = JSON.parse(readFileSync(join(folder, file), "utf8")) as RecordedCase[];
  describe(`programs do as busybox does: ${file.replace(".json", "")}`, () => {
    test.each(cases.map((entry) => [entry.argv.join(" "), entry] as const))("%s", (_name, entry) => {
      const result = runProgram(entry.argv, entry);
      const order = entry.mode === "sorted" ? sortedLines : (text: string) => text;
      expect({ out: order(result.out), err: comparable(result.err), status: result.status }).toEqual({
        out: order(entry.out),
        err: comparable(entry.err),
        status: entry.status,
      });
    });
  });
}
