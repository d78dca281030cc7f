import { asKept, asServed, coreEventField } from "../api/events/grouped-event.js";
import type { DeleteOptions, Status } from "../api/generated/types.js";
import type { FieldError } from "../api/meta/field-error.js";
import { type LabelRequirements, LabelSelectorError, matchesLabels } from "../api/meta/label-selector.js";
import { parseLabelSelector } from "../api/meta/label-selector-parser.js";
import type { KubeObject } from "../api/meta/object.js";
import { badRequest, conflict, invalid, StatusError } from "../api/meta/status.js";
import { apiVersionOf, groupedEvents, type Resource, type ResourceName, type ResourceTypes } from "../api/resources.js";
import { decodeRequest, type FieldValidation, strictDecodingError } from "../api/schema/decode-request.js";
import { GoJsonError, parseGoJson } from "../api/schema/go-json.js";
import { fieldSchemaOf } from "../api/schema/patch-meta.js";
import { isObjectType } from "../api/schema/schemas.js";
import { isEnabled } from "../api/versions/feature-gates.js";
import { dropUnknownFields, type FieldTypes } from "../api/versions/known-fields.js";
import type { ListOptions, ObjectList, WatchedEvent } from "../client/api-client.js";
import type { StoreChange } from "../store/store.js";
import { fieldSelection } from "./field-selection.js";
import { applyConfiguration } from "./managed-fields/server-side-apply.js";
import { type Track, trackUpdate, type WriterRequest, withManagedFields } from "./managed-fields/tracking.js";
import { applyPatch, type PatchType } from "./patch/apply-patch.js";
import { isJsonObject, type JsonObject } from "./patch/json-value.js";
import type { Registry } from "./registry.js";

/** How a write is to be done. */
export interface WriteRequest {
  readonly dryRun?: boolean;
  /** Who owns what is written; "" and left out: somebody unknown. */
  readonly fieldManager?: string;
  /** Whether an apply takes fields from their owners. */
  readonly force?: boolean;
  readonly fieldValidation?: FieldValidation;
  /** Paths of fields that the request's text has more than once. */
  readonly duplicateFields?: readonly string[];
  readonly subresource?: string;
  readonly warn: (message: string) => void;
}

/** Tests of labels and fields that a list or watch asks for. */
export interface Selection {
  readonly labels: LabelRequirements;
  readonly matches: (object: KubeObject) => boolean;
  /** Fields that have to have exactly this value, for lists that can go straight there. */
  readonly exact: ReadonlyMap<string, string>;
}

/** @throws StatusError BadRequest where a selector does not parse */
export function selectionOf(registry: Registry, resource: Resource, options: ListOptions): Selection {
  const labels = labelRequirements(options);
  const fields = options.fieldSelector
    ? fieldSelection(fieldsAsKept(resource, options.fieldSelector), registry.strategyOf(resource.name))
    : null;
  return {
    labels,
    exact: fields?.exact ?? new Map(),
    matches: (object) => matchesLabels(labels, object.metadata.labels) && (fields === null || fields.matches(object)),
  };
}

function fieldsAsKept(resource: Resource, selector: string): string {
  if (resource !== groupedEvents) return selector;
  return selector.replace(/(^|,)([^=!,]+)/g, (_, comma: string, field: string) => comma + coreEventField(field));
}

function labelRequirements(options: ListOptions): LabelRequirements {
  if (!options.labelSelector) return [];
  try {
    return parseLabelSelector(options.labelSelector);
  } catch (error) {
    if (!(error instanceof LabelSelectorError)) throw error;
    throw badRequest(error.message);
  }
}

/** GET of an object. @throws StatusError NotFound */
export function getObject(
  registry: Registry,
  { resource, namespace, name }: { readonly resource: Resource; readonly namespace: string; readonly name: string },
): KubeObject {
  return asServed(resource, registry.get(resource.name, namespace, name));
}

