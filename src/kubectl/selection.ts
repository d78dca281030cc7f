import type { KubeObject } from "../api/meta/object.js";
import { isReason, StatusError } from "../api/meta/status.js";
import { type Resource, resources } from "../api/resources.js";
import type { ApiClient, ObjectList } from "../client/api-client.js";
import { asError, UsageError } from "./errors.js";
import { goResourceText, shortNameWarning } from "./find-resource.js";
import { expandFiles, type FileArguments, hasFiles, readFileObjects, requireOneSource } from "./manifest-files.js";
import { missingResourceMessage, parseResourceArguments } from "./resource-arguments.js";
import type { VerbContext } from "./verb.js";

/** What the arguments and flags of a verb say about the objects it is for. */
export interface Selection {
  readonly args: readonly string[];
  readonly files?: FileArguments;
  /** "" for none. */
  readonly labelSelector?: string;
  /** "" for none. */
  readonly fieldSelector?: string;
  /** `--all` */
  readonly all?: boolean;
  /** A type alone means all of its objects, as for `get`. */
  readonly allowEmptySelector?: boolean;
  readonly allNamespaces?: boolean;
  readonly subresource?: string;
  /** Refuses several types, as a watch does. */
  readonly isSingleType?: boolean;
  /** Objects a request; 0 for all at once. */
  readonly chunkSize?: number;
  /** Objects are to say who owns their fields. */
  readonly managedFields?: boolean;
}

/** An object by its place. */
export interface Target {
  readonly resource: Resource;
  /** "" for objects without a namespace. */
  readonly namespace: string;
  readonly name: string;
  /** The object as a file has it. */
  readonly fromFile?: { readonly object: KubeObject; readonly source: string };
}

/** A list to ask the server for. */
export interface ListTarget {
  readonly resource: Resource;
  /** "" for all namespaces; undefined for resources without. */
  readonly namespace: string | undefined;
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly chunkSize: number;
  readonly managedFields?: boolean;
}

/** What to fetch; made without asking the server anything. */
export type Plan =
  | {
      readonly kind: "objects";
      readonly targets: readonly Target[];
      /** What is wrong with some files; the rest is there. */
      readonly errors: readonly Error[];
      /** One object was named: it is printed as it is, not as a list. */
      readonly isSingle: boolean;
      readonly subresource: string;
      readonly managedFields?: boolean;
    }
  | { readonly kind: "lists"; readonly lists: readonly ListTarget[] };

/**
 * Settles which objects a command is for. Throws a UsageError in kubectl's words.
 * @see kubernetes v1.36 staging/src/k8s.io/cli-runtime/pkg/resource/builder.go, visitorResult
 */
export async function planSelection(selection: Selection, context: VerbContext): Promise<Plan> {
  const { labelSelector = "", fieldSelector = "", all = false, files, allNamespaces = false } = selection;
  warnOfShortNames(selection.args, context);
  if (all && (labelSelector !== "" || fieldSelector !== "")) {
    throw new UsageError("setting 'all' parameter but found a non empty selector. ");
  }
  if (files !== undefined && hasFiles(files)) return planFiles(selection, files, context);
  const named = parseResourceArguments(selection.args);
  const selects =
    all ||
    labelSelector !== "" ||
    fieldSelector !== "" ||
    (selection.allowEmptySelector === true && named.kind === "types");
  if (named.kind === "none") {
    throw new UsageError(
      selects ? "at least one resource must be specified to use a selector" : missingResourceMessage,
    );
  }
  const namespace = allNamespaces ? "" : context.namespace;
  if (named.kind === "types") {
    if (!selects) throw new UsageError("resource(s) were provided, but no name was specified");
    if ((selection.subresource ?? "") !== "") {
      throw new UsageError("subresource cannot be used when bulk resources are specified");
    }
    requireSingleType(selection, named.types);
    return {
      kind: "lists",
      lists: named.types.map((resource) => ({
        resource,
        namespace: resource.namespaced ? namespace : undefined,
        labelSelector,
        fieldSelector,
        chunkSize: selection.chunkSize ?? 500,
        managedFields: selection.managedFields === true,
      })),
    };
  }
  if (selects) {
    throw new UsageError(
      named.areTuples
        ? "selectors and the all flag cannot be used when passing resource/name arguments"
        : "name cannot be provided when a selector is specified",
    );
  }
  const types = named.objects.map(({ resource }) => resource);
  requireSingleType(selection, types);
  if (allNamespaces && types.some(({ namespaced }) => namespaced)) {
    throw new UsageError("a resource cannot be retrieved by name across all namespaces");
  }
  return {
    kind: "objects",
    targets: named.objects.map(({ resource, name }) => ({
      resource,
      name,
      namespace: resource.namespaced ? namespace : "",
    })),
    errors: [],
    isSingle: named.objects.length === 1,
    subresource: selection.subresource ?? "",
    managedFields: selection.managedFields === true,
  };
}

function warnOfShortNames(args: readonly string[], { edge }: VerbContext): void {
  const areTuples = args.some((arg) => arg.includes("/"));
  const types = areTuples ? args.map((arg) => arg.split("/")[0] ?? "") : (args[0] ?? "").split(",");
  for (const type of new Set(types)) {
    const warning = shortNameWarning(type);
    if (warning !== undefined) edge.err(`Warning: ${warning}\n`);
  }
}

function requireSingleType({ isSingleType }: Selection, types: readonly Resource[]): void {
  if (isSingleType === true && new Set(types).size > 1) {
    throw new UsageError("you may only specify a single resource type");
  }
}

