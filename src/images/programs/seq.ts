import { applet, Failure, UsageFailure } from "../applet.js";

export const seq = applet("seq [-w] [-s SEP] [FIRST [INC]] LAST", function* (self) {
  let separator = "\n";
  let widen = false;
  const words = self.args.slice();
  while (words[0]?.startsWith("-") && words[0] !== "-" && words[0] !== "--") {
    const word = words.shift() ?? "";
    if (!/^-[ws]/.test(word)) throw new UsageFailure(`invalid option -- '${word.charAt(1)}'`);
    if (word.startsWith("-w")) widen = true;
    const found = /^-w?s(.*)$/s.exec(word);
    if (found) separator = found[1] === "" ? (words.shift() ?? "") : (found[1] ?? "");
  }
  if (words[0] === "--") words.shift();
  if (words.length < 1 || words.length > 3) throw new UsageFailure();
  const numbers = words.map((word) => {
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word)) throw new Failure(`invalid number '${word}'`);
    return Number(word);
  });
  const last = numbers.at(-1) ?? 0;
  const first = numbers.length > 1 ? (numbers[0] ?? 1) : 1;
  const step = numbers.length > 2 ? (numbers[1] ?? 1) : 1;
  const decimals = Math.max(...words.slice(0, Math.max(1, words.length - 1)).map(decimalsOf));
  const width = widen ? Math.max(...[first, last].map((value) => value.toFixed(decimals).length)) : 0;
  for (let count = 0; ; count += 1) {
    const value = first + count * step;
    // A tenth of a step of room, so that 0.1 + 0.1 + … still reaches its end.
    const beyond = step > 0 ? value - last : last - value;
    if (beyond > Math.abs(step) * 1e-9) {
      if (count > 0) yield* self.print("\n");
      return 0;
    }
    yield* self.print((count > 0 ? separator : "") + padded(value, decimals, width));
    yield* self.work();
  }
});

function decimalsOf(word: string): number {
  return /\.(\d+)/.exec(word)?.[1]?.length ?? 0;
}

function padded(value: number, decimals: number, width: number): string {
  const text = value.toFixed(decimals);
  return text.startsWith("-") ? `-${text.slice(1).padStart(width - 1, "0")}` : text.padStart(width, "0");
}
