import type { Binding, Eviction, Scale, StatefulSet, TokenRequest } from "../api/generated/types.js";
import { formatTime, type KubeObject } from "../api/meta/object.js";
import { badRequest, invalid } from "../api/meta/status.js";
import type { World } from "../cluster/world.js";
import { formatLabelSelector } from "../printers/cell-text.js";
import { applyPatch } from "../registry/patch/apply-patch.js";
import { deleteObject, replaceObject } from "../registry/requests.js";
import type { Answer, ApiContext, ResourceRequest } from "./api-context.js";
import { bodyOf, bodyText, contentTypeOf } from "./bodies.js";
import { openLog } from "./log-stream.js";
import { decodedAs, handleObjects, patchTypeOf, requireBody } from "./object-verbs.js";
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
      return openLog(context, target, request.query);
    case "eviction":
      requireMethod(request, "POST");
      return evict(context, request);
    case "binding":
      requireMethod(request, "POST");
      return bind(context, request);
    case "token":
      requireMethod(request, "POST");
      return token(context, request);
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

async function evict({ cluster }: ApiContext, request: ResourceRequest): Promise<Answer> {
  const { resource, namespace, name } = request.target;
  const write = writeQuery(request, "CreateOptions");
  const eviction = decodedAs<Eviction>("Eviction", requireBody(await bodyOf(request.raw)));
  const dryRun = write.dryRun || (eviction.deleteOptions?.dryRun?.length ?? 0) > 0;
  return cluster.write((world) => {
    deleteObject(world.registry, { resource, namespace, name }, eviction.deleteOptions ?? {}, dryRun);
    return { value: success, status: 201 };
  });
}

async function bind({ cluster }: ApiContext, request: ResourceRequest): Promise<Answer> {
  const { namespace, name } = request.target;
  const { target } = decodedAs<Binding>("Binding", requireBody(await bodyOf(request.raw)));
  const node = target?.name ?? "";
  if (node === "") {
    const error = { field: "target.name", type: "FieldValueRequired", message: "Required value" } as const;
    throw invalid({ group: "", kind: "Binding" }, name, [error]);
  }
  return cluster.write((world) => {
    world.registry.bind(namespace, name, node);
    return { value: success, status: 201 };
  });
}

/** Tokens of ServiceAccounts are for show: only the server's own token opens it. */
async function token({ cluster }: ApiContext, request: ResourceRequest): Promise<Answer> {
  const { resource, namespace, name } = request.target;
  const { spec } = decodedAs<TokenRequest>("TokenRequest", requireBody(await bodyOf(request.raw)));
  const seconds = spec?.expirationSeconds ?? 3600;
  if (seconds < 600 || seconds > 2 ** 32) {
    const message = `Invalid value: ${seconds}: may not specify a duration ${seconds < 600 ? "less than 10 minutes" : "larger than 2^32 seconds"}`;
    const error = { field: "spec.expirationSeconds", type: "FieldValueInvalid", message } as const;
    throw invalid({ group: "authentication.k8s.io", kind: "TokenRequest" }, "", [error]);
  }
  return cluster.read((world) => {
    const account = world.registry.get(resource.name, namespace, name);
    const expiresMs = world.nowMs + seconds * 1000;
    const value = {
      kind: "TokenRequest",
      apiVersion: "authentication.k8s.io/v1",
      metadata: { name, namespace, creationTimestamp: formatTime(world.nowMs) },
      spec: { audiences: spec?.audiences ?? [audience], expirationSeconds: seconds, boundObjectRef: null },
      status: { token: tokenText(account, world.nowMs, expiresMs), expirationTimestamp: formatTime(expiresMs) },
    };
    return { value, status: 201 };
  });
}

const audience = "https://kubernetes.default.svc.cluster.local";

/** In the form of a JSON Web Token, with no signature. */
function tokenText({ metadata }: KubeObject, nowMs: number, expiresMs: number): string {
  const { namespace = "", name = "", uid = "" } = metadata;
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    aud: [audience],
    exp: Math.floor(expiresMs / 1000),
    iat: Math.floor(nowMs / 1000),
    iss: audience,
    "kubernetes.io": { namespace, serviceaccount: { name, uid } },
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  return `${encoded({ alg: "none" })}.${encoded(claims)}.`;
}

async function finalize({ cluster }: ApiContext, request: ResourceRequest): Promise<Answer> {
  const { name } = request.target;
  const body = requireBody(await bodyOf(request.raw)) as {
    readonly spec?: { readonly finalizers?: readonly unknown[] };
  };
  if ((body.spec?.finalizers?.length ?? 0) > 0) {
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
  const body = method === "PUT" ? requireBody(await bodyOf(request.raw)) : undefined;
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

const success = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };
