import type { Backend } from "./backend.js";
import { Bucket, type Codec, jsonCodec } from "./bucket.js";
import { KnownValues } from "./known-names.js";

/** What a store keeps: anything with a resourceVersion in its metadata. */
export interface StoredObject {
  readonly metadata: { readonly name?: string; readonly namespace?: string; readonly resourceVersion?: string };
}

/** One revision: what happened to which object. */
export interface StoreChange {
  readonly revision: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly resource: string;
  readonly object: StoredObject;
  readonly previous?: StoredObject;
}

/** A secondary index: the values under which an object of a resource is found; undefined or none: not in the index. */
export interface IndexDefinition {
  readonly name: string;
  readonly resource: string | null;
  readonly valuesOf: (object: never) => string | readonly string[] | undefined;
}

/** Thrown by a read that needs revisions which are gone. */
export class CompactedError extends Error {
  readonly oldest: number;
  constructor(wanted: number, oldest: number) {
    super(`revision ${wanted} is compacted, the oldest is ${oldest}`);
    this.name = "CompactedError";
    this.oldest = oldest;
  }
}

/** By resource. */
type ObjectCodecs = { readonly [resource: string]: Codec<StoredObject> };

/** Where an object lies. */
interface Place {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

interface Head {
  /** The newest revision. */
  revision: number;
  /** Revisions up to this one cannot be watched from any more. */
  compacted: number;
}

/** Revisions that a watch may still start from, at least. */
const historyLength = 1000;

/**
 * Objects by resource, namespace and name, as etcd would keep them: every write is a revision, a log of revisions feeds
 * watches until it is compacted. Values are decoded objects, shared and never changed in place. Writes stay in memory until
 * {@link flush}; whoever owns the store owns the backend's transaction.
 */
export class Store {
  readonly #backend: Backend;
  readonly #indexes: readonly IndexDefinition[];
  readonly #codecs: ObjectCodecs;
  /** By resource, then namespace. */
  readonly #objects = new Map<string, Map<string, Bucket<StoredObject>>>();
  /** By index, then value. */
  readonly #references = new Map<string, Map<string, Bucket<Place>>>();
  readonly #indexValues = new Map<string, KnownValues>();
  readonly #indexesOf = new Map<string, readonly IndexDefinition[]>();
  readonly #tables = new Map<string, Bucket<unknown>>();
  readonly #evictable = new Set<Bucket<unknown>>();
  readonly #listeners: ((change: StoreChange) => void)[] = [];
  readonly #head: Head;
  /** Changes since the last flush, oldest first. */
  #log: StoreChange[] = [];
  #flushedRevision: number;
  #pins = 0;

  /** `codecs`: how objects of a resource are kept, where not as plain JSON. */
  constructor(backend: Backend, indexes: readonly IndexDefinition[], codecs: ObjectCodecs = {}) {
    this.#backend = backend;
    this.#indexes = indexes;
    this.#codecs = codecs;
    const head = backend.get("head");
    this.#head = head === undefined ? { revision: 0, compacted: 0 } : JSON.parse(head);
    this.#flushedRevision = this.#head.revision;
  }

  get revision(): number {
    return this.#head.revision;
  }

  /** Called with each change, in order, when it is made. */
  onChange(listener: (change: StoreChange) => void): void {
    this.#listeners.push(listener);
  }

  get(resource: string, namespace: string, name: string): StoredObject | undefined {
    return this.#bucket(resource, namespace).get(name);
  }

  /** All objects of a resource in one namespace, by name. */
  list(resource: string, namespace: string): readonly StoredObject[] {
    const bucket = this.#bucket(resource, namespace);
    return bucket.names().map((name) => present(bucket.get(name)));
  }

  /** Those whose name starts with `prefix`, without reading the others. */
  listByName(resource: string, namespace: string, prefix: string): readonly StoredObject[] {
    return this.#bucket(resource, namespace)
      .withPrefix(prefix)
      .map(({ value }) => value);
  }

  byIndex(resource: string, index: string, value: string): readonly StoredObject[] {
    const found: StoredObject[] = [];
    const references = this.#reference(index, value);
    for (const reference of references.names()) {
      const place = present(references.get(reference));
      if (place.resource === resource) found.push(present(this.get(resource, place.namespace, place.name)));
    }
    return found;
  }

  /** `resource/namespace/name` of all objects, of any resource, that an index has under a value. */
  referencesOf(index: string, value: string): readonly string[] {
    return this.#reference(index, value).names();
  }

