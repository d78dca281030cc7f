import type { KubeObject } from "../../api/meta/object.js";
import type { PatchType } from "../../client/api-client.js";
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
import { readTextFile } from "../read-file.js";
import { loadResultPrinter, type ResultOutput, resultOutput } from "../result-output.js";
import { type Fetched, fetchPlan, planSelection, type Selection } from "../selection.js";
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
  if (values.local) throw new UsageError("--local is not supported; use --dry-run=client -o yaml");
  const { type } = values;
  if (type !== "json" && type !== "merge" && type !== "strategic") {
    throw new UsageError(`--type must be one of [json merge strategic], not ${JSON.stringify(type)}`);
  }
  return {
    selection: {
      args,
      files: { filenames: values.filename, recursive: values.recursive, kustomize: values.kustomize, validate: false },
      ...(values.subresource === "" ? {} : { subresource: values.subresource }),
    },
    type: given.has("suspend") ? "strategic" : type,
    patch: given.has("suspend")
      ? JSON.stringify({ spec: { suspend: values.suspend } })
      : values.patchFile === ""
        ? values.patch
        : readTextFile(values.patchFile, context.edge.files, "unable to read patch file: "),
    subresource: values.subresource,
    dryRun: parseDryRun(values.dryRun),
    fieldManager: values.fieldManager,
    result: resultOutput(values),
  };
}

async function run(options: PatchOptions, context: VerbContext): Promise<void> {
  const body = await patchAsJson(options.patch);
  const plan = await planSelection(options.selection, context);
  const client = await context.client();
  const { items, errors: missing } = await fetchPlan(plan, client);
  // A dry run on the server prints what a patch prints: kubectl does so, unlike for its other verbs.
  const print = await loadResultPrinter(options.result, context, {
    dryRun: options.dryRun === "server" ? "none" : options.dryRun,
  });
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
  if (options.dryRun === "client") {
    const { applyPatch } = await import("../../registry/patch/apply-patch.js");
    const { object } = applyPatch(before, { type: options.type, body, fieldValidation: "Warn" });
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
  const hasChanged = options.dryRun === "server" || before.metadata.resourceVersion !== object.metadata.resourceVersion;
  return { object, hasChanged };
}

function isSame(left: KubeObject, right: KubeObject): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
