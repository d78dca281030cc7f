import type { FileStat, Step } from "../../container/program.js";
import { type Applet, applet, type Options, reasonOf } from "../applet.js";
import { humanSize } from "../numbers.js";
import { formatTime, zoneOf } from "./calendar.js";
import { modeText } from "./modes.js";
import { groupName, userName } from "./users.js";

const halfYearMs = (365 * 24 * 60 * 60 * 1000) / 2;
const defaultWidth = 80;

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: FileStat;
}

interface Listing {
  readonly self: Applet;
  readonly options: Options;
  readonly columns: boolean;
  status: number;
  first: boolean;
}

export const ls = applet("ls [-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...", function* (self) {
  const options = self.options("1AaCxdLHRFplinshrSXvctugokwT:Q", {
    "full-time": "e",
    "group-directories-first": "D",
    color: "G",
    all: "a",
    "almost-all": "A",
    recursive: "R",
    "human-readable": "h",
    reverse: "r",
  });
  const columns =
    !options.has("l") && !options.has("1") && (options.has("C") || options.has("x") || self.process.isTerminal(1));
  const listing: Listing = { self, options, columns, status: 0, first: true };
  const operands = options.operands.length > 0 ? options.operands : ["."];
  const entries: Entry[] = [];
  for (const path of operands) {
    const entry = yield* read(listing, path, path, true);
    if (entry) entries.push(entry);
  }
  const isListed = (entry: Entry): boolean => entry.stat.type === "directory" && !options.has("d");
  const files = arrange(
    listing,
    entries.filter((entry) => !isListed(entry)),
  );
  const directories = arrange(listing, entries.filter(isListed));
  if (files.length > 0) {
    yield* show(listing, files);
    listing.first = false;
  }
  const named = operands.length > 1 || options.has("R");
  for (const directory of directories) yield* list(listing, directory, named);
  return listing.status;
});

function* read(listing: Listing, name: string, path: string, isOperand: boolean): Step<Entry | null> {
  const { self, options } = listing;
  const { files } = self.process;
  try {
    const follow = options.has("L") || (isOperand && !options.has("l") && !options.has("d") && !options.has("F"));
    const stat = follow && files.exists(path) ? files.stat(path) : files.lstat(path);
    return { name, path, stat };
  } catch (error) {
    yield* self.complain(`${path}: ${reasonOf(error)}`);
    listing.status = 1;
    return null;
  }
}

function arrange(listing: Listing, entries: readonly Entry[]): Entry[] {
  const { options } = listing;
  const byName = (a: Entry, b: Entry): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  const compare = (a: Entry, b: Entry): number => {
    if (options.has("S")) return b.stat.size - a.stat.size || byName(a, b);
    if (options.has("t")) return b.stat.mtimeMs - a.stat.mtimeMs || byName(a, b);
    return byName(a, b);
  };
  const sorted = entries.slice().sort(compare);
  return options.has("r") ? sorted.reverse() : sorted;
}

function* list(listing: Listing, directory: Entry, named: boolean): Step<void> {
  const { self, options } = listing;
  if (named) {
    yield* self.print(`${listing.first ? "" : "\n"}${directory.path}:\n`);
  }
  listing.first = false;
  let names: string[];
  try {
    names = self.process.files.list(directory.path);
  } catch (error) {
    yield* self.complain(`can't open '${directory.path}': ${reasonOf(error)}`);
    listing.status = 1;
    return;
  }
  if (options.has("a")) names = [".", "..", ...names];
  else if (!options.has("A")) names = names.filter((name) => !name.startsWith("."));
  const entries: Entry[] = [];
  for (const name of names) {
    const path = directory.path.endsWith("/") ? directory.path + name : `${directory.path}/${name}`;
    const entry = yield* read(listing, name, path, false);
    if (entry) entries.push(entry);
    yield* self.work();
  }
  const sorted = arrange(listing, entries);
  if (options.has("l") || options.has("s")) yield* self.print(`total ${totalBlocks(listing, entries)}\n`);
  yield* show(listing, sorted);
  if (!options.has("R")) return;
  for (const entry of sorted) {
    if (entry.stat.type !== "directory" || entry.name === "." || entry.name === "..") continue;
    yield* list(listing, entry, true);
  }
}

