/**
 * Archives as tar makes them: a block of facts before each file, its content in whole blocks, two empty blocks at the end.
 * What is written is ustar, with GNU's way of telling names that are too long for it; what is read may be PAX as well.
 * @see POSIX pax, "ustar Interchange Format"; GNU tar, "Basic Tar Format"
 */

export const tarBlockBytes = 512;

export type TarEntryType = "file" | "directory" | "symlink" | "hardlink" | "other";

export interface TarEntry {
  /** A directory's ends in a slash. */
  readonly name: string;
  readonly type: TarEntryType;
  /** Permission bits. */
  readonly mode: number;
  /** Bytes of content that follow. */
  readonly size: number;
  readonly mtimeMs: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly owner?: string;
  readonly group?: string;
  /** Where a link leads; "" for what is none. */
  readonly target?: string;
}

/** What an archive holds, piece by piece. */
export type TarEvent =
  | { readonly kind: "entry"; readonly entry: TarEntry }
  /** Content of the entry before. */
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  /** The entry before is complete. */
  | { readonly kind: "done" }
  /** The archive is; what follows is not looked at. */
  | { readonly kind: "end" };

/** What is read is no archive, or not all of one. */
export class TarError extends Error {}

const fields = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  target: [157, 100],
  magic: [257, 8],
  owner: [265, 32],
  group: [297, 32],
  prefix: [345, 155],
} as const satisfies Record<string, readonly [at: number, length: number]>;

type Field = keyof typeof fields;

const letters = { file: "0", hardlink: "1", symlink: "2", directory: "5", other: "0" } as const;
const types: Readonly<Record<string, TarEntryType>> = {
  "\0": "file",
  "0": "file",
  "7": "file",
  "1": "hardlink",
  "2": "symlink",
  "5": "directory",
};
const longNameLetter = "L";
const longTargetLetter = "K";
/** Under this name GNU's tar tells a name that does not fit. */
const longLinkName = "././@LongLink";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** How many empty bytes follow that much content. */
export function tarPadding(size: number): number {
  return (tarBlockBytes - (size % tarBlockBytes)) % tarBlockBytes;
}

/** The blocks that end an archive. */
export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * tarBlockBytes);
}

/** The blocks before an entry's content. */
export function tarHeader(entry: TarEntry): Uint8Array {
  const name = encoder.encode(entry.name);
  const target = encoder.encode(entry.target ?? "");
  const split = splitName(name);
  const blocks: Uint8Array[] = [];
  if (split === null) blocks.push(...longBlocks(longNameLetter, name));
  if (target.length > fields.target[1]) blocks.push(...longBlocks(longTargetLetter, target));
  const { name: own, prefix } = split ?? { name: name.subarray(0, fields.name[1]), prefix: new Uint8Array() };
  blocks.push(headerBlock(entry, letters[entry.type], { name: own, prefix, target }));
  return joined(blocks);
}

/** A long name is told in two parts, at a slash, where they fit. */
function splitName(name: Uint8Array): { readonly name: Uint8Array; readonly prefix: Uint8Array } | null {
  const [nameMax, prefixMax] = [fields.name[1], fields.prefix[1]];
  if (name.length <= nameMax) return { name, prefix: new Uint8Array() };
  for (let at = name.length - 2; at > 0; at--) {
    if (name[at] !== 0x2f || at > prefixMax) continue;
    if (name.length - at - 1 > nameMax) return null;
    return { name: name.subarray(at + 1), prefix: name.subarray(0, at) };
  }
  return null;
}

function longBlocks(letter: string, text: Uint8Array): Uint8Array[] {
  const content = new Uint8Array(text.length + 1 + tarPadding(text.length + 1));
  content.set(text);
  const facts = { mode: 0o644, size: text.length + 1, mtimeMs: 0 };
  const names = { name: encoder.encode(longLinkName), prefix: new Uint8Array(), target: new Uint8Array() };
  return [headerBlock(facts, letter, names), content];
}

function headerBlock(
  { mode, size, mtimeMs, uid = 0, gid = 0, owner = "", group = "" }: Omit<TarEntry, "name" | "type">,
  letter: string,
  names: { readonly name: Uint8Array; readonly prefix: Uint8Array; readonly target: Uint8Array },
): Uint8Array {
  const block = new Uint8Array(tarBlockBytes);
  const put = (field: Field, value: Uint8Array) => {
    const [at, length] = fields[field];
    block.set(value.subarray(0, length), at);
  };
  const text = (value: string) => encoder.encode(value);
  const octal = (field: Field, value: number) =>
    put(
      field,
      text(
        Math.max(0, Math.floor(value))
          .toString(8)
          .padStart(fields[field][1] - 1, "0"),
      ),
    );
  put("name", names.name);
  octal("mode", mode);
  octal("uid", uid);
  octal("gid", gid);
  octal("size", size);
  octal("mtime", mtimeMs / 1000);
  put("checksum", text(" ".repeat(8)));
  put("type", text(letter));
  put("target", names.target);
  put("magic", text("ustar\u000000"));
  put("owner", text(owner));
  put("group", text(group));
  put("prefix", names.prefix);
  put("checksum", text(`${sumOf(block).toString(8).padStart(6, "0")}\0 `));
  return block;
}

function sumOf(block: Uint8Array): number {
  let sum = 0;
  for (const byte of block) sum += byte;
  return sum;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1 && parts[0] !== undefined) return parts[0];
  const all = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** What a block before an entry said of the next one. */
interface Overrides {
  name?: string;
  target?: string;
  size?: number;
}

