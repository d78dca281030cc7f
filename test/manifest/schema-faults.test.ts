import { describe, expect, test } from "vitest";
import { schemaFaults } from "../../src/manifest/schema-faults.js";

const job = (spec: object) => ({ apiVersion: "batch/v1", kind: "Job", metadata: { name: "x" }, spec });
const withContainer = (container: object) =>
  job({ template: { spec: { restartPolicy: "Never", containers: [{ name: "main", ...container }] } } });
const container = "Job.spec.template.spec.containers[0]";

describe("what kubectl finds itself in a document of 1.23", () => {
  test.each<{ name: string; document: object; want: readonly string[] }>([
    { name: "nothing, where all is right", document: withContainer({ image: "busybox" }), want: [] },
    {
      name: "nothing in a kind it does not know",
      document: { apiVersion: "example.com/v1", kind: "Foo", bar: 1 },
      want: [],
    },
    {
      name: "unknown fields, in the order of their names",
      document: job({ template: { spec: { containers: [] } }, zeal: 1, completion: 2 }),
      want: ["completion", "zeal"].map(
        (field) => `ValidationError(Job.spec): unknown field "${field}" in io.k8s.api.batch.v1.JobSpec`,
      ),
    },
    {
      name: "a field of a later version",
      document: job({ template: {}, backoffLimitPerIndex: 1 }),
      want: ['ValidationError(Job.spec): unknown field "backoffLimitPerIndex" in io.k8s.api.batch.v1.JobSpec'],
    },
    {
      name: "a field that is missing, or null",
      document: job({ template: null }),
      want: ['ValidationError(Job.spec): missing required field "template" in io.k8s.api.batch.v1.JobSpec'],
    },
    {
      name: "text where a number belongs",
      document: job({ template: {}, completions: "3" }),
      want: [
        'ValidationError(Job.spec.completions): invalid type for io.k8s.api.batch.v1.JobSpec.completions: got "string", expected "integer"',
      ],
    },
    {
      name: "no fault in a number where text belongs",
      document: withContainer({ env: [{ name: "A", value: 1 }] }),
      want: [],
    },
    {
      name: "one thing where a list belongs",
      document: withContainer({ command: "ls" }),
      want: [
        `ValidationError(${container}.command): invalid type for io.k8s.api.core.v1.Container.command: got "string", expected "array"`,
      ],
    },
    {
      name: "a list where an object belongs",
      document: job({ template: { spec: [] } }),
      want: [
        'ValidationError(Job.spec.template.spec): invalid type for io.k8s.api.core.v1.PodSpec: got "array", expected "map"',
      ],
    },
    {
      name: "an empty place in a list",
      document: withContainer({ command: ["ls", null] }),
      want: [`unknown object type "nil" in ${container}.command[1]`],
    },
    {
      name: "faults inside a List",
      document: { apiVersion: "v1", kind: "List", items: [job({ template: {}, a: 1 })] },
      want: ['ValidationError(Job.spec): unknown field "a" in io.k8s.api.batch.v1.JobSpec'],
    },
  ])("$name", ({ document, want }) => {
    expect(schemaFaults(document, "1.23")).toEqual(want);
  });
});
