import { goDuration } from "../api/meta/duration.js";
import type { ApiClient } from "../client/api-client.js";
import { PrinterError } from "../printers/printer-error.js";
import type { KubectlEdge } from "./edge.js";
import { ConfigurationError, ExitError, UsageError } from "./errors.js";
import { type FlagSet, flagName } from "./flags.js";
import { globalFlags, impersonating, isColored, remoteRequestOf } from "./global-flags.js";
import { printError } from "./print-error.js";
import { suggest } from "./suggest.js";
import { unsupportedVerbs } from "./unsupported-verbs.js";
import type { Invocation, Verb, VerbContext } from "./verb.js";
import { completeEntry, findVerb, type VerbEntry, type VerbTable, verbs } from "./verbs.js";

/** Names that are suggested, in kubectl's order; those of verbs that are told to be missing too. */
const suggestedNames = [
  ...["create", "expose", "run", "set", "explain", "get", "edit", "delete", "rollout", "scale", "autoscale"],
  ...["certificate", "cluster-info", "top", "cordon", "uncordon", "drain", "taint", "describe", "logs", "attach"],
  ...["exec", "port-forward", "proxy", "cp", "auth", "debug", "events", "diff", "apply", "patch", "replace", "wait"],
  ...["kustomize", "label", "annotate", "completion", "api-resources", "api-versions", "config", "plugin", "version"],
];

/** Of what Ctrl-C ends: as a shell tells of a program that SIGINT has ended. */
const interruptedStatus = 130;

/** What messages call the command, whatever the reader typed: the words that a search finds. */
const commandName = "kubectl";

/**
 * Runs one command of kubectl's and resolves to its exit status. Everything expected to fail is told on standard error;
 * only defects are thrown.
 */
export async function runKubectl(argv: readonly string[], edge: KubectlEdge): Promise<number> {
  let command = commandName;
  let failureOffset = 0;
  const progress: CommandProgress = { flags: globalFlags };
  try {
    if (asksForOverview(argv)) {
      const { overviewText } = await import("./help-text.js");
      edge.out(overviewText(verbs));
      return 0;
    }
    const found = findCommand(argv);
    failureOffset = found.entry.failureOffset ?? 0;
    command = [commandName, ...found.path].join(" ");
    await runVerb(await found.entry.load(), found, command, edge, progress);
    return edge.signal?.aborted === true ? interruptedStatus : 0;
  } catch (error) {
    if (edge.signal?.aborted === true) return interruptedStatus;
    // A template that fails half-way has printed its first half.
    if (error instanceof PrinterError && error.output !== "") edge.out(error.output);
    const { text, exitStatus } = printError(error, command);
    if (text !== "") edge.err(text);
    if (edge.isTerminal.err) await tellHints(error, progress, edge);
    return error instanceof ExitError ? exitStatus : exitStatus + failureOffset;
  }
}

/** How far a command has come; hints are made of it. */
interface CommandProgress {
  flags: FlagSet;
  context?: VerbContext;
}

/** What a person at a terminal is told beside the error; into a pipe goes what kubectl prints. */
async function tellHints(error: unknown, progress: CommandProgress, edge: KubectlEdge): Promise<void> {
  const { hintsFor } = await import("./probable-meaning.js");
  for (const hint of await hintsFor(error, progress)) edge.err(`hint: ${hint}\n`);
}

async function runVerb(
  verb: Verb,
  found: FoundCommand,
  command: string,
  edge: KubectlEdge,
  progress: CommandProgress,
): Promise<void> {
  const { parseArguments } = await import("./parse-arguments.js");
  const flags = { ...globalFlags, ...verb.flags };
  progress.flags = flags;
  const parsed = parseArguments(found.rest, flags);
  const invocation = verb.takesCommand === true ? parsed : withoutDash(parsed);
  if (invocation.wantsHelp) {
    const { helpText } = await import("./help-text.js");
    edge.out(helpText(verb, command, found.entry.subverbs));
    return;
  }
  if (found.entry.needsSubverb !== undefined) {
    if (invocation.args.length > 0) {
      throw new UsageError(`unknown command ${JSON.stringify(invocation.args.join(" "))}`, "examples");
    }
    const { helpText } = await import("./help-text.js");
    edge[found.entry.needsSubverb.helpGoesTo](helpText(verb, command, found.entry.subverbs));
    throw new ExitError("", 1);
  }
  const context = await contextOf(edge, command, invocation);
  progress.context = context;
  await warnOfDryRun(invocation.flags, edge);
  try {
    await verb.invoke(invocation, context);
  } catch (error) {
    if (error instanceof UsageError && error.pointer === "help") {
      const { helpText } = await import("./help-text.js");
      edge.out(helpText(verb, command, found.entry.subverbs));
    }
    throw error;
  }
}

async function warnOfDryRun({ dryRun }: Readonly<Record<string, unknown>>, edge: KubectlEdge): Promise<void> {
  if (typeof dryRun !== "string" || dryRun === "none") return;
  const { dryRunWarning } = await import("./common-flags.js");
  const warning = dryRunWarning(dryRun);
  if (warning === undefined) return;
  const { logLine } = await import("./log-line.js");
  edge.err(`${logLine("W", warning.place, warning.message, await edge.now())}\n`);
}

/** `--` ends the flags; what stands behind it is an argument like any other, but for verbs that run a command. */
function withoutDash<Parsed extends Invocation<FlagSet>>(parsed: Parsed): Parsed {
  const { args, argsAfterDash } = parsed;
  return argsAfterDash === null ? parsed : { ...parsed, args: [...args, ...argsAfterDash], argsAfterDash: null };
}

