import type { Node, Taint } from "../../api/generated/types.js";
import { labelKeyProblems, labelValueProblems } from "../../api/meta/identifiers.js";
import {
  dryRunFlag,
  fieldManagerFlag,
  outputFlags,
  parseDryRun,
  selectorFlag,
  validateFlag,
  writeOptions,
} from "../common-flags.js";
import { asError, throwCollected, UsageError } from "../errors.js";
import { boolFlag, hiddenFlags } from "../flags.js";
import { loadResultPrinter, resultOutput } from "../result-output.js";
import { fetchPlan, planSelection } from "../selection.js";
import { defineVerb } from "../verb.js";

const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

interface Removal {
  readonly key: string;
  /** "" for all. */
  readonly effect: string;
}

export const taintVerb = defineVerb({
  name: "taint",
  usage: "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
  about: "Put taints on nodes, which keep Pods away that do not tolerate them, or take them off.",
  examples: `# Keep Pods away
kubectl taint node node-1 dedicated=batch:NoSchedule

# No longer
kubectl taint node node-1 dedicated:NoSchedule-`,
  flags: {
    ...outputFlags,
    all: boolFlag("Select all nodes in the cluster"),
    dryRun: dryRunFlag,
    fieldManager: fieldManagerFlag("kubectl-taint"),
    overwrite: boolFlag("If true, allow taints to be overwritten"),
    selector: selectorFlag,
    ...hiddenFlags({ validate: validateFlag }),
  },
  complete: ({ flags, args }) => {
    const first = args.findIndex((arg, at) => at > 0 && (/[=:]/.test(arg) || arg.endsWith("-")));
    const targets = first === -1 ? args : args.slice(0, first);
    const specs = first === -1 ? [] : args.slice(first);
    const { added, removed } = parseTaints(specs);
    const type = targets[0]?.split("/")[0] ?? "";
    if (!["node", "nodes", "no"].includes(type.toLowerCase())) {
      throw new UsageError(`invalid resource type ${type}, only node(s) is supported`);
    }
    if (specs.length === 0) throw new UsageError("at least one taint update is required");
    if (targets.length === 1 && !targets[0]?.includes("/") && !flags.all && flags.selector === "") {
      throw new UsageError("at least one resource name must be specified since 'all' parameter is not set");
    }
    if (flags.all && flags.selector !== "")
      throw new UsageError("setting 'all' parameter with a non empty selector is prohibited");
    return {
      selection: { args: targets, labelSelector: flags.selector, all: flags.all },
      added,
      removed,
      overwrite: flags.overwrite,
      dryRun: parseDryRun(flags.dryRun),
      fieldManager: flags.fieldManager,
      result: resultOutput(flags),
    };
  },
  run: async (options, context) => {
    const client = await context.client();
    const { items, errors } = await fetchPlan(await planSelection(options.selection, context), client);
    throwCollected(errors);
    // A dry run prints what a taint prints, as kubectl has it.
    const print = await loadResultPrinter(options.result, context, { dryRun: "none" });
    const failures: Error[] = [];
    for (const { resource, name, object } of items) {
      try {
        const { taints, done } = changed((object as Node).spec?.taints ?? [], options, name);
        const { resourceVersion = "" } = object.metadata;
        const body = JSON.stringify({ metadata: { resourceVersion }, spec: { taints } });
        const after =
          options.dryRun === "client"
            ? ({ ...object, spec: { ...(object as Node).spec, taints } } as Node)
            : await client.patch(resource, "", name, { type: "merge", body }, writeOptions(options));
        print({ resource, object: after, done });
      } catch (error) {
        failures.push(asError(error));
      }
    }
    throwCollected(failures);
  },
});

function parseTaints(specs: readonly string[]) {
  const added: Taint[] = [];
  const removed: Removal[] = [];
  for (const spec of specs) {
    if (spec.endsWith("-")) {
      const [key = "", effect = ""] = spec.slice(0, -1).split(":");
      removed.push({ key: key.split("=")[0] ?? "", effect });
      if (effect !== "") requireEffect(effect);
      continue;
    }
    const [pair = "", effect = "", ...more] = spec.split(":");
    const [key = "", value = "", ...rest] = pair.split("=");
    if (effect === "" || more.length > 0 || rest.length > 0) throw new UsageError(`invalid taint spec: ${spec}`);
    const problems = [...labelKeyProblems(key), ...labelValueProblems(value)];
    if (problems.length > 0) throw new UsageError(`invalid taint spec: ${spec}, ${problems.join("; ")}`);
    requireEffect(effect);
    added.push({ key, ...(value === "" ? {} : { value }), effect: effect as Taint["effect"] });
  }
  return { added, removed };
}

function requireEffect(effect: string): void {
  if (!effects.includes(effect)) {
    throw new UsageError(`invalid taint effect: ${effect}, unsupported taint effect`);
  }
}

function changed(
  before: readonly Taint[],
  {
    added,
    removed,
    overwrite,
  }: { readonly added: readonly Taint[]; readonly removed: readonly Removal[]; readonly overwrite: boolean },
  node: string,
): { readonly taints: readonly Taint[]; readonly done: string } {
  const isSame = (left: Taint, right: Taint) => left.key === right.key && left.effect === right.effect;
  const taken = added.filter((taint) => before.some((each) => isSame(each, taint)));
  if (taken.length > 0 && !overwrite) {
    const keys = taken.map(({ key }) => key).join(",");
    throw new UsageError(`node ${node} already has ${keys} taint(s) with same effect(s) and --overwrite is false`);
  }
  const goes = (taint: Taint) =>
    removed.some(({ key, effect }) => taint.key === key && (effect === "" || taint.effect === effect));
  const missing = removed.find(
    (each) => !before.some((taint) => taint.key === each.key && (each.effect === "" || each.effect === taint.effect)),
  );
  if (missing !== undefined) {
    const { key, effect } = missing;
    throw new UsageError(`taint "${effect === "" ? key : `${key}:${effect}`}" not found`);
  }
  const kept = before.filter((taint) => !goes(taint) && !added.some((each) => isSame(each, taint)));
  const done =
    removed.length === 0 ? (taken.length > 0 ? "modified" : "tainted") : added.length === 0 ? "untainted" : "modified";
  return { taints: [...kept, ...added], done };
}
