import { describe, expect, test } from "vitest";
import type { Event } from "../../src/api/generated/types.js";
import { eventCodec } from "../../src/registry/event-codec.js";

const usual: Event = {
  apiVersion: "v1",
  kind: "Event",
  metadata: {
    uid: "1c52a991-98ba-44d2-8114-a96ad7bd68d7",
    creationTimestamp: "2026-01-01T00:00:10Z",
    resourceVersion: "7371",
    name: "pi-25dpw.1886725464c5c482",
    namespace: "default",
  },
  involvedObject: { name: "pi-25dpw", kind: "Pod", namespace: "default", uid: "265e4b8a", apiVersion: "v1" },
  source: { component: "kubelet", host: "node-1" },
  reason: "Started",
  message: "Container started",
  type: "Normal",
  reportingComponent: "kubelet",
  reportingInstance: "node-1",
  firstTimestamp: "2026-01-01T00:00:10Z",
  lastTimestamp: "2026-01-01T00:00:10Z",
  count: 1,
};

function kept(event: Event): { readonly row: string; readonly event: unknown } {
  const row = eventCodec.encode(event);
  return { row, event: eventCodec.decode(row, event.metadata.name ?? "") };
}

describe("an Event in a row", () => {
  test("is a list of values, and comes back as it was, with its fields in the same order", () => {
    const { row, event } = kept(usual);
    expect(row.startsWith("[")).toBe(true);
    expect(row.length).toBeLessThan(0.7 * JSON.stringify(usual).length);
    expect(JSON.stringify(event)).toBe(JSON.stringify(usual));
  });

  test.each<[string, Event]>([
    ["has labels", { ...usual, metadata: { ...usual.metadata, labels: { a: "b" } } }],
    ["is of a series", { ...usual, series: { count: 2 } }],
    ["relates to something", { ...usual, related: { name: "other" } }],
    ["has no source", (({ source: _none, ...rest }) => rest)(usual) as Event],
    ["says the same in another order", (({ type, ...rest }) => ({ ...rest, type }))(usual) as Event],
    ["has a null", { ...usual, eventTime: null as unknown as string }],
    ["is of another version", { ...usual, apiVersion: "events.k8s.io/v1" }],
  ])("is plain JSON where it %s", (_what, event) => {
    const { row, event: read } = kept(event);
    expect(row.startsWith("{")).toBe(true);
    expect(JSON.stringify(read)).toBe(JSON.stringify(event));
  });
});
