import { describe, expect, test } from "vitest";
import { decodeAs } from "../../../src/api/schema/decode.js";
import { decodeRequest } from "../../../src/api/schema/decode-request.js";

const job = (spec: object, container: object = {}) => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "pi" },
  spec: { ...spec, template: { spec: { containers: [{ name: "c", ...container }] } } },
});

describe("a value that is no Job is refused in Go's words", () => {
  const field = (at: string, type: string) => `into Go struct field ${at} of type ${type}`;
  test.each<{ name: string; body: object; want: string }>([
    {
      name: "a word for a number",
      body: job({ backoffLimit: "three" }),
      want: `string ${field("JobSpec.spec.backoffLimit", "int32")}`,
    },
    {
      name: "a word for a boolean",
      body: job({ suspend: "true" }),
      want: `string ${field("JobSpec.spec.suspend", "bool")}`,
    },
    {
      name: "a number too large",
      body: job({ parallelism: 3e9 }),
      want: `number 3000000000 ${field("JobSpec.spec.parallelism", "int32")}`,
    },
    {
      name: "a fraction",
      body: job({ parallelism: 2.5 }),
      want: `number 2.5 ${field("JobSpec.spec.parallelism", "int32")}`,
    },
    {
      name: "a word for a list",
      body: job({}, { command: "sleep 2" }),
      want: `string ${field("Container.spec.template.spec.containers.command", "[]string")}`,
    },
    {
      name: "a number in a list of words",
      body: job({}, { command: ["sleep", 2] }),
      want: `number ${field("Container.spec.template.spec.containers.command", "string")}`,
    },
    {
      name: "a number for a named string type",
      body: job({ completionMode: 1 }),
      want: `number ${field("JobSpec.spec.completionMode", "v1.CompletionMode")}`,
    },
    { name: "a list for an object", body: { spec: [] }, want: `array ${field("Job.spec", "v1.JobSpec")}` },
    {
      name: "the first fault in the order of the keys, whatever the manifest's",
      body: job({ suspend: 1, backoffLimit: "x" }),
      want: `string ${field("JobSpec.spec.backoffLimit", "int32")}`,
    },
  ])("$name", ({ body, want }) => {
    expect(decodeAs("Job", body).error).toBe(`json: cannot unmarshal ${want}`);
  });

  test.each([
    {
      name: "half a quantity",
      kind: "Pod",
      body: { spec: { overhead: { cpu: "half" } } },
      want: "quantities must match the regular expression",
    },
    {
      name: "bad base64",
      kind: "Secret",
      body: { data: { a: "not base64!" } },
      want: "illegal base64 data at input byte 3",
    },
    {
      name: "a time nobody can read",
      kind: "Job",
      body: { metadata: { creationTimestamp: "soon" } },
      want: 'parsing time "soon" as "2006-01-02T15:04:05Z07:00": cannot parse "soon" as "2006"',
    },
  ])("$name", ({ kind, body, want }) => {
    expect(decodeAs(kind, body).error).toContain(want);
  });
});

describe("unknown fields", () => {
  const body = { ...job({ zeal: 1, backOffLimit: 2 }, { cmd: [], env: [{ name: "A", valeu: "b" }] }) };

  test("are all named, with their paths, in the order of the keys", () => {
    expect(decodeAs("Job", body).unknownFields).toEqual([
      "spec.backOffLimit",
      "spec.template.spec.containers[0].cmd",
      "spec.template.spec.containers[0].env[0].valeu",
      "spec.zeal",
    ]);
  });

  const wanted = { apiVersion: "batch/v1", kind: "Job" };
  test("refuse the request under Strict, warn under Warn, and are dropped in silence under Ignore", () => {
    expect(() => decodeRequest(body, { ...wanted, fieldValidation: "Strict" })).toThrow(
      'Job in version "v1" cannot be handled as a Job: strict decoding error: unknown field "spec.backOffLimit", ',
    );
    expect(decodeRequest(body, { ...wanted, fieldValidation: "Warn" }).warnings).toHaveLength(4);
    expect(decodeRequest(body, { ...wanted, fieldValidation: "Ignore" }).warnings).toEqual([]);
  });

  test("a kind in lower case is not registered", () => {
    expect(() => decodeRequest({ ...body, kind: "job" }, { ...wanted, fieldValidation: "Strict" })).toThrow(
      'job in version "v1" cannot be handled as a Job: no kind "job" is registered for version "batch/v1"',
    );
  });
});

describe("the canonical form", () => {
  test.each<{ name: string; type: string; value: unknown; want: unknown }>([
    {
      name: "has no nulls",
      type: "JobSpec",
      value: { backoffLimit: null, template: {} },
      want: { template: { metadata: {}, spec: {} } },
    },
    { name: "keeps a zero behind a pointer", type: "JobStatus", value: { ready: 0, active: 0 }, want: { ready: 0 } },
    {
      name: "has no empty lists and maps",
      type: "ObjectMeta",
      value: { name: "x", labels: {}, finalizers: [] },
      want: { name: "x" },
    },
    {
      name: "keeps empty objects",
      type: "Volume",
      value: { name: "v", emptyDir: {} },
      want: { name: "v", emptyDir: {} },
    },
    {
      name: "has resources in every container",
      type: "Container",
      value: { name: "c", image: "" },
      want: { name: "c", resources: {} },
    },
    {
      name: "writes quantities one way",
      type: "ResourceRequirements",
      value: { limits: { cpu: "1000m", memory: "1024Mi", a: 0.5, b: "1.5Gi", c: "2e3", d: "100m", e: "1500m" } },
      want: { limits: { cpu: "1", memory: "1Gi", a: "500m", b: "1536Mi", c: "2e3", d: "100m", e: "1500m" } },
    },
    {
      name: "cuts times to seconds in UTC",
      type: "ObjectMeta",
      value: { creationTimestamp: "2026-01-01T02:00:00.5+02:00" },
      want: { creationTimestamp: "2026-01-01T00:00:00Z" },
    },
    {
      name: "keeps a label named __proto__",
      type: "LabelSelector",
      value: JSON.parse('{"matchLabels":{"__proto__":"x"}}'),
      want: JSON.parse('{"matchLabels":{"__proto__":"x"}}'),
    },
  ])("$name", ({ type, value, want }) => {
    const before = structuredClone(value);
    const decoded = decodeAs(type, value);
    expect(decoded.error).toBeUndefined();
    expect(decoded.object).toEqual(want);
    expect(JSON.stringify(decodeAs(type, decoded.object).object)).toBe(JSON.stringify(decoded.object));
    expect(value).toEqual(before);
  });
});