  /** The resourceVersion that the next write has to carry. */
  get nextResourceVersion(): string {
    return String(this.#head.revision + 1);
  }

  /** Writes an object, which carries {@link nextResourceVersion}. */
  put<T extends StoredObject>(resource: string, namespace: string, name: string, object: T): T {
    const previous = this.#bucket(resource, namespace).replace(name, object);
    this.#head.revision++;
    this.#reindex(resource, namespace, name, previous, object);
    const { revision } = this.#head;
    if (previous === undefined) this.#append({ revision, type: "ADDED", resource, object });
    else this.#append({ revision, type: "MODIFIED", resource, object, previous });
    return object;
  }

  /** Writes an object where there is none of its name; false where there is. */
  insert(resource: string, namespace: string, name: string, object: StoredObject): boolean {
    if (!this.#bucket(resource, namespace).insert(name, object)) return false;
    const revision = ++this.#head.revision;
    this.#reindex(resource, namespace, name, undefined, object);
    this.#append({ revision, type: "ADDED", resource, object });
    return true;
  }

  /** Removes an object; its last state, as watches tell it, carries the revision of the removal. */
  remove(resource: string, namespace: string, name: string): StoredObject {
    const bucket = this.#bucket(resource, namespace);
    const previous = present(bucket.get(name));
    bucket.delete(name);
    const revision = ++this.#head.revision;
    const object = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(revision) } };
    this.#reindex(resource, namespace, name, previous, undefined);
    this.#append({ revision, type: "DELETED", resource, object, previous });
    return object;
  }

