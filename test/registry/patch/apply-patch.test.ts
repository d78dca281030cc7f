import { describe, expect, test } from "vitest";
import type { Job } from "../../../src/api/generated/types.js";
import { StatusError } from "../../../src/api/meta/status.js";
import { applyPatch, type PatchType } from "../../../src/registry/patch/apply-patch.js";

const clock: Job = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "clock", labels: { hand: "long" } },
  spec: {
    parallelism: 2,
    backoffLimit: 3,
    template: {
      metadata: {},
      spec: { containers: [{ name: "tick", image: "busybox", resources: {} }], restartPolicy: "Never" },
    },
  },
  status: {},
} as Job;

const patch = (type: PatchType, body: string) => applyPatch(clock, { type, body, fieldValidation: "Warn" });

describe("a PATCH request", () => {
  test.each<{ name: string; type: PatchType; body: string; parallelism: number }>([
    { name: "strategic", type: "strategic", body: '{"spec":{"parallelism":3}}', parallelism: 3 },
    { name: "merge", type: "merge", body: '{"spec":{"parallelism":4}}', parallelism: 4 },
    {
      name: "JSON, with a test that holds",
      type: "json",
      body: '[{"op":"test","path":"/spec/parallelism","value":2},{"op":"replace","path":"/spec/parallelism","value":5}]',
      parallelism: 5,
    },
  ])("changes the object: $name", ({ type, body, parallelism }) => {
    expect(patch(type, body).object.spec?.parallelism).toBe(parallelism);
    expect(clock.spec?.parallelism).toBe(2);
  });

  test.each<{ name: string; type: PatchType; body: string; warnings: readonly string[] }>([
    { name: "an empty patch", type: "strategic", body: "{}", warnings: [] },
    { name: "a value that is there already", type: "strategic", body: '{"spec":{"parallelism":2}}', warnings: [] },
    {
      name: "an unknown field",
      type: "strategic",
      body: '{"spec":{"speed":3}}',
      warnings: ['unknown field "spec.speed"'],
    },
    {
      name: "an unknown field, by a JSON patch that replaces it",
      type: "json",
      body: '[{"op":"replace","path":"/spec/speed","value":1}]',
      warnings: ['unknown field "spec.speed"'],
    },
    {
      name: "an unknown field of an operation",
      type: "json",
      body: '[{"op":"test","path":"/kind","value":"Job","why":"so"}]',
      warnings: ['json patch unknown field "[0].why"'],
    },
  ])("gives the very same object: $name", ({ type, body, warnings }) => {
    const patched = patch(type, body);
    expect(patched.object).toBe(clock);
    expect(patched.warnings).toEqual(warnings);
  });

  const generic = "the server rejected our request due to an error in our request";
  test.each<{ name: string; type: PatchType; body: string; reason: string; message: string }>([
    {
      name: "a word",
      type: "strategic",
      body: '"fast"',
      reason: "BadRequest",
      message: "json: cannot unmarshal string into Go value of type map[string]interface {}",
    },
    {
      name: "no JSON",
      type: "strategic",
      body: "{spec}",
      reason: "BadRequest",
      message: "invalid character 's' looking for beginning of object key string",
    },
    {
      name: "half of a patch",
      type: "strategic",
      body: '{"spec":{"parallelism":3}',
      reason: "BadRequest",
      message: "unexpected end of JSON input",
    },
    {
      name: "a word for a number",
      type: "strategic",
      body: '{"spec":{"parallelism":"three"}}',
      reason: "Invalid",
      message: ' "" is invalid: patch: Invalid value: "map[spec:map[parallelism:three]]": unrecognized type: int32',
    },
    {
      name: "a number for a word",
      type: "strategic",
      body: '{"metadata":{"labels":{"hand":5}}}',
      reason: "Invalid",
      message:
        ' "" is invalid: patch: Invalid value: "map[metadata:map[labels:map[hand:5]]]": cannot convert int64 to string',
    },
    {
      name: "an object for a list of operations",
      type: "json",
      body: '{"op":"replace"}',
      reason: "BadRequest",
      message: "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
    },
    {
      name: "removing what is not there",
      type: "json",
      body: '[{"op":"remove","path":"/spec/speed"}]',
      reason: "Invalid",
      message: generic,
    },
    {
      name: "a test that fails",
      type: "json",
      body: '[{"op":"test","path":"/spec/parallelism","value":7}]',
      reason: "Invalid",
      message: generic,
    },
    {
      name: "an operation nobody knows",
      type: "json",
      body: '[{"op":"turn","path":"/spec/parallelism"}]',
      reason: "Invalid",
      message: generic,
    },
    {
      name: "a container without a name",
      type: "strategic",
      body: '{"spec":{"template":{"spec":{"containers":[{"image":"x"}]}}}}',
      reason: "",
      message: "map: map[image:x] does not contain declared merge key: name",
    },
  ])("is refused: $name", ({ type, body, reason, message }) => {
    let caught: unknown;
    try {
      patch(type, body);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(StatusError);
    expect((caught as StatusError).reason).toBe(reason);
    expect((caught as StatusError).message).toBe(message);
  });

  test("with strict validation names every unknown field", () => {
    const request = { type: "strategic", body: '{"spec":{"b":1,"a":2}}', fieldValidation: "Strict" } as const;
    expect(() => applyPatch(clock, request)).toThrow(
      'strict decoding error: unknown field "spec.a", unknown field "spec.b"',
    );
  });
});
