import { Command, InvalidArgumentError, Option } from "commander";
import { UsageError } from "./errors.js";
import { type Flag, type FlagSet, flagName } from "./flags.js";
import { refusedFlags } from "./global-flags.js";
import type { Invocation } from "./verb.js";

/**
 * Reads the arguments of a verb. kubectl's grammar of flags is wider than a usual one (`-ojson`, `-itc main`,
 * `--watch=false`, a flag whose value may be left out), so arguments are first brought to the form `--flag=value`; the
 * values are then commander's to collect and to check.
 * @see github.com/spf13/pflag flag.go, parseArgs
 */
export function parseArguments(argv: readonly string[], flags: FlagSet): Invocation<FlagSet> & { wantsHelp: boolean } {
  const { tokens, args, argsAfterDash, wantsHelp } = normalise(argv, flags);
  const given = new Set<string>();
  const command = new Command()
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .helpOption(false);
  for (const [key, flag] of Object.entries(flags)) command.addOption(optionOf(key, flag, given));
  if (wantsHelp) return { flags: command.opts(), given, args, argsAfterDash, wantsHelp };
  command.parse(tokens, { from: "user" });
  const missing = Object.entries(flags).filter(([key, flag]) => flag.isRequired === true && !given.has(key));
  if (missing.length > 0) {
    const names = missing.map(([key]) => JSON.stringify(flagName(key))).join(", ");
    throw new UsageError(`required flag(s) ${names} not set`);
  }
  return { flags: command.opts(), given, args, argsAfterDash, wantsHelp };
}

function optionOf(key: string, flag: Flag<unknown>, given: Set<string>): Option {
  const long = flagName(key);
  const option = new Option(`--${long} <value>`, flag.help).default(flag.default);
  // commander reads `--no-x` as the opposite of `--x`; kubectl's `--no-headers` is a flag like any other.
  option.negate = false;
  option.argParser((text: string, previous: unknown) => {
    const before = given.has(key) ? previous : undefined;
    given.add(key);
    if (flag.refusal !== undefined) throw new UsageError(`--${long} is not supported: ${flag.refusal}`);
    try {
      return flag.parse(text, before);
    } catch (error) {
      if (!(error instanceof Error) || error instanceof InvalidArgumentError) throw error;
      const name = flag.short === undefined ? `--${long}` : `-${flag.short}, --${long}`;
      throw new UsageError(`invalid argument ${JSON.stringify(text)} for "${name}" flag: ${error.message}`, "usage");
    }
  });
  return option;
}

interface Normalised {
  readonly tokens: string[];
  readonly args: string[];
  readonly argsAfterDash: string[] | null;
  readonly wantsHelp: boolean;
}

function normalise(argv: readonly string[], flags: FlagSet): Normalised {
  const byName = new Map<string, Flag<unknown>>();
  const byShort = new Map<string, string>();
  for (const [key, flag] of Object.entries(flags)) {
    byName.set(flagName(key), flag);
    if (flag.short !== undefined) byShort.set(flag.short, flagName(key));
  }
  const tokens: string[] = [];
  const args: string[] = [];
  let argsAfterDash: string[] | null = null;
  let wantsHelp = false;
  for (let at = 0; at < argv.length; at += 1) {
    const token = argv[at] ?? "";
    if (token === "--") {
      argsAfterDash = argv.slice(at + 1);
      break;
    }
    if (token === "-" || !token.startsWith("-")) {
      args.push(token);
    } else if (token === "--help" || token === "-h") {
      wantsHelp = true;
    } else if (token.startsWith("--")) {
      const read = readLong(token, argv[at + 1], byName);
      tokens.push(read.token);
      if (read.tookNext) at += 1;
    } else {
      const read = readShort(token, argv[at + 1], byName, byShort);
      tokens.push(...read.tokens);
      if (read.tookNext) at += 1;
      wantsHelp ||= read.wantsHelp;
    }
  }
  return { tokens, args, argsAfterDash, wantsHelp };
}

function readLong(token: string, next: string | undefined, byName: ReadonlyMap<string, Flag<unknown>>) {
  const equals = token.indexOf("=");
  const name = token.slice(2, equals === -1 ? undefined : equals);
  if (name === "" || name.startsWith("-")) throw new UsageError(`bad flag syntax: ${token}`, "usage");
  const flag = byName.get(name);
  if (flag === undefined) {
    const advice = Object.hasOwn(refusedFlags, name) ? refusedFlags[name] : undefined;
    if (advice !== undefined) throw new UsageError(`--${name} is not supported: ${advice}`);
    throw new UsageError(`unknown flag: --${name}`, "usage");
  }
  if (equals !== -1) return { token, tookNext: false };
  if (flag.bare !== undefined) return { token: `${token}=${flag.bare}`, tookNext: false };
  if (next === undefined) throw new UsageError(`flag needs an argument: --${name}`, "usage");
  return { token: `${token}=${next}`, tookNext: true };
}

/** `-itc main`: flags without a value in a row; the first that takes one takes the rest, or the next argument. */
function readShort(
  token: string,
  next: string | undefined,
  byName: ReadonlyMap<string, Flag<unknown>>,
  byShort: ReadonlyMap<string, string>,
) {
  const tokens: string[] = [];
  for (let at = 1; at < token.length; at += 1) {
    const letter = token.charAt(at);
    const name = byShort.get(letter);
    const flag = name === undefined ? undefined : byName.get(name);
    const rest = token.slice(at + 1);
    if (flag === undefined) {
      if (letter === "h") return { tokens, tookNext: false, wantsHelp: true };
      throw new UsageError(`unknown shorthand flag: '${letter}' in -${token.slice(at)}`, "usage");
    }
    if (rest.startsWith("=") && rest !== "=")
      return { tokens: [...tokens, `--${name}${rest}`], tookNext: false, wantsHelp: false };
    if (flag.bare !== undefined) {
      tokens.push(`--${name}=${flag.bare}`);
    } else if (rest !== "") {
      return { tokens: [...tokens, `--${name}=${rest}`], tookNext: false, wantsHelp: false };
    } else if (next === undefined) {
      throw new UsageError(`flag needs an argument: '${letter}' in -${token.slice(at)}`, "usage");
    } else {
      return { tokens: [...tokens, `--${name}=${next}`], tookNext: true, wantsHelp: false };
    }
  }
  return { tokens, tookNext: false, wantsHelp: false };
}
