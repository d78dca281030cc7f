import type { Status } from "../api/generated/types.js";
import type { KubeObject } from "../api/meta/object.js";
import { StatusError } from "../api/meta/status.js";
import type { Resource } from "../api/resources.js";
import type { World } from "../cluster/world.js";
import { withManagedFields } from "../registry/managed-fields/tracking.js";
import { listObjects, type Selection, watchedEvent } from "../registry/requests.js";
import { CompactedError, type StoreChange } from "../store/store.js";
import { moveAnnotation } from "./cluster-clock.js";
import { checkedSelection, refuseFuture } from "./listing.js";
import type { LiveCluster } from "./live-cluster.js";
import { bookmarkObject, type Look, shownEventObject } from "./representation.js";
import type { ListQuery } from "./request-options.js";
import type { StreamCounter } from "./stream-counter.js";
import { type TextStream, textStream } from "./text-stream.js";

/** What a watch is about. */
export interface WatchRequest {
  readonly resource: Resource;
  readonly namespace: string;
  /** "" for a whole collection. */
  readonly name: string;
  readonly query: ListQuery;
  /** How objects look; cells of Tables take the time of their event. */
  readonly look: Omit<Look, "now">;
  /** Whether bookmarks tell that everything up to a move of the clock was sent. */
  readonly marksMoves: boolean;
}

/** How long a watch lasts whose client does not say. @see apiserver MinRequestTimeout, 1800 s and up to as much again */
const timeoutMs = { base: 1_800_000, spread: 1_800_000 };
/** Between two bookmarks. @see apiserver pkg/storage/cacher, defaultBookmarkFrequency */
const bookmarkMs = 60_000;
const initialEventsEnd = { "k8s.io/initial-events-end": "true" };

/**
 * Opens a watch. Events are JSON, one on a line, in the order of revisions, each once.
 * @throws StatusError before it has begun; afterwards failures are ERROR events
 */
export async function openWatch(
  cluster: LiveCluster,
  streams: StreamCounter,
  request: WatchRequest,
): Promise<ReadableStream<Uint8Array>> {
  const leave = streams.enter();
  try {
    return await cluster.read((world) => new Watch(cluster, world, request, leave).body);
  } catch (error) {
    leave();
    throw error;
  }
}

class Watch {
  readonly #request: WatchRequest;
  readonly #selection: Selection;
  readonly #stream: TextStream;
  readonly #cluster: LiveCluster;
  #unsubscribe: () => void = () => {};
  #stopMarks: () => void = () => {};
  #timers: NodeJS.Timeout[] = [];
  #revision: number;
  #isFirst = true;

