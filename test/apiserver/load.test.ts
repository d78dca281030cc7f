import { expect, it } from "vitest";
import { LiveServer } from "./live-server.js";
import { load } from "./load.js";
import { testToken } from "./test-server.js";

it("tells every watch of every write once and in order, whoever else does not read", async () => {
  const live = new LiveServer();
  await live.start();
  try {
    const result = await load(
      { port: live.port, token: testToken },
      { watches: 20, writers: 5, durationMs: 1_500, textLength: 20_000, memoryMiB: () => 0 },
    );
    expect(result.faults).toEqual([]);
    expect(result.writes).toBeGreaterThan(20);
    expect(live.server.defects).toEqual([]);
    const { streams } = live.server.server.context;
    for (let tries = 0; tries < 100 && streams.open > 0; tries++) await new Promise((done) => setTimeout(done, 20));
    expect(streams.open).toBe(0);
  } finally {
    await live.stop();
  }
});
