import { FieldSet, pathText } from "../../api/meta/field-set.js";
import { goValue } from "../../api/meta/go-text.js";
import { isJsonObject, type JsonObject } from "../patch/json-value.js";
import { fieldElement, fieldShape, itemElement, type Shape } from "./shapes.js";

/** What is wrong with a configuration that is to be applied: `.spec.speed: field not declared in schema`. */
export class ConfigurationFault extends Error {
  constructor(faults: readonly string[]) {
    super(faults.length === 1 ? faults[0] : `errors:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
    this.name = "ConfigurationFault";
  }
}

/**
 * The paths that a configuration sets. Parts that are only there to hold others are not among them.
 * @throws ConfigurationFault where it does not fit its type
 * @see sigs.k8s.io/structured-merge-diff typed/tofieldset.go, typed/validate.go
 */
export function configurationSet(configuration: JsonObject, typeName: string): FieldSet {
  const walk: Walk = { set: new FieldSet(), path: [], faults: [] };
  visit(configuration, { kind: "struct", typeName }, walk);
  if (walk.faults.length > 0) throw new ConfigurationFault(walk.faults);
  return walk.set;
}

interface Walk {
  readonly set: FieldSet;
  readonly path: string[];
  readonly faults: string[];
}

function visit(value: unknown, shape: Shape, walk: Walk): void {
  if (value === null) return;
  const fault = misfit(value, shape);
  if (fault !== undefined) {
    report(fault, walk);
    return;
  }
  if (shape.kind === "leaf") walk.set.insert(walk.path);
  else if (shape.kind === "list") visitItems(value as readonly unknown[], shape, walk);
  else visitFields(value as JsonObject, shape, walk);
}

function visitFields(value: JsonObject, shape: Extract<Shape, { kind: "struct" | "map" }>, walk: Walk): void {
  for (const name of Object.keys(value)) {
    const inner = shape.kind === "map" ? shape.element : fieldShape(shape.typeName, name);
    walk.path.push(fieldElement(name));
    if (inner === undefined) report("field not declared in schema", walk);
    else {
      const part = value[name];
      visit(part, inner, walk);
      const isEmpty = part === null || (isJsonObject(part) && Object.keys(part).length === 0);
      if (isEmpty || shape.kind === "map") walk.set.insert(walk.path);
    }
    walk.path.pop();
  }
}

function visitItems(list: readonly unknown[], shape: Extract<Shape, { kind: "list" }>, walk: Walk): void {
  const seen = new Set<string>();
  for (const [position, item] of list.entries()) {
    const element = itemElement(shape.keys, item);
    if (element === undefined) {
      const missing = shape.keys?.find(({ name, fallback }) => fallback === undefined && !hasKey(item, name));
      report(
        `element ${position}: associative list with keys has an element that omits key field ${JSON.stringify(missing?.name ?? "")} (and doesn't have default value)`,
        walk,
      );
      continue;
    }
    if (seen.has(element)) {
      report(`duplicate entries for key ${pathText([element])}`, walk);
      continue;
    }
    seen.add(element);
    walk.path.push(element);
    visit(item, shape.element, walk);
    walk.set.insert(walk.path);
    walk.path.pop();
  }
}

function hasKey(item: unknown, name: string): boolean {
  return isJsonObject(item) && item[name] !== undefined && item[name] !== null;
}

function report(what: string, { path, faults }: Walk): void {
  faults.push(`${pathText(path)}: ${what}`);
}

/** Why a value cannot be of a shape, in the words of the validation that comes before a merge. */
function misfit(value: unknown, shape: Shape): string | undefined {
  const wantsMap =
    shape.kind === "struct" || shape.kind === "map" || (shape.kind === "leaf" && shape.expects === "map");
  if (wantsMap) return isJsonObject(value) ? undefined : `expected map, got ${shown(value)}`;
  const wantsList = shape.kind === "list" || shape.expects === "list";
  if (wantsList) return Array.isArray(value) ? undefined : `expected list, got ${shown(value)}`;
  if (shape.expects === "any") return undefined;
  return scalarMisfit(value, shape.scalar ?? "");
}

function scalarMisfit(value: unknown, type: string): string | undefined {
  switch (type) {
    case "integer":
      return typeof value === "number" ? undefined : `expected numeric (int or float), got ${goType(value)}`;
    case "boolean":
      return typeof value === "boolean" ? undefined : `expected boolean, got ${goType(value)}`;
    case "string":
    case "bytes":
    case "time":
    case "microTime":
      return typeof value === "string" ? undefined : `expected string, got ${shown(value)}`;
    default:
      return isJsonObject(value) || Array.isArray(value) ? `expected scalar, got ${shown(value)}` : undefined;
  }
}

/** `&{three}`: a value as Go prints the wrapper it is in. */
function shown(value: unknown): string {
  return `&{${goValue(value)}}`;
}

function goType(value: unknown): string {
  if (typeof value === "string") return "string";
  return typeof value === "boolean" ? "boolean" : shown(value);
}