/** GET of a collection. */
export function listObjects(registry: Registry, resource: Resource, options: ListOptions): ObjectList {
  const selection = selectionOf(registry, resource, options);
  const items = candidates(registry, resource, options.namespace ?? "", selection).filter(selection.matches);
  return {
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(resource),
    metadata: { resourceVersion: String(registry.revision) },
    items: resource === groupedEvents ? items.map((item) => asServed(resource, item)) : items,
  };
}

/** The objects that a list has to look at: one, where its name is asked for; the events about one object, by their names. */
function candidates(
  registry: Registry,
  resource: Resource,
  namespace: string,
  { exact }: Selection,
): readonly KubeObject[] {
  const name = exact.get("metadata.name");
  if (name !== undefined && (namespace !== "" || !resource.namespaced)) {
    const object = registry.find(resource.name, namespace, name);
    return object === undefined ? [] : [object];
  }
  const about = exact.get("involvedObject.name");
  if (resource.name === "events" && about !== undefined && namespace !== "") {
    return registry.listByName("events", namespace, `${about}.`);
  }
  return registry.list(resource.name, namespace);
}

/**
 * POST: the body is decoded, put in the namespace of its address, and created.
 * @throws StatusError
 */
export function createObject(
  registry: Registry,
  target: { readonly resource: Resource; readonly namespace: string },
  body: unknown,
  request: WriteRequest,
): KubeObject {
  const { resource, namespace } = target;
  refuseUnkept(resource);
  const object = withNamespace(decode(registry, resource, body, request), resource, namespace);
  const created = registry.create(resource.name, object as ResourceTypes[ResourceName], {
    ...optionsOf(request),
    track: trackUpdate(writerOf(registry, { ...request, subresource: "" })),
  });
  return asServed(resource, withManagedFields<KubeObject>(created));
}

/** Nothing would come of an object that nobody acts on. @throws StatusError MethodNotAllowed */
function refuseUnkept({ name, group, kind, verbs }: Resource): void {
  if (verbs.includes("create")) return;
  const what = group === "" ? name : `${name}.${group}`;
  const why = `${what} cannot be made: kjob knows the kind ${kind}, but nothing in it acts on one. It runs Jobs, CronJobs, StatefulSets and Pods`;
  throw new StatusError("MethodNotAllowed", why);
}

/** PUT of an object, or of its status. @throws StatusError */
export function replaceObject(
  registry: Registry,
  target: { readonly resource: Resource; readonly namespace: string; readonly name: string },
  body: unknown,
  request: WriteRequest,
): KubeObject {
  const { resource, namespace, name } = target;
  const object = withNamespace(decode(registry, resource, body, request), resource, namespace);
  requireName(object, name);
  return writeBack(registry, resource, object, request);
}

/** The kinds of patch that a request may have. */
export type RequestPatchType = PatchType | "apply";

/** PATCH. An apply makes an object that is not there. @throws StatusError */
export function patchObject(
  registry: Registry,
  target: { readonly resource: Resource; readonly namespace: string; readonly name: string },
  patch: { readonly type: RequestPatchType; readonly body: string },
  request: WriteRequest,
): KubeObject {
  const { resource, name } = target;
  if (patch.type === "apply") return applyObject(registry, target, patch.body, request);
  if (request.force === true) throw invalidOption("force", "Forbidden: may not be specified for non-apply patch");
  const stored = getObject(registry, target);
  // A JSON patch may name any place in the object as clients see it.
  const current = patch.type === "json" ? withManagedFields(stored) : stored;
  const fieldValidation = request.fieldValidation ?? "Warn";
  const { object, warnings } = applyPatch<KubeObject>(current, { type: patch.type, body: patch.body, fieldValidation });
  for (const warning of warnings) request.warn(warning);
  requireName(object, name);
  requireNamespace(object, stored);
  const { object: known } = dropUnknownFields(object, resource.kind, registry.version, schemaTypes);
  return writeBack(registry, resource, asKept(resource, known), { ...request, isPatch: true });
}

