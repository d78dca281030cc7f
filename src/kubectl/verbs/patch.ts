import type { KubeObject } from "../../api/meta/object.js";
import type { PatchType } from "../../client/api-client.js";
import type { JsonObject } from "../../registry/patch/json-value.js";
import { goJsonText } from "../../registry/patch/last-applied.js";
import {
  type DryRun,
  dryRunFlag,
  fieldManagerFlag,
  fileFlags,
  outputFlags,
  parseDryRun,
  writeOptions,
} from "../common-flags.js";
import { asError, throwCollected, UsageError } from "../errors.js";
import { boolFlag, textFlag } from "../flags.js";
import { fileArguments, hasFiles } from "../manifest-files.js";
import { readTextFile } from "../read-file.js";
import { loadResultPrinter, type ResultOutput, resultOutput } from "../result-output.js";
import { type Fetched, fetchLocally, fetchPlan, planSelection, type Selection } from "../selection.js";
import { defineVerb, type Invocation, type VerbContext } from "../verb.js";

const flags = {
  ...fileFlags,
  ...outputFlags,
  dryRun: dryRunFlag,
  fieldManager: fieldManagerFlag("kubectl-patch"),
  local: boolFlag("If true, patch will operate on the content of the file, not the server-side resource"),
  patch: textFlag("The patch to be applied to the resource JSON file", { short: "p" }),
  patchFile: textFlag("A file containing a patch to be applied to the resource"),
  subresource: textFlag("If specified, patch will operate on the subresource of the requested object"),
  suspend: boolFlag("Shorthand for a patch of spec.suspend: --suspend, or --suspend=false to resume"),
  type: textFlag("The type of patch being provided; one of [json merge strategic]", { default: "strategic" }),
} as const;

interface PatchOptions {
  readonly selection: Selection;
  readonly type: Exclude<PatchType, "apply">;
  readonly patch: string;
  readonly subresource: string;
  /** The patch is made here, and printed. */
  readonly isOffline: boolean;
  /** Of what a file says, without a server. */
  readonly isLocal: boolean;
  readonly dryRun: DryRun;
  readonly fieldManager: string;
  readonly result: ResultOutput;
}

export const patchVerb = defineVerb({
  name: "patch",
  usage: "(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE] [flags]",
  about: "Update fields of a resource using strategic merge patch, a JSON merge patch, or a JSON patch.",
  examples: `# Change how many Pods of a Job run at once
kubectl patch job pi -p '{"spec":{"parallelism":3}}'

# Suspend a Job, and resume it: shorter than the patches they stand for
kubectl patch job pi --suspend
kubectl patch job pi --suspend=false

# Use a JSON patch
kubectl patch job pi --type=json -p '[{"op":"replace","path":"/spec/parallelism","value":2}]'`,
  flags,
  complete,
  run,
});

function complete({ flags: values, given, args }: Invocation<typeof flags>, context: VerbContext): PatchOptions {
  if (values.patchFile !== "" && values.patch !== "") {
    throw new UsageError("cannot specify --patch and --patch-file together");
  }
  const hasPatch = values.patch !== "" || values.patchFile !== "";
  if (given.has("suspend") && hasPatch) {
    throw new UsageError("--suspend is a patch of its own: use it without --patch and --patch-file");
  }
  if (!hasPatch && !given.has("suspend")) {
    throw new UsageError("must specify --patch or --patch-file containing the contents of the patch");
  }
  const dryRun = parseDryRun(values.dryRun);
  if (values.local && args.length > 0) throw new UsageError("cannot specify --local and server resources");
  if (values.local && dryRun === "server") {
    throw new UsageError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
  }
  const { type } = values;
  if (type !== "json" && type !== "merge" && type !== "strategic") {
    throw new UsageError(`--type must be one of [json merge strategic], not ${JSON.stringify(type)}`);
  }
  return {
    selection: {
      args,
      files: fileArguments(values),
      ...(values.subresource === "" ? {} : { subresource: values.subresource }),
    },
    type: given.has("suspend") ? "strategic" : type,
    patch: given.has("suspend")
      ? JSON.stringify({ spec: { suspend: values.suspend } })
      : values.patchFile === ""
        ? values.patch
        : readTextFile(values.patchFile, context.edge.files, "unable to read patch file: "),
    subresource: values.subresource,
    isOffline: values.local || dryRun === "client",
    isLocal: values.local,
    dryRun,
    fieldManager: values.fieldManager,
    result: resultOutput(values),
  };
}

