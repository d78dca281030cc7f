import { goDuration } from "../api/meta/duration.js";

/** How one flag is written and read. `Value` is what the verb gets. */
export interface Flag<Value> {
  /** One letter: `-n`. */
  readonly short?: string;
  readonly default: Value;
  /** What `--flag` alone means; without it a value has to follow. */
  readonly bare?: string;
  /** The default as the help text shows it. */
  readonly shown: string;
  readonly help: string;
  readonly isRequired?: boolean;
  /** Taken for the sake of scripts that have it, and shown to nobody: there is nothing here that it could change. */
  readonly isHidden?: boolean;
  /** Why it is refused where it is given: something that kubectl does, and kjob does not. */
  readonly refusal?: string;
  /**
   * The value after one more occurrence of the flag; `previous` is undefined at the first.
   * Throws an Error whose message is the part after `for "--x" flag: `.
   */
  parse(text: string, previous: Value | undefined): Value;
}

/** The flags of a verb by their names in camel case: `dryRun` is `--dry-run`. */
export type FlagSet = Readonly<Record<string, Flag<unknown>>>;

/** What a verb gets for its flags. */
export type FlagValues<Flags> = {
  readonly [Name in keyof Flags]: Flags[Name] extends Flag<infer Value> ? Value : never;
};

/** The same flags, accepted and not shown: for verbs that refuse whatever they are given. */
export function hiddenFlags<Flags extends FlagSet>(flags: Flags): Flags {
  const hidden = Object.entries(flags).map(([name, flag]) => [name, { ...flag, isHidden: true }]);
  // Nothing but that is changed.
  return Object.fromEntries(hidden) as unknown as Flags;
}

interface Writing {
  readonly short?: string;
  readonly bare?: string;
  readonly isRequired?: boolean;
  readonly isHidden?: boolean;
}

/** A flag of kubectl's that is not supported: said to whoever gives it. */
export function refusedFlag(refusal: string, options: { readonly isBare?: boolean } = {}): Flag<undefined> {
  const bare = options.isBare === true ? { bare: "true" } : {};
  return { ...bare, isHidden: true, refusal, default: undefined, shown: "", help: "", parse: () => undefined };
}

/** `--watch`, `--watch=false`. */
export function boolFlag(help: string, options: Writing & { readonly default?: boolean } = {}): Flag<boolean> {
  const { default: value = false, ...writing } = options;
  return { bare: "true", ...writing, default: value, shown: String(value), help, parse: parseBool };
}

/** `--output yaml`; given twice, the last one counts. */
export function textFlag(help: string, options: Writing & { readonly default?: string } = {}): Flag<string> {
  const { default: value = "", ...writing } = options;
  return { ...writing, default: value, shown: `'${value}'`, help, parse: (text) => text };
}

/** `--filename a,b --filename c`: cut at commas, all of them count. */
export function listFlag(help: string, writing: Writing = {}): Flag<readonly string[]> {
  return {
    ...writing,
    default: [],
    shown: "[]",
    help,
    parse: (text, previous = []) => [...previous, ...(text === "" ? [] : text.split(","))],
  };
}

/** `--from-literal a=1,2 --from-literal b=3`: not cut, all of them count. */
export function repeatedFlag(help: string, writing: Writing = {}): Flag<readonly string[]> {
  return { ...writing, default: [], shown: "[]", help, parse: (text, previous = []) => [...previous, text] };
}

/** `--tail 5` */
export function integerFlag(help: string, options: Writing & { readonly default: number }): Flag<number> {
  const { default: value, ...writing } = options;
  return { ...writing, default: value, shown: String(value), help, parse: parseInteger };
}

/** `--timeout 30s`, in milliseconds. `bareNumbers`: `0` or `5` without a unit, which some flags take as seconds. */
export function durationFlag(
  help: string,
  options: Writing & { readonly defaultMs: number; readonly shown: string },
): Flag<number> {
  const { defaultMs, ...writing } = options;
  return { ...writing, default: defaultMs, help, parse: goDuration };
}

const booleans: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(["1", "t", "T", "TRUE", "true", "True"].map((text) => [text, true])),
  ...Object.fromEntries(["0", "f", "F", "FALSE", "false", "False"].map((text) => [text, false])),
};

/** A boolean as Go reads one; undefined for what is none. */
export function readBool(text: string): boolean | undefined {
  return Object.hasOwn(booleans, text) ? booleans[text] : undefined;
}

function parseBool(text: string): boolean {
  const value = readBool(text);
  if (value === undefined) throw new Error(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
  return value;
}

function parseInteger(text: string): number {
  const digits = text.replaceAll("_", "");
  if (!/^[+-]?(\d+|0[xX][\da-fA-F]+)$/.test(digits)) {
    throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  const value = Number(digits);
  if (!Number.isSafeInteger(value)) {
    throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`);
  }
  return value;
}

/** `dryRun` is written `--dry-run`. */
export function flagName(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
