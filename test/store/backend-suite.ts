import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Backend, endOfPrefix } from "../../src/store/backend.js";

/** What every backend has to do; each is run through the same cases. */
export function describeBackend(name: string, open: () => { backend: Backend; reopen?: () => Backend }): void {
  describe(`the ${name} backend`, () => {
    let backend: Backend;
    let reopen: (() => Backend) | undefined;
    beforeEach(() => {
      ({ backend, reopen } = open());
    });
    afterEach(() => backend.close());

    const all = (prefix: string) =>
      [...backend.range(prefix, endOfPrefix(prefix))].map(({ key, value }) => [key, value]);

    test("keeps what was committed", async () => {
      backend.begin();
      backend.put("a/1", "one");
      backend.put("a/2", "two");
      await backend.commit();
      expect(backend.get("a/1")).toBe("one");
      expect(backend.get("a/3")).toBeUndefined();
      expect(all("a/")).toEqual([
        ["a/1", "one"],
        ["a/2", "two"],
      ]);
    });

    test("shows a transaction its own writes, removals and order", async () => {
      backend.begin();
      backend.put("a/2", "two");
      await backend.commit();
      backend.begin();
      backend.put("a/1", "one");
      backend.remove("a/2");
      backend.put("a/3", "three");
      expect(backend.get("a/2")).toBeUndefined();
      expect(all("a/")).toEqual([
        ["a/1", "one"],
        ["a/3", "three"],
      ]);
      await backend.commit();
      expect(all("a/").map(([key]) => key)).toEqual(["a/1", "a/3"]);
    });

    test("forgets an aborted transaction", async () => {
      backend.begin();
      backend.put("a/1", "one");
      await backend.abort();
      expect(backend.get("a/1")).toBeUndefined();
      backend.begin();
      backend.put("a/1", "uno");
      await backend.commit();
      expect(backend.get("a/1")).toBe("uno");
    });

    test("reads ranges by the bytes of the keys, end excluded", async () => {
      backend.begin();
      for (const key of ["b", "a/10", "a/9", "a", "a0", "a/"]) backend.put(key, key);
      await backend.commit();
      expect([...backend.range("a/", "a0")].map(({ key }) => key)).toEqual(["a/", "a/10", "a/9"]);
    });

    test("refuses writes outside a transaction and a second transaction", async () => {
      expect(() => backend.put("a", "x")).toThrow("no transaction is open");
      backend.begin();
      expect(() => backend.begin()).toThrow("a transaction is open already");
      await backend.abort();
    });

    test("takes long and non-ASCII values", async () => {
      const value = `${"é€😀".repeat(50_000)}\n`;
      backend.begin();
      backend.put("a", value);
      await backend.commit();
      expect(backend.get("a")).toBe(value);
    });

    test("holds its rows when it is opened again", async () => {
      if (!reopen) return;
      backend.begin();
      backend.put("a", "kept");
      await backend.commit();
      await backend.close();
      backend = reopen();
      expect(backend.get("a")).toBe("kept");
    });
  });
}
