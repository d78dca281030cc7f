import { expect, test } from "vitest";
import type { EmulatedVersion } from "../../src/api/versions/emulated-version.js";
import { createdText, goDuration, presentText, pulledText } from "../../src/kubelet/event-texts.js";

const pull = { image: "busybox", tookMs: 1915, sizeBytes: 2_223_685 };

test.each<[EmulatedVersion, string, string, string]>([
  [
    "1.23",
    'Successfully pulled image "busybox" in 1.915s',
    'Container image "busybox" already present on machine',
    "Created container c",
  ],
  [
    "1.34",
    'Successfully pulled image "busybox" in 1.915s (1.915s including waiting). Image size: 2223685 bytes.',
    'Container image "busybox" already present on machine',
    "Created container: c",
  ],
  [
    "1.36",
    'Successfully pulled image "busybox" in 1.915s (1.915s including waiting). Image size: 2223685 bytes.',
    'Container image "busybox" already present on machine and can be accessed by the pod',
    "Container created",
  ],
])("the kubelet's words in %s", (version, pulled, present, created) => {
  expect(pulledText(version, pull)).toBe(pulled);
  expect(presentText(version, "busybox")).toBe(present);
  expect(createdText(version, "c")).toBe(created);
});

test.each([
  [0, "0s"],
  [915, "915ms"],
  [2000, "2s"],
  [62_500, "1m2.5s"],
])("%i ms is %s", (ms, text) => {
  expect(goDuration(ms)).toBe(text);
});
