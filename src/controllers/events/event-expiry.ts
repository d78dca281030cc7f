import type { Event } from "../../api/generated/types.js";
import { type Component, type Context, type Table, watch } from "../../client/component.js";

/** How long an Event lives after its last write. @see kubernetes pkg/controlplane: --event-ttl of kube-apiserver */
const lifetimeMs = 3_600_000;
/** Events of one such span go together. */
const spanMs = 60_000;

/** Names of the Events of one namespace that were written in one span; the key is `span/namespace`. */
type Written = Table<string[]>;

/**
 * Lets Events go an hour after they were last written. Upstream etcd does it, with a lease for all that is written within
 * a short time; here it is one row and one timer a minute. Keys: the number of the minute.
 */
export function eventExpiry(): Component {
  return {
    name: "event-expiry",
    isHousekeeping: true,
    watches: [
      watch("events", ({ type, object }, _enqueue, context) => {
        if (type === "ADDED") note(object, context.now(), context);
        else if (type === "DELETED") context.recorder.forget(object);
      }),
    ],
    reconcile(span, context) {
      const table = writtenIn(context);
      for (const { key, row } of table.scan(`${span}/`)) {
        table.delete(key);
        const namespace = key.slice(span.length + 1);
        for (const name of row) expire(namespace, name, context);
      }
    },
  };
}

function writtenIn(context: Context): Written {
  return context.table<string[]>("written", undefined, { evictable: true });
}

function note({ metadata }: Event, atMs: number, context: Context): void {
  const span = Math.floor(atMs / spanMs);
  const key = `${span}/${metadata.namespace}`;
  const table = writtenIn(context);
  const names = table.get(key) ?? [];
  names.push(metadata.name ?? "");
  table.put(key, names);
  context.enqueue(`${span}`, (span + 1) * spanMs + lifetimeMs - context.now());
}

/** An Event that was counted again in the meantime lives on from then. */
function expire(namespace: string, name: string, context: Context): void {
  const event = context.client.get("events", namespace, name);
  if (event === undefined) return;
  const writtenMs = lastWrittenMs(event);
  const span = Math.floor(writtenMs / spanMs);
  if ((span + 1) * spanMs + lifetimeMs > context.now()) note(event, writtenMs, context);
  else context.client.delete("events", namespace, name);
}

function lastWrittenMs({ metadata, lastTimestamp, eventTime, series }: Event): number {
  const times = [metadata.creationTimestamp, lastTimestamp, eventTime, series?.lastObservedTime];
  return Math.max(...times.map((time) => (time ? Date.parse(time) : 0)));
}
