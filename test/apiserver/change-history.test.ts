import { describe, expect, it } from "vitest";
import { ChangeHistory } from "../../src/apiserver/change-history.js";
import type { StoreChange } from "../../src/store/store.js";

function changes(from: number, to: number, text = ""): StoreChange[] {
  return Array.from({ length: to - from + 1 }, (_, at) => ({
    revision: from + at,
    type: "ADDED",
    resource: "configmaps",
    object: { metadata: { name: `c${from + at}` }, data: { text } },
  }));
}

const revisionsAfter = (history: ChangeHistory, revision: number) =>
  history.after(revision)?.map((change) => change.revision);

describe("the history of changes", () => {
  it("knows what came after each revision that it goes back to", () => {
    const history = new ChangeHistory({ lengthMax: 1_000, bytesMax: 1e6 });
    expect(history.after(10)).toBeNull();
    history.add(changes(11, 13));
    history.add(changes(14, 14));
    history.add(changes(15, 600));
    expect(history.after(9)).toBeNull();
    expect(history.after(10)).toHaveLength(590);
    expect(history.after(12)).toHaveLength(588);
    expect(revisionsAfter(history, 597)).toEqual([598, 599, 600]);
    expect(revisionsAfter(history, 600)).toEqual([]);
  });

  it("keeps so many changes, and the newest ones for sure", () => {
    const history = new ChangeHistory({ lengthMax: 1_000, bytesMax: 1e9 });
    for (let from = 1; from < 5_000; from += 10) history.add(changes(from, from + 9));
    expect(history.length).toBe(1_000);
    expect(history.after(4_000)).toHaveLength(1_000);
    expect(history.after(3_999)).toBeNull();
    history.add(changes(5_001, 9_000));
    expect(history.length).toBeLessThanOrEqual(1_000);
    expect(revisionsAfter(history, 8_998)).toEqual([8_999, 9_000]);
  });

  it("keeps about so much memory, and one commit at least", () => {
    const history = new ChangeHistory({ lengthMax: 1_000, bytesMax: 100_000 });
    for (let revision = 1; revision <= 50; revision++) {
      history.add(changes(revision, revision, "x".repeat(10_000)));
      expect(history.length).toBeLessThan(11);
    }
    expect(history.length).toBeGreaterThan(7);
    history.add(changes(51, 51, "x".repeat(200_000)));
    expect(history.length).toBe(1);
    expect(revisionsAfter(history, 50)).toEqual([51]);
  });
});
