import type { ControllerRevision, PodTemplateSpec, StatefulSet } from "../../api/generated/types.js";
import type { KubeObject } from "../../api/meta/object.js";
import { resources } from "../../api/resources.js";
import { isAtLeast } from "../../api/versions/emulated-version.js";
import type { ApiClient } from "../../client/api-client.js";
import type { JsonObject } from "../../registry/patch/json-value.js";
import { lastAppliedAnnotation } from "../../registry/patch/last-applied.js";
import { type DryRun, dryRunFlag, outputFlags, parseDryRun, writeOptions } from "../common-flags.js";
import { asError, throwCollected, UsageError } from "../errors.js";
import { qualifiedKind } from "../find-resource.js";
import { integerFlag } from "../flags.js";
import { objectName } from "../result-line.js";
import { loadResultPrinter, type ResultOutput, resultOutput } from "../result-output.js";
import { checkRevision, fetchRollouts, rolloutFlags, rolloutSelection } from "../rollout.js";
import type { Fetched } from "../selection.js";
import { defineVerb, type VerbContext } from "../verb.js";
import { isControlledBy } from "./rollout.js";

const changeCauseAnnotation = "kubernetes.io/change-cause";

export const rolloutHistoryVerb = defineVerb({
  name: "rollout history",
  usage: "(TYPE NAME | TYPE/NAME) [flags]",
  about: "Show the revisions of a stateful set's template, or one of them.",
  examples: `# The revisions that are kept
kubectl rollout history statefulset/quiz

# The template of one
kubectl rollout history statefulset/quiz --revision=2`,
  flags: { ...rolloutFlags, ...outputFlags, revision: integerFlag("The revision to show in detail", { default: 0 }) },
  complete: ({ flags, args }) => {
    const selection = rolloutSelection(flags, args);
    checkRevision(flags.revision);
    return { selection, revision: flags.revision, result: resultOutput(flags) };
  },
  run: async ({ selection, revision, result }, context) => {
    const { items, errors } = await fetchRollouts(selection, context);
    const print = await loadResultPrinter(result, context, { dryRun: "none" });
    for (const item of items) {
      if (item.resource.name !== "statefulsets") {
        throw new UsageError(
          `no history viewer has been implemented for ${JSON.stringify(qualifiedKind(item.resource))}`,
        );
      }
      const history = await historyOf(item, await context.client());
      const shown = history.find((each) => each.revision === revision);
      if (revision > 0 && shown === undefined) throw new UsageError("unable to find the specified revision");
      if (result.output.format !== "") {
        const wanted = shown === undefined ? history : [shown];
        const { strategicMerge } = await import("../../registry/patch/strategic-merge.js");
        for (const { data } of wanted) {
          const merged = strategicMerge(item.object as unknown as JsonObject, data as JsonObject, "StatefulSet");
          print({ resource: item.resource, object: merged as unknown as KubeObject, done: "" });
        }
        continue;
      }
      const name = objectName(item.resource, item.name);
      const text = shown === undefined ? await listText(history) : await templateText(shown, context);
      context.edge.out(`${name} ${revision > 0 ? `with revision #${revision}` : ""}\n${text}\n`);
    }
    throwCollected(errors);
  },
});

async function historyOf({ namespace, object }: Fetched, client: ApiClient): Promise<readonly ControllerRevision[]> {
  const { items } = await client.list(resources.controllerrevisions, { namespace });
  return (items as readonly ControllerRevision[])
    .filter((each) => isControlledBy(each, object.metadata.uid))
    .toSorted((left, right) => left.revision - right.revision);
}

async function listText(history: readonly ControllerRevision[]): Promise<string> {
  if (history.length === 0) return "No rollout history found.";
  const { describeLayout, TabWriter } = await import("../../printers/tab-writer.js");
  let text = "";
  const writer = new TabWriter((part) => {
    text += part;
  }, describeLayout);
  writer.write("REVISION\tCHANGE-CAUSE\n");
  for (const { revision, metadata } of history) {
    writer.write(`${revision}\t${metadata.annotations?.[changeCauseAnnotation] ?? "<none>"}\n`);
  }
  writer.flush();
  return text;
}

async function templateText({ data }: ControllerRevision, { edge }: VerbContext): Promise<string> {
  const [{ DescribeWriter }, { describePodTemplate }] = await Promise.all([
    import("../../printers/describe/describe-writer.js"),
    import("../../printers/describe/pod-template.js"),
  ]);
  const { spec } = data as { readonly spec?: { readonly template?: PodTemplateSpec } };
  const writer = new DescribeWriter({
    now: await edge.now(),
    version: await edge.version(),
    zone: edge.timezoneOffset,
    // kubectl prints this template as it comes, with its tabs.
    isUnaligned: true,
  });
  describePodTemplate(writer, spec?.template);
  return writer.finish();
}

export const rolloutUndoVerb = defineVerb({
  name: "rollout undo",
  usage: "(TYPE NAME | TYPE/NAME) [flags]",
  about: "Go back to an earlier revision of a stateful set's template.",
  examples: `# Back to the one before
kubectl rollout undo statefulset/quiz

# Back to a certain one
kubectl rollout undo statefulset/quiz --to-revision=1`,
  flags: {
    ...rolloutFlags,
    ...outputFlags,
    dryRun: dryRunFlag,
    toRevision: integerFlag("The revision to go back to; 0 is the last one before this", { default: 0 }),
  },
  complete: ({ flags, args }) => ({
    selection: rolloutSelection(flags, args),
    toRevision: flags.toRevision,
    dryRun: parseDryRun(flags.dryRun),
    result: resultOutput(flags),
  }),
  run: async (options, context) => {
    const { items, errors } = await fetchRollouts(options.selection, context);
    for (const item of items) await undo(item, options, context);
    throwCollected(errors);
  },
});

/** Newer versions warn of what an apply does not know of. */
async function warnsOfApplied({ edge }: VerbContext): Promise<boolean> {
  return isAtLeast(await edge.version(), "1.36");
}

async function undo(
  item: Fetched,
  {
    toRevision,
    dryRun,
    result,
  }: { readonly toRevision: number; readonly dryRun: DryRun; readonly result: ResultOutput },
  context: VerbContext,
): Promise<void> {
  const { resource, namespace, name } = item;
  if (item.object.metadata.annotations?.[lastAppliedAnnotation] !== undefined && (await warnsOfApplied(context))) {
    context.edge.err(
      `Warning: resource ${resource.name}/${name} was previously managed with 'kubectl apply'. Rolling back will not update the ${lastAppliedAnnotation} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.\n`,
    );
  }
  if (resource.name !== "statefulsets") {
    throw new UsageError(`no rollbacker has been implemented for ${JSON.stringify(qualifiedKind(resource))}`);
  }
  const client = await context.client();
  const history = await historyOf(item, client);
  if (toRevision === 0 && history.length <= 1) throw new UsageError("no last revision to roll back to");
  const target = toRevision === 0 ? history.at(-2) : history.find(({ revision }) => revision === toRevision);
  if (target === undefined) throw new UsageError(`unable to find specified revision ${toRevision} in history`);
  if (dryRun === "client") {
    context.edge.out(`${objectName(resource, name)} ${await templateText(target, context)} (dry run)\n`);
    return;
  }
  const print = await loadResultPrinter(result, context, { dryRun });
  if (target.metadata.name === (item.object as StatefulSet).status?.updateRevision) {
    const done = `skipped rollback (current template already matches revision ${toRevision})`;
    print({ resource, object: item.object, done });
    return;
  }
  try {
    const body = JSON.stringify(target.data);
    await client.patch(resource, namespace, name, { type: "strategic", body }, writeOptions({ dryRun }));
  } catch (error) {
    throw new UsageError(`failed restoring revision ${toRevision}: ${asError(error).message}`);
  }
  // As kubectl prints it: the object that it began with.
  print({ resource, object: item.object, done: "rolled back" });
}
