import { FieldSet } from "../../api/meta/field-set.js";
import { isJsonObject, type JsonObject, jsonEqual } from "../patch/json-value.js";
import { fieldElement, fieldShape, itemElement, type Shape } from "./shapes.js";

/** What is different between two objects of a type. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** @see sigs.k8s.io/structured-merge-diff typed/compare.go */
export function compareObjects(left: JsonObject, right: JsonObject, typeName: string): Comparison {
  const comparison = { added: new FieldSet(), modified: new FieldSet(), removed: new FieldSet() };
  compare(left, right, { kind: "struct", typeName }, { comparison, path: [] });
  return comparison;
}

interface Walk {
  readonly comparison: Comparison;
  readonly path: string[];
}

function compare(left: unknown, right: unknown, shape: Shape, walk: Walk): void {
  if (left === right) return;
  const { comparison, path } = walk;
  if (shape.kind !== "leaf") compareParts(left, right, shape, walk);
  if (left === undefined) comparison.added.insert(path);
  else if (right === undefined) comparison.removed.insert(path);
  else if (shape.kind === "leaf" && !jsonEqual(left, right)) comparison.modified.insert(path);
}

function compareParts(left: unknown, right: unknown, shape: Exclude<Shape, { kind: "leaf" }>, walk: Walk): void {
  const part = (element: string, from: unknown, to: unknown, inner: Shape) => {
    walk.path.push(element);
    compare(from, to, inner, walk);
    walk.path.pop();
  };
  if (shape.kind === "list") {
    const [before, after] = [itemsByElement(left, shape), itemsByElement(right, shape)];
    for (const [element, item] of before) part(element, item, after.get(element), shape.element);
    for (const [element, item] of after) if (!before.has(element)) part(element, undefined, item, shape.element);
    return;
  }
  const [before, after] = [isJsonObject(left) ? left : {}, isJsonObject(right) ? right : {}];
  const visit = (name: string) => {
    const inner = shape.kind === "map" ? shape.element : fieldShape(shape.typeName, name);
    if (inner !== undefined) part(fieldElement(name), before[name], after[name], inner);
  };
  for (const name in before) visit(name);
  for (const name in after) if (before[name] === undefined) visit(name);
}

/** The items of a list by what tells them apart; of two alike the first is taken. */
export function itemsByElement(list: unknown, { keys }: Extract<Shape, { kind: "list" }>): Map<string, unknown> {
  const items = new Map<string, unknown>();
  if (!Array.isArray(list)) return items;
  for (const [position, item] of list.entries()) {
    const element = itemElement(keys, item) ?? `i:${position}`;
    if (!items.has(element)) items.set(element, item);
  }
  return items;
}
