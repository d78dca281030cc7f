import { isIPv4 } from "node:net";
import { expect, test } from "vitest";
import { ClusterWorld } from "../controllers/cluster-world.js";

test("a thousand nodes have each an address and a range of Pod addresses of their own", () => {
  const nodes = new ClusterWorld({ nodes: 1000 }).client.list("nodes", "");
  const addresses = nodes.map(({ status }) => status?.addresses?.[0]?.address ?? "");
  const ranges = nodes.map(({ spec }) => spec?.podCIDR ?? "");
  for (const texts of [addresses, ranges.map((range) => range.replace(/\/24$/, ""))]) {
    expect(texts.filter((text) => !isIPv4(text))).toEqual([]);
    expect(new Set(texts).size).toBe(1000);
  }
  expect([ranges[0], addresses[0]]).toEqual(["10.244.1.0/24", "172.18.0.2"]);
});
