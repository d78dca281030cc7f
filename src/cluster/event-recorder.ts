import type { Event } from "../api/generated/types.js";
import { type EpochMs, formatMicroTime, formatTime, type KubeObject } from "../api/meta/object.js";
import { StatusError } from "../api/meta/status.js";
import type { Client } from "../client/client.js";
import type { EventSourceName, Recorder } from "../client/recorder.js";
import type { Bucket, Codec } from "../store/bucket.js";

export type EventRecorder = Recorder;

/**
 * What is remembered of the events about one object from one source: one for each Pod, so it is kept small, and texts stand
 * in it as hashes. Times in milliseconds.
 */
interface Correlation {
  /** Events that may be written before the next refill. */
  tokens: number;
  refilledAtMs: EpochMs;
  /** When the last one was written, and how many at that instant before it: their names sort as they happened. */
  lastMs: EpochMs;
  atOnce: number;
  /** Similar events: type and reason, when the last one was, and which messages there were. */
  readonly similar: { readonly group: number; lastMs: EpochMs; messages: number[] }[];
  /** Written events: what they say, and their name. */
  readonly written: { readonly identity: number; readonly name: string }[];
}

/** All sources of events about one object. */
type Correlations = Map<string, Correlation>;

type PackedCorrelation = [
  component: string,
  tokens: number,
  refilledAtMs: EpochMs,
  lastMs: EpochMs,
  atOnce: number,
  similar: (readonly [group: number, lastMs: EpochMs, messages: readonly number[]])[],
  written: (readonly [identity: number, name: string])[],
];

/** How the table of correlations is kept. */
export const correlationCodec: Codec<Correlations> = {
  encode: (correlations) => JSON.stringify([...correlations].map(pack)),
  decode: (text) => new Map((JSON.parse(text) as PackedCorrelation[]).map(unpack)),
};

function pack([component, memory]: [string, Correlation]): PackedCorrelation {
  const { tokens, refilledAtMs, lastMs, atOnce } = memory;
  const similar = memory.similar.map(({ group, lastMs: groupMs, messages }) => [group, groupMs, messages] as const);
  const written = memory.written.map(({ identity, name }) => [identity, name] as const);
  return [component, tokens, refilledAtMs, lastMs, atOnce, similar, written];
}

function unpack([component, tokens, refilledAtMs, lastMs, atOnce, groups, names]: PackedCorrelation): [
  string,
  Correlation,
] {
  const similar = groups.map(([group, groupMs, messages]) => ({ group, lastMs: groupMs, messages: [...messages] }));
  const written = names.map(([identity, name]) => ({ identity, name }));
  return [component, { tokens, refilledAtMs, lastMs, atOnce, similar, written }];
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
  readonly table: Bucket<Correlations>;
}): EventRecorder {
  return {
    event(source, object, type, reason, message, options = {}) {
      const nowMs = world.now();
      const key = object.metadata.uid ?? object.metadata.name ?? "";
      const correlations: Correlations = world.table.get(key) ?? new Map();
      let memory = correlations.get(source.component);
      if (memory === undefined) {
        memory = newCorrelation(nowMs);
        correlations.set(source.component, memory);
      }
      const messageHash = hashText(message);
      const combined = isCombined(memory, { type, reason, messageHash, nowMs });
      const text = combined ? `(combined from similar events): ${message}` : message;
      const allowed = takeToken(memory, nowMs);
      world.table.set(key, correlations);
      if (!allowed) return;
      const { newStyle = false } = source;
      // The new style asks for the same revision of the object, the old one for the same words.
      const before = newStyle ? hashText(object.metadata.resourceVersion ?? "") : combined ? undefined : messageHash;
      const said = hashText(reason, before);
      const identity = options.fieldPath === undefined ? said : hashText(options.fieldPath, said);
      const known = nameOfWritten(memory, identity);
      const namespace = namespaceOf(object);
      if (known !== undefined && countAgain(world.client, { namespace, name: known, text, nowMs, newStyle })) return;
      memory.atOnce = memory.lastMs === nowMs ? memory.atOnce + 1 : 0;
      memory.lastMs = nowMs;
      const suffix = eventSuffix(nowMs, memory.atOnce, combined ? hashText(text) : messageHash);
      const event = newEvent(object, source, { type, reason, message: text, nowMs, suffix, combined }, options);
      const name = writeEvent(world.client, event);
      if (name !== null) memory.written.push({ identity, name });
    },
    conclude({ metadata }) {
      world.table.delete(metadata.uid ?? metadata.name ?? "");
    },
    forget({ metadata, involvedObject, source, reportingComponent }) {
      const key = involvedObject.uid ?? involvedObject.name ?? "";
      const component = source?.component || reportingComponent || "";
      const correlations = world.table.get(key);
      const memory = correlations?.get(component);
      if (correlations === undefined || memory === undefined) return;
      const place = memory.written.findIndex(({ name }) => name === metadata.name);
      if (place >= 0) memory.written.splice(place, 1);
      if (memory.written.length === 0) correlations.delete(component);
      if (correlations.size === 0) world.table.delete(key);
      else world.table.set(key, correlations);
    },
  };
}

function newCorrelation(nowMs: EpochMs): Correlation {
  return { tokens: correlation.burst, refilledAtMs: nowMs, lastMs: 0, atOnce: 0, similar: [], written: [] };
}

/** The name of the event that says this already. */
function nameOfWritten({ written }: Correlation, identity: number): string | undefined {
  for (const event of written) if (event.identity === identity) return event.name;
  return undefined;
}

