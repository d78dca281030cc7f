import { expect, test } from "vitest";
import { runProgram } from "./run-program.js";

test.each([
  ["awk", ["awk", "BEGIN{while(1) x++}"]],
  ["sed", ["sed", ":a;ba"]],
  ["yes", ["sh", "-c", "yes > /dev/null"]],
  ["find by a regular expression", ["find", ".", "-regex", "\\(a*\\)*b"]],
])("%s cannot hang its host", (_name, argv) => {
  const result = runProgram(argv, { stdin: "a\n", untilMs: 5000 });
  expect(result.elapsedMs).toBeLessThanOrEqual(5000);
});

test("awk, find and xargs run other programs through the shell", () => {
  const script =
    "echo 3 1 2 | tr ' ' '\\n' | sort | xargs echo; seq 5 | awk '{s+=$1} END{print s}'; printf 'b\\na\\n' | awk '{print | \"sort\"}'";
  expect(runProgram(["sh", "-c", script])).toMatchObject({ out: "1 2 3\n15\na\nb\n", err: "", status: 0 });
});

test("the bash image takes options as well as commands", () => {
  expect(runProgram(["docker-entrypoint.sh", "-c", "echo $0 hi", "me"], { image: "bash" }).out).toBe("me hi\n");
});
