import { describe, expect, test } from "vitest";
import { withMatchLabelKeys } from "../../../src/api/core/match-label-keys.js";
import type { Pod } from "../../../src/api/generated/types.js";

const pod: Pod = {
  metadata: { name: "p", labels: { app: "a", batch: "7" } },
  spec: {
    containers: [],
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "zone",
        whenUnsatisfiable: "DoNotSchedule",
        labelSelector: { matchLabels: { app: "a" } },
        matchLabelKeys: ["batch", "none"],
      },
    ],
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: "zone", labelSelector: {}, matchLabelKeys: ["app"], mismatchLabelKeys: ["batch"] },
        ],
      },
    },
  },
};

describe("the keys by which a new Pod is compared", () => {
  test("become requirements, with what the Pod's own labels say", () => {
    const { topologySpreadConstraints, affinity } = withMatchLabelKeys(pod, "1.36").spec ?? { containers: [] };
    expect(topologySpreadConstraints?.[0]?.labelSelector).toEqual({
      matchLabels: { app: "a" },
      matchExpressions: [{ key: "batch", operator: "In", values: ["7"] }],
    });
    expect(affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.[0]?.labelSelector).toEqual({
      matchExpressions: [
        { key: "app", operator: "In", values: ["a"] },
        { key: "batch", operator: "NotIn", values: ["7"] },
      ],
    });
  });

  test("of spread constraints stay keys before 1.34", () => {
    const { topologySpreadConstraints } = withMatchLabelKeys(pod, "1.33").spec ?? { containers: [] };
    expect(topologySpreadConstraints?.[0]?.labelSelector).toEqual({ matchLabels: { app: "a" } });
  });

  test("leave a Pod without any as it is", () => {
    const plain: Pod = { metadata: { name: "p" }, spec: { containers: [], affinity: {} } };
    expect(withMatchLabelKeys(plain, "1.36")).toBe(plain);
  });
});
