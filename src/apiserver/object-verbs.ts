import type { DeleteOptions, Status } from "../api/generated/types.js";
import type { KubeObject } from "../api/meta/object.js";
import { badRequest, invalid } from "../api/meta/status.js";
import type { Resource } from "../api/resources.js";
import { decodeAs } from "../api/schema/decode.js";
import type { World } from "../cluster/world.js";
import { withManagedFields } from "../registry/managed-fields/tracking.js";
import { patchContentTypes } from "../registry/patch/apply-patch.js";
import {
  createObject,
  deleteObject,
  getObject,
  patchObject,
  type RequestPatchType,
  replaceObject,
  type WriteRequest,
} from "../registry/requests.js";
import type { Answer, ApiContext, ResourceRequest } from "./api-context.js";
import { applyType, bodyOf, bodyText, contentTypeOf, objectBody, requireBody, unsupportedType } from "./bodies.js";
import { driveOf } from "./cluster-clock.js";
import { listPage, refuseFuture } from "./listing.js";
import { notAcceptable } from "./negotiation.js";
import { includeObjectOf, type Look, shownList, shownObject } from "./representation.js";
import { dryRunErrors, flag, integer, listQuery, unsupported, writeQuery } from "./request-options.js";
import { methodNotAllowed } from "./responses.js";
import { openWatch } from "./watching.js";

/** What is done with a collection or an object, by method. Subresources that are objects of another kind are elsewhere. */
export async function handleObjects(context: ApiContext, request: ResourceRequest): Promise<Answer> {
  const { method, target } = request;
  const isCollection = target.name === "";
  switch (method) {
    case "GET":
    case "HEAD": {
      const query = listQuery(request.query, target.isWatchPath);
      if (query.watch && target.subresource === "") return watch(context, request);
      return isCollection ? list(context, request) : get(context, request);
    }
    case "POST":
      if (!isCollection) throw methodNotAllowed();
      return create(context, request);
    case "PUT":
      if (isCollection) throw methodNotAllowed();
      return replace(context, request);
    case "PATCH":
      if (isCollection) throw methodNotAllowed();
      return patch(context, request);
    case "DELETE":
      if (target.subresource !== "") throw methodNotAllowed();
      return isCollection ? removeAll(context, request) : remove(context, request);
    default:
      throw methodNotAllowed();
  }
}

async function get({ cluster }: ApiContext, { target, query, accepted }: ResourceRequest): Promise<Answer> {
  const { resource, namespace, name } = target;
  const includeObject = includeObjectOf(query);
  const { resourceVersion } = listQuery(query, false);
  return cluster.read((world) => {
    refuseFuture(world, Number(resourceVersion));
    const object = getObject(world.registry, { resource, namespace, name });
    return { value: shownObject(withManagedFields(object), resource, lookOf(world, { accepted, includeObject })) };
  });
}

async function list({ cluster }: ApiContext, { target, query, accepted }: ResourceRequest): Promise<Answer> {
  const includeObject = includeObjectOf(query);
  const asked = listQuery(query, false);
  return cluster.read((world) => {
    const page = listPage(world, cluster.feed, target, asked);
    return { value: shownList(page, target.resource, lookOf(world, { accepted, includeObject })) };
  });
}

async function watch({ cluster, streams }: ApiContext, request: ResourceRequest): Promise<Answer> {
  const { target, query, accepted } = request;
  const { resource, namespace, name } = target;
  // Documents of YAML do not follow each other in a stream.
  if (accepted.format === "yaml") throw notAcceptable("application/json");
  const version = await cluster.read((world) => world.version);
  const look = { accepted, includeObject: includeObjectOf(query), version };
  const watchQuery = { ...listQuery(query, true) };
  const marksMoves = driveOf(request.raw.headers) !== undefined;
  const headers = { "content-type": "application/json", "cache-control": "no-cache, private" };
  if (request.method === "HEAD") return new Response(null, { headers });
  const body = await openWatch(cluster, streams, { resource, namespace, name, query: watchQuery, look, marksMoves });
  return new Response(body, { headers });
}

async function create({ cluster }: ApiContext, request: ResourceRequest): Promise<Answer> {
  const { target } = request;
  const { resource, namespace } = requireNamespace(target);
  const write = writeQuery(request, "CreateOptions");
  const { object, duplicateFields } = await objectBody(request.raw, resource.kind);
  return writing(cluster, request, 201, (world, options) =>
    createObject(world.registry, { resource, namespace }, object, { ...options, ...write, duplicateFields }),
  );
}

async function replace({ cluster }: ApiContext, request: ResourceRequest): Promise<Answer> {
  const { resource, namespace, name, subresource } = request.target;
  const write = writeQuery(request, "UpdateOptions");
  const { object, duplicateFields } = await objectBody(request.raw, resource.kind);
  return writing(cluster, request, 200, (world, options) => {
    const all = { ...options, ...write, subresource, duplicateFields };
    return replaceObject(world.registry, { resource, namespace, name }, object, all);
  });
}

