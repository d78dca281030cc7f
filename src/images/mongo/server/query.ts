import { Aggregator, Query } from "mingo";
import { compare, MingoError } from "mingo/util";
import { badValue, CommandError, copyOf, type Document, isDocument, ObjectId, type Value } from "../bson.js";

export function compareValues(left: Value, right: Value): number {
  return compare(left as never, right as never);
}

/** What the pure parts of queries take from outside. */
export interface QueryFacts {
  readonly nowMs: number;
  random(): number;
  /** All documents of a collection of the same database. */
  documents(collection: string): Document[];
}

/** Operators that run scripts on the server, or draw lots in the middle of an expression. */
const refusedOperators = new Set(["$where", "$function", "$accumulator", "$rand", "$sampleRate"]);
/** A longer subject, or one more repetition inside a repetition, and a regular expression may never come back. */
const nestedRepetition =
  /\((?:[^()\\]|\\.)*[*+}](?:[^()\\]|\\.)*\)\s*[*+{]|\((?:[^()\\]|\\.)*\|(?:[^()\\]|\\.)*\)\s*[*+{]/;

/** Looks through a condition or a pipeline, and gives it with the present instant in place of `$$NOW`. */
function prepared<T extends Value>(value: T, nowMs: number, depth = 0): T {
  if (depth > 180) throw new CommandError(15, "Overflow", "BSONObj exceeded maximum nested object depth: 200");
  if (value === "$$NOW") return new Date(nowMs) as T;
  if (value instanceof RegExp) checkPattern(value.source);
  if (Array.isArray(value)) return value.map((item) => prepared(item, nowMs, depth + 1)) as T;
  if (!isDocument(value)) return value;
  const copy: Document = {};
  for (const [key, item] of Object.entries(value)) {
    if (refusedOperators.has(key)) throw new CommandError(2, "BadValue", `${key} is not supported by kjob's mongod`);
    if ((key === "$regex" || key === "regex") && typeof item === "string") checkPattern(item);
    copy[key] = prepared(item, nowMs, depth + 1);
  }
  return copy as T;
}

function checkPattern(source: string): void {
  if (source.length > 1000 || nestedRepetition.test(source)) {
    throw new CommandError(
      51091,
      "Location51091",
      "Regular expression is invalid: a repetition inside a repetition is not supported by kjob's mongod",
    );
  }
}

/** Runs mingo, and gives what it objects to the server's form. */
function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof CommandError) throw error;
    if (error instanceof MingoError) throw queryError(error.message);
    if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) {
      throw badValue(error.message);
    }
    throw error;
  }
}

function queryError(message: string): CommandError {
  const operator = /(\$\w+)/.exec(message)?.[1];
  if (
    /unknown (?:query )?operator|unregistered|not (?:registered|found)|unknown top level/i.test(message) &&
    operator
  ) {
    return badValue(`unknown operator: ${operator}`);
  }
  if (/pipeline|stage/i.test(message) && operator) {
    return new CommandError(40324, "Location40324", `Unrecognized pipeline stage name: '${operator}'`);
  }
  return badValue(message);
}

/** Whether a condition asks for one `_id` alone; then its value. */
export function idAsked(filter: Document): { readonly id: Value } | null {
  if (!Object.hasOwn(filter, "_id")) return null;
  const id = filter._id;
  if (id === null || Array.isArray(id) || id instanceof RegExp) return null;
  if (isDocument(id)) {
    const keys = Object.keys(id);
    if (keys.length === 1 && keys[0] === "$eq") return idAsked({ _id: id.$eq });
    return keys.some((key) => key.startsWith("$")) ? null : { id };
  }
  return { id };
}

export function matcher(filter: Document, nowMs: number): (document: Document) => boolean {
  if (Object.keys(filter).length === 0) return () => true;
  const query = guarded(() => new Query(prepared(filter, nowMs) as never, { scriptEnabled: false }));
  return (document) => guarded(() => query.test(document));
}

