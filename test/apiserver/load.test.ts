import { expect, it } from "vitest";
import { LiveServer } from "./live-server.js";
import { load } from "./load.js";

it("tells every watch of every write once and in order, whoever else does not read", async () => {
  const live = new LiveServer();
  await live.start();
  try {
    const result = await load(live, { watches: 20, writers: 5, durationMs: 1_500 });
    expect(result.faults).toEqual([]);
    expect(result.writes).toBeGreaterThan(20);
    expect(result.streamsLeft).toBe(0);
    expect(live.server.defects).toEqual([]);
  } finally {
    await live.stop();
  }
});
