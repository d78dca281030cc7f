import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LmdbBackend } from "../../src/persistence/lmdb-backend.js";
import { MemoryBackend } from "../../src/store/memory-backend.js";
import { type Cuts, type History, play, randomCuts, uncut } from "./played-world.js";
import { dice, randomScript } from "./random-script.js";

const worlds = 220;
const worldsOnDisk = 10;

/**
 * What two histories differ in, a line each. Two things may differ, as they tell how often a world was saved and nothing
 * else: the count of saves, and how many old revisions are still there to watch from.
 */
function differences(a: History, b: History): string[] {
  const compacted = Math.max(compactedOf(a), compactedOf(b));
  const found: string[] = [];
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    if (key.startsWith("l/") && Number(key.slice(2)) <= compacted) continue;
    const [left, right] = [told(key, a.get(key)), told(key, b.get(key))];
    if (left !== right) found.push(`${key}\n  ${left}\n  ${right}`);
  }
  return found;
}

function compactedOf(history: History): number {
  return JSON.parse(history.get("head") ?? "{}").compacted;
}

function told(key: string, value: string | undefined): string | undefined {
  if (value === undefined || (key !== "world" && key !== "head")) return value;
  const { saves: _saves, compacted: _compacted, ...rest } = JSON.parse(value);
  return JSON.stringify(rest);
}

function describeCuts({ restarts, sliceRevisions }: Cuts): string {
  const moments = restarts.map(({ atMs, isKill }) => `${atMs}${isKill ? " (killed)" : ""}`);
  return `restarts at ${moments.join(", ")}; slices of ${sliceRevisions} revisions`;
}

describe("an hour in a random world", () => {
  test(`is the same in one piece and cut by restarts and kills, in ${worlds} worlds`, async () => {
    const broken: string[] = [];
    for (let seed = 1; seed <= worlds; seed++) {
      const script = randomScript(seed);
      const cuts = randomCuts(dice(seed, "cuts"));
      const whole = await play(script, uncut, new MemoryBackend());
      const pieces = await play(script, cuts, new MemoryBackend());
      const found = differences(whole, pieces);
      if (found.length === 0) continue;
      broken.push(`seed ${seed}: ${describeCuts(cuts)}\n${found.length} differences:\n${found.slice(0, 5).join("\n")}`);
    }
    expect(broken.length, `${broken.length} worlds differ\n${broken.slice(0, 3).join("\n")}`).toBe(0);
  }, 180_000);

  test("is the same on disk", async () => {
    const directory = mkdtempSync(join(tmpdir(), "kjob-cuts-"));
    try {
      for (let seed = 1001; seed < 1001 + worldsOnDisk; seed++) {
        const script = randomScript(seed);
        const whole = await play(script, uncut, new MemoryBackend());
        const backend = LmdbBackend.open(join(directory, `${seed}.lmdb`));
        const pieces = await play(script, randomCuts(dice(seed, "cuts")), backend);
        await backend.close();
        expect(differences(whole, pieces).slice(0, 5), `seed ${seed}`).toEqual([]);
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test("is the same for the same seed, and another for another seed", async () => {
    const script = randomScript(7);
    const first = await play(script, uncut, new MemoryBackend());
    expect(differences(first, await play(script, uncut, new MemoryBackend()))).toEqual([]);
    const other = await play({ ...script, seed: 8 }, uncut, new MemoryBackend());
    const names = (history: History) => [...history.keys()].filter((key) => key.startsWith("o/")).sort();
    expect(names(other)).not.toEqual(names(first));
  });
});
