import type { Json } from "../../../container/journal.js";
import type { ServiceContext } from "../../service.js";
import { CommandError, type Document, decode, encode, keyText, ObjectId, shown, type Value } from "../bson.js";
import type { ReplicaSet } from "./replica-set.js";

export interface IndexInfo {
  readonly name: string;
  readonly key: { readonly [field: string]: Json };
  readonly unique?: boolean;
  readonly [option: string]: Json | undefined;
}

interface CollectionInfo {
  indexes: IndexInfo[];
  /** Number of the next document: documents are kept in the order they came in. */
  next: number;
}

/** A dataset besides its documents, as it is saved. */
interface DatasetRow {
  /** Collections by `database.collection`. */
  readonly collections: { [name: string]: CollectionInfo };
  replicaSet: ReplicaSet | null;
  /** The data directories that hold it; without any it is gone. */
  directories: string[];
}

type Rows = Pick<ServiceContext, "rows" | "memory">;

const idIndex: IndexInfo = { v: 2, key: { _id: 1 }, name: "_id_" };

/**
 * What a data directory holds. The members of a replica set share one dataset: replication takes no time here, and a
 * member that comes back has missed nothing. Each document is a row of its own.
 */
export class Dataset {
  readonly id: string;
  readonly row: DatasetRow;
  readonly #rows: ServiceContext["rows"];
  readonly #collections = new Map<string, Collection>();

  constructor(id: string, row: DatasetRow, rows: ServiceContext["rows"]) {
    this.id = id;
    this.row = row;
    this.#rows = rows;
  }

  save(): void {
    this.#rows.put(datasetKey(this.id), this.row as unknown as Json);
  }

  get isEmpty(): boolean {
    return Object.keys(this.row.collections).length === 0;
  }

  /** Names of the collections of a database, sorted. */
  names(database: string): string[] {
    const prefix = `${database}.`;
    return Object.keys(this.row.collections)
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
      .sort();
  }

  databases(): string[] {
    return [...new Set(Object.keys(this.row.collections).map((name) => name.slice(0, name.indexOf("."))))].sort();
  }

  has(name: string): boolean {
    return Object.hasOwn(this.row.collections, name);
  }

  /** A collection to read from; null where there is none. */
  find(name: string): Collection | null {
    const info = this.has(name) ? this.row.collections[name] : undefined;
    if (info === undefined) return null;
    let collection = this.#collections.get(name);
    if (collection === undefined) {
      collection = new Collection(this, name, info, this.#rows);
      this.#collections.set(name, collection);
    }
    return collection;
  }

  /** A collection to write to; made where there is none. */
  make(name: string): Collection {
    if (!this.has(name)) {
      checkName(name);
      this.row.collections[name] = { indexes: [idIndex], next: 1 };
      this.save();
    }
    return this.find(name) as Collection;
  }

  drop(name: string): boolean {
    const collection = this.find(name);
    if (collection === null) return false;
    collection.clear();
    this.#collections.delete(name);
    delete this.row.collections[name];
    this.save();
    return true;
  }
}

function checkName(name: string): void {
  const dot = name.indexOf(".");
  const collection = name.slice(dot + 1);
  if (collection === "" || collection.includes("$") || collection.includes("\0")) {
    throw new CommandError(73, "InvalidNamespace", `Invalid namespace specified '${name}'`);
  }
  if (name.length > 255) {
    throw new CommandError(
      73,
      "InvalidNamespace",
      `Fully qualified namespace is too long. Namespace: ${name} Max: 255`,
    );
  }
}

/** The documents of one collection. */
export class Collection {
  readonly name: string;
  readonly info: CollectionInfo;
  readonly #dataset: Dataset;
  readonly #rows: ServiceContext["rows"];
  readonly #documents = new Map<string, Document>();
  readonly #byId = new Map<string, string>();
  /** Of each unique index but that of `_id`: rows by the text of their key. */
  readonly #unique = new Map<string, Map<string, string>>();