  constructor(cluster: LiveCluster, world: World, request: WatchRequest, onEnd: () => void) {
    const { resource, query } = request;
    this.#request = request;
    this.#cluster = cluster;
    this.#selection = checkedSelection(world, resource, query);
    const asked = Number(query.resourceVersion);
    refuseFuture(world, asked);
    const wantsState = query.sendInitialEvents ?? asked === 0;
    this.#revision = wantsState || asked === 0 ? world.store.revision : asked;
    this.#stream = textStream(() => {
      this.#unsubscribe();
      this.#stopMarks();
      for (const timer of this.#timers) clearTimeout(timer);
      onEnd();
    });
    if (wantsState) this.#sendState(world);
    this.#follow(world);
    if (request.marksMoves) this.#markMoves();
    this.#startTimers();
  }

  get body(): ReadableStream<Uint8Array> {
    return this.#stream.body;
  }

  #sendState(world: World): void {
    const { resource, namespace, name, query } = this.#request;
    const selectors = {
      ...(query.labelSelector === "" ? {} : { labelSelector: query.labelSelector }),
      ...(query.fieldSelector === "" ? {} : { fieldSelector: query.fieldSelector }),
    };
    for (const object of listObjects(world.registry, resource, { namespace, ...selectors }).items) {
      if (name === "" || object.metadata.name === name) this.#sendObject("ADDED", object);
    }
    if (query.sendInitialEvents === true && query.bookmarks) this.#sendBookmark(initialEventsEnd);
  }

  #follow(world: World): void {
    const listener = {
      resource: this.#request.resource.name,
      onChange: (change: StoreChange) => this.#onChange(change),
      onGap: () => this.#fail(expired(this.#revision)),
    };
    try {
      this.#unsubscribe = this.#cluster.feed.subscribe(world, this.#revision, listener);
    } catch (error) {
      if (!(error instanceof CompactedError)) throw error;
      this.#fail(expired(this.#revision, error.oldest));
    }
  }

  #onChange(change: StoreChange): void {
    const { resource, namespace, name } = this.#request;
    this.#revision = change.revision;
    const event = watchedEvent(change, resource, namespace, this.#selection);
    if (event === null) return;
    const object = event.object as KubeObject;
    if (name !== "" && object.metadata.name !== name) return;
    this.#sendObject(event.type as "ADDED" | "MODIFIED" | "DELETED", object);
  }

  /** For a client that moves the clock itself: it has to know when it has seen what came of that. */
  #markMoves(): void {
    const mark = (moves: number) => {
      this.#revision = Math.max(this.#revision, this.#cluster.feed.revision);
      this.#sendBookmark({ [moveAnnotation]: String(moves) });
    };
    this.#stopMarks = this.#cluster.onMoved(mark);
    mark(this.#cluster.moves);
    if (!this.#stream.isOpen) this.#stopMarks();
  }

  #startTimers(): void {
    const { timeoutSeconds, bookmarks } = this.#request.query;
    const lastsMs = timeoutSeconds > 0 ? timeoutSeconds * 1000 : timeoutMs.base + Math.random() * timeoutMs.spread;
    const end = setTimeout(
      () => {
        if (bookmarks) void this.#bookmarkNow().then(() => this.#stream.end());
        else this.#stream.end();
      },
      Math.min(lastsMs, 2 ** 31 - 1),
    );
    this.#timers.push(end);
    if (bookmarks) this.#timers.push(setInterval(() => void this.#bookmarkNow(), bookmarkMs));
    if (!this.#stream.isOpen) for (const timer of this.#timers) clearTimeout(timer);
  }

  /** All events up to now are sent before it: it may be resumed from. A cluster that is gone ends the watch. */
  async #bookmarkNow(): Promise<void> {
    try {
      await this.#cluster.read(() => {});
      this.#revision = Math.max(this.#revision, this.#cluster.feed.revision);
      this.#sendBookmark(undefined);
    } catch {
      this.#stream.end();
    }
  }

  #sendObject(type: "ADDED" | "MODIFIED" | "DELETED", object: KubeObject): void {
    const { resource, look } = this.#request;
    if (look.accepted.as === "object") {
      this.#stream.write(eventBytes(type, object));
      return;
    }
    const shown = shownEventObject(object, resource, { ...look, now: this.#cluster.nowMs }, this.#isFirst);
    this.#isFirst = false;
    this.#stream.write(`${JSON.stringify({ type, object: shown })}\n`);
  }

  #sendBookmark(annotations: Readonly<Record<string, string>> | undefined): void {
    const { resource, look } = this.#request;
    const object = bookmarkObject(resource, { ...look, now: this.#cluster.nowMs }, this.#revision, annotations);
    this.#stream.write(`${JSON.stringify({ type: "BOOKMARK", object })}\n`);
  }

  #fail(status: Status): void {
    this.#stream.write(`${JSON.stringify({ type: "ERROR", object: status })}\n`);
    this.#stream.end();
  }
}

const encoder = new TextEncoder();

/** Events that several watches are sent, by their objects: encoded once. */
const encodedEvents = new WeakMap<KubeObject, Map<string, Uint8Array>>();

function eventBytes(type: string, object: KubeObject): Uint8Array {
  let byType = encodedEvents.get(object);
  if (byType === undefined) {
    byType = new Map();
    encodedEvents.set(object, byType);
  }
  let bytes = byType.get(type);
  if (bytes === undefined) {
    bytes = encoder.encode(`{"type":"${type}","object":${JSON.stringify(withManagedFields(object))}}\n`);
    byType.set(type, bytes);
  }
  return bytes;
}

function expired(revision: number, oldest?: number): Status {
  const known = oldest === undefined ? "" : ` (${oldest})`;
  return new StatusError("Expired", `too old resource version: ${revision}${known}`).status;
}
