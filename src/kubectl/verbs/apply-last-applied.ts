import type { KubeObject } from "../../api/meta/object.js";
import type { Resource } from "../../api/resources.js";
import type { JsonObject } from "../../registry/patch/json-value.js";
import { goJsonText, lastAppliedAnnotation, lastAppliedOf } from "../../registry/patch/last-applied.js";
import { dryRunFlag, fieldManagerFlag, fileFlags, outputFlags, parseDryRun, selectorFlag } from "../common-flags.js";
import { throwCollected, UsageError } from "../errors.js";
import { boolFlag, listFlag, textFlag } from "../flags.js";
import { fileArguments, readFileObjects } from "../manifest-files.js";
import { missingResourceMessage } from "../resource-arguments.js";
import { loadResultPrinter, resultOutput } from "../result-output.js";
import { fetchPlan, planSelection } from "../selection.js";
import { defineVerb, type VerbContext } from "../verb.js";
import { editedObjects, withoutComments } from "./edit.js";

/** @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/apply/apply_view_last_applied.go */
export const viewLastAppliedVerb = defineVerb({
  name: "apply view-last-applied",
  usage: "(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
  about: "View the configuration that was applied last, as its annotation has kept it.",
  examples: `# View what was applied last to a Job
kubectl apply view-last-applied job/pi

# View it as JSON
kubectl apply view-last-applied job/pi -o json`,
  flags: {
    ...fileFlags,
    all: boolFlag("Select all resources in the namespace of the specified resource types"),
    output: textFlag("Output format. Must be one of (yaml, json)", { short: "o", default: "yaml" }),
    selector: selectorFlag,
  },
  complete: ({ flags, args }) => ({
    format: flags.output,
    selection: {
      args,
      files: fileArguments(flags),
      labelSelector: flags.selector,
      all: flags.all,
    },
  }),
  run: async ({ format, selection }, context) => {
    const plan = await planSelection(selection, context);
    const { items, errors } = await fetchPlan(plan, await context.client());
    // The first that cannot be had ends it.
    if (errors[0] !== undefined) throw errors[0];
    for (const { object } of items) {
      const text = lastAppliedOf(object as unknown as JsonObject);
      if (text !== undefined) context.edge.out(await shownConfiguration(text, format));
    }
  },
});

async function shownConfiguration(text: string, format: string): Promise<string> {
  const configuration: unknown = JSON.parse(text);
  switch (format) {
    case "json":
      return JSON.stringify(configuration, null, 2) + text.slice(text.trimEnd().length);
    case "yaml": {
      const { printYaml } = await import("../../printers/yaml.js");
      return printYaml(configuration);
    }
    default:
      throw new UsageError(
        `Unexpected -o output mode: ${format}, the flag 'output' must be one of yaml|json`,
        "examples",
      );
  }
}

/** @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/apply/apply_set_last_applied.go */
export const setLastAppliedVerb = defineVerb({
  name: "apply set-last-applied",
  usage: "-f FILENAME",
  about:
    "Set the annotation that keeps the configuration applied last to what a file says, as if the file had been applied, and change nothing else.",
  examples: `# Set what was applied last to what a file says
kubectl apply set-last-applied -f pi.yaml

# The same for an object that was never applied
kubectl apply set-last-applied -f pi.yaml --create-annotation=true`,
  flags: {
    ...outputFlags,
    filename: listFlag("Filename, directory, or - for standard input, identifying the resources", { short: "f" }),
    createAnnotation: boolFlag(
      "Will create 'last-applied-configuration' annotations if current objects doesn't have one",
    ),
    dryRun: dryRunFlag,
  },
  complete: ({ flags }) => {
    if (flags.filename.length === 0) throw new UsageError(missingResourceMessage);
    return {
      files: { filenames: flags.filename, recursive: false, kustomize: "", validate: false },
      createAnnotation: flags.createAnnotation,
      dryRun: parseDryRun(flags.dryRun),
      result: resultOutput(flags),
    };
  },
  run: async ({ files, createAnnotation, dryRun, result }, context) => {
    const { objects, errors } = await readFileObjects(files, context);
    throwCollected(errors);
    const client = await context.client();
    const changed: {
      readonly resource: Resource;
      readonly namespace: string;
      readonly current: KubeObject;
      readonly text: string;
    }[] = [];
    for (const { resource, namespace, object } of objects) {
      const { name = "" } = object.metadata;
      const current = await client.get(resource, namespace, name);
      const before = lastAppliedOf(current as unknown as JsonObject);
      if (before === undefined && !createAnnotation) {
        throw new UsageError(
          `no last-applied-configuration annotation found on resource: ${name}, to create the annotation, run the command with --create-annotation`,
        );
      }
      const text = goJsonText(object);
      if (before !== undefined && goJsonText(JSON.parse(before)) === text) {
        context.edge.out(`set-last-applied ${name}: no changes required.\n`);
      } else changed.push({ resource, namespace, current, text });
    }
    const print = await loadResultPrinter(result, context, { dryRun });
    for (const { resource, namespace, current, text } of changed) {
      const { name = "" } = current.metadata;
      const object =
        dryRun === "client"
          ? current
          : await client.patch(
              resource,
              namespace,
              name,
              annotationPatch(text),
              dryRun === "server" ? { dryRun: true } : {},
            );
      print({ resource, object, done: "configured" });
    }
  },
});

