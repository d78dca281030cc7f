import { StatusError } from "../api/meta/status.js";
import type { Resource } from "../api/resources.js";
import type { World } from "../cluster/world.js";
import { listObjects } from "../registry/requests.js";
import { CompactedError, type StoreChange } from "../store/store.js";
import { moveAnnotation } from "./cluster-clock.js";
import { eventLine, eventsOf, type ObjectEvent, type Scope, sharedPiece } from "./event-lines.js";
import { checkedSelection, refuseFuture } from "./listing.js";
import type { LiveCluster } from "./live-cluster.js";
import type { OpenStreams } from "./open-streams.js";
import { bookmarkObject, type Look } from "./representation.js";
import type { ListQuery } from "./request-options.js";
import { type TextStream, textStream } from "./text-stream.js";
import type { UnreadBytes } from "./unread-bytes.js";

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
  streams: OpenStreams,
  request: WatchRequest,
): Promise<ReadableStream<Uint8Array>> {
  const leave = streams.enter();
  try {
    return await cluster.read(
      (world) => new Watch(cluster, world, request, { unread: streams.unread, onClose: leave }).body,
    );
  } catch (error) {
    leave();
    throw error;
  }
}

class Watch {
  readonly #request: WatchRequest;
  readonly #scope: Scope;
  /** Watches of which this is the same send the same. */
  readonly #view: string;
  readonly #stream: TextStream;
  readonly #cluster: LiveCluster;
  #unsubscribe: () => void = () => {};
  #stopMarks: () => void = () => {};
  #timers: NodeJS.Timeout[] = [];
  #revision: number;
  #isFirst = true;

  constructor(
    cluster: LiveCluster,
    world: World,
    request: WatchRequest,
    { unread, onClose }: { readonly unread: UnreadBytes; readonly onClose: () => void },
  ) {
    const { resource, namespace, name, query, look } = request;
    this.#request = request;
    this.#cluster = cluster;
    this.#scope = { resource, namespace, name, selection: checkedSelection(world, resource, query) };
    const { accepted, includeObject } = look;
    const shape = [accepted.as, accepted.version, includeObject];
    this.#view = JSON.stringify([namespace, name, query.labelSelector, query.fieldSelector, ...shape]);
    const asked = Number(query.resourceVersion);
    refuseFuture(world, asked);
    const wantsState = query.sendInitialEvents ?? asked === 0;
    this.#revision = wantsState || asked === 0 ? world.store.revision : asked;
    const state = wantsState ? this.#state(world) : [];
    const endsState = wantsState && query.sendInitialEvents === true && query.bookmarks;
    const missed = this.#follow(world);
    this.#stream = textStream({
      unread,
      start: concat(
        this.#lines(state),
        endsState ? [this.#bookmark(initialEventsEnd)] : [],
        missed instanceof StatusError ? [errorLine(missed)] : this.#lines(missed),
      ),
      onClose: () => {
        this.#unsubscribe();
        this.#stopMarks();
        for (const timer of this.#timers) clearTimeout(timer);
        onClose();
      },
    });
    if (missed instanceof StatusError) {
      this.#stream.end();
      return;
    }
    if (request.marksMoves) this.#markMoves();
    this.#startTimers();
  }

  get body(): ReadableStream<Uint8Array> {
    return this.#stream.body;
  }

  /** What there is now, as if it had just been made. */
  #state(world: World): readonly ObjectEvent[] {
    const { resource, namespace, name, query } = this.#request;
    const selectors = {
      ...(query.labelSelector === "" ? {} : { labelSelector: query.labelSelector }),
      ...(query.fieldSelector === "" ? {} : { fieldSelector: query.fieldSelector }),
    };
    return listObjects(world.registry, resource, { namespace, ...selectors })
      .items.filter((object) => name === "" || object.metadata.name === name)
      .map((object) => ({ type: "ADDED", object }));
  }

  /** Follows what changes from now on. Returns what has changed before, since the revision that the client knows. */
  #follow(world: World): readonly ObjectEvent[] | StatusError {
    const listener = {
      resource: this.#request.resource.name,
      onChanges: (changes: readonly StoreChange[]) => this.#onChanges(changes),
      onGap: () => this.#fail(expired(this.#revision)),
    };
    try {
      const { missed, stop } = this.#cluster.feed.subscribe(world, this.#revision, listener);
      this.#unsubscribe = stop;
      this.#revision = missed.at(-1)?.revision ?? this.#revision;
      return eventsOf(missed, this.#scope);
    } catch (error) {
      if (!(error instanceof CompactedError)) throw error;
      return expired(this.#revision, error.oldest);
    }
  }

  #onChanges(changes: readonly StoreChange[]): void {
    if (!this.#stream.isOpen) return;
    this.#revision = changes.at(-1)?.revision ?? this.#revision;
    if (this.#request.look.accepted.as === "table" && this.#isFirst) {
      const lines = [...this.#lines(eventsOf(changes, this.#scope))];
      if (lines.length > 0) this.#stream.write(lines.join(""));
      return;
    }
    const piece = sharedPiece(changes, { scope: this.#scope, look: () => this.#look(), view: this.#view });
    if (piece !== null) this.#stream.write(piece);
  }

  /** For a client that moves the clock itself: it has to know when it has seen what came of that. */
  #markMoves(): void {
    const mark = (moves: number) => {
      this.#revision = Math.max(this.#revision, this.#cluster.feed.revision);
      this.#stream.write(this.#bookmark({ [moveAnnotation]: String(moves) }));
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
      this.#stream.write(this.#bookmark(undefined));
    } catch {
      this.#stream.end();
    }
  }

  #look(): Look {
    return { ...this.#request.look, now: this.#cluster.nowMs };
  }

  /** Each is made when it is asked for; the instant that they show is now. */
  #lines(events: readonly ObjectEvent[]): Iterable<string> {
    const { resource } = this.#request;
    const look = this.#look();
    const { length } = events;
    const hasHeader = this.#isFirst;
    if (length > 0) this.#isFirst = false;
    return {
      *[Symbol.iterator]() {
        for (let at = 0; at < length; at++)
          yield eventLine(events[at] as ObjectEvent, resource, look, hasHeader && at === 0);
      },
    };
  }

  #bookmark(annotations: Readonly<Record<string, string>> | undefined): string {
    const object = bookmarkObject(this.#request.resource, this.#look(), this.#revision, annotations);
    return `${JSON.stringify({ type: "BOOKMARK", object })}\n`;
  }

  #fail(error: StatusError): void {
    this.#stream.write(errorLine(error));
    this.#stream.end();
  }
}

function* concat(...parts: readonly Iterable<string>[]): Iterable<string> {
  for (const part of parts) yield* part;
}

function errorLine({ status }: StatusError): string {
  return `${JSON.stringify({ type: "ERROR", object: status })}\n`;
}

function expired(revision: number, oldest?: number): StatusError {
  const known = oldest === undefined ? "" : ` (${oldest})`;
  return new StatusError("Expired", `too old resource version: ${revision}${known}`);
}
