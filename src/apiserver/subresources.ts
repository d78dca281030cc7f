import type { Scale, StatefulSet } from "../api/generated/types.js";
import type { KubeObject } from "../api/meta/object.js";
import { badRequest, invalid } from "../api/meta/status.js";
import type { World } from "../cluster/world.js";
import { formatLabelSelector } from "../printers/cell-text.js";
import { applyPatch } from "../registry/patch/apply-patch.js";
import { replaceObject } from "../registry/requests.js";
import { createSubresource } from "../registry/subresource-requests.js";
import type { Answer, ApiContext, ResourceRequest } from "./api-context.js";
import { bodyText, contentTypeOf, objectBody } from "./bodies.js";
import { openLog } from "./log-stream.js";
import { decodedAs, handleObjects, patchTypeOf } from "./object-verbs.js";
import { writeQuery } from "./request-options.js";
import { failure, methodNotAllowed, noSuchResource } from "./responses.js";

/** Requests to parts of an object. */
export async function handleSubresource(context: ApiContext, request: ResourceRequest): Promise<Answer> {
  const { method, target } = request;
  switch (target.subresource) {
    case "status":
      if (method === "POST" || method === "DELETE") throw methodNotAllowed();
      return handleObjects(context, request);
    case "scale":
      return scale(context, request);
    case "log":
      if (method !== "GET") throw methodNotAllowed();
      return openLog(context, request);
    case "eviction":
    case "binding":
    case "token":
      requireMethod(request, "POST");
      return createPart(context, request);
    case "finalize":
      requireMethod(request, "PUT");
      return finalize(context, request);
    case "exec":
    case "attach":
      throw badRequest("Upgrade request required");
    default:
      throw noSuchResource();
  }
}

function requireMethod({ method }: ResourceRequest, wanted: string): void {
  if (method !== wanted) throw methodNotAllowed();
}

/** What is posted to a part of an object. */
const createdKinds: Readonly<Record<string, string>> = {
  eviction: "Eviction",
  binding: "Binding",
  token: "TokenRequest",
};

async function createPart({ cluster }: ApiContext, request: ResourceRequest): Promise<Answer> {
  const write = writeQuery(request, "CreateOptions");
  const { object } = await objectBody(request.raw, createdKinds[request.target.subresource] ?? "");
  return cluster.write((world) => ({
    value: createSubresource(world.registry, request.target, object, write),
    status: 201,
  }));
}

async function finalize({ cluster }: ApiContext, request: ResourceRequest): Promise<Answer> {
  const { name } = request.target;
  const { object } = await objectBody(request.raw, "Namespace");
  const { spec } = object as { readonly spec?: { readonly finalizers?: readonly unknown[] } };
  if ((spec?.finalizers?.length ?? 0) > 0) {
    throw failure("MethodNotAllowed", "kjob takes all finalizers from the spec of a namespace, or none");
  }
  return cluster.write((world) => {
    const namespace = world.registry.get("namespaces", "", name);
    world.registry.finalizeNamespace(name);
    return { value: world.registry.find("namespaces", "", name) ?? namespace };
  });
}

async function scale({ cluster }: ApiContext, request: ResourceRequest): Promise<Answer> {
  const { method, target } = request;
  const { resource, namespace, name } = target;
  const current = (world: World) => world.registry.get(resource.name, namespace, name) as StatefulSet;
  if (method === "GET") return cluster.read((world) => ({ value: scaleOf(current(world)) }));
  if (method !== "PUT" && method !== "PATCH") throw methodNotAllowed();
  const write = writeQuery(request, method === "PUT" ? "UpdateOptions" : "PatchOptions");
  const body = method === "PUT" ? (await objectBody(request.raw, "Scale")).object : undefined;
  const text = method === "PATCH" ? await bodyText(request.raw) : "";
  const type = method === "PATCH" ? patchTypeOf(contentTypeOf(request.raw)) : "merge";
  if (type === "apply") throw failure("UnsupportedMediaType", "apply to a scale is not supported by kjob: patch it");
  const warnings: string[] = [];
  return cluster.write((world) => {
    const object = current(world);
    const fieldValidation = write.fieldValidation;
    const wanted = (
      body === undefined
        ? applyPatch<KubeObject>(scaleOf(object), { type, body: text, fieldValidation }).object
        : decodedAs<Scale>("Scale", body)
    ) as Scale;
    const replicas = wanted.spec?.replicas ?? 0;
    if (replicas < 0) {
      const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
      throw invalid({ group: "autoscaling", kind: "Scale" }, name, [
        { field: "spec.replicas", type: "FieldValueInvalid", message },
      ]);
    }
    const { resourceVersion = object.metadata.resourceVersion } = wanted.metadata ?? {};
    const next = {
      ...object,
      metadata: { ...object.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
      spec: { ...object.spec, replicas },
    };
    const request = { ...write, warn: (message: string) => warnings.push(message) };
    const written = replaceObject(world.registry, { resource, namespace, name }, next, request);
    return { value: scaleOf(written as StatefulSet), warnings };
  });
}

function scaleOf({ metadata, spec, status }: StatefulSet): Scale & KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: {
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
    spec: { replicas: spec?.replicas ?? 0 },
    status: { replicas: status?.replicas ?? 0, selector: formatLabelSelector(spec?.selector) },
  };
}