  constructor(dataset: Dataset, name: string, info: CollectionInfo, rows: ServiceContext["rows"]) {
    this.#dataset = dataset;
    this.name = name;
    this.info = info;
    this.#rows = rows;
    const prefix = this.#key("");
    for (const { key, row } of rows.scan(prefix)) this.#remember(key.slice(prefix.length), decode(row) as Document);
  }

  get size(): number {
    return this.#documents.size;
  }

  documents(): Document[] {
    return [...this.#documents.values()];
  }

  entries(): Iterable<readonly [number: string, document: Document]> {
    return this.#documents;
  }

  byId(id: Value): readonly [number: string, document: Document] | null {
    const number = this.#byId.get(keyText(id));
    const document = number === undefined ? undefined : this.#documents.get(number);
    return number === undefined || document === undefined ? null : [number, document];
  }

  /** @throws CommandError where a unique index has its key already */
  insert(document: Document): void {
    this.#check(document, null);
    const number = this.info.next.toString(36).padStart(9, "0");
    this.info.next += 1;
    this.#put(number, document);
    this.#dataset.save();
  }

  replace(number: string, document: Document): void {
    this.#check(document, number);
    const before = this.#documents.get(number);
    if (before !== undefined) this.#forget(number, before);
    this.#put(number, document);
  }

  remove(number: string): void {
    const before = this.#documents.get(number);
    if (before === undefined) return;
    this.#forget(number, before);
    this.#documents.delete(number);
    this.#rows.delete(this.#key(number));
  }

  clear(): void {
    for (const number of [...this.#documents.keys()]) this.remove(number);
  }

  createIndex(index: IndexInfo): void {
    if (index.unique) {
      const seen = new Set<string>();
      for (const document of this.#documents.values()) {
        const key = indexKey(index, document);
        if (seen.has(key)) throw duplicate(this.name, index, document);
        seen.add(key);
      }
    }
    this.info.indexes.push(index);
    this.#unique.delete(index.name);
    this.#dataset.save();
  }

  dropIndex(name: string): void {
    this.info.indexes = this.info.indexes.filter((index) => index.name !== name);
    this.#unique.delete(name);
    this.#dataset.save();
  }

  #key(number: string): string {
    return `mongod/document/${this.#dataset.id}/${this.name}/${number}`;
  }

  #put(number: string, document: Document): void {
    this.#remember(number, document);
    this.#rows.put(this.#key(number), encode(document));
  }

  #remember(number: string, document: Document): void {
    this.#documents.set(number, document);
    this.#byId.set(keyText(document._id), number);
    for (const index of this.info.indexes) {
      if (index.unique && this.#unique.has(index.name)) this.#keys(index).set(indexKey(index, document), number);
    }
  }

  #forget(number: string, document: Document): void {
    this.#byId.delete(keyText(document._id));
    for (const index of this.info.indexes) {
      const keys = index.unique ? this.#unique.get(index.name) : undefined;
      const key = keys === undefined ? "" : indexKey(index, document);
      if (keys?.get(key) === number) keys.delete(key);
    }
  }

  #keys(index: IndexInfo): Map<string, string> {
    let keys = this.#unique.get(index.name);
    if (keys === undefined) {
      keys = new Map();
      for (const [number, document] of this.#documents) keys.set(indexKey(index, document), number);
      this.#unique.set(index.name, keys);
    }
    return keys;
  }

  #check(document: Document, number: string | null): void {
    const other = this.#byId.get(keyText(document._id));
    if (other !== undefined && other !== number) throw duplicate(this.name, idIndex, document);
    for (const index of this.info.indexes) {
      if (!index.unique) continue;
      if (index.sparse && Object.keys(index.key).every((field) => valueAt(document, field) === undefined)) continue;
      const present = this.#keys(index).get(indexKey(index, document));
      if (present !== undefined && present !== number) throw duplicate(this.name, index, document);
    }
  }
}

function indexKey(index: IndexInfo, document: Document): string {
  return Object.keys(index.key)
    .map((field) => keyText(valueAt(document, field) ?? null))
    .join("\0");
}

