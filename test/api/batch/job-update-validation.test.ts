import { describe, expect, it } from "vitest";
import { defaultJob } from "../../../src/api/batch/job-defaults.js";
import { generateJobSelector } from "../../../src/api/batch/job-selector.js";
import { validateJobStatusUpdate } from "../../../src/api/batch/job-status-validation.js";
import { validateJobUpdate } from "../../../src/api/batch/job-update-validation.js";
import type { Job } from "../../../src/api/generated/types.js";
import { merge } from "../merge.js";

const options = { version: "1.36" } as const;

function stored(patch: object): Job {
  const job: Job = {
    metadata: { name: "mill", namespace: "valley", uid: "u-1", resourceVersion: "7", generation: 1 },
    spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "wheel", image: "busybox:1.36" }] } } },
  };
  return generateJobSelector(defaultJob(merge(job, patch), options), options.version);
}

const texts = (errors: readonly { field: string; message: string }[]) =>
  errors.map(({ field, message }) => `${field}: ${message}`);

const suspended = { spec: { suspend: true, completions: 4 } };
const running = { spec: { completions: 4 }, status: { startTime: "2026-01-01T00:00:00Z", active: 1 } };
const indexed = { spec: { completionMode: "Indexed", completions: 3, parallelism: 3 } };

const cases = [
  { name: "nothing changes", from: running, patch: {}, errors: [] },
  {
    name: "completions are fixed",
    from: running,
    patch: { spec: { completions: 5 } },
    errors: ["spec.completions: Invalid value: 5: field is immutable"],
  },
  {
    name: "completions grow with parallelism in an Indexed Job",
    from: indexed,
    patch: { spec: { completions: 5, parallelism: 5 } },
    errors: [],
  },
  {
    name: "and not without it",
    from: indexed,
    patch: { spec: { completions: 5 } },
    errors: ["spec.completions: Invalid value: 5: can only be modified in tandem with spec.parallelism"],
  },
  {
    name: "completions of an Indexed Job cannot go",
    from: indexed,
    patch: { spec: { completions: null } },
    errors: ["spec.completions: Required value: when completion mode is Indexed"],
  },
  {
    name: "the completion mode is fixed",
    from: running,
    patch: { spec: { completionMode: "Indexed" } },
    errors: ['spec.completionMode: Invalid value: "Indexed": field is immutable'],
  },
  {
    name: "limits change at any time",
    from: running,
    patch: {
      spec: { parallelism: 3, backoffLimit: 9, activeDeadlineSeconds: 60, ttlSecondsAfterFinished: 1, suspend: true },
    },
    errors: [],
  },
  {
    name: "who manages the Job is fixed",
    from: running,
    patch: { spec: { managedBy: "example.com/me" } },
    errors: ['spec.managedBy: Invalid value: "example.com/me": field is immutable'],
  },
  {
    name: "the failure policy is fixed",
    from: running,
    patch: { spec: { podFailurePolicy: { rules: [] } } },
    errors: [
      'spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"',
      'spec.podFailurePolicy: Invalid value: {"Rules":[]}: field is immutable',
    ],
  },
  {
    name: "the success policy is fixed",
    from: indexed,
    patch: { spec: { successPolicy: { rules: [{ succeededCount: 1 }] } } },
    errors: [
      'spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":1}]}: field is immutable',
    ],
  },
  {
    name: "limits for each index are fixed",
    from: indexed,
    patch: { spec: { backoffLimitPerIndex: 2 } },
    errors: ["spec.backoffLimitPerIndex: Invalid value: 2: field is immutable"],
  },
  {
    name: "the selector is fixed",
    from: running,
    patch: { spec: { selector: null } },
    errors: [
      "spec.selector: Required value",
      expect.stringContaining("`selector` does not match template `labels`"),
      "spec.selector: Invalid value: null: field is immutable",
    ],
  },
  {
    name: "a suspended Job's template may be labelled",
    from: suspended,
    patch: { spec: { template: { metadata: { labels: { grain: "rye" }, annotations: { note: "x" } } } } },
    errors: [],
  },
  {
    name: "a suspended Job's Pods may be sent elsewhere",
    from: suspended,
    patch: {
      spec: {
        template: {
          spec: { nodeSelector: { zone: "a" }, tolerations: [{ operator: "Exists" }], affinity: { nodeAffinity: {} } },
        },
      },
    },
    errors: [],
  },
  {
    name: "a suspended Job's containers may ask for more",
    from: suspended,
    patch: {
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: "wheel",
                image: "busybox:1.36",
                imagePullPolicy: "IfNotPresent",
                terminationMessagePath: "/dev/termination-log",
                terminationMessagePolicy: "File",
                resources: { requests: { cpu: "1" } },
              },
            ],
          },
        },
      },
    },
    errors: [],
  },
  {
    name: "its image is fixed all the same",
    from: suspended,
    patch: {
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: "wheel",
                image: "busybox:1.37",
                imagePullPolicy: "IfNotPresent",
                terminationMessagePath: "/dev/termination-log",
                terminationMessagePolicy: "File",
                resources: {},
              },
            ],
          },
        },
      },
    },
    errors: [
      expect.stringMatching(
        /^spec\.template\.spec: Invalid value: \{"Volumes":null,.*"Image":"busybox:1.37".*\}: field is immutable$/,
      ),
    ],
  },
  {
    name: "the template of a Job that has run is fixed",
    from: running,
    patch: { spec: { template: { metadata: { labels: { grain: "rye" } } } } },
    errors: [expect.stringMatching(/^spec\.template: Invalid value: \{.*"Spec":\{.*\}: field is immutable$/)],
  },
  {
    name: "a revision is named",
    from: running,
    patch: { metadata: { resourceVersion: null } },
    errors: ['metadata.resourceVersion: Invalid value: "": must be specified for an update'],
  },
  {
    name: "the uid is fixed, and what was made from it shows that",
    from: running,
    patch: { metadata: { uid: "u-2" } },
    errors: [
      expect.stringMatching(/^spec\.template\.metadata\.labels\[controller-uid\]: .*: must be 'u-2'$/),
      expect.stringMatching(
        /^spec\.template\.metadata\.labels\[batch\.kubernetes\.io\/controller-uid\]: .*: must be 'u-2'$/,
      ),
      'spec.selector: Invalid value: {"matchLabels":{"batch.kubernetes.io/controller-uid":"u-1"}}: `selector` not auto-generated',
      'metadata.uid: Invalid value: "u-2": field is immutable',
    ],
  },
  {
    name: "what is wrong with the Job itself comes before what may not change",
    from: running,
    patch: { metadata: { creationTimestamp: "2020-01-01T00:00:00Z" }, spec: { parallelism: -1 } },
    errors: [
      "spec.parallelism: Invalid value: -1: must be greater than or equal to 0",
      'metadata.creationTimestamp: Invalid value: "2020-01-01T00:00:00Z": field is immutable',
    ],
  },
];

