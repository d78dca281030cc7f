import { apiVersionOf, type Resource, servedResources } from "../api/resources.js";
import { failure, noSuchResource } from "./responses.js";

/** What an address under /api or /apis names. */
export interface Target {
  readonly resource: Resource;
  /** "": all namespaces, or a resource without. */
  readonly namespace: string;
  /** "" for a collection. */
  readonly name: string;
  /** "" for the object itself. */
  readonly subresource: string;
  /** The old way to ask for a watch: /api/v1/watch/pods. */
  readonly isWatchPath: boolean;
}

const byAddress = new Map(servedResources.map((resource) => [`${apiVersionOf(resource)}/${resource.name}`, resource]));

/**
 * Reads `/api/v1/namespaces/default/pods/web/log` and the like.
 * @throws StatusError NotFound where no resource has this address, BadRequest where it is not written properly
 * @see k8s.io/apiserver/pkg/endpoints/request/requestinfo.go
 */
export function targetOf(pathname: string): Target {
  const parts = pathname.split("/").slice(1);
  if (parts.at(-1) === "") parts.pop();
  const [root, ...rest] = parts.map(decoded);
  const groupVersion = root === "api" ? rest.slice(0, 1) : rest.slice(0, 2);
  let path = rest.slice(groupVersion.length);
  const isWatchPath = path[0] === "watch";
  if (isWatchPath) path = path.slice(1);
  const find = (name: string | undefined) => byAddress.get(`${groupVersion.join("/")}/${name}`);
  if (path[0] === "namespaces" && path.length > 2 && find(path[2])?.namespaced === true) {
    const [, namespace = "", plural, name = "", ...subresource] = path;
    return { ...target(find(plural), name, subresource), namespace, isWatchPath };
  }
  const [plural, name = "", ...subresource] = path;
  return { ...target(find(plural), name, subresource), namespace: "", isWatchPath };
}

/** Parts of objects that a real server has, with what they are for. */
const unsupportedParts: Readonly<Record<string, string>> = {
  portforward: "port-forward is not supported by kjob: containers are simulated, nothing listens; try exec with wget",
  proxy: "proxy is not supported by kjob: containers are simulated, nothing listens; try exec with wget",
  ephemeralcontainers: "ephemeral containers are not supported by kjob: try exec in a container of the Pod",
  resize: "resizing a running Pod is not supported by kjob: delete it, and create it with other resources",
};

function target(
  resource: Resource | undefined,
  name: string,
  subresource: readonly string[],
): Pick<Target, "resource" | "name" | "subresource"> {
  if (resource === undefined || subresource.length > 1) throw noSuchResource();
  const [part = ""] = subresource;
  if (part !== "" && !resource.subresources.includes(part)) {
    const why = Object.hasOwn(unsupportedParts, part) ? unsupportedParts[part] : undefined;
    const isKnown = ["pods", "services", "nodes"].includes(resource.name);
    throw why !== undefined && isKnown ? failure("MethodNotAllowed", why) : noSuchResource();
  }
  return { resource, name, subresource: part };
}

function decoded(part: string): string {
  let text: string;
  try {
    text = decodeURIComponent(part);
  } catch {
    throw failure("BadRequest", `the address has a part that is not properly encoded: ${part}`);
  }
  // A name with a slash or a NUL would be another key in the store.
  if (text.includes("/") || text.includes("\0")) throw noSuchResource();
  return text;
}