function applyObject(
  registry: Registry,
  { resource, namespace, name }: { readonly resource: Resource; readonly namespace: string; readonly name: string },
  body: string,
  request: WriteRequest,
): KubeObject {
  if ((request.fieldManager ?? "") === "") {
    throw invalidOption("fieldManager", "Required value: is required for apply patch", "FieldValueRequired");
  }
  refuseUnkept(resource);
  const configuration = appliedConfiguration(body);
  const found: KubeObject | undefined = registry.find(resource.name, namespace, name);
  const live = found && asServed(resource, found);
  if (live === undefined && (request.subresource ?? "") !== "") registry.get(resource.name, namespace, name);
  const kind = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  const apply = { ...writerOf(registry, request), configuration, force: request.force === true };
  const { object: applied, track } = applyConfiguration(live, kind, apply);
  const known = asKept(resource, knownFields(registry, resource, applied, request));
  const object = withNamespace(known, resource, namespace);
  if (live !== undefined) {
    requireName(object, name);
    return writeBack(registry, resource, object, { ...request, isPatch: true }, track);
  }
  const named: KubeObject = { ...object, metadata: { ...object.metadata, name: object.metadata.name ?? name } };
  requireName(named, name);
  if (named.metadata.uid !== undefined) {
    const why = `uid mismatch: the provided object specified uid ${named.metadata.uid}, and no existing object was found`;
    throw conflict({ group: resource.group, resource: resource.name }, name, why);
  }
  const created = registry.create(resource.name, named as ResourceTypes[ResourceName], {
    ...optionsOf(request),
    track,
  });
  return asServed(resource, withManagedFields<KubeObject>(created));
}

function appliedConfiguration(body: string): JsonObject {
  try {
    const configuration = parseGoJson(body);
    if (isJsonObject(configuration)) return configuration;
  } catch (error) {
    if (!(error instanceof GoJsonError)) throw error;
    throw badRequest(`error decoding YAML: ${error.message}`);
  }
  throw badRequest("error decoding YAML: error unmarshaling JSON: it is not an object");
}

function invalidOption(field: string, message: string, type: FieldError["type"] = "FieldValueForbidden"): StatusError {
  return invalid({ group: "meta.k8s.io", kind: "PatchOptions" }, "", [{ field, message, type }]);
}

function requireName(object: KubeObject, name: string): void {
  if (object.metadata.name === name) return;
  throw badRequest(
    `the name of the object (${object.metadata.name ?? ""}) does not match the name on the URL (${name})`,
  );
}

/** @see k8s.io/apiserver pkg/endpoints/handlers/rest.go, checkName */
function requireNamespace({ metadata: { namespace } }: KubeObject, { metadata: stored }: KubeObject): void {
  if (!namespace || !stored.namespace || namespace === stored.namespace) return;
  throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
}

/** DELETE: the object as it goes, or a Status of success once it is gone. @throws StatusError */
export function deleteObject(
  registry: Registry,
  target: { readonly resource: Resource; readonly namespace: string; readonly name: string },
  options: DeleteOptions,
  dryRun: boolean,
): KubeObject | Status {
  const { resource, namespace, name } = target;
  if (resource.name === "namespaces" && immortalNamespaces.has(name)) {
    const message = `namespaces ${JSON.stringify(name)} is forbidden: this namespace may not be deleted`;
    throw new StatusError("Forbidden", message, { name, kind: "namespaces" });
  }
  const { object, gone } = registry.delete(resource.name, namespace, name, options, { dryRun });
  if (!gone) return asServed(resource, object);
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: {
      name,
      ...(resource.group === "" ? {} : { group: resource.group }),
      kind: resource.name,
      ...(object.metadata.uid === undefined ? {} : { uid: object.metadata.uid }),
    },
  };
}

/** @see kubernetes plugin/pkg/admission/namespace/lifecycle */
const immortalNamespaces = new Set(["default", "kube-system", "kube-public"]);

