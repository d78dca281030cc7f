import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runScript } from "./run-script.js";

// recorded: busybox 1.35.0, `sh -c SCRIPT` with empty standard input: [script, standard output, standard error, status]
const recorded = JSON.parse(readFileSync(new URL("recorded.json", import.meta.url), "utf8")) as [
  string,
  string,
  string,
  number,
][];

describe("sh -c prints and returns what busybox's ash does", () => {
  test.each(recorded)("%s", (script, out, err, status) => {
    const got = runScript(script);
    expect([got.out, got.err, got.status]).toEqual([out, err, status]);
  });
});
