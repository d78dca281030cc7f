import { describe, expect, test } from "vitest";
import { parseYaml } from "../../src/manifest/yaml.js";
import { YamlError } from "../../src/manifest/yaml-error.js";

describe("a scalar without quotes", () => {
  test.each<{ text: string; want: unknown }>([
    { text: "yes", want: true },
    { text: "Off", want: false },
    { text: "y", want: true },
    { text: "yEs", want: "yEs" },
    { text: "~", want: null },
    { text: "", want: null },
    { text: "012", want: 10 },
    { text: "08", want: 8 },
    { text: "0o17", want: 15 },
    { text: "0x1F", want: 31 },
    { text: "0b101", want: 5 },
    { text: "-0x10", want: -16 },
    { text: "1_000", want: 1000 },
    { text: "2e1", want: 20 },
    { text: "4.0", want: 4 },
    { text: ".5", want: 0.5 },
    { text: "1.2.3", want: "1.2.3" },
    { text: "2020-01-01", want: "2020-01-01" },
    { text: "2020-01-01T00:00:00Z", want: "2020-01-01T00:00:00Z" },
    { text: "100m", want: "100m" },
    { text: "12:30", want: "12:30" },
    { text: '"7"', want: "7" },
    { text: "!!str 7", want: "7" },
    { text: "!!int '7'", want: 7 },
    { text: "!custom 7x", want: "7x" },
  ])("$text is $want", ({ text, want }) => {
    expect(parseYaml(`k: ${text}\n`)).toEqual({ k: want });
  });
});

describe("a YAML document", () => {
  test.each<{ name: string; text: string; want: unknown }>([
    { name: "has the last of repeated keys", text: "a: 1\na: 2\n", want: { a: 2 } },
    { name: "turns keys into text", text: "1: a\ntrue: b\n", want: { 1: "a", true: "b" } },
    {
      name: "merges",
      text: "a: &a {x: 1, z: 1}\nb:\n  <<: *a\n  z: 2\n",
      want: { a: { x: 1, z: 1 }, b: { x: 1, z: 2 } },
    },
    { name: "keeps a key named __proto__", text: "a: {__proto__: x}\n", want: JSON.parse('{"a":{"__proto__":"x"}}') },
    { name: "may be empty", text: "# nothing\n", want: null },
  ])("$name", ({ text, want }) => {
    expect(parseYaml(text)).toEqual(want);
  });
});

/** Recorded from kubectl 1.32; `error converting YAML to JSON: ` left out. */
describe("a broken YAML text is explained in go-yaml's words", () => {
  test.each<{ text: string; want: string }>([
    { text: "a: b: c\n", want: "yaml: mapping values are not allowed in this context" },
    { text: "s:\n x: true\n  y: 3\n", want: "yaml: line 3: mapping values are not allowed in this context" },
    { text: "a:\n  b:\n\tc: 2\n", want: "yaml: line 3: found character that cannot start any token" },
    { text: "a:\n  b: 1\n\tc: 2\n", want: "yaml: line 3: found a tab character that violates indentation" },
    { text: "a:\n  b: [1, 2\nc: 3\n", want: "yaml: line 2: did not find expected ',' or ']'" },
    { text: "m:\n  n: x\n d: y\n", want: "yaml: line 2: did not find expected key" },
    { text: "a: b\nc\nd: e\n", want: "yaml: line 3: could not find expected ':'" },
    { text: "a: 1\n- b\n", want: "yaml: line 1: did not find expected key" },
    { text: "m:\n  : x\n", want: "yaml: line 1: did not find expected key" },
    { text: 'a: "b\nc: d\n', want: "yaml: line 3: found unexpected end of stream" },
    { text: 'x: 1\na: "\\q"\n', want: "yaml: line 2: found unknown escape character" },
    { text: "a: *x\n", want: "yaml: unknown anchor 'x' referenced" },
    { text: "a: \u0000\n", want: "yaml: control characters are not allowed" },
  ])("$want", ({ text, want }) => {
    expect(() => parseYaml(text)).toThrow(want);
  });

  test("and says where an editor finds the fault", () => {
    try {
      parseYaml("m:\n  n: x\n d: y\n");
      expect.unreachable();
    } catch (error) {
      expect((error as YamlError).position).toEqual({ line: 3, column: 2 });
    }
  });
});

describe("a YAML text that would grow out of proportion is refused", () => {
  test("when aliases of aliases multiply", () => {
    const levels = Array.from({ length: 30 }, (_, level) => {
      const inner = level === 0 ? "x" : `*a${level - 1}`;
      return `a${level}: &a${level} [${Array(9).fill(inner).join(", ")}]`;
    });
    expect(() => parseYaml(levels.join("\n"))).toThrow("yaml: document contains excessive aliasing");
  });

  test("when it is nested too deeply", () => {
    expect(() => parseYaml("[".repeat(100_000))).toThrow(YamlError);
    expect(() => parseYaml("- ".repeat(5_000))).toThrow("exceeded max depth");
  });

  test("but not for a few aliases", () => {
    const text = `base: &b {x: 1}\nlist: [${Array(50).fill("*b").join(", ")}]\n`;
    expect((parseYaml(text) as { list: unknown[] }).list).toHaveLength(50);
  });
});
