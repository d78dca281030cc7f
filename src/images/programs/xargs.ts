import type { Step } from "../../container/program.js";
import { type Applet, applet, Failure, type Options } from "../applet.js";
import { Input } from "../input.js";
import { wholeNumber } from "../numbers.js";
import { lookUp, start } from "./environment.js";

/** Bytes of one command line. */
const lineBytesMax = 128 * 1024;

export const xargs = applet("xargs [OPTIONS] [PROG ARGS]", function* (self) {
  const options = self.options("+trn:s:E:e::0oxpI:i::P:L:", { "no-run-if-empty": "r", null: "0", "max-args": "n" });
  const argv = options.operands.length > 0 ? options.operands : ["echo"];
  const replace = options.has("I") ? (options.get("I") ?? "") : options.has("i") ? options.get("i") || "{}" : null;
  const items = yield* readItems(self, options, replace !== null);
  let result = 0;
  for (const args of commandLines(argv, items, options, replace)) {
    const status = yield* run(self, args, options);
    if (status === 255) throw new Failure(`${args[0]}: exited with status 255; aborting`, 124);
    if (status >= 126 && status <= 127) return status;
    if (status !== 0) result = 123;
  }
  return result;
});

function commandLines(
  argv: readonly string[],
  items: readonly string[],
  options: Options,
  replace: string | null,
): string[][] {
  if (replace !== null) return items.map((item) => argv.map((word) => word.replaceAll(replace, item)));
  const perLine = options.has("n") ? wholeNumber(options.get("n") ?? "", 1) : Number.POSITIVE_INFINITY;
  const bytesMax = options.has("s") ? wholeNumber(options.get("s") ?? "", 1) : lineBytesMax;
  const fixedBytes = argv.reduce((sum, word) => sum + word.length + 1, 0);
  const lines: string[][] = [];
  let current: string[] = [];
  let bytes = fixedBytes;
  for (const item of items) {
    if (current.length > 0 && (current.length >= perLine || bytes + item.length + 1 > bytesMax)) {
      lines.push([...argv, ...current]);
      current = [];
      bytes = fixedBytes;
    }
    current.push(item);
    bytes += item.length + 1;
  }
  if (current.length > 0 || (lines.length === 0 && !options.has("r"))) lines.push([...argv, ...current]);
  return lines;
}

function* run(self: Applet, args: readonly string[], options: Options): Step<number> {
  if (options.has("t")) yield* self.process.err(`${args.join(" ")}\n`);
  const found = lookUp(self.process, args[0] ?? "");
  if (found !== "found") {
    yield* self.complain(`${args[0]}: ${found.text}`);
    return found.status;
  }
  return (yield* self.process.wait(start(self.process, args))).status;
}

function* readItems(self: Applet, options: Options, byLine: boolean): Step<string[]> {
  const input = new Input(self.process, 0);
  const items: string[] = [];
  if (options.has("0")) {
    for (let item = yield* input.line("\0"); item !== null; item = yield* input.line("\0")) items.push(item);
    return items;
  }
  const text = yield* input.all();
  const end = options.get("E") ?? (options.get("e") || undefined);
  for (const item of byLine ? lineItems(text) : words(text)) {
    if (item === end) break;
    items.push(item);
    yield* self.work();
  }
  return items;
}

function lineItems(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/^[ \t]+/, ""))
    .filter((line) => line !== "");
}

/** Words between blanks; quotes and backslashes keep blanks in them. */
function* words(text: string): Generator<string, void, void> {
  let word = "";
  let started = false;
  let quote = "";
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote !== "") {
      if (char === quote) quote = "";
      else if (char === "\n") throw new Failure(`unmatched ${quote === "'" ? "single" : "double"} quote`);
      else word += char;
    } else if (char === "'" || char === '"') {
      quote = char;
      started = true;
    } else if (char === "\\") {
      at += 1;
      word += text.charAt(at);
      started = true;
    } else if (/[ \t\n]/.test(char)) {
      if (started) yield word;
      word = "";
      started = false;
    } else {
      word += char;
      started = true;
    }
  }
  if (quote !== "") throw new Failure(`unmatched ${quote === "'" ? "single" : "double"} quote`);
  if (started) yield word;
}
