import type { CronJob, Job, JobSpec, Pod, PodSpec, Service } from "../../src/api/generated/types.js";
import type { KubeObject } from "../../src/api/meta/object.js";
import type { ResourceName } from "../../src/api/resources.js";
import { createRandom } from "../../src/sim/random.js";
import { randomPodParts } from "./random-pod.js";

/** Labels to set; null takes one off. */
type Labels = { readonly [key: string]: string | null };
const jobLabel = "batch.kubernetes.io/job-name";

/** What a person or a program asks of a cluster. Pods are named by their place among those that there are. */
export type Operation =
  | { readonly kind: "create"; readonly resource: ResourceName; readonly object: KubeObject }
  | { readonly kind: "patch"; readonly resource: ResourceName; readonly name: string; readonly patch: unknown }
  | {
      readonly kind: "delete";
      readonly resource: ResourceName;
      readonly name: string;
      readonly options: { readonly propagationPolicy?: string; readonly gracePeriodSeconds?: number };
    }
  | { readonly kind: "delete-pod"; readonly which: number; readonly gracePeriodSeconds?: number }
  | { readonly kind: "label-pod"; readonly which: number; readonly labels: Labels }
  | { readonly kind: "logs"; readonly which: number; readonly previous: boolean }
  | { readonly kind: "exec"; readonly id: number; readonly which: number; readonly command: readonly string[] | null }
  | { readonly kind: "input"; readonly id: number; readonly data: string | null }
  | { readonly kind: "poll"; readonly id: number }
  | { readonly kind: "close"; readonly id: number };

/** An operation and when it comes, in milliseconds after the start. */
export interface Step {
  readonly atMs: number;
  readonly operation: Operation;
}

/** What happens to a random world in an hour. */
export interface Script {
  readonly seed: number;
  readonly nodes: number;
  readonly steps: readonly Step[];
}

/** Random choices in a row, the same for the same seed. */
export interface Dice {
  between(min: number, max: number): number;
  chance(share: number): boolean;
  pick<T>(choices: readonly T[]): T;
}

export function dice(seed: number, purpose: string): Dice {
  const random = createRandom(seed);
  let count = 0;
  const between = (min: number, max: number) => random.between(min, max, purpose, count++);
  return {
    between,
    chance: (share) => random.fraction(purpose, count++) < share,
    // The index lies within the list, which is never empty.
    pick: <T>(choices: readonly T[]) => choices[between(0, choices.length - 1)] as T,
  };
}

export const hourMs = 3_600_000;
/** Most of what is interesting happens early: Jobs are short. */
const busyMs = 300_000;

/** The hour of a seed. */
export function randomScript(seed: number): Script {
  const draw = dice(seed, "script");
  const steps: Step[] = [];
  const add = (atMs: number, operation: Operation) => steps.push({ atMs, operation });
  addSurroundings(draw, add);
  const jobs = Array.from({ length: draw.between(1, 3) }, (_, at) => `job-${at}`);
  for (const name of jobs) {
    const createdMs = draw.chance(0.5) ? draw.between(0, 2000) : draw.between(0, busyMs);
    add(createdMs, { kind: "create", resource: "jobs", object: randomJob(draw, name) as KubeObject });
    addLife(draw, name, createdMs, add);
  }
  if (draw.chance(0.25)) {
    add(draw.between(0, busyMs), { kind: "create", resource: "pods", object: randomPod(draw) as KubeObject });
  }
  if (draw.chance(0.2)) addCronJob(draw, add);
  for (let count = draw.between(0, 4); count > 0; count--) add(draw.between(1000, busyMs), podOperation(draw));
  for (let id = draw.between(0, 3); id > 0; id--) addExec(draw, id, add);
  steps.sort((a, b) => a.atMs - b.atMs);
  return { seed, nodes: draw.between(1, 3), steps };
}

type Add = (atMs: number, operation: Operation) => void;

function addSurroundings(draw: Dice, add: Add): void {
  const metadata = { name: "settings", namespace: "default" };
  const configMap = { metadata, data: { greeting: "hello", "script.sh": "echo from a file; cat /etc/hostname" } };
  add(draw.chance(0.8) ? 0 : draw.between(0, 60_000), { kind: "create", resource: "configmaps", object: configMap });
  if (draw.chance(0.2)) {
    const patch = { data: { greeting: "good day" } };
    add(draw.between(1000, busyMs), { kind: "patch", resource: "configmaps", name: "settings", patch });
  }
  if (draw.chance(0.4)) {
    const service: Service = {
      metadata: { name: "workers", namespace: "default" },
      spec: { clusterIP: "None", selector: { app: "worker" }, ports: [{ port: 80, protocol: "TCP" }] },
    };
    add(draw.between(0, 60_000), { kind: "create", resource: "services", object: service as KubeObject });
  }
  if (draw.chance(0.1)) {
    const cordon = { spec: { unschedulable: true } };
    add(draw.between(0, busyMs), { kind: "patch", resource: "nodes", name: "node-1", patch: cordon });
    const uncordon = { spec: { unschedulable: null } };
    add(draw.between(busyMs, 2 * busyMs), { kind: "patch", resource: "nodes", name: "node-1", patch: uncordon });
  }
}

