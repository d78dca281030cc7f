import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../src", import.meta.url));

/**
 * The rooms that each room may import from. Data flows one way: from the edges (cli, apiserver, persistence, remote)
 * down to the floor (api, sim, store, container), and nothing imports back up.
 */
const mayImport: { readonly [room: string]: readonly string[] } = {
  api: [],
  sim: [],
  store: [],
  container: [],
  archive: [],
  shell: ["container"],
  images: ["archive", "container", "shell"],
  manifest: ["api"],
  printers: ["api"],
  registry: ["api", "store", "sim"],
  client: ["api", "registry", "sim"],
  controllers: ["api", "client", "sim"],
  scheduler: ["api", "client", "sim"],
  kubelet: ["api", "client", "sim", "container", "shell", "images"],
  cluster: ["api", "client", "controllers", "kubelet", "registry", "scheduler", "sim", "store"],
  kubectl: ["api", "archive", "client", "manifest", "printers", "registry/patch"],
  apiserver: ["api", "client", "cluster", "kubelet", "manifest", "printers", "registry", "sim", "store"],
  remote: ["api", "client", "manifest"],
  persistence: ["store"],
  cli: "api apiserver client cluster kubectl manifest persistence printers registry remote sim store".split(" "),
};

/** What one room knows of another as a type alone, which leaves nothing in the program. */
const mayKnow: { readonly [room: string]: readonly string[] } = {
  client: ["store"],
  registry: ["client"],
};

/** Libraries, by the one room that speaks to each. */
const libraries: { readonly [room: string]: readonly string[] } = {
  apiserver: ["hono", "@hono/node-server", "ws"],
  images: ["mingo", "quickjs-emscripten-core", "@jitl/quickjs-wasmfile-release-sync", "acorn"],
  manifest: ["js-yaml"],
  shell: ["unbash"],
  // Of node:crypto what computes: whether a key belongs to a certificate.
  kubectl: ["chalk", "commander", "node:crypto"],
  remote: ["ajv", "ws"],
  persistence: ["lmdb"],
  cli: ["commander", "chalk", "cli-table3", "selfsigned"],
};

/** The rooms that meet the machine: files, sockets, terminals, clocks. */
const edges = ["cli", "apiserver", "persistence", "remote"];
/** What waits for the outside world, or is told so by a type: verbs, interfaces that edges implement, code loaded late. */
const asynchronous = [
  "kubectl/",
  "client/api-client.ts",
  "client/component.ts",
  "cluster/world.ts",
  "images/engines.ts",
  "images/mongo/",
  "kubelet/engines-in-use.ts",
  "store/backend.ts",
  "store/memory-backend.ts",
];

/** An evaluator of a language evaluates what is inside what it evaluates: here files may use each other in a circle. */
const recursive = ["shell/"];

const lengthMax = 500;

interface Import {
  readonly target: string;
  readonly isType: boolean;
  /** Loaded when it is needed: no circle of files that need each other to load. */
  readonly isLate: boolean;
}

/** Code of scripts, which runs in a virtual machine of its own with what that machine gives it. */
const guestCode = "images/mongo/shell/guest-";

interface SourceFile {
  readonly path: string;
  readonly room: string;
  readonly text: string;
  /** The text without comments and without the contents of strings. */
  readonly code: string;
  readonly imports: readonly Import[];
}

const files = sourceFiles(root).map(readSource);

function sourceFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return entry.name === "generated" ? [] : sourceFiles(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}

function readSource(absolute: string): SourceFile {
  const path = absolute.slice(root.length + 1);
  const text = readFileSync(absolute, "utf8");
  return { path, room: path.split("/")[0] ?? "", text, code: codeOf(text), imports: importsOf(text) };
}