  /**
   * What happened after a revision, oldest first.
   * @throws CompactedError when the log does not go back so far
   */
  changesAfter(revision: number): readonly StoreChange[] {
    if (revision < this.#head.compacted) throw new CompactedError(revision, this.#head.compacted);
    const changes: StoreChange[] = [];
    if (revision < this.#flushedRevision) {
      for (const { value } of this.#backend.range(logKey(revision + 1), logKey(this.#flushedRevision + 1))) {
        changes.push(JSON.parse(value));
      }
    }
    const oldest = this.#log[0]?.revision ?? this.#head.revision + 1;
    if (oldest > this.#flushedRevision + 1 && revision < oldest - 1) throw new CompactedError(revision, oldest - 1);
    for (let at = Math.max(0, revision + 1 - oldest); at < this.#log.length; at++) changes.push(present(this.#log[at]));
    return changes;
  }

  /**
   * Rows that are not objects: the durable state of components. The same name always gives the same bucket. The rows of an
   * evictable table may be read anew between two calls of its owner.
   */
  table<Row>(
    name: string,
    codec: Codec<Row> = jsonCodec as Codec<Row>,
    options: { readonly evictable?: boolean; readonly small?: boolean } = {},
  ): Bucket<Row> {
    let bucket = this.#tables.get(name) as Bucket<Row> | undefined;
    if (bucket === undefined) {
      bucket = new Bucket(this.#backend, `t/${name}/`, codec, { empty: this.#isNew });
      this.#tables.set(name, bucket as Bucket<unknown>);
      if (options.evictable) this.#evictable.add(bucket as Bucket<unknown>);
      if (options.small) bucket.names();
    }
    return bucket;
  }

  get hasChanges(): boolean {
    return this.#log.length > 0 || [...this.#tables.values()].some((table) => table.isDirty);
  }

  /**
   * Writes all changes to the backend, inside the caller's transaction. Of the log the newest `historyLength` revisions are
   * kept at most.
   */
  flush(options: { readonly historyLength?: number } = {}): void {
    for (const groups of [this.#objects, this.#references]) {
      for (const buckets of groups.values()) flushAll(buckets);
    }
    flushAll(this.#tables);
    if (this.#log.length > 0) this.#flushLog(options.historyLength ?? historyLength);
    this.#backend.put("head", JSON.stringify(this.#head));
  }

  /**
   * Writes the changed objects of one resource to the backend and forgets them, inside the caller's transaction: for
   * objects that are written once and hardly read, so that a long run does not carry them along.
   */
  spill(resource: string): void {
    for (const bucket of this.#objects.get(resource)?.values() ?? []) {
      bucket.flush();
      bucket.evict("all");
    }
  }

  /**
   * Forgets what nobody has asked for since the last time, of objects and evictable tables; it is read again when needed.
   * Other tables stay, as their owners may hold on to rows. Only after flush.
   */
  evict(): void {
    for (const bucket of this.#evictable) bucket.evict();
    for (const buckets of this.#objects.values()) for (const bucket of buckets.values()) bucket.evict();
    for (const [index, buckets] of this.#references) {
      for (const [value, bucket] of buckets) {
        bucket.evict();
        if (!bucket.isHollow) continue;
        // One for each object that ever owned another: they would add up.
        this.#indexValues.get(index)?.note(value);
        buckets.delete(value);
      }
    }
  }

  /** Keeps the log whole until the returned function is called: somebody reads along. */
  pinLog(): () => void {
    this.#pins++;
    return () => {
      this.#pins--;
    };
  }

  /** Drops old revisions from the log in memory, so that a long run of the simulation stays small. */
  trimLog(length = historyLength): void {
    if (this.#pins === 0 && this.#log.length > 2 * length) this.#log = this.#log.slice(-length);
  }

  /** Keeps the newest revisions: at least `historyLength` of them, or those since the last flush that are left in memory. */
  #flushLog(length: number): void {
    const kept = this.#log.slice(-length);
    const oldestKept = present(kept[0]).revision;
    const follows = oldestKept === this.#flushedRevision + 1;
    const compacted = Math.max(
      this.#head.compacted,
      follows ? this.#head.revision - 2 * historyLength : oldestKept - 1,
    );
    const stale = [...this.#backend.range(logKey(this.#head.compacted), logKey(compacted + 1))];
    for (const { key } of stale) this.#backend.remove(key);
    for (const change of kept) this.#backend.put(logKey(change.revision), JSON.stringify(change));
    this.#head.compacted = compacted;
    this.#log = [];
    this.#flushedRevision = this.#head.revision;
  }

  #append(change: StoreChange): void {
    this.#log.push(change);
    for (const listener of this.#listeners) listener(change);
  }

  #reindex(
    resource: string,
    namespace: string,
    name: string,
    previous: StoredObject | undefined,
    object: StoredObject | undefined,
  ): void {
    let reference = "";
    for (const index of this.#indexesFor(resource)) {
      const before = previous === undefined ? undefined : index.valuesOf(previous as never);
      const after = object === undefined ? undefined : index.valuesOf(object as never);
      if (before === after) continue;
      reference ||= `${resource}/${namespace}/${name}`;
      // One value or none, mostly.
      if (typeof before === "string") {
        if (!holds(after, before)) this.#reference(index.name, before).delete(reference);
      } else if (before !== undefined) {
        for (const value of before) if (!holds(after, value)) this.#reference(index.name, value).delete(reference);
      }
      const place = { resource, namespace, name };
      if (typeof after === "string") {
        if (!holds(before, after)) this.#reference(index.name, after).set(reference, place);
      } else if (after !== undefined) {
        for (const value of after) if (!holds(before, value)) this.#reference(index.name, value).set(reference, place);
      }
    }
  }

  #indexesFor(resource: string): readonly IndexDefinition[] {
    let indexes = this.#indexesOf.get(resource);
    if (indexes === undefined) {
      indexes = this.#indexes.filter((index) => index.resource === null || index.resource === resource);
      this.#indexesOf.set(resource, indexes);
    }
    return indexes;
  }

  #bucket(resource: string, namespace: string): Bucket<StoredObject> {
    return this.#objects.get(resource)?.get(namespace) ?? this.#newBucket(resource, namespace);
  }

  #newBucket(resource: string, namespace: string): Bucket<StoredObject> {
    const prefix = `o/${resource}/${namespace}/`;
    const codec = this.#codecs[resource] ?? (jsonCodec as Codec<StoredObject>);
    const bucket = new Bucket(this.#backend, prefix, codec, { empty: this.#isNew });
    addBucket(this.#objects, resource, namespace, bucket);
    return bucket;
  }

  #reference(index: string, value: string): Bucket<Place> {
    return this.#references.get(index)?.get(value) ?? this.#newReference(index, value);
  }

  #newReference(index: string, value: string): Bucket<Place> {
    const empty = this.#isNew || this.#isNewValue(index, value);
    const bucket = new Bucket(this.#backend, `i/${index}/${value}/`, referenceCodec, { empty });
    addBucket(this.#references, index, value, bucket);
    return bucket;
  }

  /** Whether it is certain that an index has nothing under a value: that of an object that was made just now, mostly. */
  #isNewValue(index: string, value: string): boolean {
    let values = this.#indexValues.get(index);
    if (values === undefined) {
      values = new KnownValues(this.#backend, `i/${index}/`, valueOfReference);
      this.#indexValues.set(index, values);
    }
    return values.isNew(value);
  }

  /** A store that was never flushed has nothing in its backend that could be missed. */
  get #isNew(): boolean {
    return this.#flushedRevision === 0;
  }
}

function flushAll(buckets: ReadonlyMap<string, Pick<Bucket<unknown>, "isDirty" | "flush">>): void {
  for (const bucket of buckets.values()) if (bucket.isDirty) bucket.flush();
}

function addBucket<Value>(
  groups: Map<string, Map<string, Bucket<Value>>>,
  group: string,
  name: string,
  bucket: Bucket<Value>,
): void {
  const buckets = groups.get(group);
  if (buckets === undefined) groups.set(group, new Map([[name, bucket]]));
  else buckets.set(name, bucket);
}

/** The value in the key of an index's row, `value/resource/namespace/name` without its prefix; a value may hold slashes. */
function valueOfReference(key: string): string {
  let end = key.length;
  for (let part = 0; part < 3; part++) end = key.lastIndexOf("/", end - 1);
  return key.slice(0, end);
}

/** The row's name says all. */
const referenceCodec: Codec<Place> = {
  encode: () => "1",
  decode: (_text, reference) => {
    const [resource = "", namespace = "", name = ""] = reference.split("/");
    return { resource, namespace, name };
  },
};

function logKey(revision: number): string {
  return `l/${String(revision).padStart(15, "0")}`;
}

function holds(values: string | readonly string[] | undefined, value: string): boolean {
  return typeof values === "object" ? values.includes(value) : values === value;
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the store's buckets and indexes disagree");
  return value;
}
