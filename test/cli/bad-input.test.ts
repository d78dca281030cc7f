import { cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LmdbBackend } from "../../src/persistence/lmdb-backend.js";
import { BuiltCommand } from "./built-command.js";

const megabyte = 2 ** 20;

let kjob: BuiltCommand;
/** The state that every case begins with. */
let whole: string;

beforeAll(async () => {
  kjob = new BuiltCommand();
  whole = kjob.newHome("whole");
  await kjob.run(whole, ["cluster", "create", "kjob", "--clock", "virtual"]);
  const manifest = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kept" } });
  expect(await kjob.run(whole, ["apply", "-f", "-"], manifest)).toMatchObject({ status: 0 });
});

afterAll(() => kjob.remove());

let homes = 0;

function copyOfState(): string {
  const home = kjob.newHome(`copy-${++homes}`);
  cpSync(whole, home, { recursive: true });
  return home;
}

function file(name: string, content: string | Buffer): string {
  const path = join(kjob.directory, name);
  writeFileSync(path, content);
  return path;
}

/** All objects of a cluster, as they lie in its database. */
async function objects(home: string): Promise<readonly string[]> {
  const backend = LmdbBackend.open(join(home, "kjob/state.lmdb"));
  const rows = [...backend.range("o/", "o0")].map(({ key, value }) => `${key} ${value}`);
  await backend.close();
  return rows;
}

/** Nine levels of ten aliases each: a thousand million entries, once they are followed. */
function aliasBomb(): string {
  const levels = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"];
  for (let at = 1; at < 10; at++) levels.push(`a${at}: &a${at} [${`*a${at - 1},`.repeat(10)}]`);
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bomb}\ndata:\n  ${levels.join("\n  ")}\n`;
}

describe("input that nothing can be made of ends with a message and status 1, and changes nothing:", () => {
  const cases: readonly { readonly name: string; readonly path: () => string; readonly says: string }[] = [
    { name: "broken YAML", path: () => file("broken.yaml", "a: 1\n  b: [\n"), says: "error converting YAML to JSON" },
    { name: "an alias bomb", path: () => file("bomb.yaml", aliasBomb()), says: "document contains excessive aliasing" },
    {
      name: "a file of 100 MB",
      path: () => {
        const path = file("large.yaml", "");
        truncateSync(path, 100 * megabyte);
        return path;
      },
      says: "larger than 16 MiB",
    },
    {
      name: "binary",
      path: () => file("binary", Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7) % 256))),
      says: "error parsing",
    },
    {
      name: "an unknown kind",
      path: () => file("kind.yaml", "apiVersion: v1\nkind: Gadget\nmetadata: {name: x}\n"),
      says: 'no matches for kind "Gadget" in version "v1"',
    },
    {
      name: "an unknown field",
      path: () => file("field.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ncolour: red\n"),
      says: 'unknown field "colour"',
    },
    { name: "a missing file", path: () => join(kjob.directory, "none.yaml"), says: "does not exist" },
    { name: "an empty file", path: () => file("empty.yaml", ""), says: "no objects passed to apply" },
  ];
  test.each(cases)("$name", async ({ path, says }) => {
    const home = copyOfState();
    const before = await objects(home);
    const { out, err, status } = await kjob.run(home, ["apply", "-f", path()]);
    expect({ out, status }).toEqual({ out: "", status: 1 });
    expect(err).toMatch(/^[Ee]rror/);
    expect(err).toContain(says);
    expect(err).not.toMatch(/\n\s+at /);
    expect(await objects(home)).toEqual(before);
  });
});

describe("a folder that cannot hold a state is named, with status 1:", () => {
  const cases: readonly { readonly name: string; readonly home: () => string }[] = [
    { name: "a file in its place", home: () => file("plain", "") },
    { name: "a folder below a file", home: () => join(file("plain", ""), "below") },
    { name: "a folder that cannot be made", home: () => "/proc/kjob" },
  ];
  test.each(cases)("$name", async ({ home }) => {
    for (const argv of [
      ["get", "jobs"],
      ["cluster", "create", "one"],
      ["apply", "-f", file("one.yaml", "a: 1\n")],
    ]) {
      const { err, status } = await kjob.run(home(), argv);
      expect({ argv, status }).toEqual({ argv, status: 1 });
      expect(err).toMatch(/^error: /);
    }
    const { err } = await kjob.run(home(), ["get", "jobs"]);
    expect(err).toContain(home());
    expect(err).toContain("KJOB_HOME");
  });
});

describe("a damaged state is refused with status 1 and left as it is:", () => {
  const database = "kjob/state.lmdb";
  const damages: readonly {
    readonly name: string;
    readonly file: string;
    readonly damage: (path: string) => void;
    readonly says: string;
  }[] = [
    {
      name: "a database cut short",
      file: database,
      damage: (path) => truncateSync(path, 20_000),
      says: "it is cut off",
    },
    { name: "an empty database", file: database, damage: (path) => truncateSync(path, 0), says: "it is no database" },
    {
      name: "a database of other bytes",
      file: database,
      damage: (path) => writeFileSync(path, Buffer.alloc(90_000, "kjob")),
      says: "it is no database",
    },
    { name: "no database", file: database, damage: (path) => rmSync(path), says: "no such file" },
    {
      name: "cluster.json that is no JSON",
      file: "kjob/cluster.json",
      damage: (path) => writeFileSync(path, "{oops"),
      says: "cannot be read",
    },
    {
      name: "cluster.json of a newer kjob",
      file: "kjob/cluster.json",
      damage: (path) => writeFileSync(path, '{"format": 2}'),
      says: "was written by a newer kjob",
    },
    {
      name: "config.json that is no JSON",
      file: "config.json",
      damage: (path) => writeFileSync(path, "\u0000\u0001"),
      says: "cannot be read",
    },
    {
      name: "config.json of a newer kjob",
      file: "config.json",
      damage: (path) => writeFileSync(path, '{"format": 2}'),
      says: "was written by a newer kjob",
    },
  ];
  test.each(damages)("$name", async ({ file: name, damage, says }) => {
    const home = copyOfState();
    const path = join(home, name);
    damage(path);
    const before = existsSync(path) ? readFileSync(path, "latin1") : null;
    for (const argv of [
      ["get", "configmaps"],
      ["apply", "-f", file("one.yaml", "a: 1\n")],
      ["clock", "advance", "1m"],
    ]) {
      const { err, status } = await kjob.run(home, argv);
      if (argv[0] === "apply") {
        // Whether the manifest or the state is looked at first is nobody's business.
        expect({ argv, status }).toEqual({ argv, status: 1 });
        continue;
      }
      expect({ argv, status, err }).toMatchObject({ argv, status: 1 });
      expect(err).toMatch(/^error: /);
      expect(err).toContain(says);
      expect(err).not.toMatch(/\n\s+at /);
    }
    expect(existsSync(path) ? readFileSync(path, "latin1") : null).toBe(before);
  });

  test("a database of a newer kjob", async () => {
    const home = copyOfState();
    const backend = LmdbBackend.open(join(home, database));
    backend.begin();
    backend.put("format", "2");
    await backend.commit();
    await backend.close();
    const before = await objects(home);
    const { err, status } = await kjob.run(home, ["get", "configmaps"]);
    expect({ err, status }).toMatchObject({ err: expect.stringContaining("was written by a newer kjob"), status: 1 });
    expect(await objects(home)).toEqual(before);
  });
});
