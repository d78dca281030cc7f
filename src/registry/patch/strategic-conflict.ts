import { type PatchMeta, patchMetaOf } from "../../api/schema/patch-meta.js";
import { isJsonObject, type JsonObject, jsonEqual } from "./json-value.js";
import { lastAppliedAnnotation } from "./last-applied.js";
import { strategicDiff } from "./strategic-diff.js";

/**
 * What somebody has changed since a configuration was applied last, where a new patch would change it otherwise; null where
 * nothing is. The annotation that keeps the configuration is nobody's change.
 * @see k8s.io/apimachinery/pkg/util/strategicpatch/patch.go, MergingMapsHaveConflicts
 */
export function conflictingChanges(
  patch: JsonObject,
  { original, current }: { readonly original: JsonObject; readonly current: JsonObject },
  typeName: string,
): JsonObject | null {
  const changes = strategicDiff(original, current, typeName);
  return conflict(patch, changes, typeName) ? changes : null;
}

function conflict(left: JsonObject, right: JsonObject, typeName: string | undefined): boolean {
  return Object.keys(left).some((key) => {
    if (key.startsWith("$") || key === lastAppliedAnnotation || !Object.hasOwn(right, key)) return false;
    return valuesConflict(left[key], right[key], metaOf(typeName, key));
  });
}

function metaOf(typeName: string | undefined, key: string): PatchMeta | undefined {
  return typeName === undefined ? undefined : patchMetaOf(typeName, key);
}

function valuesConflict(left: unknown, right: unknown, meta: PatchMeta | undefined): boolean {
  if (isJsonObject(left) && isJsonObject(right)) return conflict(left, right, meta?.typeName);
  if (!Array.isArray(left) || !Array.isArray(right)) return !jsonEqual(left, right);
  if (meta?.strategy !== "merge") return !jsonEqual(left, right);
  // Values that are merged one by one stand in nobody's way.
  const { mergeKey, typeName } = meta;
  if (mergeKey === "") return false;
  return left.some((item: unknown) => {
    const same = right.find(
      (other: unknown) => isJsonObject(item) && isJsonObject(other) && item[mergeKey] === other[mergeKey],
    );
    return isJsonObject(item) && isJsonObject(same) && conflict(item, same, typeName);
  });
}
