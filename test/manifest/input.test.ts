import { describe, expect, test } from "vitest";
import type { FileSource } from "../../src/manifest/file-source.js";
import { expandInputs, inputText } from "../../src/manifest/input.js";

const tree: { readonly [path: string]: string | readonly string[] } = {
  ".": ["jobs", "pi.yaml", "empty", "odd.txt"],
  jobs: ["b.yaml", "a.json", "notes.txt", "more", "c.yml"],
  "jobs/a.json": "{}",
  "jobs/b.yaml": "b",
  "jobs/c.yml": "c",
  "jobs/notes.txt": "n",
  "jobs/more": ["d.yaml"],
  "jobs/more/d.yaml": "d",
  "pi.yaml": "pi",
  "odd.txt": "odd",
  empty: ["readme.txt"],
  "empty/readme.txt": "r",
};

const files: FileSource = {
  stat(path) {
    const entry = tree[path.replace(/\/$/, "")];
    if (entry === undefined) return path === "huge.yaml" ? { kind: "file", sizeBytes: 10 ** 8 } : undefined;
    return typeof entry === "string" ? { kind: "file", sizeBytes: entry.length } : { kind: "directory", sizeBytes: 0 };
  },
  list: (path) => tree[path.replace(/\/$/, "")] as readonly string[],
  read(path) {
    if (path === "huge.yaml") throw new Error("must not be read");
    return new TextEncoder().encode(tree[path] as string);
  },
  readStdin: () => new TextEncoder().encode("stdin"),
};

describe("-f", () => {
  test.each<{ filenames: readonly string[]; recursive?: boolean; want: readonly string[] }>([
    { filenames: ["pi.yaml"], want: ["pi.yaml"] },
    { filenames: ["odd.txt"], want: ["odd.txt"] },
    { filenames: ["jobs"], want: ["jobs/a.json", "jobs/b.yaml", "jobs/c.yml"] },
    { filenames: ["jobs/"], recursive: true, want: ["jobs/a.json", "jobs/b.yaml", "jobs/c.yml", "jobs/more/d.yaml"] },
    { filenames: ["jobs/*.y?ml"], want: ["jobs/b.yaml"] },
    { filenames: ["jobs/[ab].*", "pi.yaml"], want: ["jobs/a.json", "jobs/b.yaml", "pi.yaml"] },
    { filenames: ["-"], want: ["STDIN"] },
  ])("$filenames stands for $want", ({ filenames, recursive = false, want }) => {
    const { inputs, errors } = expandInputs(filenames, files, { recursive });
    expect(inputs.map(({ source }) => source)).toEqual(want);
    expect(errors).toEqual([]);
  });

  test.each<{ filenames: readonly string[]; want: string }>([
    { filenames: ["missing.yaml"], want: 'the path "missing.yaml" does not exist' },
    { filenames: ["missing*"], want: 'the path "missing*" does not exist' },
    { filenames: ["empty"], want: "error reading [empty]: recognized file extensions are [.json .yaml .yml]" },
    { filenames: ["-", "-"], want: "standard input cannot be used for multiple arguments" },
    { filenames: ["https://example.com/a.yaml"], want: "manifests are not read from the network" },
  ])("$filenames is refused", ({ filenames, want }) => {
    const { errors } = expandInputs(filenames, files, { recursive: false });
    expect(errors.map(({ message }) => message).join()).toContain(want);
  });
});

describe("the text of an input", () => {
  test("comes from standard input", () => {
    expect(inputText({ source: "STDIN", path: "-" }, files)).toBe("stdin");
  });

  test("is not read when the file is far too large", () => {
    expect(() => inputText({ source: "huge.yaml", path: "huge.yaml" }, files)).toThrow("larger than 16 MiB");
  });

  test("may be UTF-16 where a byte order mark says so", () => {
    const bytes = new Uint8Array([0xff, 0xfe, 0x61, 0, 0x3a, 0]);
    expect(inputText({ source: "u", path: "-" }, { ...files, readStdin: () => bytes })).toBe("a:");
  });
});
