import type { Json } from "../../../container/journal.js";
import { CommandError, type Document, encode, isDocument, keyText, type Value } from "../bson.js";
import { type Collection, type IndexInfo, valueAt } from "./dataset.js";
import { aggregate, select } from "./query.js";
import { documentOf, insert, matches, type Target } from "./write-commands.js";

type Reply = { readonly [key: string]: Json };
type Command = { readonly [key: string]: Json };

function cursor(namespace: string, documents: readonly Document[]): Reply {
  return { cursor: { firstBatch: documents.map(encode), id: { $numberLong: "0" }, ns: namespace } };
}

function found(collection: Collection | null, filter: Document, nowMs: number): Document[] {
  return collection === null ? [] : matches(collection, filter, nowMs).map(([, document]) => document);
}

export function find({ dataset, namespace, context }: Target, command: Command): Reply {
  const filter = documentOf(command.filter);
  const documents = found(dataset.find(namespace), filter, context.nowMs);
  const selected = select(documents, {
    ...(command.sort == null ? {} : { sort: documentOf(command.sort) }),
    ...(command.projection == null ? {} : { projection: documentOf(command.projection) }),
    skip: Number(command.skip ?? 0),
    limit: Number(command.limit ?? 0),
  });
  return cursor(namespace, selected);
}

export function count({ dataset, namespace, context }: Target, command: Command): Reply {
  const collection = dataset.find(namespace);
  const filter = documentOf(command.query);
  const all =
    Object.keys(filter).length === 0 ? (collection?.size ?? 0) : found(collection, filter, context.nowMs).length;
  const left = Math.max(0, all - Number(command.skip ?? 0));
  const limit = Math.abs(Number(command.limit ?? 0));
  return { n: limit === 0 ? left : Math.min(left, limit) };
}

export function distinct({ dataset, namespace, context }: Target, command: Command): Reply {
  const values = new Map<string, Value>();
  const add = (value: Value | undefined): void => {
    if (Array.isArray(value)) for (const item of value) add(item);
    else if (value !== undefined) values.set(keyText(value), value);
  };
  for (const document of found(dataset.find(namespace), documentOf(command.query), context.nowMs)) {
    for (const value of valuesAt(document, String(command.key).split("."))) add(value);
  }
  const sorted = select(
    [...values.values()].map((value) => ({ value })),
    { sort: { value: 1 } },
  );
  return { values: sorted.map(({ value }) => encode(value)) };
}

function valuesAt(value: Value, path: readonly string[]): Value[] {
  const [first, ...rest] = path;
  if (first === undefined) return [value];
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  if (!isDocument(value) || !Object.hasOwn(value, first)) return [];
  return valuesAt(value[first], rest);
}

/** @returns whether the pipeline writes, as a command that only the primary takes */
export function isWritingPipeline(command: Command): boolean {
  const last = Array.isArray(command.pipeline) ? (command.pipeline as readonly Command[]).at(-1) : undefined;
  return last !== undefined && last !== null && (last.$out !== undefined || last.$merge !== undefined);
}

export function runAggregate(target: Target, command: Command): Reply {
  const { dataset, namespace, facts } = target;
  const stages = ((command.pipeline ?? []) as readonly Json[]).map(documentOf);
  const isWriting = isWritingPipeline(command);
  const reading = isWriting ? stages.slice(0, -1) : stages;
  const documents = dataset.find(namespace)?.documents() ?? [];
  const result = aggregate(documents, reading, facts);
  if (!isWriting) return cursor(namespace, result);
  const [database = ""] = namespace.split(".");
  const last = stages.at(-1) ?? {};
  if (last.$out !== undefined) writeOut(target, database, last.$out, result);
  else merge(target, database, last.$merge, result);
  return cursor(namespace, []);
}

function destination(database: string, into: Value): string {
  if (typeof into === "string") return `${database}.${into}`;
  if (isDocument(into)) return `${into.db ?? database}.${into.coll}`;
  throw new CommandError(9, "FailedToParse", "the destination of a pipeline must be a string or an object");
}

