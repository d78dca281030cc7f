import { Query } from "mingo";
import { isEqual } from "mingo/util";
import { badValue, CommandError, copyOf, type Document, isDocument, type Value } from "../bson.js";
import { compareValues } from "./query.js";

/** What an update is applied with. */
interface UpdateFacts {
  readonly nowMs: number;
  /** The update makes a new document. */
  readonly isInsert: boolean;
  /** The condition, for the positional operator. */
  readonly query: Document;
  readonly arrayFilters: readonly Document[];
}

type Operator = (facts: {
  readonly present: Value | undefined;
  readonly argument: Value;
  readonly path: string;
  readonly nowMs: number;
}) => Value | undefined;

/** A document after the update operators. The document itself is left as it is. @throws CommandError */
export function applyUpdate(document: Document, update: Document, facts: UpdateFacts): Document {
  const next = copyOf(document);
  for (const [name, fields] of Object.entries(update)) {
    if (!isDocument(fields)) {
      throw new CommandError(
        9,
        "FailedToParse",
        `Modifiers operate on fields but we found type ${typeName(fields)} instead. For example: {$mod: {<field>: ...}} not {${name}: ${JSON.stringify(fields)}}`,
      );
    }
    if (name === "$setOnInsert" && !facts.isInsert) continue;
    for (const [path, argument] of Object.entries(fields)) {
      if (path === "_id" || path.startsWith("_id.")) checkId(document, path, name, argument, facts);
      if (name === "$rename") rename(next, path, argument);
      else applyAt(next, name, path, argument, facts);
    }
  }
  return next;
}

function checkId(document: Document, path: string, name: string, argument: Value, { isInsert }: UpdateFacts): void {
  const isSet = name === "$set" || name === "$setOnInsert";
  if (isInsert && isSet) return;
  if (isSet && path === "_id" && isEqual(document._id, argument)) return;
  throw new CommandError(
    66,
    "ImmutableField",
    "Performing an update on the path '_id' would modify the immutable field '_id'",
  );
}

