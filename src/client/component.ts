import type { EpochMs, KubeObject } from "../api/meta/object.js";
import type { ResourceName, ResourceTypes } from "../api/resources.js";
import type { EmulatedVersion } from "../api/versions/emulated-version.js";
import type { Random } from "../sim/random.js";
import type { Client } from "./client.js";
import type { Recorder } from "./recorder.js";

/** One revision of one object, as a watch tells it. */
export interface Change<T extends KubeObject = KubeObject> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: T;
  /** The object before; undefined for ADDED. */
  readonly previous?: T;
}

/**
 * A part of the control plane: a level-triggered reconciler with a workqueue of its own.
 *
 * Its `watches` map changes to keys; each key waits in the workqueue until it is due, at most once, at the earliest
 * instant asked for. `reconcile` then reads the world as it is and acts; which change woke it is forgotten. An error of
 * kind StatusError puts the key back with exponential back-off (5 ms doubling to 1000 s, reset by success); any other
 * error is a defect and ends the program.
 *
 * What must survive a restart lies in objects or in {@link Context.table}: an instance may be made anew at any moment.
 */
export interface Component {
  /** Unique; also names its workqueue. */
  readonly name: string;
  /** Its work changes nothing that anybody waits for: whoever waits for something to happen does not wait for this. */
  readonly isHousekeeping?: boolean;
  /** Takes changes up in the order in which they were made, as who keeps a queue of its own does. */
  readonly isOrderly?: boolean;
  readonly watches: readonly AnyWatch[];
  reconcile(key: string, context: Context): void;
  /**
   * Loads what its next reconcile may need and what is not there yet: code, never state. Time does not pass before the
   * promise is kept. null, at no cost, where nothing is missing.
   */
  prepare?(context: Context): Promise<void> | null;
}

/** What a component hears of. Build with {@link watch}. */
interface Watch<Name extends ResourceName> {
  readonly resource: Name;
  /** Calls `enqueue` for each key that the change concerns. Reads nothing, keeps nothing. */
  readonly handle: (change: Change<ResourceTypes[Name]>, enqueue: Enqueue, context: Context) => void;
}

/** Adds a key, due after the watch's own latency (a few milliseconds, seeded) plus `afterMs`. */
export type Enqueue = (key: string, afterMs?: number) => void;

export type AnyWatch = { [Name in ResourceName]: Watch<Name> }[ResourceName];

/** Lets the compiler check a watch against its resource's type. */
export function watch<Name extends ResourceName>(resource: Name, handle: Watch<Name>["handle"]): AnyWatch {
  return { resource, handle } as unknown as AnyWatch;
}

/** A component's own durable state: rows by key, saved with the objects in the same transaction. */
export interface Table<Row> {
  get(key: string): Row | undefined;
  /** Rows may be changed in place by their owner; `put` of the same row again marks it as changed. */
  put(key: string, row: Row): void;
  delete(key: string): void;
  /** Rows whose keys start with `prefix`, in order of keys. */
  scan(prefix: string): readonly { readonly key: string; readonly row: Row }[];
}

/** How a table's rows become text and back; the default is JSON. */
export interface RowCodec<Row> {
  encode(row: Row): string;
  decode(text: string): Row;
}

/** How a table is kept. */
export interface TableOptions {
  /** Memory may be freed of its rows between two reconciles: nobody holds on to them. */
  readonly evictable?: boolean;
  /** Holds few rows, if any: they are read together, and a row that is not there is known without asking again. */
  readonly small?: boolean;
}

/** What a component is given to act with. */
export interface Context {
  readonly client: Client;
  readonly recorder: Recorder;
  readonly random: Random;
  readonly version: EmulatedVersion;
  /** Cluster time of this instant. */
  now(): EpochMs;
  /** Adds a key to this component's workqueue, due in `afterMs` (default 0); an earlier entry stays. */
  enqueue(key: string, afterMs?: number): void;
  /** Puts the key back with its back-off, as a failed reconcile would. */
  enqueueRateLimited(key: string): void;
  /** Rows of this component (the name is prefixed by the component's own). The same name always gives the same table. */
  table<Row>(name: string, codec?: RowCodec<Row>, options?: TableOptions): Table<Row>;
}
