import { isObjectType, schemaOf, typeOfKind } from "../../api/schema/schemas.js";
import type { JsonObject } from "../../registry/patch/json-value.js";
import { apiVersionIn, isObject, kindOf } from "./resource-map.js";

/**
 * Merges a patch into an object as kustomize does. Unlike the API server's merge it puts the elements of the patch first,
 * and deletes by null. Null where the patch deletes the whole object.
 * @see sigs.k8s.io/kustomize/kyaml/yaml/merge2
 */
export function mergePatch(object: JsonObject, patch: JsonObject): JsonObject | null {
  if (patch.$patch === "delete") return null;
  const type = typeOfKind(apiVersionIn(object), kindOf(object));
  const { metadata, ...rest } = patch;
  // A patch names its object; it does not rename it.
  const { name: _, namespace: __, ...changes } = isObject(metadata) ? metadata : {};
  return mergeObjects(object, { ...rest, ...(Object.keys(changes).length === 0 ? {} : { metadata: changes }) }, type);
}

function mergeObjects(into: JsonObject, patch: JsonObject, type: string | undefined): JsonObject {
  if (patch.$patch === "replace") return withoutDirective(patch);
  const fields = type !== undefined && isObjectType(type) ? schemaOf(type).fields : {};
  const merged: Record<string, unknown> = { ...into };
  for (const [key, value] of Object.entries(patch)) {
    if (key === "$patch") continue;
    if (value === null || (isObject(value) && value.$patch === "delete")) {
      delete merged[key];
      continue;
    }
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    const current = merged[key];
    if (isObject(value)) {
      merged[key] = mergeObjects(isObject(current) ? current : {}, value, field?.type);
    } else if (Array.isArray(value) && field?.mergeKey !== undefined && field.patchStrategy?.includes("merge")) {
      merged[key] = mergeLists(Array.isArray(current) ? current : [], value, field.mergeKey, field.type);
    } else {
      merged[key] = value;
    }
  }
  return merged;
}

function mergeLists(
  current: readonly unknown[],
  patch: readonly unknown[],
  mergeKey: string,
  type: string,
): readonly unknown[] {
  if (patch.some((item) => isObject(item) && item.$patch === "replace" && Object.keys(item).length === 1)) {
    return patch.filter((item) => !(isObject(item) && item.$patch === "replace"));
  }
  const keyOf = (item: unknown) => (isObject(item) ? item[mergeKey] : undefined);
  const first: unknown[] = [];
  for (const item of patch) {
    if (!isObject(item) || item.$patch === "delete") continue;
    const before = current.find((each) => keyOf(each) === keyOf(item));
    first.push(mergeObjects(isObject(before) ? before : {}, item, type));
  }
  const named = new Set(patch.map(keyOf));
  return [...first, ...current.filter((item) => !named.has(keyOf(item)))];
}

function withoutDirective({ $patch: _, ...rest }: JsonObject): JsonObject {
  return rest;
}
