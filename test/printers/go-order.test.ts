import { describe, expect, it } from "vitest";
import { goOrder } from "../../src/printers/go-order.js";

describe("the order of Go's structs", () => {
  it("puts kind and apiVersion first, and fields as their types have them", () => {
    const job = {
      apiVersion: "batch/v1",
      kind: "Job",
      status: {},
      spec: {
        template: {
          spec: { restartPolicy: "Never", containers: [{ resources: {}, image: "alpine", name: "a", command: ["x"] }] },
          metadata: {},
        },
        backoffLimit: 3,
      },
      metadata: { labels: { z: "1", a: "2" }, name: "j" },
    };
    expect(JSON.stringify(goOrder(job))).toBe(
      '{"kind":"Job","apiVersion":"batch/v1","metadata":{"name":"j","labels":{"a":"2","z":"1"}},"spec":{"backoffLimit":3,"template":{"metadata":{},"spec":{"containers":[{"name":"a","image":"alpine","command":["x"],"resources":{}}],"restartPolicy":"Never"}}},"status":{}}',
    );
  });

  it("sorts what it does not know", () => {
    expect(JSON.stringify(goOrder({ kind: "Gadget", b: { d: 1, c: 2 }, apiVersion: "x/v1" } as object))).toBe(
      '{"apiVersion":"x/v1","b":{"c":2,"d":1},"kind":"Gadget"}',
    );
  });
});