describe("a Job that replaces another", () => {
  it.each(cases)("$name", ({ from, patch, errors }) => {
    const previous = stored(from);
    expect(texts(validateJobUpdate(merge(previous, patch), previous, options))).toEqual(errors);
  });
});

const ended = {
  startTime: "2026-01-01T00:00:00Z",
  completionTime: "2026-01-01T00:01:00Z",
  conditions: [
    { type: "SuccessCriteriaMet", status: "True" },
    { type: "Complete", status: "True" },
  ],
};

const statusCases = [
  {
    name: "counts go up",
    before: { startTime: "2026-01-01T00:00:00Z", succeeded: 1 },
    after: { startTime: "2026-01-01T00:00:00Z", succeeded: 2 },
    errors: [],
  },
  {
    name: "counts do not go down",
    before: { succeeded: 2, failed: 1 },
    after: { succeeded: 1, failed: 0 },
    errors: [
      "status.failed: Invalid value: 0: cannot decrease the failed counter",
      "status.succeeded: Invalid value: 1: cannot decrease the succeeded counter",
    ],
  },
  { name: "an end in two steps is fine", before: { startTime: "2026-01-01T00:00:00Z" }, after: ended, errors: [] },
  {
    name: "an end cannot be taken back",
    before: ended,
    after: { startTime: ended.startTime },
    errors: [
      "status.conditions: Invalid value: cannot disable the terminal Complete=True condition",
      "status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition",
    ],
  },
  {
    name: "Failed comes after FailureTarget",
    before: { startTime: "2026-01-01T00:00:00Z" },
    after: { startTime: "2026-01-01T00:00:00Z", conditions: [{ type: "Failed", status: "True" }] },
    errors: [
      "status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition",
    ],
  },
  {
    name: "no more are ready than active",
    before: {},
    after: { active: 1, ready: 2 },
    errors: ["status.ready: Invalid value: 2: cannot set more ready pods than active"],
  },
];

describe("a status that replaces another", () => {
  it.each(statusCases)("$name", ({ before, after, errors }) => {
    const previous = { ...stored({}), status: before };
    expect(texts(validateJobStatusUpdate({ ...previous, status: after }, previous, options))).toEqual(errors);
  });
});