function writeOut(target: Target, database: string, into: Value, result: readonly Document[]): void {
  const namespace = destination(database, into);
  target.dataset.find(namespace)?.clear();
  insert({ ...target, namespace }, { documents: result.map(encode) });
}

function merge(target: Target, database: string, settings: Value, result: readonly Document[]): void {
  const options: Document = isDocument(settings) ? settings : { into: settings };
  const collection = target.dataset.make(destination(database, options.into));
  const on = Array.isArray(options.on) ? options.on.map(String) : [String(options.on ?? "_id")];
  for (const document of result) {
    const filter = Object.fromEntries(on.map((field) => [field, { $eq: valueAt(document, field) ?? null }]));
    const [match] = matches(collection, filter, target.context.nowMs, 1);
    if (match === undefined) {
      if (options.whenNotMatched === "fail")
        throw new CommandError(
          13113,
          "MergeStageNoMatchingDocument",
          "$merge could not find a matching document in the target collection",
        );
      if (options.whenNotMatched !== "discard")
        insert({ ...target, namespace: collection.name }, { documents: [encode(document)] });
      continue;
    }
    const [number, present] = match;
    const { whenMatched } = options;
    if (whenMatched === "keepExisting") continue;
    if (whenMatched === "fail")
      throw new CommandError(
        11000,
        "DuplicateKey",
        `$merge failed: E11000 duplicate key error collection: ${collection.name}`,
      );
    if (whenMatched === "replace") collection.replace(number, { ...document, _id: present._id });
    else if (Array.isArray(whenMatched)) {
      const [next] = aggregate([present], whenMatched as readonly Document[], target.facts);
      collection.replace(number, next ?? present);
    } else collection.replace(number, { ...present, ...document, _id: present._id });
  }
}

export function createIndexes({ dataset, namespace }: Target, command: Command): Reply {
  const isNew = !dataset.has(namespace);
  const collection = dataset.make(namespace);
  const numIndexesBefore = collection.info.indexes.length;
  for (const index of (command.indexes ?? []) as readonly IndexInfo[]) {
    const present = collection.info.indexes.find(({ name }) => name === index.name);
    if (present !== undefined && JSON.stringify(present.key) === JSON.stringify(index.key)) continue;
    if (present !== undefined) {
      throw new CommandError(
        86,
        "IndexKeySpecsConflict",
        `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: { v: 2, name: "${index.name}" }`,
      );
    }
    collection.createIndex({ v: 2, ...index });
  }
  return {
    numIndexesBefore,
    numIndexesAfter: collection.info.indexes.length,
    ...(isNew ? { createdCollectionAutomatically: true } : {}),
    ...(numIndexesBefore === collection.info.indexes.length ? { note: "all indexes already exist" } : {}),
  };
}

export function listIndexes({ dataset, namespace }: Target): Reply {
  const collection = dataset.find(namespace);
  if (collection === null) throw new CommandError(26, "NamespaceNotFound", `ns does not exist: ${namespace}`);
  return cursor(namespace, collection.info.indexes as readonly Document[]);
}

export function dropIndexes({ dataset, namespace }: Target, command: Command): Reply {
  const collection = dataset.find(namespace);
  if (collection === null) throw new CommandError(26, "NamespaceNotFound", `ns not found ${namespace}`);
  const nIndexesWas = collection.info.indexes.length;
  for (const { name, key } of [...collection.info.indexes]) {
    const isMeant =
      command.index === "*" || command.index === name || JSON.stringify(command.index) === JSON.stringify(key);
    if (!isMeant) continue;
    if (name === "_id_") {
      if (command.index === "*") continue;
      throw new CommandError(72, "InvalidOptions", "cannot drop _id index");
    }
    collection.dropIndex(name);
  }
  if (command.index !== "*" && collection.info.indexes.length === nIndexesWas) {
    throw new CommandError(27, "IndexNotFound", `index not found with name [${command.index}]`);
  }
  return { nIndexesWas };
}
