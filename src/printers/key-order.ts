/** A copy whose keys are sorted at every depth, without undefined members: what the API server's JSON is read into. */
export function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sortKeys);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const source = value as Record<string, unknown>;
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(source).sort()) {
    // JavaScript puts keys that look like array indexes first; the lists such keys occur in are printed that way.
    if (source[key] !== undefined) {
      sorted[key] = sortKeys(source[key]);
    }
  }
  return sorted;
}
