import { describe, expect, test } from "vitest";
import {
  formatImageReference,
  imageId,
  imageSizeBytes,
  parseImageReference,
} from "../../src/images/image-reference.js";

describe("parseImageReference", () => {
  test.each([
    ["busybox", "docker.io/library/busybox:latest"],
    ["busybox:1.36", "docker.io/library/busybox:1.36"],
    ["me/app", "docker.io/me/app:latest"],
    ["localhost/app:1", "localhost/app:1"],
    ["localhost:5000/app", "localhost:5000/app:latest"],
    ["registry.k8s.io/pause:3.10", "registry.k8s.io/pause:3.10"],
    [`busybox@sha256:${"0".repeat(64)}`, `docker.io/library/busybox@sha256:${"0".repeat(64)}`],
  ])("%s is %s", (name, full) => {
    const parsed = parseImageReference(name);
    expect("reference" in parsed ? formatImageReference(parsed.reference) : parsed.error).toBe(full);
  });

  test.each([
    ["", "invalid reference format"],
    ["a b", "invalid reference format"],
    ["busybox:", "invalid reference format"],
    ["Busybox", "invalid reference format: repository name (library/Busybox) must be lowercase"],
    ["a".repeat(64), `invalid repository name (${"a".repeat(64)}), cannot specify 64-byte hexadecimal strings`],
  ])("%j is none", (name, error) => {
    expect(parseImageReference(name)).toEqual({ error });
  });
});

test("digest and size depend on the name alone", () => {
  const parsed = parseImageReference("busybox:1.36");
  if (!("reference" in parsed)) throw new Error(parsed.error);
  expect(imageId(parsed.reference)).toMatch(/^docker\.io\/library\/busybox@sha256:[0-9a-f]{64}$/);
  expect(imageId(parsed.reference)).toBe(imageId(parsed.reference));
  expect(imageSizeBytes(parsed.reference)).toBeGreaterThan(2_000_000);
  expect(imageSizeBytes(parsed.reference)).toBeLessThan(2_300_000);
});
