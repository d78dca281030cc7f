import { describe, expect, it } from "vitest";
import {
  type TarEntry,
  TarError,
  TarReader,
  tarBlockBytes,
  tarEnd,
  tarHeader,
  tarPadding,
} from "../../src/archive/ustar.js";

const facts = { mode: 0o644, mtimeMs: Date.UTC(2026, 0, 3), size: 0 } as const;
const file = (name: string, content: Uint8Array): readonly [TarEntry, Uint8Array] => [
  { ...facts, name, type: "file", size: content.length },
  content,
];
const none = new Uint8Array();

function archive(entries: readonly (readonly [TarEntry, Uint8Array])[]): Uint8Array {
  const parts = entries.flatMap(([entry, content]) => [
    tarHeader(entry),
    content,
    new Uint8Array(tarPadding(content.length)),
  ]);
  return Buffer.concat([...parts, tarEnd()]);
}

/** Names with what is told of them, and their content as latin1. */
function readAll(bytes: Uint8Array, pieceBytes = bytes.length) {
  const reader = new TarReader();
  const found: { entry: TarEntry; content: string; isDone: boolean }[] = [];
  let hasEnded = false;
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    for (const event of reader.read(bytes.subarray(at, at + pieceBytes))) {
      const last = found.at(-1);
      if (event.kind === "entry") found.push({ entry: event.entry, content: "", isDone: false });
      else if (event.kind === "end") hasEnded = true;
      else if (last !== undefined && event.kind === "data") last.content += Buffer.from(event.bytes).toString("latin1");
      else if (last !== undefined) last.isDone = true;
    }
  }
  return { found, hasEnded, isComplete: reader.isComplete };
}

const allBytes = Uint8Array.from({ length: 700 }, (_, at) => at % 256);
const long = `${"folder/".repeat(20)}file`;
const longer = `${"a-folder-with-a-name/".repeat(30)}file`;
const entries: readonly (readonly [TarEntry, Uint8Array])[] = [
  [{ ...facts, name: "in/", type: "directory", mode: 0o755 }, none],
  file("in/all", allBytes),
  file("in/empty", none),
  file("in/naïve ☕", Buffer.from("x")),
  [{ ...facts, name: "in/link", type: "symlink", target: "../all", mode: 0o777 }, none],
  file(long, Buffer.from("long")),
  file(longer, Buffer.from("longer")),
  [{ ...facts, name: "far", type: "symlink", target: longer, mode: 0o777 }, none],
];

describe("an archive", () => {
  for (const pieceBytes of [1, 511, 512, 5000, 1_000_000]) {
    it(`is read as it was written, in pieces of ${pieceBytes} bytes`, () => {
      const { found, hasEnded, isComplete } = readAll(archive(entries), pieceBytes);
      expect({ hasEnded, isComplete }).toEqual({ hasEnded: true, isComplete: true });
      expect(found.map(({ entry, content, isDone }) => [entry.name, entry.type, entry.mode, content, isDone])).toEqual(
        entries.map(([entry, content]) => [
          entry.name,
          entry.type,
          entry.mode,
          Buffer.from(content).toString("latin1"),
          true,
        ]),
      );
      expect(found.map(({ entry }) => entry.target)).toEqual(entries.map(([entry]) => entry.target ?? ""));
      expect(found.every(({ entry }) => entry.mtimeMs === facts.mtimeMs)).toBe(true);
    });
  }

  it("is made of whole blocks", () => expect(archive(entries).length % tarBlockBytes).toBe(0));

  it("may name its entries in PAX records", () => {
    const record = Buffer.from(`27 path=by/another/name/x\n`);
    const header = tarHeader({ ...facts, name: "pax", type: "file", size: record.length });
    const about = rechecked(header, (block) => {
      block[156] = "x".charCodeAt(0);
    });
    const padding = new Uint8Array(tarPadding(record.length));
    const { found } = readAll(Buffer.concat([about, record, padding, archive([file("short", Buffer.from("y"))])]));
    expect(found.map(({ entry, content }) => [entry.name, content])).toEqual([["by/another/name/x", "y"]]);
  });

  it("is not what has another checksum, or none of tar's marks", () => {
    const broken = archive(entries);
    broken[3] = 1;
    expect(() => readAll(broken)).toThrow(new TarError("invalid tar header checksum"));
    expect(() => readAll(Buffer.from("#".repeat(600)))).toThrow(new TarError("invalid tar magic"));
  });

  it("is known to be cut short", () => {
    expect(readAll(archive(entries).subarray(0, 900)).isComplete).toBe(false);
  });

  it("leaves bytes that it is given as they are", () => {
    const bytes = Buffer.from(archive(entries));
    const before = bytes.toString("latin1");
    readAll(bytes, 700);
    expect(bytes.toString("latin1")).toBe(before);
  });
});

/** A header with something changed, and its sum as it is then. */
function rechecked(header: Uint8Array, change: (block: Uint8Array) => void): Uint8Array {
  const block = new Uint8Array(header);
  change(block);
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.set(Buffer.from(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return block;
}
