import { withDisruption } from "../api/core/disruption.js";
import type { Binding, Eviction, Status, TokenRequest } from "../api/generated/types.js";
import { formatTime, type KubeObject } from "../api/meta/object.js";
import { badRequest, invalid, StatusError } from "../api/meta/status.js";
import type { Resource } from "../api/resources.js";
import { decodeAs } from "../api/schema/decode.js";
import type { Registry } from "./registry.js";
import { deleteObject } from "./requests.js";

/** A part of an object that is created by a request of its own. */
interface SubresourceTarget {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/** Whom tokens are for where a request does not say. */
const apiAudience = "https://kubernetes.default.svc.cluster.local";

/** Seconds that a token lives. @see kubernetes v1.36 pkg/apis/authentication/validation/validation.go */
const tokenSeconds = { default: 3600, min: 600, max: 2 ** 32 };

/**
 * POST to a subresource: an eviction or a binding of a Pod, a token of a ServiceAccount.
 * @throws StatusError
 */
export function createSubresource(
  registry: Registry,
  target: SubresourceTarget,
  body: unknown,
  { dryRun = false }: { readonly dryRun?: boolean },
): KubeObject | Status {
  switch (`${target.resource.name}/${target.subresource}`) {
    case "pods/eviction":
      return evict(registry, target, decoded<Eviction>("Eviction", body), dryRun);
    case "pods/binding":
      return bind(registry, target, decoded<Binding>("Binding", body), dryRun);
    case "serviceaccounts/token":
      return token(registry, target, decoded<TokenRequest>("TokenRequest", body));
    default:
      throw new StatusError("NotFound", "the server could not find the requested resource");
  }
}

const created = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 } as Status;

function decoded<T>(typeName: string, body: unknown): T {
  const { object, error } = decodeAs(typeName, body);
  if (error !== undefined) throw badRequest(`${typeName} cannot be handled: ${error}`);
  return object as T;
}

/**
 * A deletion that says on the Pod why it goes. No budget stands in its way: there are none.
 * @see kubernetes v1.36 pkg/registry/core/pod/storage/eviction.go, addConditionAndDeletePod
 */
function evict(registry: Registry, target: SubresourceTarget, eviction: Eviction, dryRun: boolean): Status {
  const { namespace, name } = target;
  const { metadata, deleteOptions } = eviction;
  if (metadata?.name !== name) throw badRequest("name in URL does not match name in Eviction object");
  const pod = registry.get("pods", namespace, name);
  const isDry = dryRun || (deleteOptions?.dryRun?.length ?? 0) > 0;
  const marked = withDisruption(pod, evictionReason, registry);
  if (!isDry && marked !== pod) registry.updateStatus("pods", marked, { trusted: true });
  deleteObject(registry, target, deleteOptions ?? {}, isDry);
  return created;
}

/** @see kubernetes v1.36 pkg/registry/core/pod/storage/eviction.go */
const evictionReason = { reason: "EvictionByEvictionAPI", message: "Eviction API: evicting" } as const;

function bind(registry: Registry, { namespace, name }: SubresourceTarget, binding: Binding, dryRun: boolean): Status {
  const node = binding.target?.name ?? "";
  if (node === "") {
    const error = { field: "target.name", type: "FieldValueRequired", message: "Required value" } as const;
    throw invalid({ group: "", kind: "Binding" }, name, [error]);
  }
  if (dryRun) registry.get("pods", namespace, name);
  else registry.bind(namespace, name, node);
  return created;
}

/** Tokens of ServiceAccounts are for show: no server takes them. */
function token(registry: Registry, { namespace, name }: SubresourceTarget, { spec }: TokenRequest): KubeObject {
  const seconds = spec?.expirationSeconds ?? tokenSeconds.default;
  if (seconds < tokenSeconds.min || seconds > tokenSeconds.max) {
    const limit = seconds < tokenSeconds.min ? "less than 10 minutes" : "larger than 2^32 seconds";
    const message = `Invalid value: ${seconds}: may not specify a duration ${limit}`;
    const error = { field: "spec.expirationSeconds", type: "FieldValueInvalid", message } as const;
    throw invalid({ group: "authentication.k8s.io", kind: "TokenRequest" }, "", [error]);
  }
  const account = registry.get("serviceaccounts", namespace, name);
  const audiences = spec?.audiences?.length ? spec.audiences : [apiAudience];
  const expiresMs = registry.nowMs + seconds * 1000;
  const answer = {
    kind: "TokenRequest",
    apiVersion: "authentication.k8s.io/v1",
    metadata: { name, namespace, creationTimestamp: formatTime(registry.nowMs) },
    spec: { audiences, expirationSeconds: seconds, boundObjectRef: spec?.boundObjectRef ?? null },
    status: {
      token: tokenText(account, audiences, { fromMs: registry.nowMs, untilMs: expiresMs }),
      expirationTimestamp: formatTime(expiresMs),
    },
  };
  return answer as unknown as KubeObject;
}

/** In the form of a JSON Web Token, with no signature. */
function tokenText(
  { metadata }: KubeObject,
  audiences: readonly string[],
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): string {
  const { namespace = "", name = "", uid = "" } = metadata;
  const claims = {
    aud: audiences,
    exp: Math.floor(untilMs / 1000),
    iat: Math.floor(fromMs / 1000),
    iss: apiAudience,
    "kubernetes.io": { namespace, serviceaccount: { name, uid } },
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  return `${base64Url({ alg: "none" })}.${base64Url(claims)}.`;
}

function base64Url(value: unknown): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