export function valueAt(document: Document, path: string): Value | undefined {
  let value: Value = document;
  for (const part of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Document)[part];
  }
  return value;
}

function duplicate(namespace: string, index: IndexInfo, document: Document): CommandError {
  const fields = Object.keys(index.key).map((field) => [field, valueAt(document, field) ?? null] as const);
  const text = fields.map(([field, value]) => `${field}: ${shown(value)}`).join(", ");
  return new CommandError(
    11000,
    "DuplicateKey",
    `E11000 duplicate key error collection: ${namespace} index: ${index.name} dup key: { ${text} }`,
    { keyPattern: index.key, keyValue: Object.fromEntries(fields.map(([field, value]) => [field, encode(value)])) },
  );
}

const datasetKey = (id: string): string => `mongod/dataset/${id}`;
const directoryKey = (place: string): string => `mongod/directory/${place}`;
const counterKey = "mongod/counter";

/** The dataset of a data directory; null where the directory is new. */
export function datasetAt(place: string, context: Rows): Dataset | null {
  const id = context.rows.get(directoryKey(place));
  return typeof id === "string" ? datasetOf(id, context) : null;
}

function datasetOf(id: string, { rows, memory }: Rows): Dataset | null {
  const known = memory.get(datasetKey(id));
  if (known instanceof Dataset) return known;
  const row = rows.get(datasetKey(id));
  if (row === undefined) return null;
  const dataset = new Dataset(id, row as unknown as DatasetRow, rows);
  memory.set(datasetKey(id), dataset);
  return dataset;
}

/** All datasets that some directory holds. */
export function datasets(context: Rows): Dataset[] {
  const found: Dataset[] = [];
  const prefix = datasetKey("");
  for (const { key } of context.rows.scan(prefix)) {
    const dataset = datasetOf(key.slice(prefix.length), context);
    if (dataset !== null) found.push(dataset);
  }
  return found;
}

/** A new, empty dataset for a directory. */
export function createDataset(place: string, context: Rows): Dataset {
  const { rows } = context;
  const number = Number(rows.get(counterKey) ?? 0) + 1;
  rows.put(counterKey, number);
  const id = number.toString(36);
  const dataset = new Dataset(id, { collections: {}, replicaSet: null, directories: [] }, rows);
  context.memory.set(datasetKey(id), dataset);
  attach(dataset, place, context);
  return dataset;
}

/** From now on a directory holds this dataset, as after an initial sync. */
export function attach(dataset: Dataset, place: string, { rows }: Rows): void {
  rows.put(directoryKey(place), dataset.id);
  if (!dataset.row.directories.includes(place)) dataset.row.directories.push(place);
  dataset.save();
}

/** Directories at and below a place are gone; a dataset goes with the last of its directories. */
export function forgetDirectories(place: string, context: Rows): void {
  const { rows, memory } = context;
  const prefix = directoryKey(place);
  for (const { key, row: id } of rows.scan(prefix)) {
    rows.delete(key);
    const dataset = datasetOf(String(id), context);
    if (dataset === null) continue;
    const gone = key.slice(directoryKey("").length);
    dataset.row.directories = dataset.row.directories.filter((directory) => directory !== gone);
    if (dataset.row.directories.length > 0) {
      dataset.save();
      continue;
    }
    for (const name of Object.keys(dataset.row.collections)) dataset.drop(name);
    rows.delete(datasetKey(dataset.id));
    memory.delete(datasetKey(dataset.id));
  }
}

/** A new `_id`: seconds, then what the server draws. */
export function newObjectId(context: Pick<ServiceContext, "nowMs" | "random">, count: number): ObjectId {
  const seconds = Math.floor(context.nowMs / 1000)
    .toString(16)
    .padStart(8, "0");
  const digits = (length: number, key: string) =>
    Math.floor(context.random("object-id", key, count) * 16 ** length)
      .toString(16)
      .padStart(length, "0");
  return new ObjectId(`${seconds}${digits(8, "a")}${digits(8, "b")}`);
}
