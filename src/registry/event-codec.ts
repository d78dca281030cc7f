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

/** Where the fields of each part stand in a row. */
const metadataAt = 0;
const objectAt = metadataAt + metadataFields.length;
const sourceAt = objectAt + objectFields.length;
const ownAt = sourceAt + sourceFields.length;

/** The row that is being written: always as long, so one does for all. */
const values: unknown[] = new Array(ownAt + ownFields.length).fill(null);

/**
 * Events as rows: there are several to each Pod, and they say the same few fields, so the values alone are kept, in a list.
 * An Event that says anything else, or says it in another order, is kept as plain JSON.
 */
export const eventCodec: Codec<Event> = {
  encode(event) {
    const isUsual =
      event.apiVersion === "v1" &&
      event.kind === "Event" &&
      putValues(metadataAt, event.metadata, metadataFields) &&
      putValues(objectAt, event.involvedObject, objectFields) &&
      putValues(sourceAt, event.source, sourceFields) &&
      putValues(ownAt, event, ownFields, partFields);
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
 * Puts the values of an object's fields into the row, after those that begin it, one for each name; false where the object
 * has others, or has them in another order, or one holds more than a text or a number.
 */
function putValues(
  from: number,
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
    for (; at < names.length && names[at] !== name; at++) values[from + at] = null;
    const value = (object as Fields)[name];
    if (at === names.length || value === undefined || value === null || typeof value === "object") return false;
    values[from + at] = value;
    at++;
  }
  for (; at < names.length; at++) values[from + at] = null;
  return true;
}
