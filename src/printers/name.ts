import type { KubeObject } from "../api/meta/object.js";

/** `job.batch`, `pod`: how kubectl names a kind before a slash. */
function resourceKind({ apiVersion = "", kind = "" }: Pick<KubeObject, "apiVersion" | "kind">): string {
  const slash = apiVersion.indexOf("/");
  const group = slash === -1 ? "" : `.${apiVersion.slice(0, slash)}`;
  return `${kind.toLowerCase()}${group}`;
}

/** `job.batch/pi`. */
function resourceName(object: KubeObject): string {
  return `${resourceKind(object)}/${object.metadata?.name || "<unknown>"}`;
}

/** The line of `-o name`, or with an operation what verbs report: `job.batch/pi created`. */
export function printName(object: KubeObject, operation = ""): string {
  return `${resourceName(object)}${operation === "" ? "" : ` ${operation}`}\n`;
}
