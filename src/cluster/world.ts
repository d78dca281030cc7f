import type { EpochMs } from "../api/meta/object.js";
import { StatusError } from "../api/meta/status.js";
import type { EmulatedVersion } from "../api/versions/emulated-version.js";
import type { Client } from "../client/client.js";
import type { AnyWatch, Change, Component, Context, Enqueue, Table, TableOptions } from "../client/component.js";
import type { Recorder } from "../client/recorder.js";
import { createRegistryClient } from "../client/registry-client.js";
import { eventCodec } from "../registry/event-codec.js";
import { indexDefinitions } from "../registry/indexes.js";
import { Registry } from "../registry/registry.js";
import { EventQueue, type EventRow } from "../sim/event-queue.js";
import { createRandom, type Random } from "../sim/random.js";
import type { Backend } from "../store/backend.js";
import type { Bucket, Codec } from "../store/bucket.js";
import { Store, type StoreChange, type StoredObject } from "../store/store.js";
import { correlationCodec, createEventRecorder, type EventRecorder } from "./event-recorder.js";

/** What a world is made of, fixed when it is created and saved with it. */
interface WorldSettings {
  readonly seed: number;
  readonly version: EmulatedVersion;
}

/** A watch of a component, ready to be told. */
interface Listener {
  readonly handle: (change: Change, enqueue: Enqueue, context: Context) => void;
  readonly enqueue: Enqueue;
  readonly context: Context;
}

/** What a world saves of itself besides objects and tables. */
interface WorldRow extends WorldSettings {
  /** Cluster time. */
  nowMs: EpochMs;
  /** Where the event queue stopped counting. */
  seq: number;
  /** The instant of the next event; null when nothing is left to happen. */
  nextAtMs: EpochMs | null;
  /** How often the world was saved: tells a process that another one has been at work. */
  saves: number;
}

/** Milliseconds, of a failed reconcile before it is tried again. @see client-go util/workqueue, DefaultTypedControllerRateLimiter */
const retryMs = { base: 5, max: 1_000_000 };
/** Milliseconds between a write and the moment when a watcher acts on it. */
const watchLatencyMs = { min: 1, max: 6 };

/** A run over more cluster time than this is one that nobody can follow change by change. */
const longRunMs = 7_000;
const longRunHistoryLength = 100;

const objectCodecs = { events: eventCodec as unknown as Codec<StoredObject> };

const worldKey = "world";

/**
 * A Kubernetes control plane with its nodes, in simulated time: store, registry and components on one event queue. It is
 * a function of its settings and of what is asked of it, and of nothing else.
 */
export class World {
  readonly #backend: Backend;
  readonly #row: WorldRow;
  readonly #preparing: readonly Component[];
  readonly #contexts = new Map<string, Context>();
  readonly #byName = new Map<string, Component>();
  readonly #byResource = new Map<string, Listener[]>();
  /** The revision of the change that is being told. */
  #toldRevision = 0;
  /** Revisions that a long run keeps for watchers. */
  #historyLength: number | undefined;
  #queue: EventQueue | null = null;
  #failuresTable: Bucket<number> | null = null;
  readonly store: Store;
  readonly registry: Registry;
  readonly random: Random;
  readonly client: Client;
  readonly recorder: Recorder;