/** A change as a watch with this selection tells it; null where it does not concern it. */
export function watchedEvent(
  change: StoreChange,
  resource: Resource,
  namespace: string,
  selection: Selection,
): WatchedEvent | null {
  if (change.resource !== resource.name) return null;
  const object = change.object as KubeObject;
  if (namespace !== "" && resource.namespaced && object.metadata.namespace !== namespace) return null;
  const isIn = change.type !== "DELETED" && selection.matches(object);
  const wasIn = change.previous !== undefined && selection.matches(change.previous as KubeObject);
  const served = isIn || wasIn ? asServed(resource, object) : object;
  if (isIn) return { type: wasIn ? "MODIFIED" : "ADDED", object: served };
  return wasIn ? { type: "DELETED", object: served } : null;
}

function decode(registry: Registry, resource: Resource, body: unknown, request: WriteRequest): KubeObject {
  const fieldValidation = request.fieldValidation ?? "Warn";
  const apiVersion = apiVersionOf(resource);
  const { duplicateFields = [] } = request;
  const wanted = { apiVersion, kind: resource.kind, fieldValidation, duplicateFields };
  const { object, warnings } = decodeRequest(body, wanted);
  for (const warning of warnings) request.warn(warning);
  return asKept(resource, knownFields(registry, resource, object as KubeObject, request));
}

/**
 * What an emulated version does not know is an unknown field, which the server tells of where it checks fields.
 * @throws StatusError BadRequest
 */
function knownFields(registry: Registry, resource: Resource, sent: KubeObject, request: WriteRequest): KubeObject {
  const { object, unknownPaths } = dropUnknownFields(sent, resource.kind, registry.version, schemaTypes);
  if (unknownPaths.length === 0 || !isEnabled("ServerSideFieldValidation", registry.version)) return object;
  const faults = unknownPaths.map((path) => `unknown field ${JSON.stringify(path)}`);
  const fieldValidation = request.fieldValidation ?? "Warn";
  if (fieldValidation === "Strict") {
    const { kind, version } = resource;
    const why = strictDecodingError(faults);
    throw badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${why}`);
  }
  if (fieldValidation === "Warn") for (const fault of faults) request.warn(fault);
  return object;
}

const schemaTypes: FieldTypes = {
  typeOf(type, field) {
    const inner = fieldSchemaOf(type, field)?.type;
    return inner !== undefined && isObjectType(inner) ? inner : undefined;
  },
};

function withNamespace(object: KubeObject, resource: Resource, namespace: string): KubeObject {
  const metadata = object.metadata ?? {};
  if (!resource.namespaced) {
    const { namespace: _none, ...rest } = metadata;
    return { ...object, metadata: rest };
  }
  if (metadata.namespace !== undefined && metadata.namespace !== "" && metadata.namespace !== namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  return { ...object, metadata: { ...metadata, namespace } };
}

function writeBack(
  registry: Registry,
  resource: Resource,
  object: KubeObject,
  request: WriteRequest & { readonly isPatch?: boolean },
  track: Track = trackUpdate(writerOf(registry, request)),
): KubeObject {
  const typed = object as ResourceTypes[ResourceName];
  const options = { ...optionsOf(request), track, isPatch: request.isPatch === true };
  switch (request.subresource) {
    case undefined:
    case "":
      return asServed(resource, withManagedFields<KubeObject>(registry.update(resource.name, typed, options)));
    case "status":
      return withManagedFields<KubeObject>(registry.updateStatus(resource.name, typed, options));
    default:
      throw new StatusError("NotFound", "the server could not find the requested resource");
  }
}

function writerOf(registry: Registry, { fieldManager = "", subresource = "" }: WriteRequest): WriterRequest {
  return { manager: fieldManager, subresource, nowMs: registry.nowMs };
}

function optionsOf(request: WriteRequest) {
  return { dryRun: request.dryRun === true, warn: request.warn };
}
