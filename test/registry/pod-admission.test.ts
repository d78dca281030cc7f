import { describe, expect, test } from "vitest";
import type { PodSpec } from "../../src/api/generated/types.js";
import { ClusterWorld } from "../controllers/cluster-world.js";

describe("the admission of a Pod", () => {
  test.each<[string, Partial<PodSpec>, string]>([
    [
      "needs the account that it names",
      { serviceAccountName: "robot" },
      'pods "pod" is forbidden: error looking up service account default/robot: serviceaccount "robot" not found',
    ],
    [
      "knows of no RuntimeClass",
      { runtimeClassName: "gvisor", overhead: { cpu: "1" } },
      'pods "pod" is forbidden: pod rejected: RuntimeClass "gvisor" not found',
    ],
    [
      "lets nobody choose an overhead",
      { overhead: { cpu: "1" } },
      'pods "pod" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    ],
    [
      "speaks of the overhead only where all else is valid",
      { overhead: { cpu: "1" }, restartPolicy: "Sometimes" as "Never" },
      'Pod "pod" is invalid: spec.restartPolicy: Unsupported value: "Sometimes"',
    ],
  ])("%s", (_name, spec, message) => expect(() => new ClusterWorld().runPod("pod", { spec })).toThrow(message));
});