async function patch({ cluster }: ApiContext, request: ResourceRequest): Promise<Answer> {
  const { resource, namespace, name, subresource } = request.target;
  const write = writeQuery(request, "PatchOptions");
  const type = patchTypeOf(contentTypeOf(request.raw));
  const body = type === "apply" ? JSON.stringify((await bodyOf(request.raw)) ?? null) : await bodyText(request.raw);
  let isCreated = false;
  const patched = (world: World, options: WriteRequest) => {
    isCreated = type === "apply" && world.registry.find(resource.name, namespace, name) === undefined;
    const target = { resource, namespace, name };
    return patchObject(world.registry, target, { type, body }, { ...options, ...write, subresource });
  };
  return writing(cluster, request, () => (isCreated ? 201 : 200), patched);
}

async function remove({ cluster }: ApiContext, request: ResourceRequest): Promise<Answer> {
  const { resource, namespace, name } = request.target;
  const { options, dryRun } = await deleteOptions(request);
  return writing(cluster, request, 200, (world) =>
    deleteObject(world.registry, { resource, namespace, name }, options, dryRun),
  );
}

/** Deletes what a list with the same selectors would show, and answers with that list. */
async function removeAll({ cluster }: ApiContext, request: ResourceRequest): Promise<Answer> {
  const { target, query, accepted } = request;
  const { resource } = target;
  if (resource.name === "namespaces") throw methodNotAllowed();
  const { options, dryRun } = await deleteOptions(request);
  const asked = listQuery(query, false);
  const includeObject = includeObjectOf(query);
  return cluster.write((world) => {
    const page = listPage(world, cluster.feed, target, asked);
    for (const { metadata } of page.items) {
      const found = { resource, namespace: metadata.namespace ?? "", name: metadata.name ?? "" };
      if (world.registry.find(resource.name, found.namespace, found.name) === undefined) continue;
      deleteObject(world.registry, found, options, dryRun);
    }
    return { value: shownList(page, resource, lookOf(world, { accepted, includeObject })) };
  });
}

/** Carries a write out and shows what came of it, with the warnings that it gave. */
export async function writing(
  cluster: ApiContext["cluster"],
  { target, query, accepted }: ResourceRequest,
  status: number | (() => number),
  work: (world: World, options: WriteRequest) => KubeObject | Status,
): Promise<Answer> {
  const includeObject = includeObjectOf(query);
  const warnings: string[] = [];
  const write: WriteRequest = { warn: (message) => warnings.push(message) };
  return cluster.write((world) => {
    const object = work(world, write);
    return {
      value: shownObject(object, target.resource, lookOf(world, { accepted, includeObject })),
      status: typeof status === "number" ? status : status(),
      warnings,
    };
  });
}

function lookOf(world: World, look: Pick<Look, "accepted" | "includeObject">): Look {
  return { ...look, version: world.version, now: world.nowMs };
}

/** What is to be created has a place: no collection over all namespaces takes new objects. */
function requireNamespace(target: ResourceRequest["target"]): { resource: Resource; namespace: string } {
  const { resource, namespace } = target;
  if (resource.namespaced && namespace === "") throw methodNotAllowed();
  return { resource, namespace };
}

export function patchTypeOf(contentType: string): RequestPatchType {
  if (contentType === applyType) return "apply";
  for (const [type, announced] of Object.entries(patchContentTypes)) {
    if (announced === contentType) return type as RequestPatchType;
  }
  throw unsupportedType([...Object.values(patchContentTypes), applyType].join(", "));
}

/** The options of a deletion, from its body or from its query. @throws StatusError BadRequest, Invalid */
async function deleteOptions(request: ResourceRequest): Promise<{ options: DeleteOptions; dryRun: boolean }> {
  const { query, raw } = request;
  const body = await bodyOf(raw);
  const options = body === undefined ? optionsOfQuery(query) : optionsOfBody(requireBody(body));
  const dryRun = (options.dryRun ?? []).filter((value) => value !== "");
  const errors = [...dryRunErrors(dryRun)];
  const { propagationPolicy: policy } = options;
  if (policy !== undefined && !["Background", "Foreground", "Orphan"].includes(policy)) {
    errors.push(unsupported("propagationPolicy", policy, ["Background", "Foreground", "Orphan"]));
  }
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind: "DeleteOptions" }, "", errors);
  return { options, dryRun: dryRun.length > 0 };
}

function optionsOfBody(body: unknown): DeleteOptions {
  const { kind } = body as { readonly kind?: unknown };
  if (kind !== undefined && kind !== "" && kind !== "DeleteOptions") {
    throw badRequest("decoded object cannot be converted to DeleteOptions");
  }
  return decodedAs<DeleteOptions>("DeleteOptions", body);
}

/** A body of a kind that is not stored. @throws StatusError BadRequest */
export function decodedAs<T>(typeName: string, body: unknown): T {
  const { object, error } = decodeAs(typeName, body);
  if (error !== undefined) throw badRequest(`${typeName} cannot be handled: ${error}`);
  return object as T;
}

function optionsOfQuery(query: URLSearchParams): DeleteOptions {
  const propagationPolicy = query.get("propagationPolicy") ?? undefined;
  const orphanDependents = flag(query, "orphanDependents");
  const dryRun = query.getAll("dryRun");
  return {
    ...(query.get("gracePeriodSeconds") ? { gracePeriodSeconds: integer(query, "gracePeriodSeconds") } : {}),
    ...(propagationPolicy ? { propagationPolicy } : {}),
    ...(orphanDependents === undefined ? {} : { orphanDependents }),
    ...(dryRun.length === 0 ? {} : { dryRun }),
  };
}