  private constructor(backend: Backend, row: WorldRow, components: readonly Component[]) {
    this.#backend = backend;
    this.#row = row;
    this.#preparing = components.filter(({ prepare }) => prepare !== undefined);
    this.random = createRandom(row.seed);
    this.store = new Store(backend, indexDefinitions, objectCodecs);
    const now = () => this.#row.nowMs;
    this.registry = new Registry({ store: this.store, random: this.random, version: row.version, now });
    this.client = createRegistryClient(this.registry, this.store);
    const recorder: EventRecorder = createEventRecorder({
      client: this.client,
      now,
      table: this.store.table("events.recorder", correlationCodec, { evictable: true }),
    });
    this.recorder = recorder;
    for (const component of components) {
      this.#byName.set(component.name, component);
      for (const watch of component.watches) this.#listen(component, watch);
    }
    this.store.onChange((change) => this.#tell(change));
  }

  /** A new world that starts at an instant; nothing is in it yet. Inside the backend's transaction, like all writing. */
  static create(backend: Backend, settings: WorldSettings, startMs: EpochMs, components: readonly Component[]): World {
    return new World(backend, { ...settings, nowMs: startMs, seq: 0, nextAtMs: null, saves: 0 }, components);
  }

  /** The world that a backend holds, as of its last commit; null where there is none. */
  static open(backend: Backend, components: readonly Component[]): World | null {
    const text = backend.get(worldKey);
    return text === undefined ? null : new World(backend, JSON.parse(text) as WorldRow, components);
  }

  /** Whether the backend still holds this world as it was last saved or opened. */
  get isCurrent(): boolean {
    const text = this.#backend.get(worldKey);
    return text !== undefined && (JSON.parse(text) as WorldRow).saves === this.#row.saves;
  }

  get version(): EmulatedVersion {
    return this.#row.version;
  }

  get seed(): number {
    return this.#row.seed;
  }

  get nowMs(): EpochMs {
    return this.#row.nowMs;
  }

  /** The instant of the next event; null when nothing can happen by itself any more. */
  get nextAtMs(): EpochMs | null {
    return this.#queue === null ? this.#row.nextAtMs : this.#queue.nextAtMs();
  }

  /** Whether nothing that anybody could wait for can happen by itself any more: at most housekeeping is left. */
  get isQuiet(): boolean {
    if (this.nextAtMs === null) return true;
    for (const queue of this.#events().busyQueues()) {
      if (this.#byName.get(queue)?.isHousekeeping !== true) return false;
    }
    return true;
  }

  /** Loads what components need before time may pass; null where nothing is missing. See {@link Component.prepare}. */
  prepare(): Promise<void> | null {
    for (const component of this.#preparing) {
      const promise = component.prepare?.(this.contextOf(component.name)) ?? null;
      if (promise !== null) return promise;
    }
    return null;
  }

  /**
   * Runs everything that is due up to and at an instant, and sets the clock to it. An instant in the past changes nothing.
   * Stops early, with the clock at the last event, after `revisionsMax` writes, and where something has to be prepared;
   * `done` says whether it got there.
   */
  advanceTo(untilMs: EpochMs, revisionsMax = Number.POSITIVE_INFINITY): { readonly done: boolean } {
    const stopAt = this.store.revision + revisionsMax;
    this.#historyLength = untilMs - this.#row.nowMs > longRunMs ? longRunHistoryLength : undefined;
    for (let next = this.nextAtMs; next !== null && next <= untilMs; next = this.nextAtMs) {
      if (this.store.revision >= stopAt || this.prepare() !== null) return { done: false };
      this.#runNext(untilMs);
    }
    if (untilMs > this.#row.nowMs) this.#row.nowMs = untilMs;
    return { done: true };
  }

  /** Runs the events of the next instant at which there are any, if that is not after `untilMs`. False: there is none. */
  step(untilMs: EpochMs): boolean {
    const next = this.nextAtMs;
    if (next === null || next > untilMs) return false;
    this.advanceTo(next);
    return true;
  }

  /** The context that a component is given. */
  contextOf(name: string): Context {
    let context = this.#contexts.get(name);
    if (context === undefined) {
      context = this.#makeContext(name);
      this.#contexts.set(name, context);
    }
    return context;
  }

  /** Writes what changed to the backend, and so much of the history at most. The caller has begun the transaction and commits it. */
  flush(options: { readonly historyLength?: number } = {}): void {
    if (this.#queue !== null) {
      this.#queue.save();
      this.#row.seq = this.#queue.seq;
      this.#row.nextAtMs = this.#queue.nextAtMs();
    }
    this.#row.saves++;
    this.store.flush(options);
    this.#backend.put(worldKey, JSON.stringify(this.#row));
  }

  #runNext(untilMs: EpochMs): void {
    const event = this.#events().take(untilMs);
    if (event === null) return;
    if (event.atMs > this.#row.nowMs) this.#row.nowMs = event.atMs;
    const component = this.#byName.get(event.queue);
    if (component === undefined) throw new Error(`no component ${event.queue} takes the event ${event.key}`);
    const context = this.contextOf(component.name);
    try {
      component.reconcile(event.key, context);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      context.enqueueRateLimited(event.key);
      return;
    } finally {
      this.store.trimLog(this.#historyLength);
    }
    const failures = this.#failures();
    if (!failures.isEmpty) failures.delete(`${component.name}/${event.key}`);
  }

  #listen(component: Component, watch: AnyWatch): void {
    const { name } = component;
    const listeners = this.#byResource.get(watch.resource) ?? [];
    listeners.push({
      handle: watch.handle as Listener["handle"],
      context: this.contextOf(name),
      enqueue: (key, afterMs = 0) => {
        const { min, max } = watchLatencyMs;
        const latencyMs = component.isOrderly ? min : this.random.between(min, max, "watch", name, this.#toldRevision);
        this.#events().add(name, key, this.#row.nowMs + latencyMs + afterMs);
      },
    });
    this.#byResource.set(watch.resource, listeners);
  }

  #tell(change: StoreChange): void {
    const listeners = this.#byResource.get(change.resource);
    if (listeners === undefined) return;
    this.#toldRevision = change.revision;
    for (const { handle, enqueue, context } of listeners) handle(change as unknown as Change, enqueue, context);
  }

  #makeContext(name: string): Context {
    return {
      client: this.client,
      recorder: this.recorder,
      random: this.random,
      version: this.#row.version,
      now: () => this.#row.nowMs,
      enqueue: (key, afterMs = 0) => this.#events().add(name, key, this.#row.nowMs + Math.max(0, Math.round(afterMs))),
      enqueueRateLimited: (key) => {
        const failures = this.#failures();
        const count = failures.get(`${name}/${key}`) ?? 0;
        failures.set(`${name}/${key}`, count + 1);
        const delayMs = Math.min(retryMs.max, retryMs.base * 2 ** Math.min(count, 30));
        this.#events().add(name, key, this.#row.nowMs + delayMs);
      },
      table: <Row>(table: string, codec?: Codec<Row>, options?: TableOptions): Table<Row> =>
        tableOf(this.store, `${name}.${table}`, codec, options),
    };
  }

  #failures(): Bucket<number> {
    this.#failuresTable ??= this.store.table<number>("world.failures");
    return this.#failuresTable;
  }

  /** The queue is read when something is to run, not by commands that only look. */
  #events(): EventQueue {
    if (this.#queue === null) {
      const bucket = this.store.table<EventRow>("world.queue");
      const rows = {
        entries: () => bucket.names().map((name) => ({ name, row: bucket.get(name) as EventRow })),
        put: (name: string, row: EventRow) => bucket.set(name, row),
        delete: (name: string) => bucket.delete(name),
      };
      this.#queue = new EventQueue(rows, this.#row.seq);
    }
    return this.#queue;
  }
}

function tableOf<Row>(store: Store, name: string, codec?: Codec<Row>, options?: TableOptions): Table<Row> {
  const bucket = store.table<Row>(name, codec, options);
  return {
    get: (key) => bucket.get(key),
    put: (key, row) => bucket.set(key, row),
    delete: (key) => bucket.delete(key),
    scan: (prefix) => bucket.withPrefix(prefix).map(({ name: key, value: row }) => ({ key, row })),
  };
}
