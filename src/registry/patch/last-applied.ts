import { isJsonObject, type JsonObject } from "./json-value.js";

export const lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * JSON as Go writes it: no spaces, keys sorted, `<`, `>`, `&` and two line separators escaped.
 * @see encoding/json encode.go, HTMLEscape
 */
export function goJsonText(value: unknown): string {
  return escapeAsGo(sortedJson(value));
}

/** JSON with the characters escaped that Go escapes in it. */
export function escapeAsGo(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Keys in the order of their UTF-8 bytes, which for the keys of manifests is that of JavaScript's own sort. */
function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const pairs: string[] = [];
  for (const key of Object.keys(value).sort()) {
    if (value[key] !== undefined) pairs.push(`${JSON.stringify(key)}:${sortedJson(value[key])}`);
  }
  return `{${pairs.join(",")}}`;
}

/** The configuration applied last, as its annotation keeps it; undefined when there is none. */
export function lastAppliedOf(object: JsonObject): string | undefined {
  const annotations = annotationsOf(object);
  const text = annotations[lastAppliedAnnotation];
  return typeof text === "string" ? text : undefined;
}

/** What the annotation says of a manifest: the manifest without the annotation, in one line. `annotations` is always there. */
function lastAppliedText(object: JsonObject): string {
  return `${goJsonText(withAnnotation(object, undefined))}\n`;
}

/** A manifest with the annotation that says what it was. */
export function withLastApplied(object: JsonObject): JsonObject {
  return withAnnotation(object, lastAppliedText(object));
}

function annotationsOf(object: JsonObject): JsonObject {
  const metadata = isJsonObject(object.metadata) ? object.metadata : {};
  return isJsonObject(metadata.annotations) ? metadata.annotations : {};
}

function withAnnotation(object: JsonObject, text: string | undefined): JsonObject {
  const metadata = isJsonObject(object.metadata) ? object.metadata : {};
  const { [lastAppliedAnnotation]: _, ...others } = annotationsOf(object);
  const annotations = text === undefined ? others : { ...others, [lastAppliedAnnotation]: text };
  return { ...object, metadata: { ...metadata, annotations } };
}
