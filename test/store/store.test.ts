import { describe, expect, test } from "vitest";
import { MemoryBackend } from "../../src/store/memory-backend.js";
import { CompactedError, type IndexDefinition, Store, type StoredObject } from "../../src/store/store.js";

interface Thing extends StoredObject {
  readonly colours?: readonly string[];
}

const byColour: IndexDefinition = { name: "colour", resource: "things", valuesOf: ({ colours }: Thing) => colours };

function newStore(): { store: Store; backend: MemoryBackend } {
  const backend = new MemoryBackend();
  return { store: new Store(backend, [byColour]), backend };
}

function put(store: Store, name: string, fields: Omit<Thing, "metadata"> = {}, namespace = "default"): Thing {
  const metadata = { name, namespace, resourceVersion: store.nextResourceVersion };
  return store.put("things", namespace, name, { ...fields, metadata });
}

function flush(store: Store, backend: MemoryBackend): void {
  backend.begin();
  store.flush();
  // Of the memory backend: done when the call returns.
  void backend.commit();
}

const namesOf = (objects: readonly StoredObject[]) => objects.map(({ metadata }) => metadata.name);
const told = (store: Store, revision: number) =>
  store.changesAfter(revision).map((change) => `${change.revision} ${change.type} ${change.object.metadata.name}`);

describe("a store", () => {
  test("makes a revision of every write, and stamps the object with it", () => {
    const { store } = newStore();
    expect(put(store, "a").metadata.resourceVersion).toBe("1");
    expect(put(store, "a").metadata.resourceVersion).toBe("2");
    expect(store.remove("things", "default", "a").metadata.resourceVersion).toBe("3");
    expect(store.revision).toBe(3);
    expect(store.get("things", "default", "a")).toBeUndefined();
  });

  test("lists a namespace by name, before and after it was saved", () => {
    const { store, backend } = newStore();
    for (const name of ["b", "a-2", "c", "a-1"]) put(store, name);
    put(store, "elsewhere", {}, "other");
    flush(store, backend);
    put(store, "a-3");
    for (const reader of [store, reopened(store, backend)]) {
      expect(namesOf(reader.list("things", "default"))).toEqual(["a-1", "a-2", "a-3", "b", "c"]);
      expect(namesOf(reader.listByName("things", "default", "a-"))).toEqual(["a-1", "a-2", "a-3"]);
      expect(namesOf(reader.list("things", "other"))).toEqual(["elsewhere"]);
    }
  });

  test("finds objects by index, as they are now", () => {
    const { store, backend } = newStore();
    put(store, "a", { colours: ["red", "blue"] });
    put(store, "b", { colours: ["red"] });
    put(store, "c");
    flush(store, backend);
    put(store, "b", { colours: ["green"] });
    store.remove("things", "default", "a");
    put(store, "d", { colours: ["red"] });
    for (const reader of [store, reopened(store, backend)]) {
      expect(namesOf(reader.byIndex("things", "colour", "red"))).toEqual(["d"]);
      expect(namesOf(reader.byIndex("things", "colour", "green"))).toEqual(["b"]);
      expect(reader.byIndex("things", "colour", "blue")).toEqual([]);
      expect(reader.referencesOf("colour", "red")).toEqual(["things/default/d"]);
    }
  });

  test("tells listeners of every change, with what was before", () => {
    const { store } = newStore();
    const heard: string[] = [];
    store.onChange(({ type, object, previous }) =>
      heard.push(`${type} ${object.metadata.resourceVersion} after ${previous?.metadata.resourceVersion}`),
    );
    put(store, "a");
    put(store, "a");
    store.remove("things", "default", "a");
    expect(heard).toEqual(["ADDED 1 after undefined", "MODIFIED 2 after 1", "DELETED 3 after 2"]);
  });

  test("keeps what it held over a restart, and goes on counting", () => {
    const { store, backend } = newStore();
    put(store, "a", { colours: ["red"] });
    flush(store, backend);
    const next = new Store(backend, [byColour]);
    expect(next.revision).toBe(1);
    expect(next.get("things", "default", "a")).toEqual(store.get("things", "default", "a"));
    expect(put(next, "b").metadata.resourceVersion).toBe("2");
  });

  test("leaves no trace of what came and went between two saves, nor of tables' rows", () => {
    const { store, backend } = newStore();
    put(store, "a");
    flush(store, backend);
    const keys = () => [...backend.range("", "￿")].map(({ key }) => key).filter((key) => !key.startsWith("l/"));
    const before = keys();
    put(store, "b", { colours: ["red"] });
    store.remove("things", "default", "b");
    store.table<number>("rows").set("one", 1);
    store.table<number>("rows").delete("one");
    flush(store, backend);
    expect(keys()).toEqual(before);
  });

  test("reads again what was evicted", () => {
    const { store, backend } = newStore();
    put(store, "a", { colours: ["red"] });
    store.table<number>("rows", undefined, { evictable: true }).set("one", 1);
    flush(store, backend);
    store.evict();
    expect(namesOf(store.byIndex("things", "colour", "red"))).toEqual(["a"]);
    expect(store.table<number>("rows").get("one")).toBe(1);
  });
});

