import type { KubeObject } from "../../api/meta/object.js";
import { StatusError } from "../../api/meta/status.js";
import type { FieldValidation } from "../../client/api-client.js";
import { applyOnClient } from "../apply-client-side.js";
import {
  type DryRun,
  dryRunFlag,
  fieldManagerFlag,
  fileFlags,
  outputFlags,
  parseDryRun,
  parseValidation,
  selectorFlag,
  validateFlag,
  writeOptions,
} from "../common-flags.js";
import { asError, throwCollected, UsageError } from "../errors.js";
import { boolFlag, durationFlag, integerFlag, repeatedFlag, textFlag } from "../flags.js";
import { type FileArguments, type FileObject, readFileObjects, requireFiles } from "../manifest-files.js";
import { loadObjectPrinter } from "../object-printer.js";
import { objectName, resultLine } from "../result-line.js";
import { type ResultOutput, resultOutput, type WriteResult } from "../result-output.js";
import { defineVerb, type Invocation, type VerbContext } from "../verb.js";

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
  openapiPatch: boolFlag("Accepted, and changes nothing: merge keys come from the API's schemas anyway", {
    default: true,
  }),
  overwrite: boolFlag("Automatically resolve conflicts between the modified and live configuration", { default: true }),
  prune: boolFlag("Automatically delete resource objects that do not appear in the configs"),
  pruneAllowlist: repeatedFlag("Overwrite the default allowlist with <group/version/kind> for --prune"),
  selector: selectorFlag,
  serverSide: boolFlag("If true, apply runs in the server instead of the client"),
  timeout: durationFlag("The length of time to wait before giving up on a delete", { defaultMs: 0, shown: "0s" }),
  validate: validateFlag,
  wait: boolFlag("If true, wait for resources to be gone before returning"),
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
  readonly force: boolean;
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

function complete({ flags: values, given, args }: Invocation<typeof flags>): ApplyOptions {
  if (args.length > 0) throw new UsageError(`Unexpected args: [${args.join(" ")}]`, "examples");
  const files = {
    filenames: values.filename,
    recursive: values.recursive,
    kustomize: values.kustomize,
    validate: values.validate !== "false" && values.validate !== "ignore",
  };
  const dryRun = parseDryRun(values.dryRun);
  if (values.serverSide && dryRun === "client") {
    throw new UsageError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
  }
  if (values.forceConflicts && !values.serverSide)
    throw new UsageError("--force-conflicts only works with --server-side");
  if (values.force && values.serverSide) throw new UsageError("--force cannot be used with --server-side");
  requireFiles(files);
  const validation = parseValidation(values.validate);
  if (values.prune && !values.all && values.selector === "") {
    throw new UsageError(
      "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector",
    );
  }
  if (values.prune) throw new UsageError("--prune is not supported; delete what is left over by name or by label");
  if (values.force) throw new UsageError("--force is not supported; use replace --force to delete and create again");
  return {
    files,
    labelSelector: values.selector,
    dryRun,
    validation,
    // A manager of its own tells the fields of server-side apply from those of its predecessor.
    fieldManager: values.serverSide && !given.has("fieldManager") ? "kubectl" : values.fieldManager,
    isServerSide: values.serverSide,
    forceConflicts: values.forceConflicts,
    force: values.force,
    result: resultOutput(values),
  };
}

async function run(options: ApplyOptions, context: VerbContext): Promise<void> {
  const { objects, errors: unreadable } = await readFileObjects(options.files, context, options);
  if (objects.length === 0 && unreadable.length === 0) throw new UsageError("no objects passed to apply");
  const errors = [...unreadable];
  const applied: WriteResult[] = [];
  const { format } = options.result.output;
  for (const item of objects) {
    try {
      const result = await applyOne(item, options, context);
      applied.push(result);
      const name = result.object.metadata.name ?? "";
      if (format === "") context.edge.out(resultLine(result.resource, name, result.done, options.dryRun));
      if (format === "name") context.edge.out(`${objectName(result.resource, name)}\n`);
    } catch (error) {
      errors.push(asError(error));
    }
  }
  if (format !== "" && format !== "name") await printApplied(applied, options, context);
  throwCollected(errors);
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
  return options.isServerSide ? applyOnServer(item, options, context) : applyOnClient(item, options, context);
}

async function applyOnServer(
  { resource, namespace, object, source }: FileObject,
  options: ApplyOptions,
  context: VerbContext,
): Promise<WriteResult> {
  const client = await context.client();
  const patch = { type: "apply" as const, body: JSON.stringify(object), force: options.forceConflicts };
  try {
    const { name = "" } = object.metadata;
    const answer: KubeObject = await client.patch(resource, namespace, name, patch, writeOptions(options));
    return { resource, object: answer, done: "serverside-applied" };
  } catch (error) {
    if (error instanceof StatusError && error.reason === "Conflict")
      throw new UsageError(conflictAdvice(error.message));
    throw asError(error instanceof StatusError ? error : addSourceText(error, source));
  }
}

function addSourceText(error: unknown, source: string): Error {
  return new Error(`error when applying ${JSON.stringify(source)}: ${asError(error).message}`);
}

/** @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go, applyOneObject */
function conflictAdvice(message: string): string {
  return `${message}
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;
}