interface FindOptions {
  readonly sort?: Document;
  readonly skip?: number;
  readonly limit?: number;
  readonly projection?: Document;
}

export function sorted(documents: Document[], sort: Document | undefined): Document[] {
  if (sort === undefined || Object.keys(sort).length === 0) return documents;
  if (sort.$natural !== undefined) return sort.$natural === -1 ? [...documents].reverse() : documents;
  return guarded(() =>
    new Query({}, {})
      .find<Document>(documents as never)
      .sort(sort as never)
      .all(),
  ) as Document[];
}

export function select(documents: Document[], { sort, skip = 0, limit = 0, projection }: FindOptions): Document[] {
  let found = sorted(documents, sort);
  if (skip > 0 || limit !== 0) found = found.slice(skip, limit === 0 ? undefined : skip + Math.abs(limit));
  if (projection === undefined || Object.keys(projection).length === 0) return found;
  return guarded(() => new Query({}, {}).find<Document>(found as never, projection as never).all()) as Document[];
}

/** Stages that leave the documents that they read as they are. */
const harmlessStages = new Set(["$match", "$group", "$sort", "$count", "$limit", "$skip", "$sortByCount", "$project"]);

/** Runs a pipeline without its `$out` or `$merge`. */
export function aggregate(documents: Document[], pipeline: readonly Document[], facts: QueryFacts): Document[] {
  let found = documents;
  let stages: Document[] = [];
  const flush = () => {
    if (stages.length > 0) found = runStages(found, stages, facts);
    stages = [];
  };
  for (const stage of pipeline) {
    const keys = isDocument(stage) ? Object.keys(stage) : [];
    if (keys.length !== 1) {
      throw new CommandError(
        40323,
        "Location40323",
        "A pipeline stage specification object must contain exactly one field.",
      );
    }
    if (isDocument(stage.$sample)) {
      flush();
      found = sample(found, Number(stage.$sample.size), facts);
    } else stages.push(prepared(stage, facts.nowMs));
  }
  flush();
  return found;
}

function runStages(documents: Document[], stages: Document[], facts: QueryFacts): Document[] {
  const isHarmless = stages.every((stage) => harmlessStages.has(Object.keys(stage)[0] ?? ""));
  return guarded(() =>
    new Aggregator(stages as never, {
      scriptEnabled: false,
      collectionResolver: (name: string) => facts.documents(name).map(copyOf) as never,
    }).run((isHarmless ? documents : documents.map(copyOf)) as never),
  ) as Document[];
}

function sample(documents: readonly Document[], size: number, facts: QueryFacts): Document[] {
  const left = [...documents];
  const taken: Document[] = [];
  while (taken.length < size && left.length > 0) {
    taken.push(...left.splice(Math.floor(facts.random() * left.length), 1));
  }
  return taken;
}

/** The fields that a condition fixes, for the document of an upsert. */
export function fieldsOf(filter: Document): Document {
  const fields: Document = {};
  for (const [key, condition] of Object.entries(filter)) {
    if (key === "$and" && Array.isArray(condition)) {
      for (const part of condition) Object.assign(fields, fieldsOf(part as Document));
    } else if (!key.startsWith("$") && key !== "__proto__") {
      const value = equalTo(condition);
      if (value === undefined) continue;
      const parts = key.split(".");
      const last = parts.pop() ?? "";
      let holder = fields;
      for (const part of parts) {
        const child = Object.hasOwn(holder, part) && isDocument(holder[part]) ? (holder[part] as Document) : {};
        holder[part] = child;
        holder = child;
      }
      holder[last] = copyOf(value);
    }
  }
  return fields;
}

function equalTo(condition: Value): Value | undefined {
  if (condition instanceof RegExp) return undefined;
  if (!isDocument(condition) || condition instanceof ObjectId) return condition;
  const keys = Object.keys(condition);
  if (keys.includes("$eq")) return condition.$eq;
  return keys.some((key) => key.startsWith("$")) ? undefined : condition;
}
