import type { KubeObject } from "../../api/meta/object.js";
import { StatusError } from "../../api/meta/status.js";
import { apiVersionOf } from "../../api/resources.js";
import { typeOfKind } from "../../api/schema/schemas.js";
import type { FieldValidation } from "../../client/api-client.js";
import { manifestObjects } from "../../manifest/objects.js";
import type { JsonObject } from "../../registry/patch/json-value.js";
import { goJsonText } from "../../registry/patch/last-applied.js";
import { strategicDiff } from "../../registry/patch/strategic-diff.js";
import { fieldManagerFlag, fileFlags, outputFlags, parseValidation, validateFlag } from "../common-flags.js";
import { asError, ExitError, throwCollected, UsageError } from "../errors.js";
import { hiddenFlags, textFlag } from "../flags.js";
import { fileArguments } from "../manifest-files.js";
import { loadObjectPrinter, objectsOf, type Printable } from "../object-printer.js";
import { printError } from "../print-error.js";
import { loadResultPrinter, type ResultOutput, resultOutput, type WriteResult } from "../result-output.js";
import { type Fetched, fetchPlan, planSelection, type Selection } from "../selection.js";
import { defineVerb, type VerbContext } from "../verb.js";

interface EditOptions {
  readonly selection: Selection;
  readonly format: "yaml" | "json";
  readonly result: ResultOutput;
  readonly validation: FieldValidation;
  readonly fieldManager: string;
  readonly subresource: string;
  readonly showManagedFields: boolean;
}

export const editVerb = defineVerb({
  name: "edit",
  usage: "(RESOURCE/NAME | -f FILENAME)",
  about:
    "Edit a resource in the editor that KUBE_EDITOR or EDITOR names. What is saved is sent as a patch of what has changed.",
  examples: `# Edit a Job
kubectl edit job pi

# Edit it as JSON
kubectl edit job pi -o json`,
  flags: {
    ...fileFlags,
    ...hiddenFlags(outputFlags),
    output: textFlag("How the text to edit is written. One of: (json, yaml, kyaml)", { short: "o" }),
    showManagedFields: outputFlags.showManagedFields,
    fieldManager: fieldManagerFlag("kubectl-edit"),
    subresource: textFlag("If specified, edit will operate on the subresource of the requested object"),
    validate: validateFlag,
  },
  complete: ({ flags, args }): EditOptions => ({
    format: editFormatOf(flags.output),
    selection: {
      args,
      files: fileArguments(flags),
      allowEmptySelector: true,
      subresource: flags.subresource,
      managedFields: flags.showManagedFields,
    },
    showManagedFields: flags.showManagedFields,
    result: resultOutput(flags),
    validation: parseValidation(flags.validate),
    fieldManager: flags.fieldManager,
    subresource: flags.subresource,
  }),
  run,
});

async function run(options: EditOptions, context: VerbContext): Promise<void> {
  const plan = await planSelection(options.selection, context);
  const { items, errors } = await fetchPlan(plan, await context.client());
  throwCollected(errors);
  if (items.length === 0) throw new UsageError("edit cancelled, no objects found");
  const original = await textOf(items, options, context);
  let reasons: readonly string[] = [];
  let text = original;
  for (;;) {
    const before = text;
    const edited = await context.edge.editor.edit(header(reasons) + text, { extension: `.${options.format}` });
    text = withoutComments(edited);
    if (text === withoutComments(original)) {
      context.edge.err("Edit cancelled, no changes made.\n");
      return;
    }
    if (text.trim() === "") {
      context.edge.err("Edit cancelled, saved file was empty.\n");
      return;
    }
    if (reasons.length > 0 && text === withoutComments(before)) {
      throw new UsageError("Edit cancelled, no valid changes were saved.");
    }
    reasons = await saveEdited(text, items, options, context);
    if (reasons.length === 0) return;
  }
}

