import type { EpochMs, KubeObject } from "../api/meta/object.js";
import { isReason, StatusError } from "../api/meta/status.js";
import type { Resource } from "../api/resources.js";
import type { ApiClient, ListOptions, WatchedEvent } from "../client/api-client.js";

/** What is followed: a collection, or one object by a field selector. */
export interface FollowOptions extends Pick<ListOptions, "namespace" | "labelSelector" | "fieldSelector"> {
  readonly untilMs?: EpochMs;
}

/** What is known already, and from where it goes on. */
export interface KnownState {
  readonly objects: readonly KubeObject[];
  readonly resourceVersion: string;
}

/**
 * Everything that happens after what is known. Where the server has forgotten what came then (its history is short, and a
 * cluster can do much while nobody looks), the collection is listed again, and what differs is told as if it had been watched.
 * @throws StatusError
 * @see k8s.io/client-go/tools/cache/reflector.go, ListAndWatch
 */
export async function* follow(
  client: ApiClient,
  resource: Resource,
  options: FollowOptions,
  start: KnownState,
): AsyncIterable<WatchedEvent> {
  const known = new Map(start.objects.map((object) => [keyOf(object), object]));
  let { resourceVersion } = start;
  for (;;) {
    try {
      for await (const event of client.watch(resource, { ...options, resourceVersion })) {
        if (event.type === "ERROR") throw errorOf(event);
        const object = event.object as KubeObject;
        resourceVersion = object.metadata.resourceVersion ?? resourceVersion;
        if (event.type === "DELETED") known.delete(keyOf(object));
        else if (event.type !== "BOOKMARK") known.set(keyOf(object), object);
        yield event;
      }
      return;
    } catch (error) {
      if (!isReason(error, "Expired")) throw error;
    }
    const { untilMs: _untilMs, ...listOptions } = options;
    const list = await client.list(resource, listOptions);
    resourceVersion = list.metadata.resourceVersion ?? "";
    yield* differences(known, list.items);
  }
}

/** The same for one object, from its state as it was got. */
export function followObject(
  client: ApiClient,
  resource: Resource,
  object: KubeObject,
  { untilMs }: Pick<FollowOptions, "untilMs">,
): AsyncIterable<WatchedEvent> {
  const { name = "", namespace = "", resourceVersion = "" } = object.metadata;
  const options: FollowOptions = {
    ...(resource.namespaced ? { namespace } : {}),
    fieldSelector: `metadata.name=${name}`,
    ...(untilMs === undefined ? {} : { untilMs }),
  };
  return follow(client, resource, options, { objects: [object], resourceVersion });
}

/** Brings what is known to what is there, and tells the steps: what has changed in the order it did, then what has gone. */
function* differences(known: Map<string, KubeObject>, items: readonly KubeObject[]): Iterable<WatchedEvent> {
  const gone = new Map(known);
  for (const object of items.toSorted((left, right) => revisionOf(left) - revisionOf(right))) {
    const key = keyOf(object);
    const before = gone.get(key);
    gone.delete(key);
    known.set(key, object);
    if (before === undefined) yield { type: "ADDED", object };
    else if (before.metadata.uid !== object.metadata.uid) {
      yield { type: "DELETED", object: before };
      yield { type: "ADDED", object };
    } else if (revisionOf(before) !== revisionOf(object)) yield { type: "MODIFIED", object };
  }
  for (const [key, object] of gone) {
    known.delete(key);
    yield { type: "DELETED", object };
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
}

function revisionOf({ metadata }: KubeObject): number {
  return Number(metadata.resourceVersion);
}

function errorOf({ object }: WatchedEvent): StatusError {
  const { message = "the watch has ended", reason } = object as { message?: string; reason?: string };
  return new StatusError(reason === "Expired" ? "Expired" : "InternalError", message);
}