function blocksKiB(stat: FileStat): number {
  if (stat.type === "symlink" || stat.type === "device") return 0;
  return stat.type === "directory" ? 4 : Math.ceil(stat.size / 4096) * 4;
}

function totalBlocks(listing: Listing, entries: readonly Entry[]): string {
  const total = entries.reduce((sum, entry) => sum + blocksKiB(entry.stat), 0);
  return listing.options.has("h") ? humanSize(total * 1024) : String(total);
}

function* show(listing: Listing, entries: readonly Entry[]): Step<void> {
  const { self, options } = listing;
  if (options.has("l")) {
    for (const entry of entries) yield* self.print(`${longLine(listing, entry)}\n`);
    return;
  }
  const names = entries.map((entry) => shortName(listing, entry));
  if (!listing.columns) {
    for (const name of names) yield* self.print(`${name}\n`);
    return;
  }
  yield* self.print(inColumns(names, options.has("x")));
}

function shortName(listing: Listing, entry: Entry): string {
  const blocks = listing.options.has("s") ? `${String(blocksKiB(entry.stat)).padStart(6)} ` : "";
  return blocks + entry.name + mark(listing.options, entry.stat);
}

function mark(options: Options, stat: FileStat): string {
  if (!options.has("F") && !options.has("p")) return "";
  if (stat.type === "directory") return "/";
  if (!options.has("F")) return "";
  if (stat.type === "symlink") return "@";
  return stat.type === "file" && (stat.mode & 0o111) !== 0 ? "*" : "";
}

function inColumns(names: readonly string[], across: boolean): string {
  if (names.length === 0) return "";
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const perRow = Math.max(1, Math.floor(defaultWidth / width));
  const rows = Math.ceil(names.length / perRow);
  let text = "";
  for (let row = 0; row < rows; row += 1) {
    const cells: string[] = [];
    for (let column = 0; column < perRow; column += 1) {
      const name = names[across ? row * perRow + column : column * rows + row];
      if (name !== undefined) cells.push(name);
    }
    text += `${cells.map((cell, index) => (index === cells.length - 1 ? cell : cell.padEnd(width))).join("")}\n`;
  }
  return text;
}

function longLine(listing: Listing, entry: Entry): string {
  const { self, options } = listing;
  const { process } = self;
  const { stat } = entry;
  const numeric = options.has("n");
  const user = numeric ? String(stat.uid) : (userName(process, stat.uid) ?? String(stat.uid));
  const group = numeric ? String(stat.gid) : (groupName(process, stat.gid) ?? String(stat.gid));
  const size = stat.type === "device" ? "1,   3" : options.has("h") ? humanSize(stat.size) : String(stat.size);
  const links = stat.type === "directory" ? 2 : 1;
  const owner = `${user.slice(0, 8).padEnd(8)} ${group.slice(0, 8).padEnd(8)}`;
  const target = stat.type === "symlink" ? ` -> ${process.files.readlink(entry.path)}` : mark(options, stat);
  const time = timeText(listing, stat.mtimeMs);
  return `${modeText(stat.type, stat.mode)} ${String(links).padStart(4)} ${owner} ${size.padStart(9)} ${time} ${entry.name}${target}`;
}

function timeText(listing: Listing, mtimeMs: number): string {
  const { process } = listing.self;
  const zone = zoneOf(process.env.get("TZ"));
  if (listing.options.has("e")) return formatTime("%Y-%m-%d %H:%M:%S %z", mtimeMs, zone);
  const ageMs = process.nowMs() - mtimeMs;
  const recent = ageMs < halfYearMs && ageMs > -15 * 60 * 1000;
  return formatTime(recent ? "%b %e %H:%M" : "%b %e  %Y", mtimeMs, zone);
}
