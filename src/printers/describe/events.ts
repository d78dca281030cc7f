import type { Event } from "../../api/generated/types.js";
import { parseTime } from "../../api/meta/object.js";
import { goSort } from "../go-sort.js";
import type { DescribeWriter } from "./describe-writer.js";

/**
 * The table of events, oldest last occurrence first. Nothing without a list: `--show-events=false`.
 * @see kubectl pkg/describe/describe.go, DescribeEvents
 */
export function describeEvents(writer: DescribeWriter, events: readonly Event[] | undefined): void {
  if (events === undefined) {
    return;
  }
  if (events.length === 0) {
    writer.field(0, "Events", "<none>");
    return;
  }
  writer.flush();
  writer.text("Events:\n  Type\tReason\tAge\tFrom\tMessage\n");
  writer.line(1, "----\t------\t----\t----\t-------");
  const sorted = goSort(events, (a, b) => lastTime(a) < lastTime(b));
  for (const event of sorted) {
    const source = event.source?.component || event.reportingComponent || "";
    const message = (event.message ?? "").trim();
    const { fieldPath } = event.involvedObject;
    const about = fieldPath ? `${fieldPath}: ${message}` : message;
    writer.line(1, `${event.type ?? ""}\t${event.reason ?? ""}\t${interval(writer, event)}\t${source}\t${about}`);
  }
}

/** Events without the old time stamp come first, as Go's zero time does. */
function lastTime(event: Event): number {
  return event.lastTimestamp ? parseTime(event.lastTimestamp) : Number.NEGATIVE_INFINITY;
}

/** `10s`, or `10s (x3 over 20s)` for one that was seen several times. */
function interval(writer: DescribeWriter, event: Event): string {
  const first = writer.age(event.eventTime ?? event.firstTimestamp);
  if (event.series !== undefined) {
    return `${writer.age(event.series.lastObservedTime)} (x${event.series.count ?? 0} over ${first})`;
  }
  const { count = 0 } = event;
  return count > 1 ? `${writer.age(event.lastTimestamp)} (x${count} over ${first})` : first;
}
