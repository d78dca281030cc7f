import { describe, expect, it } from "vitest";
import { ageOf, formatRfc1123, humanDuration } from "../../src/printers/durations.js";
import { printJson } from "../../src/printers/json.js";
import { sortKeys } from "../../src/printers/key-order.js";
import { printKyaml } from "../../src/printers/kyaml.js";
import { printName } from "../../src/printers/name.js";
import { printYaml } from "../../src/printers/yaml.js";

describe("durations", () => {
  it.each([
    [-2, "<invalid>"],
    [-1, "0s"],
    [0, "0s"],
    [119, "119s"],
    [120, "2m"],
    [163, "2m43s"],
    [599, "9m59s"],
    [600, "10m"],
    [179 * 60 + 59, "179m"],
    [3 * 3600, "3h"],
    [6 * 3600 + 4 * 60, "6h4m"],
    [8 * 3600 + 60, "8h"],
    [47 * 3600, "47h"],
    [77 * 3600, "3d5h"],
    [8 * 86_400, "8d"],
    [800 * 86_400, "2y70d"],
    [3000 * 86_400, "8y"],
  ])("%d seconds are %s", (seconds, want) => {
    expect(humanDuration(seconds * 1000)).toBe(want);
  });

  it("does not know the age of what has no time", () => {
    expect(ageOf(undefined, 0)).toBe("<unknown>");
    expect(ageOf("1970-01-01T00:00:00Z", 5_999)).toBe("5s");
  });

  it("writes times in the reader's zone", () => {
    expect(formatRfc1123("2026-01-02T19:46:39Z", () => -300)).toBe("Fri, 02 Jan 2026 14:46:39 -0500");
    expect(formatRfc1123("2026-01-02T23:46:39Z", () => 330)).toBe("Sat, 03 Jan 2026 05:16:39 +0530");
  });
});

describe("YAML scalars", () => {
  it.each([
    ["plain", "plain"],
    ["", '""'],
    ["true", '"true"'],
    ["y", '"y"'],
    ["oFF", "oFF"],
    ["null", '"null"'],
    ["007", '"007"'],
    ["0o8", "0o8"],
    ["1e3", '"1e3"'],
    ["1e999", "1e999"],
    ["1.5.2", "1.5.2"],
    ["12:30", '"12:30"'],
    ["12:99", "12:99"],
    ["2026-11-22", '"2026-11-22"'],
    ["2026-13-22", "2026-13-22"],
    ["2026-11-22T01:41:56Z", '"2026-11-22T01:41:56Z"'],
    ["-", "'-'"],
    ["--verbose", "--verbose"],
    ["a: b", "'a: b'"],
    ["a:b", "a:b"],
    ["a #b", "'a #b'"],
    ["*star", "'*star'"],
    ["it's", "it's"],
    ["'quoted'", "'''quoted'''"],
    ["two words ", "'two words '"],
    ["a\tb", '"a\\tb"'],
    ["smile \u{1f600}", '"smile \\U0001F600"'],
    ["café", "café"],
  ])("%j", (text, want) => {
    expect(printYaml({ k: text })).toBe(`k: ${want}\n`);
  });

  it("writes texts of several lines as blocks, unless a line ends in a space", () => {
    expect(printYaml({ k: "a\n  b\n\nc\n" })).toBe("k: |\n  a\n    b\n\n  c\n");
    expect(printYaml({ k: "a\nb" })).toBe("k: |-\n  a\n  b\n");
    expect(printYaml({ k: "a\n\n" })).toBe("k: |+\n  a\n\n");
    expect(printYaml({ k: " a\nb" })).toBe("k: |2-\n   a\n  b\n");
    expect(printYaml({ k: "a \nb" })).toBe('k: "a \\nb"\n');
  });

  it("folds long texts behind column 80, not inside words", () => {
    const words = Array.from({ length: 30 }, () => "word").join(" ");
    const lines = printYaml({ k: words }).split("\n");
    expect(lines[0]).toBe(`k: ${Array.from({ length: 16 }, () => "word").join(" ")}`);
    expect(lines[1]?.startsWith("  word word")).toBe(true);
    expect(printYaml({ k: "x".repeat(200) })).toBe(`k: ${"x".repeat(200)}\n`);
  });
});

describe("objects", () => {
  const nested = {
    kind: "Thing",
    zinc: 1,
    list: [{ b: 1, a: ["x", ["w", "z"]] }, [], {}],
    true: false,
    none: null,
    gone: undefined,
    step10: 1,
    step9: 0.5,
  };

  it("are YAML with sorted keys and sequences under their key", () => {
    expect(printYaml(nested)).toBe(
      [
        "kind: Thing",
        "list:",
        "- a:",
        "  - x",
        "  - - w",
        "    - z",
        "  b: 1",
        "- []",
        "- {}",
        "none: null",
        "step9: 0.5",
        "step10: 1",
        '"true": false',
        "zinc: 1",
        "",
      ].join("\n"),
    );
  });

  it("are JSON indented by four, with HTML characters escaped", () => {
    expect(printJson(sortKeys({ b: "<&>", a: [] }))).toBe('{\n    "a": [],\n    "b": "\\u003c\\u0026\\u003e"\n}\n');
  });

  it("are KYAML with all texts quoted and lists of objects in one bracket", () => {
    expect(printKyaml({ a: { b: [] }, c: [{ d: "x" }, { e: 1 }], f: ["u", "v"], no: "1\n 2" })).toBe(
      [
        "---",
        "{",
        "  a: {",
        "    b: [],",
        "  },",
        "  c: [{",
        '    d: "x",',
        "  }, {",
        "    e: 1,",
        "  }],",
        "  f: [",
        '    "u",',
        '    "v",',
        "  ],",
        '  "no": "\\',
        "     1\\n\\",
        "    \\ 2\\",
        '    ",',
        "}",
        "",
      ].join("\n"),
    );
  });

  it("are named by kind and group", () => {
    const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "pie" } };
    expect(printName(job)).toBe("job.batch/pie\n");
    expect(printName({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "pan" } }, "created")).toBe(
      "configmap/pan created\n",
    );
  });
});
