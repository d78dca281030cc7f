import type { Step } from "../../container/program.js";
import { type Applet, applet, reasonOf } from "../applet.js";

interface Counts {
  lines: number;
  words: number;
  characters: number;
  bytes: number;
  longest: number;
}

const noCounts = (): Counts => ({ lines: 0, words: 0, characters: 0, bytes: 0, longest: 0 });

export const wc = applet("wc [-cmlwL] [FILE]...", function* (self) {
  const options = self.options("lwmcL");
  const chosen = ["l", "w", "m", "c", "L"].filter((letter) => options.has(letter));
  const columns = chosen.length > 0 ? chosen : ["l", "w", "c"];
  const paths = options.operands.length > 0 ? options.operands : [""];
  const total = noCounts();
  let status = 0;
  for (const path of paths) {
    const counts = noCounts();
    try {
      const fd = path === "" ? 0 : self.open(path);
      try {
        yield* count(self, fd, counts);
      } catch (error) {
        status = 1;
        yield* self.complain(`${path}: ${reasonOf(error)}`);
      } finally {
        self.close(fd);
      }
    } catch (error) {
      status = 1;
      yield* self.complain(`${path}: ${reasonOf(error)}`);
      continue;
    }
    yield* row(self, counts, columns, path, columns.length === 1 && paths.length === 1);
    total.lines += counts.lines;
    total.words += counts.words;
    total.characters += counts.characters;
    total.bytes += counts.bytes;
    total.longest = Math.max(total.longest, counts.longest);
  }
  if (paths.length > 1) yield* row(self, total, columns, "total", false);
  return status;
});

function* row(self: Applet, counts: Counts, columns: readonly string[], name: string, alone: boolean): Step<void> {
  const numbers = columns.map((column) => String(valueIn(counts, column)));
  const text = alone ? numbers.join(" ") : numbers.map((number) => number.padStart(9)).join(" ");
  yield* self.print(`${text}${name === "" ? "" : ` ${name}`}\n`);
}

function valueIn(counts: Counts, column: string): number {
  switch (column) {
    case "l":
      return counts.lines;
    case "w":
      return counts.words;
    case "m":
      return counts.characters;
    case "L":
      return counts.longest;
    default:
      return counts.bytes;
  }
}

function* count(self: Applet, fd: number, counts: Counts): Step<void> {
  let inWord = false;
  let column = 0;
  for (;;) {
    const text = yield* self.process.read(fd, 65_536);
    if (text === "") break;
    counts.bytes += text.length;
    for (let at = 0; at < text.length; at += 1) {
      const byte = text.charCodeAt(at);
      // The bytes after the first of a UTF-8 character are no characters of their own.
      if ((byte & 0xc0) !== 0x80) counts.characters += 1;
      const space = byte === 32 || (byte >= 9 && byte <= 13);
      if (!space && !inWord && byte > 32 && byte !== 127) {
        counts.words += 1;
        inWord = true;
      }
      if (space) inWord = false;
      if (byte === 10) {
        counts.lines += 1;
        counts.longest = Math.max(counts.longest, column);
        column = 0;
      } else if (byte === 9) column = (column | 7) + 1;
      else if (byte >= 32 && (byte & 0xc0) !== 0x80) column += 1;
    }
    yield* self.work();
  }
  counts.longest = Math.max(counts.longest, column);
}
