/**
 * Whether two JSON values mean the same: an empty list or map counts as one that is not set, as in
 * upstream's semantic comparison. Parts that are shared cost nothing.
 * @see k8s.io/apimachinery/pkg/api/equality/semantic.go
 */
export function semanticallyEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (isNothing(left)) return isNothing(right) || isEmptyList(right);
  if (isNothing(right)) return isEmptyList(left);
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, position) => semanticallyEqual(item, right[position]));
  }
  const leftFields = left as Readonly<Record<string, unknown>>;
  const rightFields = right as Readonly<Record<string, unknown>>;
  for (const name in leftFields) if (!semanticallyEqual(leftFields[name], rightFields[name])) return false;
  for (const name in rightFields) {
    if (!(name in leftFields) && !semanticallyEqual(undefined, rightFields[name])) return false;
  }
  return true;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

/** An empty object is not nothing: `emptyDir: {}` says something that its absence does not. */
function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
