/** Options of MongoDB's programs: long ones with one or two dashes, with `=` or a word behind them, or alone. */
export interface Arguments {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
  /** The first option that is not known, or that lacks its value. */
  readonly wrong: { readonly option: string; readonly reason: "unknown" | "value" } | null;
}

interface OptionTable {
  /** Options that take a value. */
  readonly valued: readonly string[];
  readonly flags: readonly string[];
  /** Short names, with the long one that each stands for. */
  readonly short: Readonly<Record<string, string>>;
}

export function parseArguments(args: readonly string[], { valued, flags, short }: OptionTable): Arguments {
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  let wrong: Arguments["wrong"] = null;
  const take = (name: string, value: string) => values.set(name, [...(values.get(name) ?? []), value]);
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? "";
    const [, dashes = "", text = "", attached] = /^(--?)([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (dashes === "") {
      operands.push(word);
      continue;
    }
    const name = dashes === "-" ? (short[text] ?? text) : text;
    if (valued.includes(name)) {
      const value = attached ?? args[++at];
      if (value === undefined) wrong ??= { option: word, reason: "value" };
      else take(name, value);
    } else if (flags.includes(name)) take(name, attached ?? "true");
    else if (dashes === "-" && short[text[0] ?? ""] !== undefined && valued.includes(short[text[0] ?? ""] ?? "")) {
      take(short[text[0] ?? ""] ?? "", text.slice(1));
    } else wrong ??= { option: word, reason: "unknown" };
  }
  return { values, operands, wrong };
}
