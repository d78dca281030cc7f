import { type Resource, resources, servedResources } from "../api/resources.js";
import { lookUpResource } from "./find-resource.js";
import { type FlagSet, flagName } from "./flags.js";
import { globalFlags } from "./global-flags.js";
import type { VerbContext } from "./verb.js";
import { findVerb, type VerbTable, verbs } from "./verbs.js";

/** Verbs whose first argument is a type of objects. */
const takeTypes = new Set([
  ...["get", "describe", "delete", "edit", "label", "annotate", "patch", "wait", "scale", "expose", "autoscale"],
  ...["set image", "set env", "set resources", "set serviceaccount", "set selector"],
  ...["rollout status", "rollout history", "rollout restart", "rollout undo", "rollout pause", "rollout resume"],
]);
const takePods = new Set(["logs", "exec", "attach", "cp", "debug", "port-forward"]);
const takeNodes = new Set(["cordon", "uncordon", "drain"]);

/** Words that can stand for the last one, which is not finished. Never throws for what the cluster does not answer. */
export async function completeWords(words: readonly string[], context: VerbContext): Promise<readonly string[]> {
  const last = words.at(-1) ?? "";
  const { path, args, table, flags } = await walk(words.slice(0, -1));
  const fitting = (found: readonly string[]) => [...new Set(found)].filter((each) => each.startsWith(last));
  if (last.startsWith("-")) return fitting(flagWords(flags));
  const previous = words.at(-2) ?? "";
  if (previous === "-n" || previous === "--namespace") return fitting(await namesOf(resources.namespaces, context));
  if (previous === "--context") return fitting(context.edge.config.contexts().map(({ name }) => name));
  if (previous === "-o" || previous === "--output") {
    const { outputFormats } = await import("./output-format.js");
    return fitting(outputFormats);
  }
  if (table !== undefined && args.length === 0) return fitting(Object.keys(table).sort());
  const verb = path.join(" ");
  if (verb === "config use-context") return fitting(context.edge.config.contexts().map(({ name }) => name));
  if (takePods.has(verb)) return fitting(await namesOf(resources.pods, context));
  if (takeNodes.has(verb)) return fitting(await namesOf(resources.nodes, context));
  if (verb === "explain" || takeTypes.has(verb)) return fitting(await objectWords(args, last, context));
  return [];
}

/** Follows the words to the verb that they name. */
async function walk(words: readonly string[]) {
  let table: VerbTable | undefined = verbs;
  let flags: FlagSet = globalFlags;
  const path: string[] = [];
  const args: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (word.startsWith("-")) {
      if (!word.includes("=") && takesValue(word, flags)) at += 1;
      continue;
    }
    const found: ReturnType<typeof findVerb> = table && findVerb(table, word);
    if (found === undefined || args.length > 0) {
      args.push(word);
      continue;
    }
    path.push(found.name);
    table = found.entry.subverbs;
    flags = { ...globalFlags, ...(await found.entry.load()).flags };
  }
  return { path, args, table, flags };
}

function takesValue(word: string, flags: FlagSet): boolean {
  const name = word.replace(/^-+/, "");
  const entry = Object.entries(flags).find(([key, { short }]) => flagName(key) === name || short === name);
  return entry !== undefined && entry[1].bare === undefined;
}

function flagWords(flags: FlagSet): readonly string[] {
  return Object.entries(flags)
    .map(([key, { bare }]) => `--${flagName(key)}${bare === undefined ? "=" : ""}`)
    .sort();
}

async function objectWords(args: readonly string[], last: string, context: VerbContext): Promise<readonly string[]> {
  const [type] = args;
  const slash = last.indexOf("/");
  if (type === undefined && slash !== -1) {
    const written = last.slice(0, slash);
    const resource = lookUpResource(written);
    if (resource === undefined) return [];
    return (await namesOf(resource, context)).map((name) => `${written}/${name}`);
  }
  if (type === undefined) return servedResources.map(({ name }) => name);
  const resource = lookUpResource(type);
  return resource === undefined ? [] : namesOf(resource, context);
}

async function namesOf(resource: Resource, context: VerbContext): Promise<readonly string[]> {
  try {
    const client = await context.client();
    const { items } = await client.list(resource, resource.namespaced ? { namespace: context.namespace } : {});
    return items.map(({ metadata }) => metadata.name ?? "").sort();
  } catch {
    // Whoever presses the tabulator is told nothing about a cluster that cannot be asked.
    return [];
  }
}
