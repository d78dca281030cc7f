import type { Node } from "../../api/generated/types.js";
import { resources } from "../../api/resources.js";
import { type DryRun, dryRunFlag, parseDryRun, selectorFlag, writeOptions } from "../common-flags.js";
import { throwCollected, UsageError } from "../errors.js";
import { goResourceText } from "../find-resource.js";
import { dryRunSuffix } from "../result-line.js";
import { type Fetched, fetchPlan, planSelection } from "../selection.js";
import { defineVerb, type VerbContext } from "../verb.js";

/** The nodes that a command names, or that a selector means. */
export async function findNodes(
  { names, selector }: { readonly names: readonly string[]; readonly selector: string },
  context: VerbContext,
): Promise<readonly Fetched[]> {
  // A name may have its type in front, and then all are of the same form.
  const args = names.some((name) => name.includes("/"))
    ? names.map((name) => (name.includes("/") ? name : `nodes/${name}`))
    : ["nodes", ...names];
  const selection = { args, labelSelector: selector };
  const { items, errors } = await fetchPlan(await planSelection(selection, context), await context.client());
  throwCollected(errors);
  const other = items.find(({ resource }) => resource.name !== "nodes");
  if (other !== undefined) {
    throw new UsageError(`expected resource of type node, got ${JSON.stringify(goResourceText(other.resource))}`);
  }
  return items;
}

/** Marks a node so that no new Pods come to it, or takes that back; says what it did. */
export async function setUnschedulable(
  { name, object }: Fetched,
  isWanted: boolean,
  dryRun: DryRun,
  context: VerbContext,
): Promise<void> {
  const done = isWanted ? "cordoned" : "uncordoned";
  const isSet = (object as Node).spec?.unschedulable === true;
  if (isSet === isWanted) {
    context.edge.out(`node/${name} already ${done}${dryRunSuffix(dryRun)}\n`);
    return;
  }
  if (dryRun !== "client") {
    const client = await context.client();
    const body = JSON.stringify({ spec: { unschedulable: isWanted ? true : null } });
    await client.patch(resources.nodes, "", name, { type: "strategic", body }, writeOptions({ dryRun }));
  }
  context.edge.out(`node/${name} ${done}${dryRunSuffix(dryRun)}\n`);
}

/** Throws where neither nodes nor a selector are given, or both are. */
export function checkNodeArguments(names: readonly string[], selector: string, command: string): void {
  if (names.length > 0 && selector !== "") {
    throw new UsageError("error: cannot specify both a node name and a --selector option", "examples");
  }
  if (names.length === 0 && selector === "") throw new UsageError(`USAGE: ${command} NODE [flags]`, "examples");
}

function cordoningVerb(name: "cordon" | "uncordon", about: string) {
  return defineVerb({
    name,
    usage: "NODE",
    about,
    examples: `# The node of that name
kubectl ${name} node-1`,
    flags: { dryRun: dryRunFlag, selector: selectorFlag },
    complete: ({ flags, args }) => {
      checkNodeArguments(args, flags.selector, name);
      return { names: args, selector: flags.selector, dryRun: parseDryRun(flags.dryRun) };
    },
    run: async (options, context) => {
      for (const node of await findNodes(options, context)) {
        await setUnschedulable(node, name === "cordon", options.dryRun, context);
      }
    },
  });
}

export const cordonVerb = cordoningVerb("cordon", "Mark a node as unschedulable: no new Pods come to it.");
export const uncordonVerb = cordoningVerb("uncordon", "Mark a node as schedulable again.");
