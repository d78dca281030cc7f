import { beforeAll, describe, expect, test } from "vitest";
import { type EmulatedVersion, emulatedVersions, isAtLeast } from "../../../src/api/versions/emulated-version.js";
import { PlayedVersion, type Printed } from "./played-version.js";

interface Difference {
  readonly name: string;
  /** Whose output. */
  readonly of: keyof Printed;
  readonly text: RegExp;
  readonly since?: EmulatedVersion;
  /** The first version without it. */
  readonly until?: EmulatedVersion;
  /** A version in between that does not have it. */
  readonly except?: EmulatedVersion;
}

const differences: readonly Difference[] = [
  // columns
  { name: "jobs have a STATUS column", of: "get jobs", text: /STATUS/, since: "1.31" },
  { name: "cron jobs have a TIMEZONE column", of: "get cronjobs", text: /TIMEZONE/, since: "1.30" },
  { name: "service accounts have a SECRETS column", of: "get serviceaccounts", text: /SECRETS/, until: "1.35" },
  // lines of describe
  { name: "ready Pods are counted", of: "job as described", text: /2 Active \(2 Ready\)/, since: "1.24" },
  { name: "ready Pods are not counted", of: "job as described", text: /2 Active \/ 0/, until: "1.24" },
  { name: "Suspend is a line", of: "suspended job", text: /^Suspend: +true/m, since: "1.30" },
  { name: "Backoff Limit is a line", of: "job as described", text: /^Backoff Limit: +6/m, since: "1.30" },
  { name: "templates have Tolerations", of: "job as described", text: /Tolerations: +<none>/, since: "1.30" },
  // annotations and labels
  {
    name: "Jobs that are tracked by finalizers say so",
    of: "job while it runs",
    text: /"batch.kubernetes.io\/job-tracking": ""/,
    until: "1.27",
    except: "1.24",
  },
  {
    name: "the selector has a prefix",
    of: "job while it runs",
    text: /"matchLabels": \{\s+"batch.kubernetes.io\/controller-uid"/,
    since: "1.27",
  },
  { name: "Pods have the label job-name", of: "pod of the job", text: /^ +"job-name": "indexed"/m },
  {
    name: "Pods have it with a prefix",
    of: "pod of the job",
    text: /"batch.kubernetes.io\/job-name": "indexed"/,
    since: "1.27",
  },
  {
    name: "the index of a Pod is a label",
    of: "pod of the job",
    text: /"labels": \{[^}]*"batch.kubernetes.io\/job-completion-index": "0"/,
    since: "1.28",
  },
  {
    name: "the variable reads the index from the annotation",
    of: "pod of the job",
    text: /metadata.annotations\['batch.kubernetes.io\/job-completion-index'\]/,
    until: "1.28",
  },
  {
    name: "Jobs of a CronJob say when they were due",
    of: "all jobs",
    text: /"batch.kubernetes.io\/cronjob-scheduled-timestamp"/,
    since: "1.28",
  },
  // fields that are filled in
  { name: "manualSelector is written out", of: "job while it runs", text: /"manualSelector": false/, since: "1.29" },
  {
    name: "podReplacementPolicy has a default",
    of: "job while it runs",
    text: /"podReplacementPolicy": "TerminatingOrFailed"/,
    since: "1.29",
  },
  { name: "status.ready", of: "job while it runs", text: /"ready": 2/, since: "1.24" },
  { name: "status.terminating", of: "job while it runs", text: /"terminating": 0/, since: "1.29" },
  { name: "status.hostIPs", of: "pod of the job", text: /"hostIPs"/, since: "1.29" },
  { name: "status.observedGeneration", of: "pod of the job", text: /"observedGeneration": 1/, since: "1.34" },
  { name: "Pods have a generation", of: "pod of the job", text: /^ +"generation": 1/m, since: "1.34" },
  // conditions
  {
    name: "PodReadyToStartContainers",
    of: "pod of the job",
    text: /"type": "PodReadyToStartContainers"/,
    since: "1.29",
  },
  { name: "SuccessCriteriaMet comes first", of: "complete job", text: /"type": "SuccessCriteriaMet"/, since: "1.31" },
  { name: "Complete has a reason", of: "complete job", text: /"reason": "CompletionsReached"/, since: "1.31" },
  { name: "FailureTarget comes first", of: "failed job", text: /"type": "FailureTarget"/, since: "1.31" },
  { name: "an evicted Pod says so", of: "drained pod", text: /"type": "DisruptionTarget"/, since: "1.26" },
  // events
  {
    name: "a pull tells the time in the queue",
    of: "events",
    text: /in [\d.]+m?s \([\d.]+m?s including waiting\)/,
    since: "1.25",
  },
  { name: "a pull tells the size", of: "events", text: /Image size: \d+ bytes\./, since: "1.30" },
  { name: "Created container main", of: "events", text: /Created container main/, until: "1.32" },
  { name: "Created container: main", of: "events", text: /Created container: main/, since: "1.32", until: "1.35" },
  { name: "Container created", of: "events", text: /Container created/, since: "1.35" },
  { name: "what preemption would help", of: "events", text: /Preemption is not helpful/, since: "1.24" },
  { name: "a List has a selfLink", of: "all jobs", text: /"selfLink": ""\n {4}\}\n\}\n$/, until: "1.24" },
  // what can be done
  { name: "an Indexed Job grows", of: "more completions", text: /patched/, since: "1.27" },
  { name: "an Indexed Job is as it is", of: "more completions", text: /spec.completions: .*immutable/, until: "1.27" },
  // kubectl's own words
  { name: "a deletion names the namespace", of: "deletion", text: /deleted from default namespace/, since: "1.34" },
  { name: "a deletion names the object alone", of: "deletion", text: /"failing" deleted\n/, until: "1.34" },
];

