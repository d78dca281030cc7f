import type { KubeObject } from "../../api/meta/object.js";
import { isReason } from "../../api/meta/status.js";
import { isAtLeast } from "../../api/versions/emulated-version.js";
import type { FieldValidation } from "../../client/api-client.js";
import {
  type DryRun,
  dryRunFlag,
  fieldManagerFlag,
  fileFlags,
  outputFlags,
  parseDryRun,
  parseValidation,
  validateFlag,
  writeOptions,
} from "../common-flags.js";
import { asError, throwCollected, UsageError } from "../errors.js";
import { qualifiedSingular } from "../find-resource.js";
import { boolFlag, durationFlag, integerFlag, textFlag } from "../flags.js";
import {
  type FileArguments,
  type FileObject,
  fileArguments,
  readFileObjects,
  requireFiles,
} from "../manifest-files.js";
import { rawFlag, withRaw } from "../raw-request.js";
import { loadResultPrinter, type ResultOutput, resultOutput } from "../result-output.js";
import { withSavedConfig } from "../save-config.js";
import { addSource } from "../selection.js";
import { defineVerb, type Invocation, type VerbContext } from "../verb.js";
import { waitUntilGone } from "../wait-until-gone.js";
import { cascadeFlag, parseCascade } from "./delete.js";

const flags = {
  ...fileFlags,
  ...outputFlags,
  raw: rawFlag,
  cascade: cascadeFlag,
  dryRun: dryRunFlag,
  fieldManager: fieldManagerFlag("kubectl-replace"),
  force: boolFlag("If true, delete the objects and create them again"),
  gracePeriod: integerFlag("Period of time in seconds given to the resource to terminate gracefully", { default: -1 }),
  saveConfig: boolFlag("If true, the configuration of current object will be saved in its annotation"),
  subresource: textFlag("If specified, replace will operate on the subresource of the requested object"),
  timeout: durationFlag("The length of time to wait before giving up on a delete, zero means five minutes", {
    defaultMs: 0,
    shown: "0s",
  }),
  validate: validateFlag,
} as const;

interface ReplaceOptions {
  readonly files: FileArguments;
  readonly force: boolean;
  readonly propagationPolicy: "Background" | "Foreground" | "Orphan";
  readonly gracePeriodSeconds: number;
  readonly timeoutMs: number;
  readonly subresource: string;
  readonly saveConfig: boolean;
  readonly dryRun: DryRun;
  readonly validation: FieldValidation;
  readonly fieldManager: string;
  readonly result: ResultOutput;
}

export const replaceVerb = withRaw(
  defineVerb({
    name: "replace",
    usage: "-f FILENAME",
    about: "Replace a resource by file name or stdin. The whole object is replaced, so the file has to be complete.",
    examples: `# Replace an object with what a file has
kubectl replace -f settings.yaml

# Delete a Job and create it again, because most of it cannot be changed
kubectl replace --force -f pi.yaml`,
    flags,
    complete,
    run,
  }),
  "PUT",
);

function complete({ flags: values, given }: Invocation<typeof flags>, { edge }: VerbContext): ReplaceOptions {
  const files = fileArguments(values, parseValidation(values.validate));
  const validation = parseValidation(values.validate);
  const dryRun = parseDryRun(values.dryRun);
  const propagationPolicy = parseCascade(values.cascade, edge);
  requireFiles(files);
  if (given.has("gracePeriod") && values.gracePeriod >= 0 && !values.force) {
    throw new UsageError("--grace-period must have --force specified");
  }
  if (values.timeout !== 0 && !values.force) throw new UsageError("--timeout must have --force specified");
  if (values.force && dryRun !== "none") throw new UsageError("--dry-run can not be used when --force is set");
  return {
    files,
    force: values.force,
    propagationPolicy,
    // To be gone at once is dangerous; 0 means 1.
    gracePeriodSeconds: values.gracePeriod === 0 ? 1 : values.gracePeriod,
    timeoutMs: values.timeout === 0 ? 5 * 60_000 : values.timeout,
    subresource: values.subresource,
    saveConfig: values.saveConfig,
    dryRun,
    validation,
    fieldManager: values.fieldManager,
    result: resultOutput(values),
  };
}

async function run(options: ReplaceOptions, context: VerbContext): Promise<void> {
  const { objects, errors: unreadable } = await readFileObjects(options.files, context);
  const errors = [...unreadable];
  if (options.force) await deleteAll(objects, options, context);
  const print = await loadResultPrinter(options.result, context, options);
  for (const item of objects) {
    try {
      print({ resource: item.resource, object: await replaceOne(item, options, context), done: "replaced" });
    } catch (error) {
      errors.push(addSource(asError(error), options.force ? "creating" : "replacing", item.source));
    }
  }
  throwCollected(errors);
}

async function replaceOne(
  { resource, namespace, object: manifest }: FileObject,
  options: ReplaceOptions,
  context: VerbContext,
): Promise<KubeObject> {
  const object = await withSavedConfig(manifest, options.saveConfig);
  if (options.dryRun === "client") return object;
  if (!options.force && (object.metadata.name ?? "") === "") throw new UsageError("resource name may not be empty");
  const client = await context.client();
  if (options.force) return client.create(resource, namespace, object, writeOptions(options));
  return client.replace(resource, namespace, await withVersion(object, { resource, namespace }, context), {
    ...writeOptions(options),
    ...(options.subresource === "" ? {} : { subresource: options.subresource }),
  });
}

/** An object that names no version replaces whichever there is; kinds that insist on one get the current one. */
async function withVersion(
  object: KubeObject,
  { resource, namespace }: Pick<FileObject, "resource" | "namespace">,
  context: VerbContext,
): Promise<KubeObject> {
  if ((object.metadata.resourceVersion ?? "") !== "") return object;
  const client = await context.client();
  const current = await client.get(resource, namespace, object.metadata.name ?? "");
  return { ...object, metadata: { ...object.metadata, resourceVersion: current.metadata.resourceVersion ?? "" } };
}

async function deleteAll(objects: readonly FileObject[], options: ReplaceOptions, context: VerbContext): Promise<void> {
  const client = await context.client();
  const namesNamespace = isAtLeast(await context.edge.version(), "1.34");
  const untilMs = (await context.edge.now()) + options.timeoutMs;
  for (const { resource, namespace, object } of objects) {
    const { name = "" } = object.metadata;
    try {
      await client.delete(resource, namespace, name, {
        propagationPolicy: options.propagationPolicy,
        ...(options.gracePeriodSeconds < 0 ? {} : { gracePeriodSeconds: options.gracePeriodSeconds }),
      });
      const where = namesNamespace && resource.namespaced ? ` from ${namespace} namespace` : "";
      context.edge.out(`${qualifiedSingular(resource)} ${JSON.stringify(name)} deleted${where}\n`);
    } catch (error) {
      if (!isReason(error, "NotFound")) throw error;
    }
  }
  for (const { resource, namespace, object } of objects) {
    const { name = "" } = object.metadata;
    const isGone = await waitUntilGone({ resource, namespace, name, uid: undefined }, client, untilMs);
    if (!isGone) throw new UsageError(`timed out waiting for the condition on ${resource.name}/${name}`);
  }
}