/** Whether this is one of too many different messages of one reason: from the tenth on, one event counts them all. */
function isCombined(
  memory: Correlation,
  event: { readonly type: string; readonly reason: string; readonly messageHash: number; readonly nowMs: EpochMs },
): boolean {
  const group = hashOfKind(event.type, event.reason);
  let similar: Correlation["similar"][number] | undefined;
  for (const candidate of memory.similar) if (candidate.group === group) similar = candidate;
  if (similar === undefined) {
    similar = { group, lastMs: event.nowMs, messages: [] };
    memory.similar.push(similar);
  } else if (event.nowMs - similar.lastMs > correlation.similarWindowMs) similar.messages = [];
  similar.lastMs = event.nowMs;
  if (similar.messages.length < correlation.similarMax) {
    if (!similar.messages.includes(event.messageHash)) similar.messages.push(event.messageHash);
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
  again: {
    readonly namespace: string;
    readonly name: string;
    readonly text: string;
    readonly nowMs: EpochMs;
    readonly newStyle: boolean;
  },
): boolean {
  const event = client.get("events", again.namespace, again.name);
  if (event === undefined) return false;
  if (again.newStyle) {
    // How much longer a series has become is told half an hour later at the earliest.
    if (event.series !== undefined) return true;
    const series = { count: 2, lastObservedTime: formatMicroTime(again.nowMs) };
    client.update("events", { ...event, series });
    return true;
  }
  const count = (event.count ?? 1) + 1;
  client.update("events", { ...event, message: again.text, count, lastTimestamp: formatTime(again.nowMs) });
  return true;
}

function newEvent(
  object: KubeObject,
  source: EventSourceName,
  said: {
    readonly type: string;
    readonly reason: string;
    readonly message: string;
    readonly nowMs: EpochMs;
    readonly suffix: string;
    readonly combined: boolean;
  },
  about: { readonly fieldPath?: string; readonly action?: string },
): Event {
  const { type, reason, message, nowMs } = said;
  const { name = "", uid, resourceVersion } = object.metadata;
  const time = formatTime(nowMs);
  const involvedObject: Mutable<Event["involvedObject"]> = { name };
  if (object.kind !== undefined) involvedObject.kind = object.kind;
  if (object.metadata.namespace !== undefined) involvedObject.namespace = object.metadata.namespace;
  if (uid !== undefined) involvedObject.uid = uid;
  if (object.apiVersion !== undefined) involvedObject.apiVersion = object.apiVersion;
  if (resourceVersion !== undefined) involvedObject.resourceVersion = resourceVersion;
  if (about.fieldPath !== undefined) involvedObject.fieldPath = about.fieldPath;
  const event: Mutable<Event> = {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${name}.${said.suffix}`, namespace: namespaceOf(object) },
    involvedObject,
    source: source.newStyle ? {} : sourceOf(source),
    reason,
    message,
    type,
    // The event that stands for several is made from the old fields alone.
    reportingComponent: said.combined ? "" : source.component,
    reportingInstance: source.host ?? "",
  };
  if (source.newStyle) event.eventTime = formatMicroTime(nowMs);
  else {
    event.firstTimestamp = time;
    event.lastTimestamp = time;
    event.count = 1;
  }
  if (about.action !== undefined) event.action = about.action;
  return event;
}

function sourceOf({ component, host }: EventSourceName): Event["source"] {
  return host === undefined ? { component } : { component, host };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** 32 bits that tell the few texts about one object apart; `before` is the hash of what stands before the text. */
function hashText(text: string, before = 0x811c9dc5): number {
  let hash = before;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** Hashes of types and reasons, of which there are some dozens. */
const kindHashes = new Map<string, Map<string, number>>();

function hashOfKind(type: string, reason: string): number {
  let ofType = kindHashes.get(type);
  if (ofType === undefined) {
    ofType = new Map();
    kindHashes.set(type, ofType);
  }
  let hash = ofType.get(reason);
  if (hash === undefined) {
    hash = hashText(reason, hashText(type));
    ofType.set(reason, hash);
  }
  return hash;
}

/**
 * Sixteen hexadecimal digits: the time in nanoseconds upstream; here the digits below a millisecond are the order of what
 * happens at once, then tell messages apart.
 */
function eventSuffix(nowMs: EpochMs, atOnce: number, messageHash: number): string {
  // In parts of 24 bits: nanoseconds do not fit a number.
  const low = (nowMs % 2 ** 24) * 1_000_000 + Math.min(atOnce, 999) * 1000 + (messageHash % 1000);
  const upper = Math.floor(nowMs / 2 ** 24) * 1_000_000 + Math.floor(low / 2 ** 24);
  return hexText([Math.floor(upper / 2 ** 24), upper % 2 ** 24, low % 2 ** 24]);
}

const hexDigits = [..."0123456789abcdef"].map((digit) => digit.charCodeAt(0));
const suffixCodes: number[] = new Array(16).fill(0);

/** The last sixteen digits of a number that is given in parts of 24 bits. */
function hexText(parts: readonly number[]): string {
  for (let at = 0; at < 16; at++) {
    const fromEnd = 15 - at;
    const part = parts[parts.length - 1 - Math.floor(fromEnd / 6)] ?? 0;
    suffixCodes[at] = hexDigits[(part >>> (4 * (fromEnd % 6))) & 15] ?? 0;
  }
  return String.fromCharCode.apply(null, suffixCodes);
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
