import type { KubeObject } from "../api/meta/object.js";
import type { Resource } from "../api/resources.js";
import type { FieldValidation } from "../client/api-client.js";
import type { JsonObject } from "../registry/patch/json-value.js";
import {
  type DryRun,
  dryRunFlag,
  fieldManagerFlag,
  outputFlags,
  parseDryRun,
  parseValidation,
  validateFlag,
  writeOptions,
} from "./common-flags.js";
import { asError, UsageError } from "./errors.js";
import { boolFlag, type FlagValues } from "./flags.js";
import { loadResultPrinter, type ResultOutput, resultOutput } from "./result-output.js";
import type { Invocation, VerbContext } from "./verb.js";

/** The flags of every `create TYPE`. */
export const generatorFlags = {
  ...outputFlags,
  dryRun: dryRunFlag,
  fieldManager: fieldManagerFlag("kubectl-create"),
  saveConfig: boolFlag("If true, the configuration of current object will be saved in its annotation"),
  validate: validateFlag,
} as const;

/** What those flags say. */
export interface GeneratorOptions {
  readonly dryRun: DryRun;
  readonly validation: FieldValidation;
  readonly fieldManager: string;
  readonly saveConfig: boolean;
  readonly result: ResultOutput;
}

export function generatorOptions(flags: FlagValues<typeof generatorFlags>): GeneratorOptions {
  return {
    dryRun: parseDryRun(flags.dryRun),
    validation: parseValidation(flags.validate),
    fieldManager: flags.fieldManager,
    saveConfig: flags.saveConfig,
    result: resultOutput(flags),
  };
}

/** The one NAME before `--`. Throws a UsageError where there are none or more. */
export function oneName({ args }: Pick<Invocation<Record<never, never>>, "args">): string {
  const [name] = args;
  if (name === undefined || args.length !== 1) {
    throw new UsageError(`exactly one NAME is required, got ${args.length}`, "examples");
  }
  return name;
}

/** The metadata of a new object; the namespace is written into it only where `-n` names one. */
export function newMetadata(name: string, context: VerbContext): { name: string; namespace?: string } {
  return context.isNamespaceExplicit ? { name, namespace: context.namespace } : { name };
}

/** The object with a hash of its content behind its name, for `--append-hash`. */
export async function withHash<Content extends KubeObject>(object: Content): Promise<Content> {
  const { contentHash } = await import("./kustomize/hash.js");
  const { name = "" } = object.metadata;
  // Without any data there is an empty map, not nothing.
  const hash = await contentHash({ data: {}, ...(object as unknown as JsonObject) }, name);
  return { ...object, metadata: { ...object.metadata, name: `${name}-${hash}` } };
}

/** An object that a command made up, in the order that Go gives its fields. */
export interface Generated {
  readonly resource: Resource;
  readonly object: KubeObject;
  /** What a failure begins with: `failed to create job: `. Without it the failure is told as the server has it. */
  readonly failure?: string;
  /** What the result line says; `created` where it is left out. */
  readonly done?: string;
}

/** Sends a generated object, unless told otherwise, and prints the result. */
export async function createGenerated(
  { resource, object: generated, failure, done = "created" }: Generated,
  options: GeneratorOptions,
  context: VerbContext,
): Promise<void> {
  const print = await loadResultPrinter(options.result, context, { dryRun: options.dryRun, keepsOrder: true });
  let object = generated;
  if (options.saveConfig) object = await withOwnConfig(generated);
  if (options.dryRun !== "client") {
    const client = await context.client();
    const namespace = resource.namespaced ? context.namespace : "";
    try {
      object = await client.create(resource, namespace, object, writeOptions(options));
    } catch (error) {
      throw failure === undefined ? asError(error) : new UsageError(failure + asError(error).message);
    }
  }
  print({ resource, object, done });
}

/** The annotation says of an object that kubectl made itself what Go prints of it: the fields in their own order. */
async function withOwnConfig(generated: KubeObject): Promise<KubeObject> {
  const [{ goOrder }, { escapeAsGo, lastAppliedAnnotation }] = await Promise.all([
    import("../printers/go-order.js"),
    import("../registry/patch/last-applied.js"),
  ]);
  const text = `${escapeAsGo(JSON.stringify(goOrder(generated)))}\n`;
  const annotations = { ...generated.metadata.annotations, [lastAppliedAnnotation]: text };
  const object = { ...generated, metadata: { ...generated.metadata, annotations } };
  return goOrder(object) as KubeObject;
}
