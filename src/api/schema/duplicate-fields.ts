/**
 * The fields that a JSON text names more than once in one object, as paths: `spec.containers[0].image`, `data.a`. `value` is
 * what the text was parsed into, which shows at once that there is none, mostly.
 * @see sigs.k8s.io/json/internal/golang/encoding/json/kubernetes_patch.go
 */
export function duplicateFields(text: string, value: unknown): readonly string[] {
  return keysIn(text) === fieldsOf(value) ? [] : findDuplicates(text);
}

/** Strings, and whether a colon follows, which makes one a key. */
const strings = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/gs;

function keysIn(text: string): number {
  let count = 0;
  for (const [, colon] of text.matchAll(strings)) if (colon !== undefined) count++;
  return count;
}

/** Nesting is kept in a list, not in the call stack. */
function fieldsOf(value: unknown): number {
  const open: unknown[] = [value];
  let count = 0;
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== "object" || next === null) continue;
    const items = Array.isArray(next) ? next : Object.values(next);
    if (items !== next) count += items.length;
    for (const item of items) if (typeof item === "object") open.push(item);
  }
  return count;
}

/** An object or a list that the text is in the middle of. */
interface Open {
  readonly path: string;
  /** Of an object: its keys so far. */
  readonly seen: Set<string> | null;
  key: string;
  index: number;
}

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/gs;

/** Walks a text that is known to be JSON. */
function findDuplicates(text: string): readonly string[] {
  const found = new Set<string>();
  const open: Open[] = [];
  let string = "";
  for (const [token] of text.matchAll(tokens)) {
    const inner = open.at(-1);
    if (token === "{" || token === "[") {
      open.push({ path: placeIn(inner), seen: token === "{" ? new Set() : null, key: "", index: 0 });
    } else if (token === "}" || token === "]") open.pop();
    else if (token === "," && inner !== undefined) inner.index++;
    else if (token === ":" && inner !== undefined && inner.seen !== null) {
      inner.key = JSON.parse(string) as string;
      if (inner.seen.has(inner.key)) found.add(placeIn(inner));
      inner.seen.add(inner.key);
    } else string = token;
  }
  return [...found];
}

/** Where a value is that comes next. */
function placeIn(inner: Open | undefined): string {
  if (inner === undefined) return "";
  if (inner.seen === null) return `${inner.path}[${inner.index}]`;
  return inner.path === "" ? inner.key : `${inner.path}.${inner.key}`;
}