/** Reads an archive as it comes. */
export class TarReader {
  /** What is less than a block yet. */
  #rest: Uint8Array = new Uint8Array();
  /** Of the entry that is being read. */
  #contentLeft = 0;
  #paddingLeft = 0;
  /** Content that is not the reader's to see: it says something of the next entry. */
  #about: { readonly letter: string; readonly parts: Uint8Array[] } | null = null;
  #next: Overrides = {};
  #emptyBlocks = 0;
  #isAtEnd = false;

  /** Whether the archive ended where one may end. */
  get isComplete(): boolean {
    return this.#isAtEnd || (this.#rest.length === 0 && this.#contentLeft + this.#paddingLeft === 0);
  }

  /** @throws TarError */
  *read(bytes: Uint8Array): Generator<TarEvent, void, void> {
    let input = this.#rest.length === 0 ? bytes : joined([this.#rest, bytes]);
    while (!this.#isAtEnd) {
      if (this.#contentLeft > 0) {
        if (input.length === 0) break;
        const part = input.subarray(0, Math.min(this.#contentLeft, input.length));
        input = input.subarray(part.length);
        this.#contentLeft -= part.length;
        if (this.#about === null) yield { kind: "data", bytes: part };
        else this.#about.parts.push(new Uint8Array(part));
        if (this.#contentLeft === 0) yield* this.#endContent();
      } else if (this.#paddingLeft > 0) {
        if (input.length === 0) break;
        const count = Math.min(this.#paddingLeft, input.length);
        input = input.subarray(count);
        this.#paddingLeft -= count;
      } else {
        if (input.length < tarBlockBytes) break;
        const block = input.subarray(0, tarBlockBytes);
        input = input.subarray(tarBlockBytes);
        yield* this.#readHeader(block);
      }
    }
    this.#rest = this.#isAtEnd ? new Uint8Array() : new Uint8Array(input);
  }

  *#readHeader(block: Uint8Array): Generator<TarEvent, void, void> {
    if (block.every((byte) => byte === 0)) {
      if (++this.#emptyBlocks < 2) return;
      this.#isAtEnd = true;
      yield { kind: "end" };
      return;
    }
    this.#emptyBlocks = 0;
    const letter = checkedLetter(block);
    const size = numberIn(block, "size");
    if (letter === longNameLetter || letter === longTargetLetter || letter === "x" || letter === "g") {
      this.#about = { letter, parts: [] };
      this.#begin(size);
      return;
    }
    const entry = entryOf(block, letter, { size, ...this.#next });
    this.#next = {};
    yield { kind: "entry", entry };
    this.#begin(entry.size);
    if (entry.size === 0) yield { kind: "done" };
  }

  #begin(size: number): void {
    this.#contentLeft = size;
    this.#paddingLeft = tarPadding(size);
  }

  *#endContent(): Generator<TarEvent, void, void> {
    if (this.#about === null) {
      yield { kind: "done" };
      return;
    }
    const { letter, parts } = this.#about;
    this.#about = null;
    const text = decoder.decode(joined(parts));
    if (letter === longNameLetter) this.#next.name = untilZero(text);
    else if (letter === longTargetLetter) this.#next.target = untilZero(text);
    else if (letter === "x") this.#next = { ...this.#next, ...paxRecords(text) };
  }
}

function checkedLetter(block: Uint8Array): string {
  if (textIn(block, "magic").slice(0, 5) !== "ustar") throw new TarError("invalid tar magic");
  const [at, length] = fields.checksum;
  const summed = new Uint8Array(block);
  summed.fill(0x20, at, at + length);
  if (sumOf(summed) !== numberIn(block, "checksum")) throw new TarError("invalid tar header checksum");
  return String.fromCharCode(block[fields.type[0]] ?? 0);
}

function entryOf(block: Uint8Array, letter: string, { name, target, size = 0 }: Overrides): TarEntry {
  const [prefix, own] = [textIn(block, "prefix"), textIn(block, "name")];
  const type = types[letter] ?? "other";
  // GNU's own form has something else in the prefix's place.
  const isPosix = textIn(block, "magic") === "ustar";
  return {
    name: name ?? (prefix === "" || !isPosix ? own : `${prefix}/${own}`),
    type,
    mode: numberIn(block, "mode") & 0o7777,
    size: type === "file" || type === "other" ? size : 0,
    mtimeMs: numberIn(block, "mtime") * 1000,
    uid: numberIn(block, "uid"),
    gid: numberIn(block, "gid"),
    owner: textIn(block, "owner"),
    group: textIn(block, "group"),
    target: target ?? textIn(block, "target"),
  };
}

function bytesIn(block: Uint8Array, field: Field): Uint8Array {
  const [at, length] = fields[field];
  return block.subarray(at, at + length);
}

function textIn(block: Uint8Array, field: Field): string {
  const bytes = bytesIn(block, field);
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Octal digits, or, where the first bit is set, the bytes themselves. */
function numberIn(block: Uint8Array, field: Field): number {
  const bytes = bytesIn(block, field);
  if (((bytes[0] ?? 0) & 0x80) !== 0) {
    return bytes.subarray(1).reduce((value, byte) => value * 256 + byte, (bytes[0] ?? 0) & 0x7f);
  }
  const digits = textIn(block, field).trim();
  if (!/^[0-7]*$/.test(digits)) throw new TarError("corrupted octal value in tar header");
  return digits === "" ? 0 : Number.parseInt(digits, 8);
}

function untilZero(text: string): string {
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

/** `27 path=some/very/long/name\n`, and so on; the number counts bytes, but no record that is used has others. */
function paxRecords(text: string): Overrides {
  const records: Overrides = {};
  for (const line of text.split("\n")) {
    const [, key, value = ""] = /^\d+ ([^=]+)=(.*)$/.exec(line) ?? [];
    if (key === "path") records.name = value;
    else if (key === "linkpath") records.target = value;
    else if (key === "size") records.size = Number(value);
  }
  return records;
}
