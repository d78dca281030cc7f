import { describe, expect, test } from "vitest";
import { validateEndpoints, validateEndpointsUpdate, validateEvent } from "../../../src/api/core/event-validation.js";
import { defaultPod } from "../../../src/api/core/pod-defaults.js";
import { validatePod } from "../../../src/api/core/pod-validation.js";
import type { Endpoints, PodSpec } from "../../../src/api/generated/types.js";

function errorsOf(spec: Partial<PodSpec>): string[] {
  const containers = [{ name: "main", image: "busybox" }];
  const pod = defaultPod({ metadata: { name: "pod", namespace: "default" }, spec: { containers, ...spec } });
  return validatePod(pod, { version: "1.36" }).map(({ field, message }) => `${field}: ${message}`);
}

describe("a Pod that says what system it is for", () => {
  const windows = "Forbidden: cannot be set for a windows pod";
  const linux = "Forbidden: windows options cannot be set for a linux pod";
  test.each<[string, Partial<PodSpec>, string[]]>([
    [
      "names one that there is",
      { os: { name: "solaris" } },
      ['spec.os: Unsupported value: "solaris": supported values: "linux", "windows"'],
    ],
    [
      "on Windows has no users of Linux",
      { os: { name: "windows" }, securityContext: { fsGroup: 1, runAsUser: 2 } },
      [`spec.securityContext.fsGroup: ${windows}`, `spec.securityContext.runAsUser: ${windows}`],
    ],
    ["on Windows shares no processes", { os: { name: "windows" }, hostPID: true }, [`spec.hostPID: ${windows}`]],
    [
      "on Windows has containers without capabilities",
      {
        os: { name: "windows" },
        containers: [
          { name: "main", image: "x", securityContext: { capabilities: { drop: ["ALL"] }, privileged: false } },
        ],
      },
      [
        `spec.containers[0].securityContext.capabilities: ${windows}`,
        `spec.containers[0].securityContext.privileged: ${windows}`,
      ],
    ],
    [
      "on Linux has nothing of Windows",
      { os: { name: "linux" }, securityContext: { windowsOptions: { hostProcess: false } } },
      [`spec.securityContext.windowsOptions: ${linux}`],
    ],
  ])("%s", (_name, spec, errors) => expect(errorsOf(spec)).toEqual(errors));
});

describe("a Pod that asks for resources as a whole", () => {
  const asking = (resources: object) => [{ name: "main", image: "busybox", resources }];
  test.each<[string, Partial<PodSpec>, string[]]>([
    [
      "asks for no less than its containers together",
      { resources: { requests: { cpu: "1" } }, containers: asking({ requests: { cpu: "1500m" } }) },
      [
        'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 1500m',
      ],
    ],
    [
      "has a limit above that of each container",
      {
        resources: { limits: { memory: "1Gi" } },
        containers: asking({ limits: { memory: "2Gi" }, requests: { memory: "1Mi" } }),
      },
      [
        'spec.resources.containers[0][memory].limits: Invalid value: "2Gi": must be less than or equal to pod limits of 1Gi',
      ],
    ],
    ["may ask for more", { resources: { requests: { cpu: "3" } }, containers: asking({ requests: { cpu: "2" } }) }, []],
  ])("%s", (_name, spec, errors) => expect(errorsOf(spec)).toEqual(errors));
});

describe("what controllers usually write", () => {
  const said = (errors: readonly { readonly field: string; readonly message: string }[]) =>
    errors.map(({ field, message }) => `${field}: ${message}`);
  const endpoints: Endpoints = { metadata: { name: "web", namespace: "default" }, subsets: [{}] };
  test("an Event lies beside what it is about", () => {
    const involvedObject = { kind: "Job", name: "pi", namespace: "other" };
    expect(said(validateEvent({ metadata: { name: "pi.1", namespace: "default" }, involvedObject }))).toEqual([
      'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
    ]);
  });
  test("a subset of Endpoints has addresses, which are addresses", () => {
    expect(said(validateEndpoints(endpoints))).toEqual([
      "subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`",
    ]);
    expect(
      said(
        validateEndpointsUpdate({ ...endpoints, metadata: { ...endpoints.metadata, resourceVersion: "1" } }, endpoints),
      ),
    ).toEqual([]);
    const wrong = { ...endpoints, subsets: [{ addresses: [{ ip: "here" }] }] };
    expect(said(validateEndpoints(wrong))).toEqual([
      'subsets[0].addresses[0].ip: Invalid value: "here": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ]);
  });
});
