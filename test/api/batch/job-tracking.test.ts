import { expect, test } from "vitest";
import { withTrackingAnnotation } from "../../../src/api/batch/job-tracking.js";

test.each([
  ["1.23", true],
  ["1.24", false],
  ["1.25", true],
  ["1.26", true],
  ["1.27", false],
  ["1.34", false],
] as const)("in %s a new Job says that finalizers track it: %s", (version, isSaid) => {
  const { annotations } = withTrackingAnnotation({ metadata: { annotations: { a: "b" } } }, version).metadata;
  expect(annotations).toEqual(isSaid ? { a: "b", "batch.kubernetes.io/job-tracking": "" } : { a: "b" });
});