function has({ since = "1.23", until, except }: Difference, version: EmulatedVersion): boolean {
  return isAtLeast(version, since) && version !== except && (until === undefined || !isAtLeast(version, until));
}

describe("the same commands in each version", () => {
  const printed = new Map<EmulatedVersion, Printed>();

  beforeAll(async () => {
    for (const version of emulatedVersions) {
      const played = new PlayedVersion();
      try {
        await played.start(version);
        printed.set(version, await played.play());
      } finally {
        played.remove();
      }
    }
  }, 60_000);

  test.each(differences)("$name: since $since, until $until, not in $except", (difference) => {
    const seen = emulatedVersions.filter((version) =>
      difference.text.test(printed.get(version)?.[difference.of] ?? ""),
    );
    expect(seen).toEqual(emulatedVersions.filter((version) => has(difference, version)));
  });
});

const jobWith = (line: string) => `
apiVersion: batch/v1
kind: Job
metadata: {name: newer}
spec:
  completionMode: Indexed
  completions: 2
  ${line}
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: busybox}]
`;

const podWith = (line: string) => `
apiVersion: v1
kind: Pod
metadata: {name: newer}
spec:
  ${line}
  containers: [{name: main, image: busybox}]
`;

const clientSide = "; if you choose to ignore these errors, turn validation off with --validate=false\n";

/** Fields that came later: unknown to older versions, then known but off, then taken. */
const newerFields = [
  {
    field: "podFailurePolicy",
    text: jobWith("podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]}"),
    known: "1.25",
    taken: "1.26",
  },
  { field: "backoffLimitPerIndex", text: jobWith("backoffLimitPerIndex: 1"), known: "1.28", taken: "1.29" },
  { field: "podReplacementPolicy", text: jobWith("podReplacementPolicy: Failed"), known: "1.28", taken: "1.29" },
  {
    field: "successPolicy",
    text: jobWith("successPolicy: {rules: [{succeededCount: 1}]}"),
    known: "1.30",
    taken: "1.31",
  },
  { field: "managedBy", text: jobWith("managedBy: example.com/other"), known: "1.30", taken: "1.32" },
  {
    field: "schedulingGates",
    text: podWith("schedulingGates: [{name: example.com/wait}]"),
    known: "1.26",
    taken: "1.27",
  },
  { field: "hostUsers", text: podWith("hostUsers: false"), known: "1.25", taken: "1.33" },
] as const satisfies readonly { field: string; text: string; known: EmulatedVersion; taken: EmulatedVersion }[];

describe("a field that came later", () => {
  const kindOf = (text: string) => (text.includes("kind: Job") ? "Job" : "Pod");

  test.each(newerFields)(
    "$field is known since $known and taken since $taken",
    async ({ field, text, known, taken }) => {
      const kind = kindOf(text);
      const index = emulatedVersions.indexOf(known);
      const versions = [emulatedVersions[0], emulatedVersions[index - 1], known, taken];
      for (const version of new Set(versions)) {
        if (version === undefined) continue;
        const played = new PlayedVersion();
        try {
          await played.start(version);
          const printed = await played.apply(text);
          if (isAtLeast(version, known)) {
            expect(printed).toMatch(/created\n$/);
            const stored = await played.run("get", kind, "newer", "-o", `jsonpath={.spec.${field}}`);
            expect(stored !== "", `${field} is kept in ${version}`).toBe(isAtLeast(version, taken));
          } else if (isAtLeast(version, "1.25")) {
            expect(printed).toBe(
              `Error from server (BadRequest): error when creating "manifest.yaml": ${kind} in version "v1" cannot be handled as a ${kind}: strict decoding error: unknown field "spec.${field}"\n`,
            );
          } else {
            const type = kind === "Job" ? "io.k8s.api.batch.v1.JobSpec" : "io.k8s.api.core.v1.PodSpec";
            expect(printed).toBe(
              `error: error validating "manifest.yaml": error validating data: ValidationError(${kind}.spec): unknown field "${field}" in ${type}${clientSide}`,
            );
            expect(await played.apply(text, "--validate=false")).toMatch(/created\n$/);
          }
        } finally {
          played.remove();
        }
      }
    },
  );
});
