import { describe, expect, test } from "vitest";
import { IndexSet } from "../../../src/api/batch/index-set.js";
import type { Job, JobSpec, Pod } from "../../../src/api/generated/types.js";
import { type Change, type Component, watch } from "../../../src/client/component.js";
import { garbageCollector } from "../../../src/controllers/gc/garbage-collector.js";
import { jobController } from "../../../src/controllers/job/job-controller.js";
import { createRandom, type Random } from "../../../src/sim/random.js";
import { exitCodeAnnotation, failingIndexesAnnotation, runAnnotation, TestWorld } from "../test-world.js";

const name = "any";
const trials = 80;

/** Looks at every revision of the Job and its Pods, and notes what must never be. */
class Watchman {
  readonly broken: string[] = [];
  readonly #active = new Map<string, boolean>();
  readonly #counted = new Set<string>();
  #uncounted: readonly string[] = [];
  #parallelism = 0;
  #ended: string | undefined;

  component(): Component {
    return {
      name: "watchman",
      watches: [watch("jobs", (change) => this.#job(change)), watch("pods", (change) => this.#pod(change))],
      reconcile: () => {},
    };
  }

  #pod({ type, object: { metadata, status } }: Change<Pod>): void {
    const ended = status?.phase === "Succeeded" || status?.phase === "Failed";
    const active = type !== "DELETED" && metadata.deletionTimestamp === undefined && !ended;
    if (active) this.#active.set(metadata.name ?? "", true);
    else this.#active.delete(metadata.name ?? "");
    if (type === "ADDED" && this.#active.size > this.#parallelism) {
      this.broken.push(`${this.#active.size} Pods are active, ${this.#parallelism} may be`);
    }
  }

  #job({ object, previous }: Change<Job>): void {
    const { status = {}, spec } = object;
    this.#parallelism = spec?.parallelism ?? 1;
    const isSame = previous?.spec?.completions === spec?.completions;
    for (const count of ["succeeded", "failed"] as const) {
      if (isSame && (status[count] ?? 0) < (previous?.status?.[count] ?? 0)) this.broken.push(`${count} went down`);
    }
    const both = IndexSet.parse(status.completedIndexes).intersect(IndexSet.parse(status.failedIndexes));
    if (!both.isEmpty) this.broken.push(`indexes ${both} have both succeeded and failed`);
    this.#countPods(object);
    this.#checkEnd(object);
  }

  #countPods({ status = {} }: Job): void {
    const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
    const uncounted = [...succeeded, ...failed];
    if (new Set(uncounted).size < uncounted.length) this.broken.push("a Pod is to be counted twice");
    for (const uid of this.#uncounted) if (!uncounted.includes(uid)) this.#counted.add(uid);
    for (const uid of uncounted) if (this.#counted.has(uid)) this.broken.push(`Pod ${uid} is counted again`);
    this.#uncounted = uncounted;
  }

  #checkEnd({ status = {} }: Job): void {
    const ends = (status.conditions ?? []).filter(({ type }) => type === "Complete" || type === "Failed");
    if (ends.length > 1) this.broken.push("it is complete and has failed");
    const text = JSON.stringify(status);
    if (this.#ended !== undefined && this.#ended !== text) this.broken.push("a finished Job changed");
    if (ends.length === 0 || this.#ended !== undefined) return;
    this.#ended = text;
    if (status.active !== undefined || this.#active.size > 0) this.broken.push("a finished Job has active Pods");
    if ((status.terminating ?? 0) > 0) this.broken.push("a finished Job has terminating Pods");
  }
}

function randomSpec(random: Random): Partial<JobSpec> {
  const chance = (share: number, ...keys: string[]) => random.fraction("spec", ...keys) < share;
  const completions = random.between(1, 9, "completions");
  const indexed = chance(0.5, "indexed");
  const perIndex = indexed && chance(0.4, "per-index");
  const action = (["Ignore", "Count", "FailJob"] as const)[random.between(0, 2, "action")] ?? "Count";
  return {
    parallelism: random.between(1, 5, "parallelism"),
    ...(indexed ? { completionMode: "Indexed", completions } : chance(0.8, "counted") ? { completions } : {}),
    ...(perIndex
      ? { backoffLimitPerIndex: random.between(0, 2, "limit") }
      : { backoffLimit: random.between(0, 5, "limit") }),
    ...(perIndex && chance(0.5, "max") ? { maxFailedIndexes: 1 } : {}),
    ...(indexed && chance(0.3, "policy")
      ? { successPolicy: { rules: [{ succeededCount: random.between(1, completions, "count") }] } }
      : {}),
    ...(chance(0.3, "rules")
      ? { podFailurePolicy: { rules: [{ action, onExitCodes: { operator: "In", values: [1] } }] } }
      : {}),
    ...(chance(0.3, "patient") ? { podReplacementPolicy: "Failed" } : {}),
    ...(chance(0.3, "deadline") ? { activeDeadlineSeconds: random.between(5, 90, "deadline-seconds") } : {}),
    ...(chance(0.2, "suspended") ? { suspend: true } : {}),
  };
}

/** Deletes a Pod, suspends, resumes or scales. */
function disturb(world: TestWorld, random: Random, step: number): void {
  const pods = world.pods();
  const what = random.between(0, 5, "disturb", step);
  const pod = pods[random.between(0, Math.max(0, pods.length - 1), "which", step)];
  if (what === 0 && pod !== undefined) world.client.delete("pods", "default", pod.metadata.name ?? "");
  const change = (spec: Partial<JobSpec>) =>
    world.client.modify("jobs", "default", name, (job) => ({
      ...job,
      spec: { ...job.spec, template: job.spec?.template ?? {}, ...spec },
    }));
  if (what === 1) change({ suspend: true });
  if (what === 2 || what === 3) change({ suspend: false });
  if (what === 4) change({ parallelism: random.between(0, 6, "parallelism", step) });
}

describe("whatever a Job goes through", () => {
  test(`in ${trials} random lives nothing happens that must not`, () => {
    let finished = 0;
    for (let seed = 1; seed <= trials; seed++) {
      const random = createRandom(seed);
      const watchman = new Watchman();
      const world = new TestWorld([jobController(), garbageCollector(), watchman.component()]);
      world.createJob(name, randomSpec(random), {
        [runAnnotation]: String(random.between(500, 20_000, "run")),
        [failingIndexesAnnotation]: random.fraction("failing") < 0.5 ? "1,4" : "",
        [exitCodeAnnotation]: random.fraction("exit") < 0.3 ? "1" : "0",
      });
      for (let step = 0; step < 40; step++) {
        world.advance(random.between(1, 12_000, "pause", step) / 1000);
        if (random.fraction("disturbed", step) < 0.4) disturb(world, random, step);
      }
      world.advance(60);
      expect(watchman.broken, `seed ${seed}`).toEqual([]);
      const status = world.job(name)?.status;
      if (!status?.conditions?.some(({ type }) => type === "Complete" || type === "Failed")) continue;
      finished++;
      const held = world.pods().filter(({ metadata }) => metadata.finalizers !== undefined);
      expect(held, `seed ${seed}`).toEqual([]);
    }
    expect(finished).toBeGreaterThan(trials / 2);
  });
});
