import type { Event, EventsEvent } from "../generated/types.js";
import type { KubeObject } from "../meta/object.js";
import { groupedEvents, type Resource } from "../resources.js";

/** The fields of a grouped Event by what the core group calls them; the others have one name in both. */
const groupedNames = {
  involvedObject: "regarding",
  message: "note",
  source: "deprecatedSource",
  firstTimestamp: "deprecatedFirstTimestamp",
  lastTimestamp: "deprecatedLastTimestamp",
  count: "deprecatedCount",
  reportingComponent: "reportingController",
} as const satisfies { readonly [Core in keyof Event]?: keyof EventsEvent };

const coreNames: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(groupedNames).map(([core, grouped]) => [grouped, core]),
);

/**
 * An object as an address shows it. Only Events have two: they are kept as the core group has them.
 * @see kubernetes v1.36 pkg/apis/events/v1/conversion.go
 */
export function asServed<Kept extends KubeObject>(resource: Resource, object: Kept): KubeObject {
  return resource === groupedEvents ? renamed(object, groupedNames, "events.k8s.io/v1") : object;
}

/** An object as it is kept, from what an address was sent. */
export function asKept(resource: Resource, object: KubeObject): KubeObject {
  return resource === groupedEvents ? coreEvent(object) : object;
}

/** An Event of either group, under the names of the core group. */
export function coreEvent(event: KubeObject): Event {
  const { apiVersion } = event;
  return (apiVersion === "events.k8s.io/v1" ? renamed(event, coreNames, "v1") : event) as Event;
}

/** A field that selectors of grouped Events name, as the core group names it: `regarding.name` is `involvedObject.name`. */
export function coreEventField(field: string): string {
  const [first = "", ...rest] = field.split(".");
  return [Object.hasOwn(coreNames, first) ? coreNames[first] : first, ...rest].join(".");
}

function renamed(object: KubeObject, names: Readonly<Record<string, string>>, apiVersion: string): KubeObject {
  const fields = Object.entries(object).map(([name, value]) => [
    Object.hasOwn(names, name) ? names[name] : name,
    value,
  ]);
  return { ...(Object.fromEntries(fields) as KubeObject), apiVersion };
}
