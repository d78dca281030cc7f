import { clusterAdmin, impersonatedUser, requireAccess, type User } from "../api/authorization/access.js";
import { StatusError } from "../api/meta/status.js";
import { type Target, targetOf } from "./request-info.js";
import { failure } from "./responses.js";

/**
 * Who makes a request: whoever may come in is the admin, and may act for somebody else.
 * @throws StatusError BadRequest where the headers name groups of nobody
 */
export function requestUser(headers: Headers): User {
  const username = headers.get("impersonate-user");
  const groups = (headers.get("impersonate-group") ?? "").split(",").map((group) => group.trim());
  const uid = headers.get("impersonate-uid") ?? "";
  const named = groups.filter((group) => group !== "");
  if (username !== null && username !== "") return impersonatedUser({ username, groups: named, uid });
  if (named.length === 0 && uid === "") return clusterAdmin;
  throw failure("BadRequest", "groups or a uid are to be impersonated without a user");
}

const verbs: Readonly<Record<string, string>> = { POST: "create", PUT: "update", PATCH: "patch" };

/** Lets pass what the user of a request may do. @throws StatusError Forbidden */
export function authorize({ method, headers }: Request, url: URL): void {
  const user = requestUser(headers);
  if (user === clusterAdmin) return;
  const target = targetIn(url.pathname);
  if (target === null) {
    requireAccess(user, { verb: method.toLowerCase(), path: url.pathname });
    return;
  }
  const { resource, subresource, namespace, name } = target;
  const verb = verbs[method] ?? readingVerb(method, target, url);
  requireAccess(user, { verb, group: resource.group, resource: resource.name, subresource, namespace, name });
}

function readingVerb(method: string, { name, isWatchPath }: Target, { searchParams }: URL): string {
  if (method === "DELETE") return name === "" ? "deletecollection" : "delete";
  if (isWatchPath || ["true", "1"].includes(searchParams.get("watch") ?? "")) return "watch";
  return name === "" ? "list" : "get";
}

/** Reviews are no objects with an address, but are asked for like such. */
const reviewPath = /^\/apis\/(auth\w+\.k8s\.io)\/v1\/(\w+)$/;

/** The objects that an address is about; null where it is about none. */
function targetIn(pathname: string): Target | null {
  const review = reviewPath.exec(pathname);
  if (review !== null) {
    const [, group = "", name = ""] = review;
    return { resource: { group, name }, namespace: "", name: "", subresource: "", isWatchPath: false } as Target;
  }
  try {
    return targetOf(pathname);
  } catch (error) {
    if (error instanceof StatusError) return null;
    throw error;
  }
}
