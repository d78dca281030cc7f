import { expect, test } from "vitest";
import { Bucket, jsonCodec } from "../../src/store/bucket.js";
import { MemoryBackend } from "../../src/store/memory-backend.js";

test("a row that cannot be decoded is named", async () => {
  const backend = new MemoryBackend();
  backend.begin();
  backend.put("o/jobs/default/pi", '{"metadata":');
  await backend.commit();
  const bucket = () => new Bucket(backend, "o/jobs/default/", jsonCodec);
  const message = "the state is damaged: its row o/jobs/default/pi cannot be read";
  expect(() => bucket().get("pi")).toThrow(message);
  expect(() => bucket().names()).toThrow(message);
});
