import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Job, Pod } from "../src/api/generated/types.js";
import { Session } from "../src/cli/session.js";
import { bootstrap } from "../src/cluster/bootstrap.js";
import { components } from "../src/cluster/components.js";
import { World } from "../src/cluster/world.js";
import { LmdbBackend } from "../src/persistence/lmdb-backend.js";

// Run by job.mjs, once for each size. Runs a Job of so many completions, 500 at a time, each `sh -c 'sleep 5; echo done'`, on the virtual clock and on disk, and
// prints what a Pod costs: in Pods per second, and in JSON round trips of one of its own Pods, timed in the same run.

const parallelism = 500;
const nodes = 5;
/** Cluster time between two looks at the Job. */
const stepMs = 10_000;
const tripsAtOnce = 100;
const startMs = Date.UTC(2026, 0, 1);

interface Result {
  readonly completions: number;
  readonly seconds: number;
  /** Processor time of this process, all threads. */
  readonly cpuSeconds: number;
  readonly revisionsPerPod: number;
  readonly perPodUs: number;
  readonly roundTripUs: number;
  readonly roundTrips: number;
  readonly peakMiB: number;
  readonly stateMiB: number;
}

async function runJob(completions: number): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "kjob-bench-"));
  const path = join(folder, "state.lmdb");
  const backend = LmdbBackend.open(path);
  try {
    backend.begin();
    const created = World.create(backend, { seed: 1, version: "1.36" }, startMs, components());
    bootstrap(created, { nodes });
    created.flush();
    await backend.commit();
    const session = new Session({
      backend,
      clock: { mode: "virtual" },
      components: async () => components,
      wallNow: () => performance.now(),
      flushOutput: () => {},
      onProgress: () => {},
    });
    const before = performance.now();
    const cpuBefore = process.cpuUsage();
    (await session.write()).client.create("jobs", jobOf(completions));
    let world = await session.write();
    // Round trips are timed all along, so that whatever else the machine does slows both sides alike.
    let watched: string | undefined;
    let tripSeconds = 0;
    const trips: number[] = [];
    while (!isComplete(world.client.get("jobs", "default", "bench"))) {
      await session.advanceTo(world.nowMs + stepMs);
      world = await session.write();
      const live = world.client.byIndex("pods", "job-live-pods", jobUid(world))[0];
      watched ??= live?.metadata.name;
      const pod = watched === undefined ? undefined : world.client.get("pods", "default", watched);
      if (pod?.status?.phase !== "Succeeded") continue;
      const started = performance.now();
      for (let n = 0; n < tripsAtOnce; n++) JSON.parse(JSON.stringify(pod));
      const took = performance.now() - started;
      tripSeconds += took / 1000;
      trips.push((took * 1000) / tripsAtOnce);
    }
    await session.commit();
    const seconds = (performance.now() - before) / 1000 - tripSeconds;
    const cpu = process.cpuUsage(cpuBefore);
    world = await session.write();
    const sample = world.client.listByName("pods", "default", "bench-")[0];
    if (sample === undefined) throw new Error("the Job has no Pods");
    const roundTripUs =
      trips.length === 0 ? timeRoundTrip(sample) : trips.reduce((sum, us) => sum + us, 0) / trips.length;
    await session.commit();
    const perPodUs = (seconds * 1e6) / completions;
    return {
      completions,
      seconds,
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      revisionsPerPod: world.registry.revision / completions,
      perPodUs,
      roundTripUs,
      roundTrips: perPodUs / roundTripUs,
      peakMiB: process.resourceUsage().maxRSS / 1024,
      stateMiB: statSync(path).size / 2 ** 20,
    };
  } finally {
    await backend.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function jobUid(world: World): string {
  return world.client.get("jobs", "default", "bench")?.metadata.uid ?? "";
}

function jobOf(completions: number): Job {
  return {
    metadata: { name: "bench", namespace: "default" },
    spec: {
      completions,
      parallelism,
      template: {
        spec: {
          restartPolicy: "Never",
          containers: [{ name: "work", image: "busybox", command: ["sh", "-c", "sleep 5; echo done"] }],
        },
      },
    },
  };
}

function isComplete(job: Job | undefined): boolean {
  return job?.status?.conditions?.some(({ type, status }) => type === "Complete" && status === "True") === true;
}

/** Microseconds of encoding and decoding one of the Job's finished Pods; the best of several rounds. */
function timeRoundTrip(pod: Pod): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round++) {
    const started = performance.now();
    for (let n = 0; n < 1000; n++) JSON.parse(JSON.stringify(pod));
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

const result = await runJob(Number(process.argv[2]));
if (process.send) process.send(result);
else console.log(JSON.stringify(result));