function annotationPatch(text: string) {
  return {
    type: "merge" as const,
    body: JSON.stringify({ metadata: { annotations: { [lastAppliedAnnotation]: text } } }),
  };
}

/** @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/apply/apply_edit_last_applied.go */
export const editLastAppliedVerb = defineVerb({
  name: "apply edit-last-applied",
  usage: "(RESOURCE/NAME | -f FILENAME)",
  about:
    "Edit the annotation that keeps the configuration applied last, in the editor that KUBE_EDITOR or EDITOR names. Nothing else is changed.",
  examples: `# Edit what was applied last to a Job
kubectl apply edit-last-applied job/pi`,
  flags: { ...fileFlags, ...outputFlags, fieldManager: fieldManagerFlag("kubectl-client-side-apply") },
  complete: ({ flags, args }) => ({
    format: flags.output === "json" ? ("json" as const) : ("yaml" as const),
    selection: {
      args,
      files: fileArguments(flags),
      allowEmptySelector: true,
    },
    fieldManager: flags.fieldManager,
    result: resultOutput(flags),
  }),
  run: async ({ format, selection, fieldManager, result }, context) => {
    const plan = await planSelection(selection, context);
    const client = await context.client();
    const { items, errors } = await fetchPlan(plan, client);
    throwCollected(errors);
    const applied = items.flatMap((item) => {
      const text = lastAppliedOf(item.object as unknown as JsonObject);
      return text === undefined ? [] : [{ ...item, configuration: JSON.parse(text) as KubeObject }];
    });
    if (applied.length === 0) {
      throw new UsageError(
        "no last-applied-configuration annotation found on resources, to create the annotation, use command `kubectl apply set-last-applied --create-annotation`",
      );
    }
    const edited = await edit(
      applied.map(({ configuration }) => configuration),
      format,
      context,
    );
    const print = await loadResultPrinter(result, context, { dryRun: "none" });
    for (const object of edited ?? []) {
      const item = applied.find(({ name, object: live }) => name === object.metadata.name && live.kind === object.kind);
      if (item === undefined) throw new UsageError("At least one of apiVersion, kind and name was changed");
      const { resource, namespace, name, configuration } = item;
      const text = goJsonText(object);
      if (text === goJsonText(configuration)) print({ resource, object: item.object, done: "skipped" });
      else {
        const answer = await client.patch(resource, namespace, name, annotationPatch(text), { fieldManager });
        print({ resource, object: answer, done: "edited" });
      }
    }
  },
});

const editHeader = `# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
`;

/** What came back from the editor; null where nothing was changed. */
async function edit(
  configurations: readonly KubeObject[],
  format: "json" | "yaml",
  context: VerbContext,
): Promise<readonly KubeObject[] | null> {
  const [only] = configurations;
  const shown: unknown =
    configurations.length === 1 ? only : { apiVersion: "v1", items: configurations, kind: "List", metadata: {} };
  const original = await shownConfiguration(`${goJsonText(shown)}\n`, format);
  const text = withoutComments(await context.edge.editor.edit(editHeader + original, { extension: `.${format}` }));
  if (text === withoutComments(original)) context.edge.err("Edit cancelled, no changes made.\n");
  else if (text.trim() === "") context.edge.err("Edit cancelled, saved file was empty.\n");
  else return editedObjects(text);
  return null;
}
