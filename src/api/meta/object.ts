import type { ObjectMeta } from "../generated/types.js";

/** Any API object, as JSON carries it. What came from the store is never changed in place. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMeta;
}

/** Milliseconds since 1970-01-01T00:00:00Z, in cluster time. */
export type EpochMs = number;

const daySeconds = 86_400;
const twoDigits: readonly string[] = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, "0"));

/** The day and the second that were asked for last: most calls ask for the same again. */
let lastDay = { day: Number.NaN, text: "" };
let lastSecond = { second: Number.NaN, text: "" };

/** `2026-01-03T01:46:29Z`: the wire form of metav1.Time, whole seconds, cut off, UTC. */
export function formatTime(at: EpochMs): string {
  const second = Math.floor(at / 1000);
  if (second === lastSecond.second) return lastSecond.text;
  const day = Math.floor(second / daySeconds);
  if (day !== lastDay.day) lastDay = { day, text: new Date(day * daySeconds * 1000).toISOString().slice(0, 11) };
  const ofDay = second - day * daySeconds;
  const hours = twoDigits[Math.floor(ofDay / 3600)];
  const minutes = twoDigits[Math.floor(ofDay / 60) % 60];
  lastSecond = { second, text: `${lastDay.text}${hours}:${minutes}:${twoDigits[ofDay % 60]}Z` };
  return lastSecond.text;
}

/** `2026-01-03T01:46:29.123000Z`: the wire form of metav1.MicroTime. */
export function formatMicroTime(at: EpochMs): string {
  const milliseconds = String(((at % 1000) + 1000) % 1000).padStart(3, "0");
  return `${formatTime(at).slice(0, 19)}.${milliseconds}000Z`;
}

/** The instant a wire time names; NaN where it is none. */
export function parseTime(text: string): EpochMs {
  return Date.parse(text);
}

/** The owner reference that names the managing controller, if there is one. */
export function controllerOf(object: KubeObject): NonNullable<ObjectMeta["ownerReferences"]>[number] | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true);
}