describe("a watch", () => {
  test("is told what happened after a revision, in order, over saves and restarts", () => {
    const { store, backend } = newStore();
    put(store, "a");
    put(store, "b");
    flush(store, backend);
    store.remove("things", "default", "a");
    const wanted = ["2 ADDED b", "3 DELETED a"];
    expect(told(store, 1)).toEqual(wanted);
    flush(store, backend);
    expect(told(store, 1)).toEqual(wanted);
    expect(told(new Store(backend, []), 1)).toEqual(wanted);
    expect(told(store, 3)).toEqual([]);
  });

  test("is told that a revision is too old, once the log was cut", () => {
    const { store, backend } = newStore();
    for (let number = 0; number < 5000; number++) {
      put(store, "a");
      store.trimLog();
    }
    expect(() => store.changesAfter(1)).toThrow(CompactedError);
    expect(store.changesAfter(4500)).toHaveLength(500);
    flush(store, backend);
    expect(() => store.changesAfter(1)).toThrow(CompactedError);
    expect(store.changesAfter(4500)).toHaveLength(500);
  });

  test("never meets a gap, however the log was cut and saved", () => {
    const { store, backend } = newStore();
    for (let number = 1; number <= 40; number++) {
      for (let write = 0; write < 170; write++) put(store, `thing-${write % 7}`);
      if (number % 3 === 0) store.trimLog();
      if (number % 4 === 0) flush(store, backend);
      for (const reader of number % 4 === 0 ? [store, new Store(backend, [])] : [store]) {
        for (const back of [0, 1, 50, 999, 1500, 2500]) expectWhole(reader, Math.max(0, reader.revision - back));
      }
    }
  });

  test("that pins the log keeps it whole", () => {
    const { store } = newStore();
    const unpin = store.pinLog();
    for (let number = 0; number < 5000; number++) {
      put(store, "a");
      store.trimLog();
    }
    expect(store.changesAfter(0)).toHaveLength(5000);
    unpin();
    store.trimLog();
    expect(() => store.changesAfter(0)).toThrow(CompactedError);
  });
});

function reopened(store: Store, backend: MemoryBackend): Store {
  flush(store, backend);
  return new Store(backend, [byColour]);
}

/** All revisions after one, or the word that they are gone. */
function expectWhole(store: Store, revision: number): void {
  let changes: readonly { readonly revision: number }[];
  try {
    changes = store.changesAfter(revision);
  } catch (error) {
    expect(error).toBeInstanceOf(CompactedError);
    return;
  }
  const wanted = Array.from({ length: store.revision - revision }, (_, at) => revision + 1 + at);
  expect(changes.map((change) => change.revision)).toEqual(wanted);
}