async function planFiles(selection: Selection, files: FileArguments, context: VerbContext): Promise<Plan> {
  requireOneSource(files);
  expandFiles(files, context);
  if (selection.args.length > 0) {
    throw new UsageError(
      selection.args.some((arg) => arg.includes("/"))
        ? "resource/name arguments cannot be provided when a path is specified"
        : "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well",
    );
  }
  const { objects, errors, isSingle } = await readFileObjects(files, context, {
    labelSelector: selection.labelSelector ?? "",
  });
  return {
    kind: "objects",
    targets: objects.map(({ resource, namespace, object, source }) => ({
      resource,
      namespace,
      name: object.metadata.name ?? "",
      fromFile: { object, source },
    })),
    errors,
    isSingle,
    subresource: selection.subresource ?? "",
    managedFields: selection.managedFields === true,
  };
}

/** The objects of files as they are there, for `--local`: the server is not asked. */
export async function fetchLocally(
  files: FileArguments,
  context: VerbContext,
): Promise<{ readonly items: readonly Fetched[]; readonly errors: readonly Error[] }> {
  const { objects, errors } = await readFileObjects({ ...files, isLocal: true }, context);
  return { items: objects.map((each) => ({ ...each, name: each.object.metadata.name ?? "" })), errors };
}

/** An object that the server has. */
export interface Fetched extends Target {
  readonly object: KubeObject;
}

export interface FetchResult {
  readonly items: readonly Fetched[];
  /** What could not be had, in the order it was asked for. */
  readonly errors: readonly Error[];
  readonly isSingle: boolean;
  /** Whether they are from lists, not asked for by name. */
  readonly areListed: boolean;
  /** The types that the answers are of, also where a list is empty. */
  readonly types: readonly Resource[];
}

/** Fetches what a plan says; goes on after failures, and tells of them at the end. */
export async function fetchPlan(plan: Plan, client: ApiClient): Promise<FetchResult> {
  const items: Fetched[] = [];
  const types: Resource[] = [];
  if (plan.kind === "objects") {
    const errors = [...plan.errors];
    const options = {
      ...(plan.subresource === "" ? {} : { subresource: plan.subresource }),
      ...(plan.managedFields === true ? { managedFields: true } : {}),
    };
    for (const target of plan.targets) {
      try {
        const object = await client.get(target.resource, target.namespace, target.name, options);
        items.push({ ...target, object });
        types.push(target.resource);
      } catch (error) {
        errors.push(asError(await missingNamespace(error, target, client)));
      }
    }
    return { items, errors, isSingle: plan.isSingle, areListed: false, types };
  }
  const errors: Error[] = [];
  for (const target of plan.lists) {
    try {
      const { items: objects } = await fetchList(target, client);
      types.push(target.resource);
      for (const object of objects) {
        const { name = "", namespace = "" } = object.metadata;
        items.push({ resource: target.resource, namespace, name, object });
      }
    } catch (error) {
      errors.push(asError(error));
    }
  }
  return { items, errors, isSingle: false, areListed: true, types };
}

/**
 * What is not there may be so because its namespace is not: that is told then.
 * @see kubernetes v1.36 staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go, Info.Get
 */
async function missingNamespace(error: unknown, { namespace }: Target, client: ApiClient): Promise<unknown> {
  if (!isReason(error, "NotFound") || namespace === "" || namespace === "default") return error;
  try {
    await client.get(resources.namespaces, "", namespace);
    return error;
  } catch (other) {
    return isReason(other, "NotFound") ? other : error;
  }
}

/** One list, asked for in chunks. */
export async function fetchList(target: ListTarget, client: ApiClient): Promise<ObjectList> {
  const options = {
    ...(target.namespace === undefined ? {} : { namespace: target.namespace }),
    ...(target.labelSelector === "" ? {} : { labelSelector: target.labelSelector }),
    ...(target.fieldSelector === "" ? {} : { fieldSelector: target.fieldSelector }),
    ...(target.chunkSize <= 0 ? {} : { limit: target.chunkSize }),
    ...(target.managedFields === true ? { managedFields: true } : {}),
  };
  try {
    const first = await client.list(target.resource, options);
    if ((first.metadata.continue ?? "") === "") return first;
    const items = [...first.items];
    let last = first;
    while ((last.metadata.continue ?? "") !== "") {
      last = await client.list(target.resource, { ...options, continue: last.metadata.continue ?? "" });
      for (const item of last.items) items.push(item);
    }
    return { ...first, metadata: last.metadata, items };
  } catch (error) {
    throw enhanceListError(asError(error), target);
  }
}

/** Says what was looked for, where the server only says what is wrong with it. */
function enhanceListError(error: Error, { resource, labelSelector, fieldSelector }: ListTarget): Error {
  if (!isReason(error, "BadRequest") && !isReason(error, "NotFound")) return error;
  const what = JSON.stringify(goResourceText(resource));
  const message =
    labelSelector === "" && fieldSelector === ""
      ? `Unable to list ${what}: ${error.message}`
      : `Unable to find ${what} that match label selector ${JSON.stringify(labelSelector)}, field selector ${JSON.stringify(fieldSelector)}: ${error.message}`;
  return new StatusError(isReason(error, "NotFound") ? "NotFound" : "BadRequest", message, error.status.details);
}

/** `error when creating "pi.yaml": …`, also inside a Status. */
export function addSource(error: Error, doing: string, source: string): Error {
  const message = `error when ${doing} ${JSON.stringify(source)}: ${error.message}`;
  if (!(error instanceof StatusError)) return new Error(message);
  return withMessage(error, message);
}

/** The same Status with another message. */
export function withMessage({ status }: StatusError, message: string): StatusError {
  // The reason is one that a server gave; StatusError takes the known ones, which servers keep to.
  return new StatusError(status.reason as ConstructorParameters<typeof StatusError>[0], message, status.details);
}
