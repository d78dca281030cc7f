import { isEqual } from "mingo/util";
import type { Json } from "../../../container/journal.js";
import type { ServiceContext } from "../../service.js";
import { CommandError, copyOf, type Document, decode, encode, isDocument, keyText, type Value } from "../bson.js";
import { type Collection, type Dataset, newObjectId } from "./dataset.js";
import { aggregate, fieldsOf, idAsked, matcher, type QueryFacts, select } from "./query.js";
import { applyUpdate } from "./update.js";

type Reply = { readonly [key: string]: Json };
type Command = { readonly [key: string]: Json };

/** What a command works on. */
export interface Target {
  readonly dataset: Dataset;
  /** `database.collection` */
  readonly namespace: string;
  readonly context: ServiceContext;
  readonly facts: QueryFacts;
}

type Match = readonly [number: string, document: Document];

/** The documents of a collection that a condition holds for, in their order. */
export function matches(
  collection: Collection,
  filter: Document,
  nowMs: number,
  limit = Number.POSITIVE_INFINITY,
): Match[] {
  const test = matcher(filter, nowMs);
  const asked = idAsked(filter);
  if (asked !== null) {
    const found = collection.byId(asked.id);
    return found !== null && test(found[1]) ? [found] : [];
  }
  const found: Match[] = [];
  for (const entry of collection.entries()) {
    if (!test(entry[1])) continue;
    found.push(entry);
    if (found.length >= limit) break;
  }
  return found;
}

export function documentOf(json: Json | undefined): Document {
  const value = decode(json ?? {});
  if (!isDocument(value)) throw new CommandError(14, "TypeMismatch", "a document was expected");
  return value;
}

function writeError(index: number, error: unknown): Reply {
  if (!(error instanceof CommandError)) throw error;
  return { index, code: error.code, errmsg: error.message, ...error.extra };
}

function checkDocument(document: Document): void {
  if (Array.isArray(document._id))
    throw new CommandError(53, "InvalidIdField", "The '_id' value cannot be of type array");
  if (document._id instanceof RegExp) throw new CommandError(2, "BadValue", "The '_id' value cannot be of type regex");
  if (isDocument(document._id)) {
    const operator = Object.keys(document._id).find((key) => key.startsWith("$"));
    if (operator !== undefined) {
      throw new CommandError(
        52,
        "DollarPrefixedFieldName",
        `_id fields may not contain '$'-prefixed fields: ${operator} is not valid for storage.`,
      );
    }
  }
}

const documentBytesMax = 16 * 2 ** 20;

function checkSize(document: Document): void {
  const size = JSON.stringify(encode(document)).length;
  if (size > documentBytesMax) {
    throw new CommandError(
      10334,
      "BSONObjectTooLarge",
      `object to insert too large. size in bytes: ${size}, max size: ${documentBytesMax}`,
    );
  }
}

export function insert({ dataset, namespace, context }: Target, command: Command): Reply {
  const collection = dataset.make(namespace);
  const errors: Reply[] = [];
  let n = 0;
  const documents = Array.isArray(command.documents) ? (command.documents as readonly Json[]) : [];
  for (const [index, json] of documents.entries()) {
    try {
      let document = documentOf(json);
      if (!Object.hasOwn(document, "_id")) document = { _id: newObjectId(context, collection.info.next), ...document };
      checkDocument(document);
      checkSize(document);
      collection.insert(document);
      n += 1;
    } catch (error) {
      errors.push(writeError(index, error));
      if (command.ordered !== false) break;
    }
  }
  return { n, ...(errors.length > 0 ? { writeErrors: errors } : {}) };
}

export function remove({ dataset, namespace, context }: Target, command: Command): Reply {
  const collection = dataset.find(namespace);
  let n = 0;
  for (const each of (command.deletes ?? []) as readonly Command[]) {
    if (collection === null) continue;
    const limit = each.limit === 1 ? 1 : Number.POSITIVE_INFINITY;
    for (const [number] of matches(collection, documentOf(each.q), context.nowMs, limit)) {
      collection.remove(number);
      n += 1;
    }
  }
  return { n };
}

export function update(target: Target, command: Command): Reply {
  const totals = { n: 0, nModified: 0 };
  const upserted: Reply[] = [];
  const errors: Reply[] = [];
  for (const [index, each] of ((command.updates ?? []) as readonly Command[]).entries()) {
    try {
      const done = updateOne(target, each);
      totals.n += done.n;
      totals.nModified += done.nModified;
      if (done.upserted !== undefined) upserted.push({ index, _id: encode(done.upserted) });
    } catch (error) {
      errors.push(writeError(index, error));
      if (command.ordered !== false) break;
    }
  }
  return {
    ...totals,
    ...(upserted.length > 0 ? { upserted } : {}),
    ...(errors.length > 0 ? { writeErrors: errors } : {}),
  };
}