function addLife(draw: Dice, name: string, createdMs: number, add: Add): void {
  const patch = (spec: Partial<JobSpec>, afterMs: number) =>
    add(createdMs + afterMs, { kind: "patch", resource: "jobs", name, patch: { spec } });
  if (draw.chance(0.3)) {
    patch({ suspend: true }, draw.between(1, 20_000));
    patch({ suspend: false }, draw.between(20_000, 90_000));
  }
  if (draw.chance(0.2)) patch({ suspend: false }, draw.between(1000, 30_000));
  if (draw.chance(0.2)) patch({ parallelism: draw.between(0, 6) }, draw.between(1, 60_000));
  if (draw.chance(0.1)) patch({ activeDeadlineSeconds: draw.between(1, 120) }, draw.between(1, 60_000));
  if (draw.chance(0.3)) {
    const options = {
      ...(draw.chance(0.8) ? { propagationPolicy: draw.pick(["Background", "Foreground", "Orphan"]) } : {}),
      ...(draw.chance(0.2) ? { gracePeriodSeconds: draw.between(0, 5) } : {}),
    };
    add(createdMs + draw.between(1, busyMs), { kind: "delete", resource: "jobs", name, options });
  }
}

function addCronJob(draw: Dice, add: Add): void {
  const name = "tick";
  const concurrencyPolicy = draw.pick(["Allow", "Forbid", "Replace"] as const);
  const schedule = draw.pick(["* * * * *", "*/2 * * * *", "*/5 * * * *"]);
  const { spec } = randomJob(draw, name);
  const template = { ...spec?.template, spec: { ...spec?.template.spec, restartPolicy: "Never" as const } };
  const cronJob = {
    metadata: { name, namespace: "default" },
    spec: { schedule, concurrencyPolicy, jobTemplate: { spec: { ...spec, suspend: false, template } } },
  };
  add(draw.between(0, busyMs), { kind: "create", resource: "cronjobs", object: cronJob as CronJob as KubeObject });
  const afterMs = draw.between(busyMs, 2 * busyMs);
  if (draw.chance(0.5)) {
    add(afterMs, { kind: "patch", resource: "cronjobs", name, patch: { spec: { suspend: true } } });
  } else add(afterMs, { kind: "delete", resource: "cronjobs", name, options: {} });
}

function podOperation(draw: Dice): Operation {
  const which = draw.between(0, 5);
  switch (draw.between(0, 4)) {
    case 0:
      return { kind: "delete-pod", which };
    case 1:
      return { kind: "delete-pod", which, gracePeriodSeconds: draw.between(0, 3) };
    case 2:
      return { kind: "label-pod", which, labels: draw.pick<Labels>([{ app: "other" }, { [jobLabel]: null }]) };
    default:
      return { kind: "logs", which, previous: draw.chance(0.3) };
  }
}

function addExec(draw: Dice, id: number, add: Add): void {
  const commands = [
    null,
    ["date"],
    ["sh", "-c", "echo in $HOSTNAME; ps; sleep 3; echo out; exit 3"],
    ["sh", "-c", "echo left behind > /tmp/note; ls -l /tmp; cat /tmp/note"],
    ["sh", "-c", "while read line; do echo got $line; done; echo end"],
    ["sh", "-c", "kill 1; sleep 1; kill -9 1"],
    ["sh", "-c", "touch /shared/go; ls /shared"],
    ["nothing-of-that-name"],
  ];
  let atMs = draw.between(1000, draw.chance(0.7) ? 20_000 : busyMs);
  add(atMs, { kind: "exec", id, which: draw.between(0, 3), command: draw.pick(commands) });
  for (const data of ["one\n", "two\nthr", "ee\n", null]) {
    atMs += draw.between(0, 2000);
    add(atMs, { kind: "input", id, data });
    if (draw.chance(0.6)) add(atMs + draw.between(0, 1000), { kind: "poll", id });
  }
  add(atMs + draw.between(1, 10_000), { kind: "poll", id });
  add(atMs + 10_000, { kind: "close", id });
}

function randomPod(draw: Dice): Pod {
  const restartPolicy = draw.pick(["Always", "OnFailure", "Never"] as const);
  const { metadata, spec } = randomPodParts(draw, restartPolicy);
  return { metadata: { ...metadata, name: "alone", namespace: "default" }, spec };
}

function randomJob(draw: Dice, name: string): Job {
  const restartPolicy = draw.chance(0.35) ? "OnFailure" : "Never";
  const template = randomPodParts(draw, restartPolicy);
  return {
    metadata: { name, namespace: "default" },
    spec: { ...randomJobSpec(draw, template.spec), template },
  };
}

function randomJobSpec(draw: Dice, podSpec: PodSpec): Partial<JobSpec> {
  const completions = draw.between(1, 6);
  const indexed = draw.chance(0.5);
  const perIndex = indexed && draw.chance(0.4);
  const never = podSpec.restartPolicy === "Never";
  const action = draw.pick(perIndex ? (["Ignore", "FailJob", "FailIndex"] as const) : (["Ignore", "FailJob"] as const));
  const policy = { rules: [{ action, onExitCodes: { operator: "In" as const, values: [1, 3] } }] };
  return {
    parallelism: draw.between(1, 4),
    ...(indexed ? { completionMode: "Indexed", completions } : draw.chance(0.8) ? { completions } : {}),
    ...(perIndex ? { backoffLimitPerIndex: draw.between(0, 2) } : { backoffLimit: draw.between(0, 4) }),
    ...(perIndex && draw.chance(0.5) ? { maxFailedIndexes: draw.between(0, completions) } : {}),
    ...(indexed && draw.chance(0.3)
      ? { successPolicy: { rules: [{ succeededCount: draw.between(1, completions) }] } }
      : {}),
    ...(never && draw.chance(0.3) ? { podFailurePolicy: policy } : {}),
    ...(draw.chance(0.3) && !never ? { podReplacementPolicy: "Failed" } : {}),
    ...(draw.chance(0.25) ? { activeDeadlineSeconds: draw.between(5, 120) } : {}),
    ...(draw.chance(0.25) ? { ttlSecondsAfterFinished: draw.between(0, 300) } : {}),
    ...(draw.chance(0.15) ? { suspend: true } : {}),
  };
}
