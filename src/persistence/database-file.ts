import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Where LMDB keeps what; a page begins with a header, and the first two pages are what a snapshot starts from. */
const layout = {
  headerBytes: 24,
  flagsAt: 18,
  lowerAt: 20,
  magicAt: 24,
  versionAt: 28,
  pageSizeAt: 48,
  freeRootAt: 88,
  mainRootAt: 136,
  lastPageAt: 144,
  transactionAt: 152,
  metaBytes: 168,
};
const magic = 0xbeefc0de;
const dataVersion = 2;
const pageKinds = { branch: 1, leaf: 2, meta: 8 };
/** Of a row that lies on pages of its own. */
const bigDataFlag = 1;
/** An empty tree has no root. */
const noPage = 2n ** 64n - 1n;

interface Meta {
  readonly pageBytes: number;
  readonly roots: readonly bigint[];
  readonly lastPage: bigint;
  readonly transaction: bigint;
}

/**
 * What is wrong with an LMDB file, as far as its first pages, the roots of its trees and its size tell; null where it can be
 * opened. LMDB maps the file and trusts it: what is damaged there would end the process without a word.
 * Throws what the file system throws.
 */
export function databaseDamage(path: string): string | null {
  const file = openSync(path, "r");
  try {
    return damageOf(file);
  } finally {
    closeSync(file);
  }
}

function damageOf(file: number): string | null {
  const first = readMeta(file, 0);
  if (typeof first === "string") return first;
  const second = readMeta(file, first.pageBytes);
  if (typeof second === "string") return second;
  if (first.pageBytes !== second.pageBytes) return "its first pages disagree";
  const meta = first.transaction > second.transaction ? first : second;
  // After the pages, so that what another process appends meanwhile is in it.
  const sizeBytes = fstatSync(file).size;
  const pages = BigInt(Math.floor(sizeBytes / meta.pageBytes));
  for (const root of meta.roots) {
    const damage = damageOfTree(file, { root, pages, pageBytes: meta.pageBytes, isDeep: pages <= meta.lastPage });
    if (damage !== null) return damage;
  }
  return null;
}

function readMeta(file: number, at: number): Meta | string {
  const page = Buffer.alloc(layout.metaBytes);
  if (readSync(file, page, 0, page.length, at) < page.length) return at === 0 ? "it is no database" : "it is cut off";
  if (page.readUInt32LE(layout.magicAt) !== magic || page.readUInt16LE(layout.flagsAt) !== pageKinds.meta) {
    return "it is no database";
  }
  if (page.readUInt16LE(layout.versionAt) !== dataVersion) return "it is a database of another version of LMDB";
  const pageBytes = page.readUInt32LE(layout.pageSizeAt);
  if (pageBytes < 512 || pageBytes > 65_536 || (pageBytes & (pageBytes - 1)) !== 0)
    return "its first pages are damaged";
  return {
    pageBytes,
    roots: [page.readBigUInt64LE(layout.freeRootAt), page.readBigUInt64LE(layout.mainRootAt)],
    lastPage: page.readBigUInt64LE(layout.lastPageAt),
    transaction: page.readBigUInt64LE(layout.transactionAt),
  };
}

interface Tree {
  readonly root: bigint;
  readonly pages: bigint;
  readonly pageBytes: number;
  /** The file is shorter than its pages are many: only where the missing ones are free is that as it should be. */
  readonly isDeep: boolean;
}

function damageOfTree(file: number, { root, pages, pageBytes, isDeep }: Tree): string | null {
  if (root === noPage) return null;
  const page = Buffer.alloc(pageBytes);
  const open = [root];
  let seen = 0n;
  for (let number = open.pop(); number !== undefined; number = open.pop()) {
    if (number >= pages) return "it is cut off";
    if (++seen > pages) return "its pages go round in a circle";
    readSync(file, page, 0, pageBytes, Number(number) * pageBytes);
    const kind = page.readUInt16LE(layout.flagsAt) & (pageKinds.branch | pageKinds.leaf);
    if (page.readBigUInt64LE(0) !== number || kind === 0) return `page ${number} is damaged`;
    if (!isDeep) continue;
    const below = pagesBelow(page, kind);
    if (below === null) return `page ${number} is damaged`;
    if (kind === pageKinds.branch) open.push(...below);
    else if (below.some((last) => last >= pages)) return "it is cut off";
  }
  return null;
}

/** The pages that a branch names, or the last ones of the long rows of a leaf; null where that makes no sense. */
function pagesBelow(page: Buffer, kind: number): bigint[] | null {
  const found: bigint[] = [];
  const count = page.readUInt16LE(layout.lowerAt) >> 1;
  for (let at = 0; at < count; at++) {
    const slot = layout.headerBytes + 2 * at;
    if (slot + 2 > page.length) return null;
    const node = layout.headerBytes + page.readUInt16LE(slot);
    if (node + 8 > page.length) return null;
    const low = page.readUInt32LE(node);
    const flags = page.readUInt16LE(node + 4);
    if (kind === pageKinds.branch) found.push(BigInt(low) + (BigInt(flags) << 32n));
    else if ((flags & bigDataFlag) !== 0) {
      const data = node + 8 + page.readUInt16LE(node + 6);
      if (data + 8 > page.length) return null;
      const length = BigInt(Math.floor((layout.headerBytes - 1 + low) / page.length));
      found.push(page.readBigUInt64LE(data) + length);
    }
  }
  return found;
}