function updateOne(target: Target, each: Command): { n: number; nModified: number; upserted?: Value } {
  const { dataset, namespace, context } = target;
  const filter = documentOf(each.q);
  const change = changeOf(each.u, each.arrayFilters, filter, target);
  if (each.multi === true && change.isReplacement) {
    throw new CommandError(9, "FailedToParse", "multi update is not supported for replacement-style update");
  }
  const existing = dataset.find(namespace);
  const limit = each.multi === true ? Number.POSITIVE_INFINITY : 1;
  const found = existing === null ? [] : matches(existing, filter, context.nowMs, limit);
  if (found.length === 0 && each.upsert === true) {
    const document = upsertedDocument(target, filter, change);
    return { n: 1, nModified: 0, upserted: document._id };
  }
  let nModified = 0;
  for (const [number, document] of found) {
    const next = change.apply(document, false);
    if (isSameDocument(document, next)) continue;
    existing?.replace(number, next);
    nModified += 1;
  }
  return { n: found.length, nModified };
}

interface ChangeOfDocument {
  readonly isReplacement: boolean;
  apply(document: Document, isInsert: boolean): Document;
}

function changeOf(
  json: Json | undefined,
  arrayFilters: Json | undefined,
  query: Document,
  { context, facts }: Target,
): ChangeOfDocument {
  if (Array.isArray(json)) {
    const pipeline = json.map(documentOf);
    return {
      isReplacement: false,
      apply: (document) => aggregate([document], pipeline, facts)[0] ?? document,
    };
  }
  const update = documentOf(json);
  const isReplacement = !Object.keys(update).some((key) => key.startsWith("$"));
  if (isReplacement) {
    return {
      isReplacement,
      apply: (document, isInsert) => {
        const { _id: id, ...fields } = update;
        if (id !== undefined && !isInsert && !isEqual(id, document._id)) {
          throw new CommandError(
            66,
            "ImmutableField",
            `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${keyText(id).slice(1)}`,
          );
        }
        const kept = document._id ?? id;
        return kept === undefined ? copyOf(fields) : { _id: kept, ...copyOf(fields) };
      },
    };
  }
  const filters = Array.isArray(arrayFilters) ? (arrayFilters as readonly Json[]).map(documentOf) : [];
  return {
    isReplacement,
    apply: (document, isInsert) =>
      applyUpdate(document, update, { nowMs: context.nowMs, isInsert, query, arrayFilters: filters }),
  };
}

function upsertedDocument(
  { dataset, namespace, context }: Target,
  filter: Document,
  change: ChangeOfDocument,
): Document {
  const collection = dataset.make(namespace);
  const fixed = fieldsOf(filter);
  const start: Document = change.isReplacement ? ("_id" in fixed ? { _id: fixed._id } : {}) : fixed;
  const made = change.apply(start, true);
  const { _id = newObjectId(context, collection.info.next), ...fields } = made;
  const document: Document = { _id, ...fields };
  checkDocument(document);
  checkSize(document);
  collection.insert(document);
  return document;
}

function isSameDocument(left: Document, right: Document): boolean {
  return JSON.stringify(encode(left)) === JSON.stringify(encode(right));
}

/** findOneAndUpdate, findOneAndReplace and findOneAndDelete in one command. */
export function findAndModify(target: Target, command: Command): Reply {
  const { dataset, namespace, context } = target;
  const filter = documentOf(command.query);
  const collection = dataset.find(namespace);
  const sort = command.sort == null ? undefined : documentOf(command.sort);
  const match = collection === null ? undefined : firstMatch(collection, filter, sort, context.nowMs);
  const projection = command.fields == null ? undefined : documentOf(command.fields);
  const projected = (document: Document): Json =>
    encode(select([document], projection === undefined ? {} : { projection })[0] ?? document);
  if (command.remove === true) {
    if (match !== undefined) collection?.remove(match[0]);
    return {
      lastErrorObject: { n: match === undefined ? 0 : 1 },
      value: match === undefined ? null : projected(match[1]),
    };
  }
  const change = changeOf(command.update, command.arrayFilters, filter, target);
  if (match === undefined) {
    if (command.upsert !== true) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null };
    const document = upsertedDocument(target, filter, change);
    return {
      lastErrorObject: { n: 1, updatedExisting: false, upserted: encode(document._id) },
      value: command.new === true ? projected(document) : null,
    };
  }
  const [number, before] = match;
  const next = change.apply(before, false);
  collection?.replace(number, next);
  return {
    lastErrorObject: { n: 1, updatedExisting: true },
    value: projected(command.new === true ? next : before),
  };
}

function firstMatch(
  collection: Collection,
  filter: Document,
  sort: Document | undefined,
  nowMs: number,
): Match | undefined {
  if (sort === undefined) return matches(collection, filter, nowMs, 1)[0];
  const found = matches(collection, filter, nowMs);
  const [best] = select(
    found.map(([, document]) => document),
    { sort, limit: 1 },
  );
  return best === undefined ? undefined : found.find(([, document]) => document._id === best._id);
}
