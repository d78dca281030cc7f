import { describe, expect, test } from "vitest";
import { Regex } from "../../src/images/regex/regex.js";

describe("Regex", () => {
  test.each([
    ["the longest alternative wins", "foo|foobar", "foobar", [0, 6]],
    ["an end is found beyond where matching began", "$", "ab", [2, 2]],
    ["groups are reported", "(a)(b)?", "xac", [1, 2, 1, 2]],
    ["the longest of the leftmost", "a*(ab)?", "aab", [0, 3, 1, 3]],
    ["back references", "(a+)b\\1", "aabaa", [0, 5, 0, 2]],
  ])("%s", (_name, pattern, text, expected) => {
    const found = new Regex(pattern, { extended: true }).exec(text);
    expect(found?.slice(0, expected.length)).toEqual(expected);
  });

  test("patterns that send backtracking engines into exponential time stay fast", () => {
    const text = `${"a".repeat(2000)}b`;
    expect(new Regex("^(a+)+$", { extended: true }).test(text)).toBe(false);
    expect(new Regex("^(a|aa)+c", { extended: true }).test(text)).toBe(false);
    expect(new Regex("(.*)*(.*)*x", { extended: true }).test(text)).toBe(false);
  });

  test("back references meet a limit instead of hanging", () => {
    const regex = new Regex("^(a*)(a*)(a*)(a*)(a*)\\1\\2\\3\\4\\5b", { extended: true });
    expect(() => regex.test("a".repeat(200))).toThrow("Memory exhausted");
  });
});
