import { coreEvent } from "../../api/events/grouped-event.js";
import type { Event } from "../../api/generated/types.js";
import type { EpochMs } from "../../api/meta/object.js";
import { nameColumn } from "../cell-text.js";
import { ageOf } from "../durations.js";
import type { Column } from "../table.js";

const coreColumns: readonly Column<Event>[] = [
  { name: "Last Seen", cell: (event, { now }) => lastSeen(event, now) },
  { name: "Type", cell: (event) => event.type ?? "" },
  { name: "Reason", cell: (event) => event.reason ?? "" },
  { name: "Object", cell: involvedObject },
  { name: "Subobject", priority: 1, cell: (event) => event.involvedObject.fieldPath ?? "" },
  { name: "Source", priority: 1, cell: eventSource },
  { name: "Message", cell: (event) => (event.message ?? "").trim() },
  { name: "First Seen", priority: 1, cell: (event, { now }) => firstSeen(event, now) },
  { name: "Count", priority: 1, cell: (event) => event.series?.count ?? (event.count || 1) },
  { ...nameColumn, priority: 1 },
];

/** Events of both groups have one table. */
export const eventColumns: readonly Column<Event>[] = coreColumns.map((column) => ({
  ...column,
  cell: (event, context) => column.cell(coreEvent(event), context),
}));

function firstSeen(event: Event, now: EpochMs): string {
  return ageOf(event.firstTimestamp ?? event.eventTime, now);
}

function lastSeen(event: Event, now: EpochMs): string {
  if (event.series !== undefined) {
    return ageOf(event.series.lastObservedTime, now);
  }
  return event.lastTimestamp === undefined ? firstSeen(event, now) : ageOf(event.lastTimestamp, now);
}

function involvedObject({ involvedObject: { kind = "", name = "" } }: Event): string {
  return name === "" ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
}

/** `kubelet, node-1`: who reported the event, and where it runs. */
function eventSource({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component || reportingComponent || "";
  const instance = source?.host || reportingInstance || "";
  return instance === "" ? component : `${component}, ${instance}`;
}
