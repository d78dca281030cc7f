import type { Event } from "../../api/generated/types.js";
import { type Component, type Context, type Table, watch } from "../../client/component.js";

/** How long an Event lives after its last write. @see kubernetes pkg/controlplane: --event-ttl of kube-apiserver */
const lifetimeMs = 3_600_000;
/** Events of one such span go together. */
const spanMs = 60_000;

/** Names of the Events that were written in one span, by namespace; the key is the number of the span. */
type Written = Table<{ [namespace: string]: string[] }>;

/**
 * Lets Events go an hour after they were last written. Upstream etcd does it, with a lease for all that is written within
 * a short time; here it is one row and one timer a minute. Keys: the number of the minute.
 */
export function eventExpiry(): Component {
  let table: Written | null = null;
  const writtenIn = (context: Context): Written => {
    table ??= context.table<{ [namespace: string]: string[] }>("by-span", undefined, { evictable: true });
    return table;
  };
  return {
    name: "event-expiry",
    isHousekeeping: true,
    watches: [
      watch("events", ({ type, object }, _enqueue, context) => {
        if (type === "ADDED") note(object, context.now(), writtenIn(context), context);
        else if (type === "DELETED") context.recorder.forget(object);
      }),
    ],
    reconcile(span, context) {
      const written = writtenIn(context);
      const row = written.get(span) ?? {};
      written.delete(span);
      for (const namespace of Object.keys(row).sort()) {
        for (const name of row[namespace] ?? []) expire(namespace, name, written, context);
      }
    },
  };
}

function note({ metadata }: Event, atMs: number, written: Written, context: Context): void {
  const span = Math.floor(atMs / spanMs);
  const key = `${span}`;
  let row = written.get(key);
  if (row === undefined) {
    row = {};
    context.enqueue(key, (span + 1) * spanMs + lifetimeMs - context.now());
  }
  const { namespace = "", name = "" } = metadata;
  const names = row[namespace];
  if (names === undefined) row[namespace] = [name];
  else names.push(name);
  written.put(key, row);
}

/** An Event that was counted again in the meantime lives on from then. */
function expire(namespace: string, name: string, written: Written, context: Context): void {
  const event = context.client.get("events", namespace, name);
  if (event === undefined) return;
  const writtenMs = lastWrittenMs(event);
  const span = Math.floor(writtenMs / spanMs);
  if ((span + 1) * spanMs + lifetimeMs > context.now()) note(event, writtenMs, written, context);
  else context.client.delete("events", namespace, name);
}

function lastWrittenMs({ metadata, lastTimestamp, eventTime, series }: Event): number {
  const times = [metadata.creationTimestamp, lastTimestamp, eventTime, series?.lastObservedTime];
  return Math.max(...times.map((time) => (time ? Date.parse(time) : 0)));
}
