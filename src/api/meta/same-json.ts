/** Deep equality of JSON values; a field that is undefined is none. Cheap where parts are shared, and allocates nothing. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let at = 0; at < a.length; at++) if (!sameJson(a[at], b[at])) return false;
    return true;
  }
  if (Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  let more = 0;
  for (const key in left) {
    const value = left[key];
    if (value === undefined) continue;
    if (!sameJson(value, right[key])) return false;
    more++;
  }
  for (const key in right) if (right[key] !== undefined) more--;
  return more === 0;
}