function applyAt(root: Document, name: string, path: string, argument: Value, facts: UpdateFacts): void {
  const operator = operators[name];
  if (operator === undefined) {
    throw new CommandError(
      9,
      "FailedToParse",
      `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  }
  for (const concrete of concretePaths(root, path, facts)) {
    const place = placeAt(root, concrete, { create: name !== "$unset" && name !== "$pull" && name !== "$pop" });
    if (place === null) continue;
    const present = read(place.holder, place.key);
    const next = operator({ present, argument, path: concrete, nowMs: facts.nowMs });
    if (next !== undefined) write(place.holder, place.key, next);
    else if (present !== undefined && name === "$unset") remove(place.holder, place.key);
  }
}

type Holder = Document | Value[];

function read(holder: Holder, key: string): Value | undefined {
  return Object.hasOwn(holder, key) ? (holder as Document)[key] : undefined;
}

function write(holder: Holder, key: string, value: Value): void {
  if (!Array.isArray(holder)) {
    holder[key] = value;
    return;
  }
  const index = Number(key);
  if (index > 1_500_000) throw new CommandError(2, "BadValue", `can't backfill more than 1500000 elements`);
  while (holder.length < index) holder.push(null);
  holder[index] = value;
}

function remove(holder: Holder, key: string): void {
  if (Array.isArray(holder)) holder[Number(key)] = null;
  else delete holder[key];
}

function placeAt(
  root: Document,
  path: string,
  { create }: { readonly create: boolean },
): { readonly holder: Holder; readonly key: string } | null {
  const parts = path.split(".");
  const last = parts.pop() ?? "";
  let holder: Holder = root;
  for (const part of [...parts, last]) checkName(part, path);
  for (const part of parts) {
    let child = read(holder, part);
    if (child === undefined) {
      if (!create) return null;
      child = {};
      write(holder, part, child);
    }
    if (!Array.isArray(child) && !isDocument(child)) {
      if (!create) return null;
      throw new CommandError(
        28,
        "PathNotViable",
        `Cannot create field '${last}' in element {${part}: ${JSON.stringify(child)}}`,
      );
    }
    holder = child;
  }
  if (Array.isArray(holder) && !/^\d+$/.test(last)) {
    if (!create) return null;
    throw new CommandError(28, "PathNotViable", `Cannot create field '${last}' in element {${parts.at(-1)}: []}`);
  }
  return { holder, key: last };
}

function checkName(part: string, path: string): void {
  if (part === "") {
    throw new CommandError(
      56,
      "EmptyFieldName",
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    );
  }
  if (part === "__proto__") throw badValue("a field of the name __proto__ is not supported");
}

/** The paths that `$`, `$[]` and `$[name]` stand for in a document. */
function concretePaths(root: Document, path: string, facts: UpdateFacts): string[] {
  if (!path.includes("$")) return [path];
  let paths: string[] = [""];
  for (const part of path.split(".")) {
    const next: string[] = [];
    for (const prefix of paths) {
      for (const piece of expand(root, prefix, part, facts)) next.push(prefix === "" ? piece : `${prefix}.${piece}`);
    }
    paths = next;
  }
  return paths;
}

function expand(root: Document, prefix: string, part: string, facts: UpdateFacts): string[] {
  if (!part.startsWith("$")) return [part];
  const place = placeAt(root, prefix, { create: false });
  const array = place === null ? undefined : read(place.holder, place.key);
  if (!Array.isArray(array)) return [];
  if (part === "$") return [String(positionOf(array, prefix, facts.query))];
  const name = /^\$\[(\w*)\]$/.exec(part)?.[1];
  if (name === undefined) return [part];
  const indexes = array.map((_, index) => String(index));
  if (name === "") return indexes;
  const filter = facts.arrayFilters.find((candidate) =>
    Object.keys(candidate).some((key) => key === name || key.startsWith(`${name}.`)),
  );
  if (filter === undefined)
    throw badValue(`No array filter found for identifier '${name}' in path '${prefix}.${part}'`);
  const query = new Query(filter as never, {});
  return indexes.filter((index) => query.test({ [name]: array[Number(index)] }));
}

/** Where the condition found its match in the array. */
function positionOf(array: readonly Value[], prefix: string, query: Document): number {
  for (const [field, condition] of Object.entries(query)) {
    if (field !== prefix && !field.startsWith(`${prefix}.`)) continue;
    const inner = field === prefix ? "item" : `item${field.slice(prefix.length)}`;
    const elemMatch = isDocument(condition) && isDocument(condition.$elemMatch) ? condition.$elemMatch : null;
    const isOnFields = elemMatch !== null && Object.keys(elemMatch).every((key) => !key.startsWith("$"));
    const filter =
      elemMatch === null
        ? { [inner]: condition }
        : isOnFields
          ? Object.fromEntries(Object.entries(elemMatch).map(([key, value]) => [`item.${key}`, value]))
          : { item: elemMatch };
    const test = new Query(filter as never, {});
    const index = array.findIndex((item) => test.test({ item }));
    if (index >= 0) return index;
  }
  throw badValue("The positional operator did not find the match needed from the query.");
}

function rename(root: Document, path: string, to: Value): void {
  if (typeof to !== "string")
    throw badValue(`The 'to' field for $rename must be a string: ${path}: ${JSON.stringify(to)}`);
  const from = placeAt(root, path, { create: false });
  const value = from === null ? undefined : read(from.holder, from.key);
  if (from === null || value === undefined) return;
  remove(from.holder, from.key);
  const target = placeAt(root, to, { create: true });
  if (target !== null) write(target.holder, target.key, value);
}

function numberOf(name: string, path: string, value: Value | undefined, isArgument: boolean): number {
  if (typeof value === "number") return value;
  const text = isArgument
    ? `Cannot ${name === "$inc" ? "increment" : "multiply"} with non-numeric argument: {${path}: ${JSON.stringify(value)}}`
    : `Cannot apply ${name} to a value of non-numeric type. {${path}: ${JSON.stringify(value)}} has the field '${path.split(".").at(-1)}' of non-numeric type ${typeName(value)}`;
  throw new CommandError(14, "TypeMismatch", text);
}

function arrayOf(name: string, path: string, value: Value | undefined): readonly Value[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw badValue(`The field '${path}' must be an array but is of type ${typeName(value)} in document for ${name}`);
}

const operators: Readonly<Record<string, Operator>> = {
  $set: ({ argument }) => copyOf(argument),
  $setOnInsert: ({ argument }) => copyOf(argument),
  $unset: () => undefined,
  $inc: ({ present, argument, path }) => {
    const by = numberOf("$inc", path, argument, true);
    return present === undefined ? by : numberOf("$inc", path, present, false) + by;
  },
  $mul: ({ present, argument, path }) => {
    const by = numberOf("$mul", path, argument, true);
    return present === undefined ? 0 : numberOf("$mul", path, present, false) * by;
  },
  $min: ({ present, argument }) => (present === undefined || compareValues(argument, present) < 0 ? argument : present),
  $max: ({ present, argument }) => (present === undefined || compareValues(argument, present) > 0 ? argument : present),
  $currentDate: ({ nowMs }) => new Date(nowMs),
  $push: ({ present, argument, path }) => push(arrayOf("$push", path, present), argument),
  $addToSet: ({ present, argument, path }) => {
    const array = [...arrayOf("$addToSet", path, present)];
    const items = isDocument(argument) && Array.isArray(argument.$each) ? argument.$each : [argument];
    for (const item of items) if (!array.some((other) => isEqual(other, item))) array.push(copyOf(item));
    return array;
  },
  $pop: ({ present, argument, path }) => {
    if (present === undefined) return undefined;
    const array = arrayOf("$pop", path, present);
    return argument === -1 ? array.slice(1) : array.slice(0, -1);
  },
  $pull: ({ present, argument, path }) => {
    if (present === undefined) return undefined;
    const isOperators = isDocument(argument) && Object.keys(argument).some((key) => key.startsWith("$"));
    const query = isDocument(argument) ? new Query((isOperators ? { item: argument } : argument) as never, {}) : null;
    return arrayOf("$pull", path, present).filter((item) => {
      if (query === null) return !isEqual(item, argument);
      return !query.test(isOperators ? { item } : (item as Document));
    });
  },
  $pullAll: ({ present, argument, path }) => {
    if (present === undefined) return undefined;
    const gone = arrayOf("$pullAll", path, argument);
    return arrayOf("$pullAll", path, present).filter((item) => !gone.some((other) => isEqual(item, other)));
  },
  $bit: ({ present, argument, path }) => {
    let value = present === undefined ? 0 : numberOf("$bit", path, present, false);
    for (const [operation, operand] of Object.entries(isDocument(argument) ? argument : {})) {
      const bits = Number(operand);
      value = operation === "and" ? value & bits : operation === "or" ? value | bits : value ^ bits;
    }
    return value;
  },
};

function push(array: readonly Value[], argument: Value): Value[] {
  if (!isDocument(argument) || !Array.isArray(argument.$each)) return [...array, copyOf(argument)];
  const { $each, $position, $sort, $slice } = argument;
  const at =
    typeof $position === "number" ? ($position < 0 ? Math.max(0, array.length + $position) : $position) : array.length;
  let next: Value[] = [...array.slice(0, at), ...$each.map(copyOf), ...array.slice(at)];
  if ($sort === 1 || $sort === -1) next.sort((a, b) => $sort * compareValues(a, b));
  else if (isDocument($sort)) {
    next.sort((a, b) => {
      for (const [field, order] of Object.entries($sort)) {
        const difference = compareValues((a as Document)?.[field], (b as Document)?.[field]);
        if (difference !== 0) return Number(order) * difference;
      }
      return 0;
    });
  }
  if (typeof $slice === "number") next = $slice < 0 ? next.slice($slice) : next.slice(0, $slice);
  return next;
}

function typeName(value: Value): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  if (value instanceof Date) return "date";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "double";
  return typeof value === "string" ? "string" : "object";
}
