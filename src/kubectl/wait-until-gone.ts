import type { EpochMs, KubeObject } from "../api/meta/object.js";
import { isReason } from "../api/meta/status.js";
import type { Resource } from "../api/resources.js";
import type { ApiClient } from "../client/api-client.js";
import { followObject } from "./follow.js";

/**
 * Waits until an object is gone, or another of its name has taken its place; false when `untilMs` has come before, or
 * nothing can happen any more.
 */
export async function waitUntilGone(
  object: {
    readonly resource: Resource;
    readonly namespace: string;
    readonly name: string;
    readonly uid: string | undefined;
  },
  client: ApiClient,
  untilMs: EpochMs,
): Promise<boolean> {
  const { resource, namespace, name, uid } = object;
  const found = await getOrNull(resource, namespace, name, client);
  if (found === null || (uid !== undefined && found.metadata.uid !== uid)) return true;
  if (client.now() >= untilMs) return false;
  for await (const event of followObject(client, resource, found, { untilMs })) {
    if (event.type === "DELETED") return true;
    const seen = event.object as KubeObject;
    if (event.type !== "BOOKMARK" && event.type !== "ERROR" && seen.metadata.uid !== found.metadata.uid) return true;
  }
  return false;
}

/** The object, or null where there is none. */
export async function getOrNull(
  resource: Resource,
  namespace: string,
  name: string,
  client: ApiClient,
): Promise<KubeObject | null> {
  try {
    return await client.get(resource, namespace, name);
  } catch (error) {
    if (isReason(error, "NotFound")) return null;
    throw error;
  }
}