interface FoundCommand {
  readonly path: readonly string[];
  readonly entry: VerbEntry;
  /** The arguments without the verb's names; global flags before it included. */
  readonly rest: readonly string[];
}

function findCommand(argv: readonly string[]): FoundCommand {
  const [first, ...others] = argv;
  if (first === "help") return findCommand([...others, "--help"]);
  if (first === "__complete") return { path: ["__complete"], entry: completeEntry, rest: ["--", ...others] };
  let table: VerbTable | undefined = verbs;
  let rest = argv;
  let entry: VerbEntry | undefined;
  const path: string[] = [];
  while (table !== undefined) {
    const at = positionOfVerb(rest);
    const written = at === -1 ? undefined : rest[at];
    const found: ReturnType<typeof findVerb> = written === undefined ? undefined : findVerb(table, written);
    if (found === undefined) {
      if (entry === undefined) throw unknownCommand(written ?? "");
      refuseUnsupported([...path, written].join(" "));
      break;
    }
    entry = found.entry;
    path.push(found.name);
    rest = rest.filter((_, index) => index !== at);
    table = entry.subverbs;
  }
  if (entry === undefined) throw unknownCommand("");
  return { path, entry, rest };
}

/** `help` or `--help` without a verb. */
function asksForOverview(argv: readonly string[]): boolean {
  if (argv.length === 1 && argv[0] === "help") return true;
  return positionOfVerb(argv) === -1 && argv.some((arg) => arg === "--help" || arg === "-h");
}

/** The first argument that is neither a flag nor a flag's value; -1 where there is none. */
function positionOfVerb(argv: readonly string[]): number {
  const valued = new Set<string>();
  for (const [key, flag] of Object.entries<FlagSet[string]>(globalFlags)) {
    if (flag.bare !== undefined) continue;
    valued.add(`--${flagName(key)}`);
    if (flag.short !== undefined) valued.add(`-${flag.short}`);
  }
  for (let at = 0; at < argv.length; at += 1) {
    const token = argv[at] ?? "";
    if (token === "--") return -1;
    if (!token.startsWith("-")) return at;
    if (valued.has(token)) at += 1;
  }
  return -1;
}

/** @throws UsageError for what kubectl has, and this program has not */
function refuseUnsupported(command: string): void {
  const advice = Object.hasOwn(unsupportedVerbs, command) ? unsupportedVerbs[command] : undefined;
  if (advice !== undefined) throw new UsageError(`kubectl ${command} is not supported: ${advice}`);
}

function unknownCommand(written: string): UsageError {
  refuseUnsupported(written);
  const meant = suggest(written, suggestedNames);
  const hint = meant.length === 0 ? "" : `\n\nDid you mean this?\n${meant.map((name) => `\t${name}\n`).join("")}`;
  return new UsageError(`unknown command ${JSON.stringify(written)} for ${JSON.stringify(commandName)}${hint}`);
}

async function contextOf(
  edge: KubectlEdge,
  command: string,
  { flags, given }: { readonly flags: Readonly<Record<string, unknown>>; readonly given: ReadonlySet<string> },
): Promise<VerbContext> {
  const namespace = given.has("namespace") ? String(flags.namespace) : "";
  const timeoutMs = requestTimeoutMs(String(flags.requestTimeout));
  let opened: Promise<ApiClient> | undefined;
  let until: number | undefined;
  const chosen = await chooseCluster(edge, command, flags);
  const warned = new Set<string>();
  const client = () => {
    opened ??= edge.client({
      onWarning: (message) => {
        // what several objects of one command have in common is said once
        if (warned.has(message)) return;
        warned.add(message);
        edge.err(`Warning: ${message}\n`);
      },
      ...(chosen.context === undefined ? {} : { context: chosen.context }),
      ...impersonating(flags),
    });
    return opened;
  };
  return {
    edge,
    command,
    isColored: isColored(flags, edge.color),
    client,
    namespace: namespace || chosen.namespace || "default",
    isNamespaceExplicit: namespace !== "",
    untilMs: async () => {
      if (timeoutMs === 0) return undefined;
      until ??= (await edge.now()) + timeoutMs;
      return until;
    },
  };
}

/** One of kjob's own clusters, or another one where the flags name it; never one that only the environment names. */
async function chooseCluster(
  edge: KubectlEdge,
  command: string,
  flags: Readonly<Record<string, unknown>>,
): Promise<{ readonly context?: string; readonly namespace: string }> {
  const remote = remoteRequestOf(flags);
  if (remote !== undefined) {
    if (command.startsWith(`${commandName} config`)) {
      throw new UsageError("config keeps kjob's own contexts: change a kubeconfig with kubectl");
    }
    const used = await edge.useRemote?.(remote);
    if (used === undefined) throw contextNotFound(remote.context ?? "");
    return used;
  }
  const name = String(flags.context);
  if (name === "") return { namespace: edge.config.namespace() };
  const own = edge.config.contexts().find((each) => each.name === name);
  if (own !== undefined) return { context: own.name, namespace: own.namespace };
  const used = await edge.useRemote?.({
    context: name,
    allowExecPlugins: flags.allowExecPlugins === true,
    verbosity: Number(flags.v),
    ...impersonating(flags),
  });
  if (used === undefined) throw contextNotFound(name);
  return used;
}

function contextNotFound(name: string): ConfigurationError {
  return new ConfigurationError(`context was not found for specified context: ${name}`);
}

/** A number alone counts seconds; 0 is for ever. */
function requestTimeoutMs(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  try {
    return goDuration(text);
  } catch {
    throw new UsageError(
      "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)",
    );
  }
}
