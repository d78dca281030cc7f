import { describe, expect, it } from "vitest";
import { defaultJob } from "../../../src/api/batch/job-defaults.js";
import { generateJobSelector } from "../../../src/api/batch/job-selector.js";
import { validateJob } from "../../../src/api/batch/job-validation.js";
import type { Job } from "../../../src/api/generated/types.js";
import { merge } from "../merge.js";
import { keyName, labelValue, subdomain } from "../words.js";

const job: Job = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "mill", namespace: "valley", uid: "5f3c9a52-0b1d-4c7e-9a41-2f6f0c6d1e11" },
  spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "wheel", image: "busybox:1.36" }] } } },
};

interface Case {
  readonly name: string;
  /** Laid over the Job above. */
  readonly patch: object;
  readonly errors: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: "a whole and valid Job has nothing wrong with it",
    patch: {},
    errors: [],
  },
  {
    name: "zero is a number like any other",
    patch: {
      spec: { parallelism: 0, completions: 0, backoffLimit: 0, activeDeadlineSeconds: 0, ttlSecondsAfterFinished: 0 },
    },
    errors: [],
  },
  {
    name: "numbers below zero are found one by one",
    patch: {
      spec: {
        parallelism: -1,
        completions: -2,
        activeDeadlineSeconds: -3,
        backoffLimit: -4,
        ttlSecondsAfterFinished: -5,
      },
    },
    errors: [
      "spec.parallelism: Invalid value: -1: must be greater than or equal to 0",
      "spec.completions: Invalid value: -2: must be greater than or equal to 0",
      "spec.activeDeadlineSeconds: Invalid value: -3: must be greater than or equal to 0",
      "spec.backoffLimit: Invalid value: -4: must be greater than or equal to 0",
      "spec.ttlSecondsAfterFinished: Invalid value: -5: must be greater than or equal to 0",
    ],
  },
  {
    name: "a restart policy that is not set counts as missing",
    patch: { spec: { template: { spec: { restartPolicy: null } } } },
    errors: [`spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"`],
  },
  {
    name: "Always is as good as none",
    patch: { spec: { template: { spec: { restartPolicy: "Always" } } } },
    errors: [`spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"`],
  },
  {
    name: "an unknown restart policy is refused by the Pod and by the Job",
    patch: { spec: { template: { spec: { restartPolicy: "Rarely" } } } },
    errors: [
      `spec.template.spec.restartPolicy: Unsupported value: "Rarely": supported values: "Always", "OnFailure", "Never"`,
      `spec.template.spec.restartPolicy: Unsupported value: "Rarely": supported values: "OnFailure", "Never"`,
    ],
  },
  {
    name: "a Job without a spec lacks containers and a restart policy",
    patch: { spec: null },
    errors: [
      "spec.template.spec.containers: Required value",
      `spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"`,
    ],
  },
  {
    name: "an empty list of containers is none",
    patch: { spec: { template: { spec: { containers: [] } } } },
    errors: ["spec.template.spec.containers: Required value"],
  },
  {
    name: "a name in capitals is no DNS name",
    patch: { metadata: { name: "Mill" } },
    errors: [`metadata.name: Invalid value: "Mill": ${subdomain}`],
  },
  {
    name: "a name may have dots",
    patch: { metadata: { name: "mill.one" } },
    errors: [],
  },
  {
    name: "a name that ends in a dash fails as name and as label",
    patch: { metadata: { name: "mill-" } },
    errors: [
      `metadata.name: Invalid value: "mill-": ${subdomain}`,
      `spec.template.labels: Invalid value: "mill-": ${labelValue}`,
      `spec.template.labels: Invalid value: "mill-": ${labelValue}`,
    ],
  },
  {
    name: "63 characters fit the labels of the Pods",
    patch: { metadata: { name: "m".repeat(63) } },
    errors: [],
  },
  {
    name: "64 characters do not",
    patch: { metadata: { name: "m".repeat(64) } },
    errors: [
      `spec.template.labels: Invalid value: "${"m".repeat(64)}": must be no more than 63 bytes`,
      `spec.template.labels: Invalid value: "${"m".repeat(64)}": must be no more than 63 bytes`,
    ],
  },
  {
    name: "no name at all is required",
    patch: { metadata: { name: "" } },
    errors: ["metadata.name: Required value: name or generateName is required"],
  },
  {
    name: "labels are judged by key and by value",
    patch: { metadata: { labels: { "a b": "x", c: "d e" } } },
    errors: [
      `metadata.labels: Invalid value: "a b": ${keyName}`,
      `metadata.labels: Invalid value: "d e": ${labelValue}`,
    ],
  },
  {
    name: "a label's prefix has to be a subdomain",
    patch: { metadata: { labels: { "Grain.example.com/kind": "rye" } } },
    errors: [`metadata.labels: Invalid value: "Grain.example.com/kind": prefix part ${subdomain}`],
  },
  {
    name: "a label's prefix may not be empty",
    patch: { metadata: { labels: { "/kind": "rye" } } },
    errors: [`metadata.labels: Invalid value: "/kind": prefix part must be non-empty`],
  },
  {
    name: "a label's name may not be empty",
    patch: { metadata: { labels: { "example.com/": "rye" } } },
    errors: [
      `metadata.labels: Invalid value: "example.com/": name part must be non-empty`,
      `metadata.labels: Invalid value: "example.com/": ${keyName}`,
    ],
  },
  {
    name: "a label has one slash at most",
    patch: { metadata: { labels: { "a/b/c": "rye" } } },
    errors: [
      `metadata.labels: Invalid value: "a/b/c": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ],
  },
  {
    name: "a label's value has 63 bytes at most",
    patch: { metadata: { labels: { kind: "r".repeat(64) } } },
    errors: [`metadata.labels: Invalid value: "${"r".repeat(64)}": must be no more than 63 bytes`],
  },
  {
    name: "annotations may hold any text",
    patch: { metadata: { annotations: { note: "grind slowly, and twice" } } },
    errors: [],
  },
  {
    name: "the key of an annotation may have capitals",
    patch: { metadata: { annotations: { Note: "yes" } } },
    errors: [],
  },
  {
    name: "the key of an annotation has no blanks",
    patch: { metadata: { annotations: { "a note": "yes" } } },
    errors: [`metadata.annotations: Invalid value: "a note": ${keyName}`],
  },
  {
    name: "annotations have 256 KiB in all",
    patch: { metadata: { annotations: { flour: "f".repeat(262144) } } },
    errors: ["metadata.annotations: Too long: may not be more than 262144 bytes"],
  },
  {
    name: "a finalizer needs a domain",
    patch: { metadata: { finalizers: ["sweep"] } },
    errors: [
      `metadata.finalizers[0]: Invalid value: "sweep": name is neither a standard finalizer name nor is it fully qualified`,
    ],
  },
  {
    name: "a finalizer with a domain is fine",
    patch: { metadata: { finalizers: ["example.com/sweep"] } },
    errors: [],
  },
  {
    name: "orphan and foregroundDeletion exclude each other",
    patch: { metadata: { finalizers: ["orphan", "foregroundDeletion"] } },
    errors: [
      `metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set`,
    ],
  },
  {
    name: "an owner has kind, name, version and uid",
    patch: { metadata: { ownerReferences: [{ apiVersion: "", kind: "", name: "", uid: "" }] } },
    errors: [
      `metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty`,
      `metadata.ownerReferences.kind: Invalid value: "": must not be empty`,
      `metadata.ownerReferences.name: Invalid value: "": must not be empty`,
      `metadata.ownerReferences.uid: Invalid value: "": must not be empty`,
    ],
  },
  {
    name: "only one owner is the controller",
    patch: {
      metadata: {
        ownerReferences: [
          { apiVersion: "v1", kind: "Pod", name: "a", uid: "1", controller: true },
          { apiVersion: "v1", kind: "Pod", name: "b", uid: "2", controller: true },
        ],
      },
    },
    errors: [
      `metadata.ownerReferences: Invalid value: [{"apiVersion":"v1","kind":"Pod","name":"a","uid":"1","controller":true},{"apiVersion":"v1","kind":"Pod","name":"b","uid":"2","controller":true}]: Only one reference can have Controller set to true. Found "true" in references for Pod/a and Pod/b`,
    ],
  },
  {
    name: "an Event owns nothing",
    patch: { metadata: { ownerReferences: [{ apiVersion: "v1", kind: "Event", name: "a", uid: "1" }] } },
    errors: [
      `metadata.ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"a","uid":"1"}: /v1, Kind=Event is disallowed from being an owner`,
    ],
  },
  {
    name: "an Indexed Job needs completions",
    patch: { spec: { completionMode: "Indexed", completions: null, parallelism: 2 } },
    errors: ["spec.completions: Required value: when completion mode is Indexed"],
  },
  {
    name: "an unknown completion mode is refused",
    patch: { spec: { completionMode: "Sorted" } },
    errors: [`spec.completionMode: Unsupported value: "Sorted": supported values: "NonIndexed", "Indexed"`],
  },
  {
    name: "an Indexed Job has at most 100000 Pods at once",
    patch: { spec: { completionMode: "Indexed", completions: 5, parallelism: 100001 } },
    errors: [
      "spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed",
    ],
  },
  {
    name: "the host name of the highest index has to fit a label",
    patch: { metadata: { name: "m".repeat(61) }, spec: { completionMode: "Indexed", completions: 100 } },
    errors: [
      `metadata.name: Invalid value: "${"m".repeat(61)}": will not able to create pod with invalid DNS label: ${"m".repeat(61)}-99`,
    ],
  },
  {
    name: "with one character less it fits",
    patch: { metadata: { name: "m".repeat(60) }, spec: { completionMode: "Indexed", completions: 100 } },
    errors: [],
  },
  {
    name: "dots do not go into host names",
    patch: { metadata: { name: "mill.one" }, spec: { completionMode: "Indexed", completions: 5 } },
    errors: [
      `metadata.name: Invalid value: "mill.one": will not able to create pod with invalid DNS label: mill.one-4`,
    ],
  },
  {
    name: "limits for each index need indexes",
    patch: { spec: { backoffLimitPerIndex: 1, maxFailedIndexes: 1 } },
    errors: [
      "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode",
      "spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode",
    ],
  },
  {
    name: "maxFailedIndexes needs backoffLimitPerIndex",
    patch: { spec: { completionMode: "Indexed", completions: 5, maxFailedIndexes: 1 } },
    errors: ["spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified"],
  },
  {
    name: "limits for each index are not negative",
    patch: { spec: { completionMode: "Indexed", completions: 5, backoffLimitPerIndex: -1, maxFailedIndexes: -2 } },
    errors: [
      "spec.backoffLimitPerIndex: Invalid value: -1: must be greater than or equal to 0",
      "spec.maxFailedIndexes: Invalid value: -2: must be greater than or equal to 0",
    ],
  },
  {
    name: "no more indexes can fail than there are",
    patch: { spec: { completionMode: "Indexed", completions: 5, backoffLimitPerIndex: 1, maxFailedIndexes: 6 } },
    errors: ["spec.maxFailedIndexes: Invalid value: 6: must be less than or equal to completions"],
  },
  {
    name: "above 100000 completions a limit of failed indexes is needed",
    patch: { spec: { completionMode: "Indexed", completions: 100001, backoffLimitPerIndex: 1 } },
    errors: ["spec.maxFailedIndexes: Required value: must be specified when completions is above 100000"],
  },
  {
    name: "above 100000 completions parallelism and failures are limited more",
    patch: {
      spec: {
        completionMode: "Indexed",
        completions: 200000,
        parallelism: 10001,
        backoffLimitPerIndex: 1,
        maxFailedIndexes: 10001,
      },
    },
    errors: [
      "spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index",
      "spec.maxFailedIndexes: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index",
    ],
  },
  {
    name: "more than 100000 indexes cannot fail",
    patch: {
      spec: { completionMode: "Indexed", completions: 300000, backoffLimitPerIndex: 1, maxFailedIndexes: 100001 },
    },
    errors: [
      "spec.maxFailedIndexes: Invalid value: 100001: must be less than or equal to 100000",
      "spec.maxFailedIndexes: Invalid value: 100001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index",
    ],
  },
  {
    name: "a selector of one's own is not the generated one",
    patch: { spec: { selector: { matchLabels: { grain: "rye" } } } },
    errors: [
      `spec.selector: Invalid value: {"matchLabels":{"batch.kubernetes.io/controller-uid":"5f3c9a52-0b1d-4c7e-9a41-2f6f0c6d1e11","grain":"rye"}}: \`selector\` not auto-generated`,
      `spec.template.metadata.labels: Invalid value: {"batch.kubernetes.io/controller-uid":"5f3c9a52-0b1d-4c7e-9a41-2f6f0c6d1e11","batch.kubernetes.io/job-name":"mill","controller-uid":"5f3c9a52-0b1d-4c7e-9a41-2f6f0c6d1e11","job-name":"mill"}: \`selector\` does not match template \`labels\``,
    ],
  },
  {
    name: "a manual selector has to be there",
    patch: { spec: { manualSelector: true } },
    errors: [
      "spec.selector: Required value",
      "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`",
    ],
  },
  {
    name: "a manual selector has to select the template",
    patch: {
      spec: {
        manualSelector: true,
        selector: { matchLabels: { grain: "oat" } },
        template: { metadata: { labels: { grain: "rye" } } },
      },
    },
    errors: [
      `spec.template.metadata.labels: Invalid value: {"grain":"rye"}: \`selector\` does not match template \`labels\``,
    ],
  },
  {
    name: "a manual selector that selects the template is fine",
    patch: {
      spec: {
        manualSelector: true,
        selector: { matchExpressions: [{ key: "grain", operator: "In", values: ["rye", "oat"] }] },
        template: { metadata: { labels: { grain: "rye" } } },
      },
    },
    errors: [],
  },
  {
    name: "selectors know four operators",
    patch: {
      spec: {
        manualSelector: true,
        selector: { matchExpressions: [{ key: "grain", operator: "Is", values: ["rye"] }] },
        template: { metadata: { labels: { grain: "rye" } } },
      },
    },
    errors: [`spec.selector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator`],
  },
  {
    name: "In needs values",
    patch: {
      spec: {
        manualSelector: true,
        selector: { matchExpressions: [{ key: "grain", operator: "In" }] },
        template: { metadata: { labels: { grain: "rye" } } },
      },
    },
    errors: [
      "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    ],
  },
  {
    name: "Exists takes no values",
    patch: {
      spec: {
        manualSelector: true,
        selector: { matchExpressions: [{ key: "grain", operator: "Exists", values: ["rye"] }] },
        template: { metadata: { labels: { grain: "rye" } } },
      },
    },
    errors: [
      "spec.selector.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    ],
  },
  {
    name: "values in a selector are label values",
    patch: {
      spec: {
        manualSelector: true,
        selector: { matchExpressions: [{ key: "grain", operator: "NotIn", values: ["old oats"] }] },
        template: { metadata: { labels: { grain: "rye" } } },
      },
    },
    errors: [`spec.selector.matchExpressions[0].values[0]: Invalid value: "old oats": ${labelValue}`],
  },
  {
    name: "a label that belongs to the Job cannot be another",
    patch: { spec: { template: { metadata: { labels: { "job-name": "other" } } } } },
    errors: [
      `spec.template.metadata.labels[job-name]: Invalid value: {"batch.kubernetes.io/controller-uid":"5f3c9a52-0b1d-4c7e-9a41-2f6f0c6d1e11","batch.kubernetes.io/job-name":"mill","controller-uid":"5f3c9a52-0b1d-4c7e-9a41-2f6f0c6d1e11","job-name":"other"}: must be 'mill'`,
    ],
  },
  {
    name: "managedBy is a path with a domain",
    patch: { spec: { managedBy: "me" } },
    errors: [`spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")`],
  },
  {
    name: "managedBy is not empty",
    patch: { spec: { managedBy: "" } },
    errors: ["spec.managedBy: Required value"],
  },
  {
    name: "managedBy has a valid domain",
    patch: { spec: { managedBy: "Example/me" } },
    errors: [`spec.managedBy: Invalid value: "Example": ${subdomain}`],
  },
  {
    name: "managedBy has a valid path",
    patch: { spec: { managedBy: "example.com/a b" } },
    errors: [
      `spec.managedBy: Invalid value: "a b": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')`,
    ],
  },
  {
    name: "managedBy has 63 bytes at most",
    patch: { spec: { managedBy: `example.com/${"m".repeat(60)}` } },
    errors: ["spec.managedBy: Too long: may not be more than 63 bytes"],
  },
  {
    name: "an unknown replacement policy is refused",
    patch: { spec: { podReplacementPolicy: "Never" } },
    errors: [
      `spec.podReplacementPolicy: Unsupported value: "Never": supported values: "Failed", "TerminatingOrFailed"`,
    ],
  },
  {
    name: "a failure policy allows only Failed",
    patch: { spec: { podReplacementPolicy: "TerminatingOrFailed", podFailurePolicy: { rules: [] } } },
    errors: [`spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"`],
  },
  {
    name: "a failure policy allows only Never",
    patch: { spec: { podFailurePolicy: { rules: [] }, template: { spec: { restartPolicy: "OnFailure" } } } },
    errors: [
      `spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified`,
    ],
  },
  {
    name: "a failure rule has an action",
    patch: { spec: { podFailurePolicy: { rules: [{ action: "", onExitCodes: { operator: "In", values: [1] } }] } } },
    errors: [
      `spec.podFailurePolicy.rules[0].action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]`,
    ],
  },
  {
    name: "a failure rule has a known action",
    patch: {
      spec: { podFailurePolicy: { rules: [{ action: "Stop", onExitCodes: { operator: "In", values: [1] } }] } },
    },
    errors: [
      `spec.podFailurePolicy.rules[0].action: Unsupported value: "Stop": supported values: "Count", "FailIndex", "FailJob", "Ignore"`,
    ],
  },
  {
    name: "a failure rule has exit codes or conditions",
    patch: { spec: { podFailurePolicy: { rules: [{ action: "Count" }] } } },
    errors: [
      "spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required",
    ],
  },
  {
    name: "a failure rule has not both",
    patch: {
      spec: {
        podFailurePolicy: {
          rules: [
            {
              action: "Count",
              onExitCodes: { operator: "In", values: [1] },
              onPodConditions: [{ type: "DisruptionTarget" }],
            },
          ],
        },
      },
    },
    errors: [
      "spec.podFailurePolicy.rules[0]: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported",
    ],
  },
  {
    name: "exit codes are there, in order, once",
    patch: {
      spec: { podFailurePolicy: { rules: [{ action: "Count", onExitCodes: { operator: "In", values: [4, 3, 3] } }] } },
    },
    errors: [
      "spec.podFailurePolicy.rules[0].onExitCodes.values[2]: Duplicate value: 3",
      "spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [4,3,3]: must be ordered",
    ],
  },
  {
    name: "exit codes are not none",
    patch: {
      spec: { podFailurePolicy: { rules: [{ action: "Count", onExitCodes: { operator: "NotIn", values: [] } }] } },
    },
    errors: ["spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: []: at least one value is required"],
  },
  {
    name: "zero is no failure",
    patch: {
      spec: { podFailurePolicy: { rules: [{ action: "Count", onExitCodes: { operator: "In", values: [0] } }] } },
    },
    errors: [
      "spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator",
    ],
  },
  {
    name: "NotIn may name zero",
    patch: {
      spec: { podFailurePolicy: { rules: [{ action: "Count", onExitCodes: { operator: "NotIn", values: [0] } }] } },
    },
    errors: [],
  },
  {
    name: "exit codes have an operator",
    patch: { spec: { podFailurePolicy: { rules: [{ action: "Count", onExitCodes: { operator: "", values: [1] } }] } } },
    errors: [`spec.podFailurePolicy.rules[0].onExitCodes.operator: Required value: valid values: ["In" "NotIn"]`],
  },
  {
    name: "exit codes have a known operator",
    patch: {
      spec: { podFailurePolicy: { rules: [{ action: "Count", onExitCodes: { operator: "Gt", values: [1] } }] } },
    },
    errors: [
      `spec.podFailurePolicy.rules[0].onExitCodes.operator: Unsupported value: "Gt": supported values: "In", "NotIn"`,
    ],
  },
  {
    name: "exit codes are of a container that exists",
    patch: {
      spec: {
        podFailurePolicy: {
          rules: [{ action: "Count", onExitCodes: { containerName: "sieve", operator: "In", values: [1] } }],
        },
      },
    },
    errors: [
      `spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: "sieve": must be one of the container or initContainer names in the pod template`,
    ],
  },
  {
    name: "more than 255 exit codes are too many",
    patch: {
      spec: {
        podFailurePolicy: {
          rules: [
            {
              action: "Count",
              onExitCodes: { operator: "In", values: Array.from({ length: 256 }, (_, code) => code + 1) },
            },
          ],
        },
      },
    },
    errors: ["spec.podFailurePolicy.rules[0].onExitCodes.values: Too many: 256: must have at most 255 items"],
  },
  {
    name: "FailIndex needs limits for each index",
    patch: {
      spec: { podFailurePolicy: { rules: [{ action: "FailIndex", onExitCodes: { operator: "In", values: [1] } }] } },
    },
    errors: [
      `spec.podFailurePolicy.rules[0].action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set`,
    ],
  },
  {
    name: "FailIndex is fine with them",
    patch: {
      spec: {
        podFailurePolicy: { rules: [{ action: "FailIndex", onExitCodes: { operator: "In", values: [1] } }] },
        completionMode: "Indexed",
        completions: 2,
        backoffLimitPerIndex: 1,
      },
    },
    errors: [],
  },
  {
    name: "a condition has a type",
    patch: { spec: { podFailurePolicy: { rules: [{ action: "Ignore", onPodConditions: [{ type: "" }] }] } } },
    errors: [
      `spec.podFailurePolicy.rules[0].onPodConditions[0].type: Invalid value: "": name part must be non-empty`,
      `spec.podFailurePolicy.rules[0].onPodConditions[0].type: Invalid value: "": ${keyName}`,
    ],
  },
  {
    name: "a condition has a known status",
    patch: {
      spec: {
        podFailurePolicy: { rules: [{ action: "Ignore", onPodConditions: [{ type: "Ready", status: "Perhaps" }] }] },
      },
    },
    errors: [
      `spec.podFailurePolicy.rules[0].onPodConditions[0].status: Unsupported value: "Perhaps": supported values: "False", "True", "Unknown"`,
    ],
  },
  {
    name: "a condition that names no status means True",
    patch: {
      spec: { podFailurePolicy: { rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget" }] }] } },
    },
    errors: [],
  },
  {
    name: "more than 20 rules are too many",
    patch: {
      spec: {
        podFailurePolicy: {
          rules: Array.from({ length: 21 }, () => ({ action: "Count", onExitCodes: { operator: "In", values: [1] } })),
        },
      },
    },
    errors: ["spec.podFailurePolicy.rules: Too many: 21: must have at most 20 items"],
  },
  {
    name: "a success policy needs indexes",
    patch: { spec: { successPolicy: { rules: [{ succeededIndexes: "0", succeededCount: 1 }] } } },
    errors: [
      `spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":"0","SucceededCount":1}]}: requires indexed completion mode`,
    ],
  },
  {
    name: "a success policy needs rules",
    patch: { spec: { completionMode: "Indexed", completions: 5, successPolicy: { rules: [] } } },
    errors: [
      "spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is specified",
    ],
  },
  {
    name: "a success rule says how many, or which",
    patch: { spec: { completionMode: "Indexed", completions: 5, successPolicy: { rules: [{}] } } },
    errors: [
      "spec.successPolicy.rules[0]: Required value: at least one of succeededCount or succeededIndexes must be specified",
    ],
  },
  {
    name: "more indexes than there are cannot succeed",
    patch: { spec: { completionMode: "Indexed", completions: 5, successPolicy: { rules: [{ succeededCount: 6 }] } } },
    errors: [
      "spec.successPolicy.rules[0].succeededCount: Invalid value: 6: must be less than or equal to 5 (the number of specified completions)",
    ],
  },
  {
    name: "more indexes than are named cannot succeed",
    patch: {
      spec: {
        completionMode: "Indexed",
        completions: 5,
        successPolicy: { rules: [{ succeededIndexes: "0-1", succeededCount: 3 }] },
      },
    },
    errors: [
      "spec.successPolicy.rules[0].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)",
    ],
  },
  {
    name: "fewer than none cannot succeed",
    patch: { spec: { completionMode: "Indexed", completions: 5, successPolicy: { rules: [{ succeededCount: -1 }] } } },
    errors: ["spec.successPolicy.rules[0].succeededCount: Invalid value: -1: must be greater than or equal to 0"],
  },
  {
    name: "indexes go up",
    patch: {
      spec: { completionMode: "Indexed", completions: 5, successPolicy: { rules: [{ succeededIndexes: "3,1" }] } },
    },
    errors: [
      `spec.successPolicy.rules[0].succeededIndexes: Invalid value: "3,1": error parsing succeededIndexes: non-increasing order, previous: 3, current: 1`,
    ],
  },
  {
    name: "intervals go up",
    patch: {
      spec: { completionMode: "Indexed", completions: 5, successPolicy: { rules: [{ succeededIndexes: "3-2" }] } },
    },
    errors: [
      `spec.successPolicy.rules[0].succeededIndexes: Invalid value: "3-2": error parsing succeededIndexes: non-increasing order, previous: 3, current: 2`,
    ],
  },
  {
    name: "indexes are named once",
    patch: {
      spec: { completionMode: "Indexed", completions: 5, successPolicy: { rules: [{ succeededIndexes: "1,1" }] } },
    },
    errors: [
      `spec.successPolicy.rules[0].succeededIndexes: Invalid value: "1,1": error parsing succeededIndexes: non-increasing order, previous: 1, current: 1`,
    ],
  },
  {
    name: "indexes are in range",
    patch: {
      spec: { completionMode: "Indexed", completions: 5, successPolicy: { rules: [{ succeededIndexes: "2-9" }] } },
    },
    errors: [
      `spec.successPolicy.rules[0].succeededIndexes: Invalid value: "2-9": error parsing succeededIndexes: too large index: "9"`,
    ],
  },
  {
    name: "indexes are numbers",
    patch: {
      spec: { completionMode: "Indexed", completions: 5, successPolicy: { rules: [{ succeededIndexes: "x" }] } },
    },
    errors: [
      `spec.successPolicy.rules[0].succeededIndexes: Invalid value: "x": error parsing succeededIndexes: cannot convert string to integer for index: "x"`,
    ],
  },
  {
    name: "an interval has two ends",
    patch: {
      spec: { completionMode: "Indexed", completions: 5, successPolicy: { rules: [{ succeededIndexes: "1-2-3" }] } },
    },
    errors: [
      `spec.successPolicy.rules[0].succeededIndexes: Invalid value: "1-2-3": error parsing succeededIndexes: the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by '-'`,
    ],
  },
  {
    name: "a list of indexes has no blanks",
    patch: {
      spec: { completionMode: "Indexed", completions: 5, successPolicy: { rules: [{ succeededIndexes: "0, 1" }] } },
    },
    errors: [
      `spec.successPolicy.rules[0].succeededIndexes: Invalid value: "0, 1": error parsing succeededIndexes: cannot convert string to integer for index: " 1"`,
    ],
  },
  {
    name: "no indexes at all is a list of indexes",
    patch: {
      spec: { completionMode: "Indexed", completions: 5, successPolicy: { rules: [{ succeededIndexes: "" }] } },
    },
    errors: [],
  },
];

describe("a new Job of version 1.36", () => {
  it.each(cases)("$name", ({ patch, errors }) => {
    const options = { version: "1.36" } as const;
    const prepared = generateJobSelector(defaultJob(merge(job, patch), options), options.version);
    expect(validateJob(prepared, options).map(({ field, message }) => `${field}: ${message}`)).toEqual(errors);
  });
});
