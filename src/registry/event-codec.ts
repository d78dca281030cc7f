import type { Event } from "../api/generated/types.js";
import type { Codec } from "../store/bucket.js";

/** What the recorder writes, field by field, in its order. */
const metadataFields = ["uid", "creationTimestamp", "resourceVersion", "name", "namespace"] as const;
const objectFields = ["name", "kind", "namespace", "uid", "apiVersion", "resourceVersion", "fieldPath"] as const;
const sourceFields = ["component", "host"] as const;
const ownFields = [
  "reason",
  "message",
  "type",
  "reportingComponent",
  "reportingInstance",
  "firstTimestamp",
  "lastTimestamp",
  "count",
  "eventTime",
  "action",
] as const;
const partFields = ["apiVersion", "kind", "metadata", "involvedObject", "source"] as const;

type Fields = { [name: string]: unknown };

/**
 * Events as rows: there are several to each Pod, and they say the same few fields, so the values alone are kept, in a list.
 * An Event that says anything else, or says it in another order, is kept as plain JSON.
 */
export const eventCodec: Codec<Event> = {
  encode(event) {
    const values: unknown[] = [];
    const isUsual =
      event.apiVersion === "v1" &&
      event.kind === "Event" &&
      addValues(values, event.metadata, metadataFields) &&
      addValues(values, event.involvedObject, objectFields) &&
      addValues(values, event.source, sourceFields) &&
      addValues(values, event, ownFields, partFields);
    return JSON.stringify(isUsual ? values : event);
  },
  decode(text) {
    const row = JSON.parse(text) as unknown;
    if (!Array.isArray(row)) return row as Event;
    let at = 0;
    const take = (into: Fields, names: readonly string[]): Fields => {
      for (const name of names) {
        const value: unknown = row[at++];
        if (value !== null && value !== undefined) into[name] = value;
      }
      return into;
    };
    const metadata = take({}, metadataFields);
    const involvedObject = take({}, objectFields);
    const source = take({}, sourceFields);
    return take({ apiVersion: "v1", kind: "Event", metadata, involvedObject, source }, ownFields) as unknown as Event;
  },
};

/**
 * Adds the values of an object's fields, after those that begin it, one for each name; false where the object has others, or
 * has them in another order, or one holds more than a text or a number.
 */
function addValues(
  values: unknown[],
  object: object | undefined,
  names: readonly string[],
  first: readonly string[] = [],
): boolean {
  if (object === undefined) return false;
  let place = 0;
  let at = 0;
  for (const name in object) {
    if (place < first.length) {
      if (first[place++] !== name) return false;
      continue;
    }
    for (; at < names.length && names[at] !== name; at++) values.push(null);
    const value = (object as Fields)[name];
    if (at === names.length || value === undefined || value === null || typeof value === "object") return false;
    values.push(value);
    at++;
  }
  for (; at < names.length; at++) values.push(null);
  return true;
}