function importsOf(text: string): readonly Import[] {
  const statements = /^(?:import|export)\s(type\s)?(?:[^;"']*?\sfrom\s)?"([^"]+)"|\bimport\("([^"]+)"\)/gm;
  return [...text.matchAll(statements)].map(([, type, from, loaded]) => ({
    target: from ?? loaded ?? "",
    isType: type !== undefined,
    isLate: loaded !== undefined,
  }));
}

/** Good enough for words that are looked for: comments and plain strings go, regular expressions may stay. */
function codeOf(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/(^|[\s;{}(,])\/\/[^\n]*/g, "$1")
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
}

function resolved(file: SourceFile, target: string): string {
  return normalize(join(dirname(file.path), target)).replace(/\.js$/, ".ts");
}

function isAllowed(path: string, rooms: readonly string[]): boolean {
  return rooms.some((room) => path.startsWith(`${room}/`));
}

describe("imports", () => {
  test("go from the edges to the floor", () => {
    const wrong: string[] = [];
    for (const file of files) {
      for (const { target, isType } of file.imports) {
        if (!target.startsWith(".")) continue;
        const path = resolved(file, target);
        const rooms = [file.room, ...(mayImport[file.room] ?? []), ...(isType ? (mayKnow[file.room] ?? []) : [])];
        if (!isAllowed(path, rooms)) wrong.push(`${file.path} imports ${path}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("name every room in the list above", () => {
    const rooms = new Set(files.map(({ room }) => room));
    expect([...rooms].filter((room) => !(room in mayImport))).toEqual([]);
  });

  test("of values never come back to where they started", () => {
    expect(cycles().filter((cycle) => !recursive.some((room) => cycle.every((path) => path.startsWith(room))))).toEqual(
      [],
    );
  });

  test("of libraries are where the library is spoken to", () => {
    const wrong: string[] = [];
    for (const file of files) {
      for (const { target } of file.imports) {
        if (target.startsWith(".")) continue;
        const isNode = target.startsWith("node:") && edges.includes(file.room);
        const isLibrary =
          libraries[file.room]?.some((name) => target === name || target.startsWith(`${name}/`)) === true;
        if (!isNode && !isLibrary) wrong.push(`${file.path} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("come from the file that has the thing, not from a file that passes everything on", () => {
    const own = /^export (?:abstract |async )?(?:function|const|class|interface|type \w|let)/m;
    const passing = files.filter(({ code }) => /^export \*/m.test(code) || (/^export /m.test(code) && !own.test(code)));
    expect(passing.map(({ path }) => path)).toEqual([]);
    expect(files.filter(({ code }) => /^export default/m.test(code)).map(({ path }) => path)).toEqual([]);
  });
});

describe("the core", () => {
  const impure = [
    /\bDate\.now\b/,
    /\bnew Date\(\)/,
    /\bMath\.random\b/,
    /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/,
    /\bperformance\.now\b/,
    /(?<![.\w])crypto\.(?:random|getRandom)/,
    /(?<![.\w#])fetch\(/,
    /\b(?:localeCompare|toLocale[A-Z]\w+)\b/,
    /\bconsole\./,
  ];

  /** A process of a container, which is another thing: a parameter or a constant of that name. */
  const ownProcess = /(?:const|let|of) process\b|[({,]\s*process\s*[:,)}=]/;

  test("takes time, randomness and the machine as arguments", () => {
    const wrong: string[] = [];
    for (const { path, room, code } of files) {
      if (edges.includes(room) || path.startsWith(guestCode)) continue;
      for (const pattern of impure) {
        const match = pattern.exec(code);
        if (match !== null) wrong.push(`${path} has ${match[0]}`);
      }
      if (/(?<![.#\w])process\./.test(code) && !ownProcess.test(code)) wrong.push(`${path} has process.`);
    }
    expect(wrong).toEqual([]);
  });

  test("waits for nothing", () => {
    const waiting = /(?:^|[^\w.])(?:async\b|await\b)|\bPromise[<.]|\bnew Promise\b/;
    const wrong = files.filter(
      ({ path, room, code }) =>
        !edges.includes(room) && !asynchronous.some((start) => path.startsWith(start)) && waiting.test(code),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });
});

describe("files", () => {
  test(`have at most ${lengthMax} lines`, () => {
    const long = files
      .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
      .filter(({ lines }) => lines > lengthMax);
    expect(long).toEqual([]);
  });

  test("are named in lower case with dashes, and no room is a drawer for everything", () => {
    const parts = files.flatMap(({ path }) => path.replace(/\.ts$/, "").split("/"));
    expect(parts.filter((part) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(part))).toEqual([]);
    expect(parts.filter((part) => ["utils", "util", "helpers", "common", "misc"].includes(part))).toEqual([]);
  });
});

/** Files that import each other in a circle, by value; each circle once. */
function cycles(): string[][] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const state = new Map<string, "open" | "done">();
  const found: string[][] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const known = state.get(path);
    if (known === "done") return;
    if (known === "open") {
      found.push([...trail.slice(trail.indexOf(path)), path]);
      return;
    }
    state.set(path, "open");
    const file = byPath.get(path);
    for (const { target, isType, isLate } of file?.imports ?? []) {
      if (file !== undefined && !isType && !isLate && target.startsWith("."))
        visit(resolved(file, target), [...trail, path]);
    }
    state.set(path, "done");
  };
  for (const { path } of files) visit(path, []);
  return found;
}
