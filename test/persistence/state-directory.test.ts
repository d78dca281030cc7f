import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { databaseDamage } from "../../src/persistence/database-file.js";
import { takeFileLock } from "../../src/persistence/file-lock.js";
import { LmdbBackend } from "../../src/persistence/lmdb-backend.js";
import { StateDirectory } from "../../src/persistence/state-directory.js";
import { createRandom } from "../../src/sim/random.js";

let folder: string;
let state: StateDirectory;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "kjob-state-"));
  state = new StateDirectory(folder);
  await state.createCluster("one", { clock: { mode: "virtual" } }, async (backend) => {
    backend.begin();
    for (let row = 0; row < 2000; row++) backend.put(`row/${row}`, "x".repeat(row % 50 === 0 ? 20_000 : 100));
    await backend.commit();
  });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const database = () => join(folder, "one", "state.lmdb");

describe("a database", () => {
  test("that is whole opens, and holds what was put in", async () => {
    const backend = await state.open("one");
    expect(backend.get("row/50")).toHaveLength(20_000);
    await backend.close();
  });

  const damages: readonly { readonly name: string; readonly damage: () => void; readonly message: string }[] = [
    { name: "is empty", damage: () => writeFileSync(database(), ""), message: "it is no database" },
    { name: "is text", damage: () => writeFileSync(database(), "hello\n".repeat(9000)), message: "it is no database" },
    { name: "has one page", damage: () => truncateSync(database(), 4096), message: "it is cut off" },
    { name: "has two pages and a bit", damage: () => truncateSync(database(), 9000), message: "it is cut off" },
    {
      name: "lacks its last pages",
      damage: () => truncateSync(database(), readFileSync(database()).length - 8192),
      message: "it is cut off",
    },
    {
      name: "has other bytes where its trees begin",
      damage: () => {
        const bytes = readFileSync(database());
        writeFileSync(database(), Buffer.concat([bytes.subarray(0, 8192), Buffer.alloc(bytes.length - 8192, 7)]));
      },
      message: "is damaged",
    },
    { name: "is missing", damage: () => rmSync(database()), message: "no such file" },
  ];
  test.each(damages)("that $name is refused, and left as it is", async ({ damage, message }) => {
    damage();
    const before = bytesOf(database());
    await expect(state.open("one")).rejects.toThrow(message);
    expect(bytesOf(database())).toEqual(before);
  });

  test("of another format is refused", async () => {
    for (const [format, message] of [
      ["2", "was written by a newer kjob (format 2, this one knows 1)"],
      ["", "it has no format version"],
    ] as const) {
      const backend = LmdbBackend.open(database());
      backend.begin();
      backend.put("format", format);
      await backend.commit();
      await backend.close();
      await expect(state.open("one")).rejects.toThrow(message);
    }
  });

  test("is found whole after whatever was written and removed", async () => {
    const random = createRandom(5);
    const backend = await state.open("one");
    for (let round = 0; round < 40; round++) {
      backend.begin();
      for (let step = 0; step < 60; step++) {
        const key = `row/${random.between(0, 2500, round, step)}`;
        if (random.fraction("remove", round, step) < 0.5) backend.remove(key);
        else backend.put(key, "y".repeat(random.between(0, 30_000, "size", round, step)));
      }
      await backend.commit();
      expect(databaseDamage(database()), `round ${round}`).toBeNull();
    }
    await backend.close();
  });
});

describe("a file of settings", () => {
  const context = { name: "one", cluster: "one", user: "kjob", namespace: "" };
  const cases: readonly (readonly [name: string, text: string, message: string])[] = [
    ["that is no JSON", "{", "config.json cannot be read: "],
    ["without a format", "{}", "it has no format version"],
    ["without its fields", '{"format":1}', "some of its fields are missing"],
    ["with fields of another kind", '{"format":1,"currentContext":"a","contexts":[{}]}', "some of its fields are"],
    ["of a newer kjob", '{"format":2}', "was written by a newer kjob"],
  ];
  test.each(cases)("%s is refused, and left as it is", (_name, text, message) => {
    writeFileSync(state.configPath(), text);
    expect(() => state.config()).toThrow(message);
    expect(() => state.changeConfig(() => ({ currentContext: "one" }))).toThrow(message);
    expect(readFileSync(state.configPath(), "utf8")).toBe(text);
  });

  test("is refused for a cluster without a clock", () => {
    writeFileSync(join(folder, "one", "cluster.json"), '{"format":1,"name":"one"}');
    expect(() => state.cluster("one")).toThrow("some of its fields are missing");
  });

  test("keeps what was changed before", () => {
    state.changeConfig(() => ({ contexts: [context] }));
    state.changeConfig(() => ({ currentContext: "one" }));
    expect(state.config()).toEqual({ format: 1, currentContext: "one", contexts: [context] });
  });

  test("is changed although a process died while it changed it", () => {
    // A number that no process has.
    writeFileSync(`${state.configPath()}.lock`, String(2 ** 22 + 1));
    state.changeConfig(() => ({ currentContext: "one" }));
    expect(state.config().currentContext).toBe("one");
    const lock = takeFileLock(join(folder, "lock"));
    lock.release();
  });
});

describe("a folder for the state", () => {
  test("that is a file is refused by name", () => {
    const file = join(folder, "file");
    copyFileSync(state.configPath().replace("config.json", "one/cluster.json"), file);
    expect(() => new StateDirectory(file).config()).toThrow(`${file} is not a folder`);
    expect(() => new StateDirectory(file).changeConfig(() => ({}))).toThrow("cannot write the state");
  });

  test("that cannot be made is refused", () => {
    expect(() => new StateDirectory("/proc/kjob/state").changeConfig(() => ({}))).toThrow(
      "name a folder that can be written with KJOB_HOME",
    );
  });

  test("forgets a cluster that is removed, and what a killed removal left", async () => {
    mkdirSync(join(folder, `.making-${2 ** 22 + 1}`));
    cpSync(database(), join(folder, `.making-${2 ** 22 + 1}`, "state.lmdb"));
    state.removeCluster("one");
    expect(state.clusters()).toEqual([]);
    await state.createCluster("two", { clock: { mode: "virtual" } }, async () => {});
    expect(state.clusters()).toEqual(["two"]);
  });
});

/** All bytes of a file as one value; null where there is none. */
function bytesOf(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}