async function textOf(
  items: readonly Fetched[],
  { format, showManagedFields }: EditOptions,
  context: VerbContext,
): Promise<string> {
  const printer = await loadObjectPrinter({ format, argument: "" }, context, { showManagedFields });
  const objects = items.map(({ object }) => object);
  const [only] = objects;
  if (objects.length === 1 && only !== undefined) return printer(only);
  return printer({ apiVersion: "v1", items: objects, kind: "List", metadata: {} } as unknown as Printable);
}

function editFormatOf(output: string): EditOptions["format"] {
  if (output === "json") return "json";
  if (output === "" || output === "yaml" || output === "kyaml") return "yaml";
  throw new UsageError(
    `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: json,kyaml,yaml`,
  );
}

function header(reasons: readonly string[]): string {
  const lines = [
    "Please edit the object below. Lines beginning with a '#' will be ignored,",
    "and an empty file will abort the edit. If an error occurs while saving this file will be",
    "reopened with the relevant failures.",
    "",
    ...reasons.flatMap((reason) => [...reason.trimEnd().split("\n"), ""]),
  ];
  return lines.map((line) => (line === "" ? "#\n" : `# ${line}\n`)).join("");
}

/** A text from the editor without the lines that were for the reader. */
export function withoutComments(text: string): string {
  return text
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("#"))
    .join("\n");
}

/** Sends what has changed; what the server refuses comes back as reasons to edit again. */
async function saveEdited(
  text: string,
  items: readonly Fetched[],
  options: EditOptions,
  context: VerbContext,
): Promise<readonly string[]> {
  let edited: readonly KubeObject[];
  try {
    edited = editedObjects(text);
  } catch (error) {
    return [`The edited file had a syntax error: ${asError(error).message}`];
  }
  const print = await loadResultPrinter(options.result, context, { dryRun: "none" });
  const reasons: string[] = [];
  for (const object of edited) {
    try {
      print(await patchEdited(object, items, options, context));
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (error.reason !== "Invalid" && error.reason !== "BadRequest") throw new ExitError(tell(error), 1);
      context.edge.err(tell(error));
      reasons.push(tell(error));
    }
  }
  return reasons;
}

function tell(error: StatusError): string {
  return printError(error, "kubectl edit").text;
}

/** The objects that a text from the editor has. */
export function editedObjects(text: string): readonly KubeObject[] {
  const objects: KubeObject[] = [];
  for (const entry of manifestObjects(text, "edited-file", { validate: true })) {
    if ("error" in entry) throw entry.error;
    // Reading it has seen that it is an object with metadata of the right types.
    objects.push(...objectsOf(entry.object as unknown as KubeObject));
  }
  return objects;
}

async function patchEdited(
  object: KubeObject,
  items: readonly Fetched[],
  options: EditOptions,
  context: VerbContext,
): Promise<WriteResult> {
  const item = items.find(
    ({ name, object: original }) => name === object.metadata.name && original.kind === object.kind,
  );
  if (item === undefined || item.object.apiVersion !== object.apiVersion) {
    throw new UsageError("At least one of apiVersion, kind and name was changed");
  }
  const { resource, namespace, name } = item;
  const typeName = typeOfKind(apiVersionOf(resource), resource.kind);
  if (typeName === undefined) throw new Error(`no schema for ${resource.kind}`);
  const { managedFields: _, ...metadata } = item.object.metadata;
  const original = { ...item.object, metadata } as unknown as JsonObject;
  const patch = strategicDiff(original, object as unknown as JsonObject, typeName);
  const body = goJsonText(patch);
  if (body === "{}") return { resource, object: item.object, done: "skipped" };
  const client = await context.client();
  const answer = await client.patch(
    resource,
    namespace,
    name,
    { type: "strategic", body },
    {
      fieldManager: options.fieldManager,
      fieldValidation: options.validation,
      ...(options.subresource === "" ? {} : { subresource: options.subresource }),
    },
  );
  return { resource, object: answer, done: "edited" };
}
