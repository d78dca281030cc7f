import { describe, expect, test } from "vitest";
import { createRandom, nameAlphabet } from "../../src/sim/random.js";

describe("randomness", () => {
  test("is the same for the same seed and keys, and another for others", () => {
    const [one, same, other] = [createRandom(1), createRandom(1), createRandom(2)];
    expect(one.fraction("a", 1)).toBe(same.fraction("a", 1));
    expect(one.fraction("a", 1)).not.toBe(other.fraction("a", 1));
    expect(one.fraction("a", 1)).not.toBe(one.fraction("a", 2));
    expect(one.fraction("ab", "c")).not.toBe(one.fraction("a", "bc"));
    expect(one.fraction(2 ** 33)).not.toBe(one.fraction(2 ** 34));
  });

  test("has no memory: draws in between change nothing", () => {
    const random = createRandom(7);
    const first = random.uuid("pod", 5);
    for (let number = 0; number < 100; number++) random.fraction("other", number);
    expect(random.uuid("pod", 5)).toBe(first);
  });

  test("is spread evenly", () => {
    const random = createRandom(3);
    const counts = Array<number>(10).fill(0);
    for (let number = 0; number < 10_000; number++) {
      const drawn = random.between(0, 9, "draw", number);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
  });

  test("gives version 4 UUIDs, all different", () => {
    const random = createRandom(1);
    const uuids = Array.from({ length: 5000 }, (_, at) => random.uuid("uid", at));
    expect(
      uuids.every((uuid) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(uuid)),
    ).toBe(true);
    expect(new Set(uuids).size).toBe(5000);
  });

  test("gives texts of an alphabet", () => {
    const random = createRandom(1);
    const texts = Array.from({ length: 2000 }, (_, at) => random.text(nameAlphabet, 5, "name", at));
    expect(texts.every((text) => new RegExp(`^[${nameAlphabet}]{5}$`).test(text))).toBe(true);
    expect(new Set(texts).size).toBeGreaterThan(1990);
  });
});
