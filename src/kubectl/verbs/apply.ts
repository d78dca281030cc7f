import type { Resource } from "../../api/resources.js";
import type { FieldValidation } from "../../client/api-client.js";
import { parseAllowlist, pruneOthers } from "../apply-prune.js";
import {
  type DryRun,
  dryRunFlag,
  fieldManagerFlag,
  fileFlags,
  outputFlags,
  parseDryRun,
  parseValidation,
  selectorFlag,
  serverSideManager,
  validateFlag,
} from "../common-flags.js";
import { asError, throwCollected, UsageError } from "../errors.js";
import { boolFlag, durationFlag, type FlagValues, integerFlag, repeatedFlag, textFlag } from "../flags.js";
import {
  type FileArguments,
  type FileObject,
  fileArguments,
  readFileObjects,
  requireFiles,
} from "../manifest-files.js";
import { loadObjectPrinter } from "../object-printer.js";
import { objectName, resultLine } from "../result-line.js";
import { type ResultOutput, resultOutput, type WriteResult } from "../result-output.js";
import { defineVerb, type Invocation, type VerbContext } from "../verb.js";
import { parseCascade } from "./delete.js";

const flags = {
  ...fileFlags,
  ...outputFlags,
  all: boolFlag("Select all resources in the namespace of the specified resource types (with --prune)"),
  cascade: textFlag('Must be "background", "orphan", or "foreground" (with --force)', {
    default: "background",
    bare: "background",
  }),
  dryRun: dryRunFlag,
  fieldManager: fieldManagerFlag("kubectl-client-side-apply"),
  force: boolFlag("If true, delete and create again what cannot be changed"),
  forceConflicts: boolFlag("If true, server-side apply will force the changes against conflicts"),
  gracePeriod: integerFlag("Period of time in seconds given to the resource to terminate gracefully", { default: -1 }),
  openapiPatch: boolFlag("Merge keys come from the API's schemas anyway", {
    isHidden: true,
    default: true,
  }),
  overwrite: boolFlag("Automatically resolve conflicts between the modified and live configuration", { default: true }),
  prune: boolFlag("Automatically delete resource objects that do not appear in the configs"),
  pruneAllowlist: repeatedFlag("Overwrite the default allowlist with <group/version/kind> for --prune"),
  selector: selectorFlag,
  subresource: textFlag("If specified, apply will operate on the subresource of the object (with --server-side)"),
  serverSide: boolFlag("If true, apply runs in the server instead of the client"),
  timeout: durationFlag("The length of time to wait before giving up on a delete", { defaultMs: 0, shown: "0s" }),
  validate: validateFlag,
  wait: boolFlag("What --force deletes is always waited for, and what is pruned never", { isHidden: true }),
} as const;

/** What applying one object needs to know. */
export interface ApplyOptions {
  readonly files: FileArguments;
  readonly labelSelector: string;
  readonly dryRun: DryRun;
  readonly validation: FieldValidation;
  readonly fieldManager: string;
  readonly isServerSide: boolean;
  readonly forceConflicts: boolean;
  readonly subresource: string;
  /** Whether what the person has changed meanwhile may be changed back. */
  readonly overwrite: boolean;
  /** What cannot be changed is deleted and made again. */
  readonly force: boolean;
  readonly timeoutMs: number;
  readonly propagationPolicy: "Background" | "Foreground" | "Orphan";
  /** Negative: whatever the objects say. */
  readonly gracePeriodSeconds: number;
  readonly prune: boolean;
  /** The resources of `--prune-allowlist`; empty for the usual ones. */
  readonly pruned: readonly Resource[];
  readonly result: ResultOutput;
}

export const applyVerb = defineVerb({
  name: "apply",
  usage: "(-f FILENAME | -k DIRECTORY)",
  about:
    "Apply a configuration to a resource by file name or stdin. The resource is created if it does not exist yet. Fields that a former apply has set and the file no longer has are removed.",
  examples: `# Apply what a file describes
kubectl apply -f pi.yaml

# Apply all manifests of a directory
kubectl apply -f manifests/

# Apply what is piped in
cat pi.yaml | kubectl apply -f -`,
  flags,
  complete,
  run,
});

