import { StatusError } from "../api/meta/status.js";
import { type Resource, servedResources } from "../api/resources.js";
import { SeveralErrors, UsageError } from "./errors.js";
import { type FlagSet, flagName } from "./flags.js";
import { hintFor } from "./hints.js";
import { readBytes } from "./read-file.js";
import { suggest } from "./suggest.js";
import type { VerbContext } from "./verb.js";

/** How many names are suggested at most. */
const namesMax = 3;

/** What is known of the command that has failed. */
interface FailedCommand {
  readonly flags: FlagSet;
  /** Undefined where it failed before there was one. */
  readonly context?: VerbContext;
}

/**
 * Lines for a person at a terminal who has made a common mistake: what was probably meant. Never throws: who has failed once
 * is not told of a second failure.
 */
export async function hintsFor(error: unknown, command: FailedCommand): Promise<readonly string[]> {
  const errors = error instanceof SeveralErrors ? error.errors : [error];
  const hints: string[] = [];
  for (const each of errors) {
    const found = await probableMeaning(each, command).catch(() => undefined);
    if (found !== undefined) hints.push(found);
    const hint = hintFor(each);
    if (hint !== null) hints.push(hint);
  }
  return [...new Set(hints)];
}

async function probableMeaning(error: unknown, command: FailedCommand): Promise<string | undefined> {
  if (!(error instanceof Error)) return undefined;
  const [, type] = /the server doesn't have a resource type "([^"]+)"/.exec(error.message) ?? [];
  if (type !== undefined) return didYouMean(type, typeNames());
  const [, flag] = /^unknown flag: --(\S+)/.exec(error.message) ?? [];
  if (flag !== undefined && error instanceof UsageError) {
    return didYouMean(flag, Object.keys(command.flags).map(flagName), "--");
  }
  if (error instanceof StatusError) return hintForStatus(error, command);
  if (/yaml: |converting YAML/.test(error.message)) return hintForYaml(error.message, command);
  return undefined;
}

async function hintForStatus({ status, reason }: StatusError, command: FailedCommand): Promise<string | undefined> {
  const { details } = status;
  const { context } = command;
  if (reason !== "NotFound" || context === undefined || details?.name === undefined) return undefined;
  const resource = servedResources.find(({ name, group }) => name === details.kind && group === (details.group ?? ""));
  return resource === undefined ? undefined : didYouMean(details.name, await namesOf(resource, context));
}

async function namesOf(resource: Resource, context: VerbContext): Promise<readonly string[]> {
  const client = await context.client();
  const { items } = await client.list(resource, resource.namespaced ? { namespace: context.namespace } : {});
  return items.map(({ metadata }) => metadata.name ?? "");
}

function typeNames(): readonly string[] {
  return servedResources.flatMap(({ name, singular, shortNames }) => [name, singular, ...shortNames]);
}

function didYouMean(written: string, names: readonly string[], prefix = ""): string | undefined {
  const found = [...new Set(suggest(written, names))].filter((name) => name !== written && name.length > 1);
  if (found.length === 0) return undefined;
  return `did you mean ${found
    .slice(0, namesMax)
    .map((name) => `"${prefix}${name}"`)
    .join(" or ")}?`;
}

/** The line that a parser of YAML stumbled over, with the one before it. */
function hintForYaml(message: string, { context }: FailedCommand): string | undefined {
  const [, path] = /error parsing (\S+?): /.exec(message) ?? [];
  const [, number] = /line (\d+)/.exec(message) ?? [];
  if (path === undefined || number === undefined || context === undefined || path === "STDIN") return undefined;
  const text = new TextDecoder().decode(readBytes(path, context.edge.files, ""));
  const lines = text.split("\n");
  // A parser that has read on to the end names a line after the one that is wrong.
  const at = lines.findLastIndex((line, index) => index < Number(number) && line.trim() !== "");
  const line = lines[at];
  if (line === undefined) return undefined;
  const width = String(at + 1).length;
  const shown = [at - 1, at]
    .filter((index) => lines[index] !== undefined)
    .map((index) => `  ${String(index + 1).padStart(width)} | ${lines[index]}`);
  const indent = line.length - line.trimStart().length;
  const caret = `  ${" ".repeat(width)} | ${" ".repeat(indent)}^`;
  return `${path}, line ${at + 1}:\n${[...shown, caret].join("\n")}`;
}
