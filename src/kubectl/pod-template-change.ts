import type { CronJob, Job, Pod, StatefulSet } from "../api/generated/types.js";
import type { KubeObject } from "../api/meta/object.js";
import { apiVersionOf } from "../api/resources.js";
import { typeOfKind } from "../api/schema/schemas.js";
import type { JsonObject } from "../registry/patch/json-value.js";
import { strategicDiff } from "../registry/patch/strategic-diff.js";
import {
  type DryRun,
  dryRunFlag,
  fieldManagerFlag,
  fileFlags,
  outputFlags,
  selectorFlag,
  writeOptions,
} from "./common-flags.js";
import { asError, throwCollected, UsageError } from "./errors.js";
import { boolFlag } from "./flags.js";
import { loadResultPrinter, type ResultOutput } from "./result-output.js";
import { type Fetched, fetchLocally, fetchPlan, planSelection, type Selection } from "./selection.js";
import type { VerbContext } from "./verb.js";

export type PodSpec = NonNullable<Pod["spec"]>;

/** The flags of every `set …` that changes Pod templates. */
export const setFlags = {
  ...fileFlags,
  ...outputFlags,
  all: boolFlag("Select all resources, in the namespace of the specified resource types"),
  dryRun: dryRunFlag,
  fieldManager: fieldManagerFlag("kubectl-set"),
  local: boolFlag("If true, the API server is not asked: what the files have is changed and printed"),
  selector: selectorFlag,
} as const;

/** Which objects, and what happens to the result. */
export interface TemplateChange {
  readonly selection: Selection;
  readonly isLocal: boolean;
  readonly dryRun: DryRun;
  readonly fieldManager: string;
  readonly result: ResultOutput;
  /** What is looked at when the objects are there: kubectl finds out in this order. Throws a UsageError. */
  readonly validate?: () => void;
  /** `image updated` */
  readonly done: string;
  /** What a refused patch is told with: `failed to patch image update to pod template: `. */
  readonly failure: string;
}

/** Throws a UsageError for flags that exclude each other. */
export function checkLocal({ isLocal, dryRun }: Pick<TemplateChange, "isLocal" | "dryRun">): void {
  if (isLocal && dryRun === "server") {
    throw new UsageError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
  }
}

/** The objects that a selection means, from the server or, with `--local`, from files alone. */
export async function objectsToChange(
  { selection, isLocal }: Pick<TemplateChange, "selection" | "isLocal">,
  context: VerbContext,
): Promise<{ readonly items: readonly Fetched[]; readonly errors: readonly Error[] }> {
  if (isLocal) {
    if (selection.args.length > 0 || selection.files === undefined) {
      throw new UsageError(
        "you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'",
      );
    }
    return fetchLocally(selection.files, context);
  }
  return fetchPlan(await planSelection(selection, context), await context.client());
}

/**
 * Changes the Pod templates of objects, each with a strategic merge patch of what differs. Objects that the change leaves
 * as they are are not written and not told of. What `change` returns beside a spec are failures.
 * @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/set/helper.go, CalculatePatches
 */
export async function changePodTemplates(
  options: TemplateChange,
  context: VerbContext,
  change: (spec: PodSpec, item: Fetched) => { readonly spec: PodSpec; readonly errors?: readonly Error[] },
): Promise<void> {
  const { items, errors: missing } = await objectsToChange(options, context);
  throwCollected(missing);
  options.validate?.();
  const print = await loadResultPrinter(options.result, context, options);
  const errors: Error[] = [];
  const refused: Error[] = [];
  for (const item of items) {
    let after: KubeObject;
    try {
      const changed = change(podSpecOf(item.object), item);
      errors.push(...(changed.errors ?? []));
      after = withPodSpec(item.object, changed.spec);
    } catch (error) {
      refused.push(new Error(`error: ${item.resource.name}/${item.name} ${asError(error).message}\n`));
      continue;
    }
    const patch = patchBetween(item, after);
    if (Object.keys(patch).length === 0) continue;
    if (options.isLocal || options.dryRun === "client") {
      print({ resource: item.resource, object: options.isLocal ? asTyped(after) : after, done: options.done });
      continue;
    }
    try {
      const client = await context.client();
      const body = JSON.stringify(patch);
      const { resource, namespace, name } = item;
      const object = await client.patch(resource, namespace, name, { type: "strategic", body }, writeOptions(options));
      print({ resource, object, done: options.done });
    } catch (error) {
      refused.push(new Error(options.failure + asError(error).message));
    }
  }
  throwCollected([...errors, ...refused]);
}

