import { expect, it } from "vitest";
import { fuzz } from "./fuzz-requests.js";
import { TestServer } from "./test-server.js";

it("answers two thousand requests that nobody in his right mind sends, and none of them with a defect", async () => {
  const server = new TestServer();
  const { failures, statuses } = await fuzz(server, { seed: 7, count: 2_000 });
  expect(failures).toEqual([]);
  expect(server.defects).toEqual([]);
  expect(server.server.context.streams.open).toBe(0);
  // They get far enough to mean something.
  for (const status of [200, 201, 400, 404, 405, 415, 422])
    expect(statuses[status] ?? 0, `status ${status}`).toBeGreaterThan(0);
});
