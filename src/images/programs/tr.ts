import { readEscape } from "../../shell/escapes.js";
import { applet, Failure, UsageFailure } from "../applet.js";
import { byteClass } from "../regex/syntax.js";

export const tr = applet("tr [-cds] STRING1 [STRING2]", function* (self) {
  const options = self.options("+cCds");
  const [from, to] = options.operands;
  if (from === undefined || options.operands.length > 2) throw new UsageFailure();
  const remove = options.has("d");
  const squeeze = options.has("s");
  const complement = options.has("c") || options.has("C");
  let source = expand(from);
  if (complement) source = complementOf(source);
  const target = to === undefined ? "" : expand(to);
  if (to !== undefined && !remove && target === "") throw new Failure("STRING2 cannot be empty");
  const { map, removed, squeezed } = tables(source, target, { remove, squeeze, hasTarget: to !== undefined });
  let lastByte = -1;
  for (;;) {
    const text = yield* self.process.read(0, 65_536);
    if (text === "") break;
    let output = "";
    for (let at = 0; at < text.length; at += 1) {
      const byte = text.charCodeAt(at) & 255;
      if (removed[byte]) continue;
      const mapped = map[byte] ?? byte;
      if (squeezed[mapped] && mapped === lastByte) continue;
      lastByte = mapped;
      output += String.fromCharCode(mapped);
    }
    yield* self.print(output);
    yield* self.work();
  }
  return 0;
});

function tables(
  source: string,
  target: string,
  options: { readonly remove: boolean; readonly squeeze: boolean; readonly hasTarget: boolean },
): { map: Uint8Array; removed: Uint8Array; squeezed: Uint8Array } {
  const map = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const removed = new Uint8Array(256);
  const squeezed = new Uint8Array(256);
  for (let at = 0; at < source.length; at += 1) {
    const byte = source.charCodeAt(at) & 255;
    if (options.remove) removed[byte] = 1;
    else if (options.hasTarget) map[byte] = target.charCodeAt(Math.min(at, target.length - 1)) & 255;
  }
  if (options.squeeze) {
    const set = options.hasTarget ? target : source;
    for (let at = 0; at < set.length; at += 1) squeezed[set.charCodeAt(at) & 255] = 1;
  }
  return { map, removed, squeezed };
}

function complementOf(set: string): string {
  const present = new Uint8Array(256);
  for (let at = 0; at < set.length; at += 1) present[set.charCodeAt(at) & 255] = 1;
  let rest = "";
  for (let byte = 0; byte < 256; byte += 1) if (!present[byte]) rest += String.fromCharCode(byte);
  return rest;
}

/** Escapes, ranges `a-z`, classes `[:alpha:]`, and `[a-z]` whose brackets are taken as they are. */
function expand(text: string): string {
  let set = "";
  for (let at = 0; at < text.length; ) {
    const named = /^\[:([a-z]+):\]/.exec(text.slice(at));
    const test = named ? byteClass(named[1] ?? "") : null;
    if (named && test) {
      for (let byte = 0; byte < 256; byte += 1) if (test(byte)) set += String.fromCharCode(byte);
      at += named[0].length;
      continue;
    }
    const equivalent = /^\[=(.)=\]/s.exec(text.slice(at));
    if (equivalent) {
      set += equivalent[1];
      at += 5;
      continue;
    }
    const first = element(text, at);
    const dash = at + first.length;
    if (text[dash] === "-" && dash + 1 < text.length) {
      const last = element(text, dash + 1);
      const [low, high] = [first.text.charCodeAt(0), last.text.charCodeAt(0)];
      if (low > high) throw new Failure(`${first.text}-${last.text}: reverse collating sequence order`);
      for (let byte = low; byte <= high; byte += 1) set += String.fromCharCode(byte);
      at = dash + 1 + last.length;
      continue;
    }
    set += first.text;
    at = dash;
  }
  return set;
}

function element(text: string, at: number): { text: string; length: number } {
  return text[at] === "\\" ? readEscape(text, at) : { text: text.charAt(at), length: 1 };
}