function patchBetween({ resource, object }: Fetched, after: KubeObject): JsonObject {
  const typeName = typeOfKind(apiVersionOf(resource), resource.kind);
  if (typeName === undefined) throw new Error(`no schema for ${resource.kind}`);
  return strategicDiff(object as unknown as JsonObject, after as unknown as JsonObject, typeName);
}

/** The spec of an object's Pods. Throws a UsageError for kinds without any. */
export function podSpecOf(object: KubeObject): PodSpec {
  const spec = rawPodSpecOf(object);
  return spec ?? { containers: [] };
}

function rawPodSpecOf(object: KubeObject): PodSpec | undefined {
  switch (object.kind) {
    case "Pod":
      return (object as Pod).spec;
    case "Job":
    case "StatefulSet":
      return (object as Job | StatefulSet).spec?.template.spec;
    case "CronJob":
      return (object as CronJob).spec?.jobTemplate.spec?.template.spec;
    default:
      throw new UsageError(
        `the object is not a pod or does not have a pod template: ${goTypeText(object.apiVersion ?? "", object.kind ?? "")}`,
      );
  }
}

/** `*v1.ConfigMap`, as Go prints a type. */
export function goTypeText(apiVersion: string, kind: string): string {
  return `*${apiVersion.split("/").at(-1) ?? ""}.${kind}`;
}

function withPodSpec(object: KubeObject, spec: PodSpec): KubeObject {
  switch (object.kind) {
    case "CronJob": {
      const { spec: outer } = object as CronJob;
      if (outer?.jobTemplate.spec === undefined) return object;
      const { jobTemplate } = outer;
      const job = outer.jobTemplate.spec;
      return {
        ...object,
        spec: { ...outer, jobTemplate: { ...jobTemplate, spec: { ...job, template: { ...job.template, spec } } } },
      } as CronJob;
    }
    case "Job":
    case "StatefulSet": {
      const { spec: outer } = object as Job;
      if (outer === undefined) return object;
      return { ...object, spec: { ...outer, template: { ...outer.template, spec } } } as Job;
    }
    default:
      return { ...object, spec } as Pod;
  }
}

/** With the empty parts that Go's types always have, and that a server would have filled in. */
function asTyped(object: KubeObject): KubeObject {
  switch (object.kind) {
    case "CronJob": {
      const { spec } = object as CronJob;
      const jobTemplate = { metadata: {}, ...spec?.jobTemplate, spec: typedTemplate(spec?.jobTemplate.spec) };
      return { status: {}, ...object, spec: { ...spec, jobTemplate } } as CronJob;
    }
    case "Job":
      return { status: {}, ...object, spec: typedTemplate((object as Job).spec) } as Job;
    case "StatefulSet": {
      const spec = { updateStrategy: {}, ...typedTemplate((object as StatefulSet).spec) };
      return { status: { replicas: 0, availableReplicas: 0 }, ...object, spec } as StatefulSet;
    }
    default:
      return { status: {}, ...object, spec: typedPodSpec((object as Pod).spec) } as Pod;
  }
}

function typedTemplate<Spec extends { readonly template: { readonly spec?: PodSpec } }>(spec: Spec | undefined) {
  const template = { metadata: {}, ...spec?.template, spec: typedPodSpec(spec?.template.spec) };
  return { ...spec, template };
}

function typedPodSpec(spec: PodSpec | undefined): PodSpec {
  const typed = <Container extends object>(container: Container) => ({ resources: {}, ...container });
  return {
    ...spec,
    containers: (spec?.containers ?? []).map(typed),
    ...(spec?.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(typed) }),
  };
}

/**
 * Whether a name is meant by a pattern in which `*` stands for anything. As upstream's, it looks no further than the first
 * place where a part fits.
 * @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/set/helper.go, selectString
 */
export function isSelected(name: string, pattern: string): boolean {
  if (pattern === "*") return true;
  if (!pattern.includes("*")) return name === pattern;
  const escaped = pattern.split("*").map((part) => part.replaceAll(/[.\\+?^${}()|[\]]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`).test(name);
}
