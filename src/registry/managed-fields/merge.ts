import { FieldSet } from "../../api/meta/field-set.js";
import { isJsonObject, type JsonDraft, type JsonObject, setKey } from "../patch/json-value.js";
import { itemsByElement } from "./compare.js";
import { fieldElement, fieldShape, itemElement, type Shape } from "./shapes.js";

/**
 * An object with a configuration laid over it: what the configuration has wins, what it leaves out stays.
 * @see sigs.k8s.io/structured-merge-diff typed/merge.go
 */
export function mergeConfiguration(live: JsonObject, configuration: JsonObject, typeName: string): JsonObject {
  return merge(live, configuration, { kind: "struct", typeName }) as JsonObject;
}

function merge(live: unknown, wanted: unknown, shape: Shape): unknown {
  if (wanted === undefined) return live;
  if (shape.kind === "leaf" || live === undefined || live === null || wanted === null) return wanted;
  if (shape.kind === "list") return mergeLists(live, wanted, shape);
  if (!isJsonObject(live) || !isJsonObject(wanted)) return wanted;
  const merged: JsonDraft = { ...live };
  for (const name of Object.keys(wanted)) {
    const inner = shape.kind === "map" ? shape.element : fieldShape(shape.typeName, name);
    setKey(merged, name, inner === undefined ? wanted[name] : merge(live[name], wanted[name], inner));
  }
  return merged;
}

/** The order is the configuration's, with the items that only the live list has left in their places between. */
function mergeLists(live: unknown, wanted: unknown, shape: Extract<Shape, { kind: "list" }>): unknown {
  const before = itemsByElement(live, shape);
  const after = itemsByElement(wanted, shape);
  const left = [...before.keys()];
  const right = [...after.keys()];
  const taken = new Set<string>();
  const merged: unknown[] = [];
  const take = (element: string) => {
    taken.add(element);
    merged.push(merge(before.get(element), after.get(element), shape.element));
  };
  let [at, next] = [0, 0];
  while (at < left.length || next < right.length) {
    const [ours, theirs] = [left[at], right[next]];
    if (ours !== undefined && (taken.has(ours) || !after.has(ours))) {
      if (!taken.has(ours)) merged.push(before.get(ours));
      at += 1;
    } else if (theirs !== undefined) {
      take(theirs);
      next += 1;
    }
  }
  return merged;
}

/** An object without the fields and items of a set, each with everything below it. */
export function removePaths(object: JsonObject, set: FieldSet, typeName: string): JsonObject {
  return remove(object, set, { kind: "struct", typeName }) as JsonObject;
}

function remove(value: unknown, set: FieldSet, shape: Shape): unknown {
  if (shape.kind === "leaf" || set.children.size === 0) return value;
  if (shape.kind === "list") {
    if (!Array.isArray(value)) return value;
    const kept = value.flatMap((item: unknown) => {
      const below = set.below(itemElement(shape.keys, item) ?? "");
      if (below?.isMember === true) return [];
      return [below === undefined ? item : remove(item, below, shape.element)];
    });
    return kept.length === 0 ? undefined : kept;
  }
  if (!isJsonObject(value)) return value;
  const kept: JsonDraft = {};
  for (const name of Object.keys(value)) {
    const below = set.below(fieldElement(name));
    if (below?.isMember === true) continue;
    const inner = shape.kind === "map" ? shape.element : fieldShape(shape.typeName, name);
    const part = below === undefined || inner === undefined ? value[name] : remove(value[name], below, inner);
    if (part !== undefined) setKey(kept, name, part);
  }
  return Object.keys(kept).length === 0 ? undefined : kept;
}

/**
 * The set, and with each path the fields of types that lead to it: who owns `f:image` has a hold on `f:containers`. Items of
 * lists and keys of maps do not come with what is in them.
 */
export function withParents(set: FieldSet, shape: Shape): FieldSet {
  const result = new FieldSet();
  result.isMember = set.isMember;
  for (const [element, child] of set.children) {
    const inner = innerShape(element, shape);
    const below = inner === undefined ? child : withParents(child, inner);
    if (shape.kind === "struct" && child.children.size > 0 && !below.isMember) {
      const held = new FieldSet();
      held.isMember = true;
      for (const [key, value] of below.children) held.children.set(key, value);
      result.children.set(element, held);
    } else result.children.set(element, below);
  }
  return result;
}

function innerShape(element: string, shape: Shape): Shape | undefined {
  if (shape.kind === "leaf") return undefined;
  return shape.kind === "struct" ? fieldShape(shape.typeName, element.slice(2)) : shape.element;
}
