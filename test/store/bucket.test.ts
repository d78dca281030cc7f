import { expect, test } from "vitest";
import { Bucket, jsonCodec } from "../../src/store/bucket.js";
import { MemoryBackend } from "../../src/store/memory-backend.js";

test("a row that was made, deleted and made again between two flushes is there after the second", () => {
  const backend = new MemoryBackend();
  const bucket = new Bucket(backend, "b/", jsonCodec, { empty: true });
  backend.begin();
  bucket.set("a", 1);
  bucket.delete("a");
  bucket.set("a", 2);
  bucket.flush();
  expect(bucket.names()).toEqual(["a"]);
  expect(bucket.get("a")).toBe(2);
  bucket.delete("a");
  bucket.flush();
  expect(bucket.names()).toEqual([]);
  expect(new Bucket(backend, "b/", jsonCodec).names()).toEqual([]);
});
