import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EmulatedVersion } from "../../../src/api/versions/emulated-version.js";
import { Command } from "../../manifests/command.js";

const manifest = `
apiVersion: batch/v1
kind: Job
metadata: {name: indexed}
spec:
  completionMode: Indexed
  completions: 2
  parallelism: 2
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: busybox, command: [sleep, "20"]}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: failing}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: busybox, command: ["false"]}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: paused}
spec:
  suspend: true
  completionMode: Indexed
  completions: 2
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: busybox, command: [sleep, "20"]}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: cron}
spec:
  schedule: "* * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: main, image: busybox, command: [sleep, "600"]}]
---
apiVersion: v1
kind: Pod
metadata: {name: evicted, finalizers: [example.com/hold]}
spec:
  containers: [{name: main, image: busybox, command: [sleep, "600"]}]
`;

/** What each command printed; the keys are what the rows of a table look at. */
const commands = {
  "get jobs": ["get", "jobs"],
  "get cronjobs": ["get", "cronjobs"],
  "get serviceaccounts": ["get", "serviceaccounts"],
  "get secrets": ["get", "secrets"],
  "job while it runs": ["get", "job", "indexed", "-o", "json"],
  "job as described": ["describe", "job", "indexed"],
  "pod of the job": ["get", "pods", "-l", "job-name=indexed", "-o", "json"],
  "suspended job": ["describe", "job", "paused"],
  events: ["get", "events"],
  "complete job": ["get", "job", "indexed", "-o", "json"],
  "failed job": ["get", "job", "failing", "-o", "json"],
  "all jobs": ["get", "jobs", "-o", "json"],
  "more completions": ["patch", "job", "paused", "-p", '{"spec":{"completions":3,"parallelism":3}}'],
  "drained pod": ["get", "pod", "evicted", "-o", "json"],
  deletion: ["delete", "job", "failing"],
} as const;

export type Printed = Readonly<Record<keyof typeof commands, string>>;

/** The same commands on a cluster of each version, in a folder of its own. */
export class PlayedVersion {
  readonly #kjob = new Command();
  readonly #folder = mkdtempSync(join(tmpdir(), "kjob-versions-"));

  async start(version: EmulatedVersion): Promise<void> {
    await this.#kjob.run("cluster", "create", "--emulated-version", version, "--clock", "virtual");
  }

  remove(): void {
    this.#kjob.remove();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Applies a manifest; gives what it printed, errors included. */
  async apply(text: string, ...flags: string[]): Promise<string> {
    const path = join(this.#folder, "manifest.yaml");
    writeFileSync(path, text);
    return (await this.#kjob.try("apply", "-f", path, ...flags)).all.replaceAll(path, "manifest.yaml");
  }

  async run(...argv: readonly string[]): Promise<string> {
    return (await this.#kjob.try(...argv)).all;
  }

  /** A minute in the life of some Jobs. */
  async play(): Promise<Printed> {
    const printed: Partial<Record<keyof typeof commands, string>> = {};
    const look = async (...names: readonly (keyof typeof commands)[]) => {
      for (const name of names) printed[name] = await this.run(...commands[name]);
    };
    await this.apply(manifest);
    await this.run("clock", "advance", "10s");
    await look(
      "get jobs",
      "get cronjobs",
      "get serviceaccounts",
      "get secrets",
      "job while it runs",
      "job as described",
    );
    await look("pod of the job", "suspended job");
    await this.run("drain", "node-1", "--pod-selector", "!job-name", "--force", "--timeout=5s");
    await look("drained pod");
    await this.run("clock", "advance", "60s");
    await look("events", "complete job", "failed job", "all jobs", "more completions", "deletion");
    return printed as Printed;
  }
}