function complete({ flags: values, given, args }: Invocation<typeof flags>, { edge }: VerbContext): ApplyOptions {
  if (args.length > 0) throw new UsageError(`Unexpected args: [${args.join(" ")}]`, "examples");
  const files = fileArguments(values, parseValidation(values.validate));
  const dryRun = parseDryRun(values.dryRun);
  const validation = parseValidation(values.validate);
  const propagationPolicy = parseCascade(values.cascade, edge);
  refuseCombinations(values, dryRun);
  requireFiles(files);
  return {
    files,
    labelSelector: values.selector,
    dryRun,
    validation,
    // A manager of its own tells the fields of server-side apply from those of its predecessor.
    fieldManager: values.serverSide && !given.has("fieldManager") ? serverSideManager : values.fieldManager,
    isServerSide: values.serverSide,
    forceConflicts: values.forceConflicts,
    subresource: values.subresource,
    overwrite: values.overwrite,
    force: values.force,
    timeoutMs: values.timeout,
    propagationPolicy,
    gracePeriodSeconds: values.gracePeriod,
    prune: values.prune,
    pruned: values.prune ? parseAllowlist(values.pruneAllowlist) : [],
    result: resultOutput(values),
  };
}

/** @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go, Validate */
function refuseCombinations(values: FlagValues<typeof flags>, dryRun: DryRun): void {
  const { all, force, forceConflicts, prune, selector, serverSide, subresource } = values;
  if (forceConflicts && !serverSide) throw new UsageError("--force-conflicts only works with --server-side");
  if (dryRun === "client" && serverSide) {
    throw new UsageError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
  }
  if (serverSide && force) throw new UsageError("--force cannot be used with --server-side");
  if (dryRun === "server" && force) throw new UsageError("--dry-run=server cannot be used with --force");
  if (all && selector !== "") throw new UsageError("cannot set --all and --selector at the same time");
  if (prune && force) throw new UsageError("--force cannot be used with --prune");
  if (prune && !all && selector === "") {
    throw new UsageError(
      "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector",
    );
  }
  if (prune && serverSide) {
    throw new UsageError("--prune is in alpha and doesn't currently work on objects created by server-side apply");
  }
  if (subresource !== "" && !serverSide) {
    throw new UsageError("--subresource can only be specified for --server-side");
  }
}

async function run(options: ApplyOptions, context: VerbContext): Promise<void> {
  const { objects, errors: unreadable } = await readFileObjects(options.files, context, options);
  if (objects.length === 0 && unreadable.length === 0) throw new UsageError("no objects passed to apply");
  const errors = [...unreadable];
  const applied: WriteResult[] = [];
  const { format } = options.result.output;
  const tell = ({ resource, object, done }: WriteResult) => {
    const name = object.metadata.name ?? "";
    if (format === "") context.edge.out(resultLine(resource, name, done, options.dryRun));
    if (format === "name") context.edge.out(`${objectName(resource, name)}\n`);
  };
  for (const item of objects) {
    try {
      const result = await applyOne(item, options, context);
      applied.push(result);
      warnIfDeleting(result, context);
      tell(result);
    } catch (error) {
      errors.push(asError(error));
    }
  }
  if (format !== "" && format !== "name") await printApplied(applied, options, context);
  throwCollected(errors);
  if (!options.prune) return;
  await pruneOthers(applied, options, context, tell);
}

function warnIfDeleting({ object, done }: WriteResult, { edge }: VerbContext): void {
  const { name = "", deletionTimestamp } = object.metadata;
  if (done === "created" || deletionTimestamp === undefined) return;
  edge.err(`Warning: Detected changes to resource ${name} which is currently being deleted.\n`);
}

/** With `-o` everything comes at the end: one object as it is, several as a List. */
async function printApplied(
  applied: readonly WriteResult[],
  { result }: ApplyOptions,
  context: VerbContext,
): Promise<void> {
  const objects = applied.map(({ object }) => object);
  const [only] = objects;
  if (only === undefined) return;
  const printer = await loadObjectPrinter(result.output, context, result);
  context.edge.out(
    printer(objects.length === 1 ? only : ({ apiVersion: "v1", items: objects, kind: "List", metadata: {} } as never)),
  );
}

async function applyOne(item: FileObject, options: ApplyOptions, context: VerbContext): Promise<WriteResult> {
  const { name = "", generateName = "" } = item.object.metadata;
  if (name === "" && generateName !== "") {
    throw new UsageError(`from ${generateName}: cannot use generate name with apply`);
  }
  if (options.isServerSide) {
    const { applyOnServer } = await import("../apply-server-side.js");
    return applyOnServer(item, options, context);
  }
  const { applyOnClient } = await import("../apply-client-side.js");
  return applyOnClient(item, options, context);
}