async function run(options: PatchOptions, context: VerbContext): Promise<void> {
  const body = await patchAsJson(options.patch);
  const { items, errors: missing } = await objectsToPatch(options, context);
  // A dry run prints what a patch prints: kubectl does so, unlike for its other verbs.
  const print = await loadResultPrinter(options.result, context, { dryRun: "none" });
  const errors = [...missing];
  for (const item of items) {
    try {
      const { object, hasChanged } = await patchOne(item, body, options, context);
      print({ resource: item.resource, object, done: hasChanged ? "patched" : "patched (no change)" });
    } catch (error) {
      errors.push(asError(error));
    }
  }
  throwCollected(errors);
  if (items.length === 0) throw new UsageError("no objects passed to patch");
}

async function objectsToPatch(
  { selection, isLocal, isOffline }: PatchOptions,
  context: VerbContext,
): Promise<{ readonly items: readonly Fetched[]; readonly errors: readonly Error[] }> {
  const { files } = selection;
  if (isLocal && files !== undefined) return fetchLocally(files, context);
  const plan = await planSelection(selection, context);
  if (plan.kind === "objects" && isOffline && files !== undefined && hasFiles(files)) {
    // What a file says stands for the object that is there.
    const items = plan.targets.flatMap((target) =>
      target.fromFile === undefined ? [] : [{ ...target, object: target.fromFile.object }],
    );
    return { items, errors: plan.errors };
  }
  return fetchPlan(plan, await context.client());
}

/** JSON goes to the server as it is, right or wrong; anything else is read as YAML. */
async function patchAsJson(text: string): Promise<string> {
  if (/^\s*\{/.test(text)) return text;
  const { parseYaml } = await import("../../manifest/yaml.js");
  try {
    return JSON.stringify(parseYaml(text));
  } catch (error) {
    throw new UsageError(`unable to parse ${JSON.stringify(text)}: ${asError(error).message}`);
  }
}

async function patchOne(
  { resource, namespace, name, object: before }: Fetched,
  body: string,
  options: PatchOptions,
  context: VerbContext,
): Promise<{ readonly object: KubeObject; readonly hasChanged: boolean }> {
  if (options.isOffline) {
    const object = await patchOffline(before, body, options);
    return { object, hasChanged: !isSame(before, object) };
  }
  const client = await context.client();
  const object = await client.patch(
    resource,
    namespace,
    name,
    { type: options.type, body },
    {
      ...writeOptions(options),
      ...(options.subresource === "" ? {} : { subresource: options.subresource }),
    },
  );
  const hasChanged =
    options.dryRun === "server"
      ? !isSame(before, object)
      : before.metadata.resourceVersion !== object.metadata.resourceVersion;
  return { object, hasChanged };
}

/** As the server would patch it, but for what is wrong with a JSON patch: that is told by its library. */
async function patchOffline(before: KubeObject, body: string, { type }: PatchOptions): Promise<KubeObject> {
  if (type === "json") {
    const [{ jsonPatch }, { PatchError }] = await Promise.all([
      import("../../registry/patch/json-patch.js"),
      import("../../registry/patch/patch-error.js"),
    ]);
    try {
      const operations = JSON.parse(body) as unknown;
      if (Array.isArray(operations)) return jsonPatch(before, operations) as KubeObject;
    } catch (error) {
      if (error instanceof PatchError) throw new UsageError(error.message);
    }
  }
  const { applyPatch } = await import("../../registry/patch/apply-patch.js");
  // Refuses what is no patch; what it makes of the object has all that a server would fill in.
  const patched = applyPatch(before, { type, body, fieldValidation: "Warn" }).object;
  const patch = JSON.parse(body) as JsonObject;
  const document = before as unknown as JsonObject;
  if (type === "merge") {
    const { jsonMerge } = await import("../../registry/patch/json-merge.js");
    return jsonMerge(document, patch) as unknown as KubeObject;
  }
  const [{ strategicMerge }, { typeOfKind }] = await Promise.all([
    import("../../registry/patch/strategic-merge.js"),
    import("../../api/schema/schemas.js"),
  ]);
  const typeName = typeOfKind(before.apiVersion ?? "", before.kind ?? "");
  return typeName === undefined ? patched : (strategicMerge(document, patch, typeName) as unknown as KubeObject);
}

function isSame(left: KubeObject, right: KubeObject): boolean {
  return goJsonText(withoutFieldOwners(left)) === goJsonText(withoutFieldOwners(right));
}

function withoutFieldOwners(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
