import type { Event } from "../api/generated/types.js";
import { type EpochMs, formatMicroTime, formatTime, type KubeObject } from "../api/meta/object.js";
import { StatusError } from "../api/meta/status.js";
import type { Client } from "../client/client.js";
import type { EventSourceName, Recorder } from "../client/recorder.js";
import type { Bucket } from "../store/bucket.js";

export type EventRecorder = Recorder;

/** What is remembered of the events about one object from one source. Times in milliseconds. */
interface Correlation {
  /** Events that may be written before the next refill. */
  tokens: number;
  refilledAtMs: EpochMs;
  /** Similar events: by reason and type, since when and which messages. */
  similar: Record<string, { lastMs: EpochMs; messages: string[] }>;
  /** Written events by what they say: their name. */
  written: Record<string, string>;
  /** When the last one was written, and how many at that instant before it: their names sort as they happened. */
  lastMs?: EpochMs;
  atOnce?: number;
}

/** @see client-go tools/record/events_cache.go: defaults of EventCorrelator */
const correlation = {
  /** Different messages of one reason from which on they are combined. */
  similarMax: 10,
  similarWindowMs: 600_000,
  burst: 25,
  /** One more event in this many milliseconds. */
  refillMs: 300_000,
};

/** The recorder of all parts of the control plane. Its memory is a table, so that a restart forgets nothing. */
export function createEventRecorder(world: {
  readonly client: Client;
  readonly now: () => EpochMs;
  readonly table: Bucket<Correlation>;
}): EventRecorder {
  return {
    event(source, object, type, reason, message, options = {}) {
      const nowMs = world.now();
      const key = `${object.metadata.uid ?? object.metadata.name}/${source.component}`;
      const memory = world.table.get(key) ?? newCorrelation(nowMs);
      const combined = isCombined(memory, { type, reason, message, nowMs });
      const text = combined ? `(combined from similar events): ${message}` : message;
      const allowed = takeToken(memory, nowMs);
      world.table.set(key, memory);
      if (!allowed) return;
      const identity = `${type}/${reason}/${options.fieldPath ?? ""}/${combined ? "" : message}`;
      const known = memory.written[identity];
      if (
        known !== undefined &&
        countAgain(world.client, { namespace: namespaceOf(object), name: known, text, nowMs })
      ) {
        return;
      }
      memory.atOnce = memory.lastMs === nowMs ? (memory.atOnce ?? 0) + 1 : 0;
      memory.lastMs = nowMs;
      const event = newEvent(object, { source, type, reason, message: text, nowMs, atOnce: memory.atOnce, ...options });
      const name = writeEvent(world.client, event);
      if (name !== null) memory.written[identity] = name;
    },
    forget({ metadata, involvedObject, source, reportingComponent }) {
      const component = source?.component || reportingComponent;
      const key = `${involvedObject.uid ?? involvedObject.name}/${component}`;
      const memory = world.table.get(key);
      if (memory === undefined) return;
      for (const [identity, name] of Object.entries(memory.written)) {
        if (name === metadata.name) delete memory.written[identity];
      }
      if (Object.keys(memory.written).length === 0) world.table.delete(key);
      else world.table.set(key, memory);
    },
  };
}

function newCorrelation(nowMs: EpochMs): Correlation {
  return { tokens: correlation.burst, refilledAtMs: nowMs, similar: {}, written: {} };
}

/** Whether this is one of too many different messages of one reason: from the tenth on, one event counts them all. */
function isCombined(
  memory: Correlation,
  event: { readonly type: string; readonly reason: string; readonly message: string; readonly nowMs: EpochMs },
): boolean {
  const group = `${event.type}/${event.reason}`;
  let similar = memory.similar[group];
  if (similar === undefined || event.nowMs - similar.lastMs > correlation.similarWindowMs) {
    similar = { lastMs: event.nowMs, messages: [] };
    memory.similar[group] = similar;
  }
  similar.lastMs = event.nowMs;
  if (similar.messages.length < correlation.similarMax) {
    if (!similar.messages.includes(event.message)) similar.messages.push(event.message);
  }
  return similar.messages.length >= correlation.similarMax;
}

function takeToken(memory: Correlation, nowMs: EpochMs): boolean {
  const gained = Math.floor((nowMs - memory.refilledAtMs) / correlation.refillMs);
  if (gained > 0) {
    memory.tokens = Math.min(correlation.burst, memory.tokens + gained);
    memory.refilledAtMs += gained * correlation.refillMs;
  }
  if (memory.tokens <= 0) return false;
  memory.tokens--;
  return true;
}

function countAgain(
  client: Client,
  again: { readonly namespace: string; readonly name: string; readonly text: string; readonly nowMs: EpochMs },
): boolean {
  const event = client.get("events", again.namespace, again.name);
  if (event === undefined) return false;
  const count = (event.count ?? 1) + 1;
  client.update("events", { ...event, message: again.text, count, lastTimestamp: formatTime(again.nowMs) });
  return true;
}

function newEvent(
  object: KubeObject,
  about: {
    readonly source: EventSourceName;
    readonly type: string;
    readonly reason: string;
    readonly message: string;
    readonly nowMs: EpochMs;
    readonly atOnce: number;
    readonly fieldPath?: string;
    readonly action?: string;
  },
): Event {
  const { source, type, reason, message, nowMs } = about;
  const { name = "", uid, resourceVersion } = object.metadata;
  const namespace = namespaceOf(object);
  const time = formatTime(nowMs);
  return {
    metadata: { name: `${name}.${eventSuffix(nowMs, about.atOnce, message)}`, namespace },
    involvedObject: {
      ...(object.kind === undefined ? {} : { kind: object.kind }),
      ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
      name,
      ...(uid === undefined ? {} : { uid }),
      ...(object.apiVersion === undefined ? {} : { apiVersion: object.apiVersion }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(about.fieldPath === undefined ? {} : { fieldPath: about.fieldPath }),
    },
    reason,
    message,
    source: source.newStyle
      ? {}
      : { component: source.component, ...(source.host === undefined ? {} : { host: source.host }) },
    ...(source.newStyle
      ? { eventTime: formatMicroTime(nowMs) }
      : { firstTimestamp: time, lastTimestamp: time, count: 1 }),
    type,
    ...(about.action === undefined ? {} : { action: about.action }),
    reportingComponent: source.component,
    reportingInstance: source.host ?? "",
  };
}

/**
 * Sixteen hexadecimal digits: the time in nanoseconds upstream; here the digits below a millisecond are the order of what
 * happens at once, then tell messages apart.
 */
function eventSuffix(nowMs: EpochMs, atOnce: number, message: string): string {
  let hash = 0;
  for (let at = 0; at < message.length; at++) hash = (Math.imul(hash, 31) + message.charCodeAt(at)) | 0;
  const nanoseconds = BigInt(nowMs) * 1_000_000n + BigInt(Math.min(atOnce, 999) * 1000 + ((hash >>> 0) % 1000));
  return nanoseconds.toString(16);
}

/** Null where the namespace does not take it any more: events are best effort. */
function writeEvent(client: Client, event: Event): string | null {
  try {
    return client.create("events", event).metadata.name ?? null;
  } catch (error) {
    if (error instanceof StatusError) return null;
    throw error;
  }
}

/** Events about objects without a namespace lie in `default`. */
function namespaceOf(object: KubeObject): string {
  return object.metadata.namespace ?? "default";
}
