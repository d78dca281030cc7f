import type { KubeObject } from "../api/meta/object.js";
import type { Resource } from "../api/resources.js";
import type { ListOptions, WatchedEvent } from "../client/api-client.js";
import type { World } from "../cluster/world.js";
import { listObjects, type Selection, selectionOf, watchedEvent } from "../registry/requests.js";
import { CompactedError, type StoreChange } from "../store/store.js";

/** How a watch comes by its world, and how time passes while it waits. */
interface WatchAccess {
  read(): Promise<World>;
  /** Lets time pass until something may have happened to objects; false when nothing can happen any more. */
  pass(): Promise<boolean>;
}

type LocalEvent = WatchedEvent & { readonly resource: Resource };

/** One of the lists that a watch follows. */
interface Followed {
  readonly resource: Resource;
  readonly options: ListOptions;
  readonly selection: Selection;
  /** Its objects as they were told last, by namespace and name. */
  readonly known: Map<string, KubeObject>;
}

/**
 * What happens to objects in a world of this process, in the order in which it happens. Where other processes have done more
 * than the world remembers, what has come of it is told, as a client would that lists again.
 */
export async function* watchWorld(
  access: WatchAccess,
  watched: readonly { readonly resource: Resource; readonly options: ListOptions }[],
  resourceVersion: string,
): AsyncIterable<LocalEvent> {
  let world = await access.read();
  let unpin = world.store.pinLog();
  try {
    const watch = new WorldWatch(world, watched, Number(resourceVersion));
    for (;;) {
      yield* watch.news(world);
      const more = await access.pass();
      const next = await access.read();
      if (next !== world) {
        unpin();
        world = next;
        unpin = world.store.pinLog();
      }
      if (!more) {
        yield* watch.news(world);
        return;
      }
    }
  } finally {
    unpin();
  }
}

class WorldWatch {
  readonly #followed = new Map<string, Followed>();
  #revision: number;

  constructor(
    world: World,
    watched: readonly { readonly resource: Resource; readonly options: ListOptions }[],
    revision: number,
  ) {
    this.#revision = revision;
    for (const { resource, options } of watched) {
      const known = new Map<string, KubeObject>();
      for (const object of listed(world, resource, options)) {
        if (revisionOf(object) <= revision) known.set(keyOf(object), object);
      }
      this.#followed.set(resource.name, {
        resource,
        options,
        known,
        selection: selectionOf(world.registry, resource, options),
      });
    }
  }

  *news(world: World): Iterable<LocalEvent> {
    if (world.store.revision === this.#revision) return;
    const changes = changesAfter(world, this.#revision);
    if (changes === null) {
      this.#revision = world.store.revision;
      yield* this.#differences(world);
      return;
    }
    for (const change of changes) {
      this.#revision = change.revision;
      const event = this.#eventOf(change);
      if (event !== null) yield event;
    }
  }

  #eventOf(change: StoreChange): LocalEvent | null {
    const followed = this.#followed.get(change.resource);
    if (followed === undefined) return null;
    const { resource, options, selection, known } = followed;
    const event = watchedEvent(change, resource, options.namespace ?? "", selection);
    if (event === null) return null;
    const object = event.object as KubeObject;
    if (event.type === "DELETED") known.delete(keyOf(object));
    else known.set(keyOf(object), object);
    return { ...event, resource };
  }

  /** What is different from what was told: each object once, in the order in which they came to be as they are. */
  #differences(world: World): readonly LocalEvent[] {
    const events: (LocalEvent & { readonly object: KubeObject })[] = [];
    for (const { resource, options, known } of this.#followed.values()) {
      const gone = new Map(known);
      known.clear();
      for (const object of listed(world, resource, options)) {
        const key = keyOf(object);
        known.set(key, object);
        const before = gone.get(key);
        if (before !== undefined && before.metadata.uid === object.metadata.uid) {
          gone.delete(key);
          if (revisionOf(before) !== revisionOf(object)) events.push({ type: "MODIFIED", object, resource });
        } else events.push({ type: "ADDED", object, resource });
      }
      for (const object of gone.values()) events.push({ type: "DELETED", object, resource });
    }
    return events.sort((left, right) => revisionOf(left.object) - revisionOf(right.object));
  }
}

function listed(world: World, resource: Resource, options: ListOptions): readonly KubeObject[] {
  return listObjects(world.registry, resource, options).items;
}

/** Null where the world does not remember so much. */
function changesAfter(world: World, revision: number): readonly StoreChange[] | null {
  try {
    return world.store.changesAfter(revision);
  } catch (error) {
    if (!(error instanceof CompactedError)) throw error;
    return null;
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
}

function revisionOf({ metadata }: KubeObject): number {
  return Number(metadata.resourceVersion);
}
