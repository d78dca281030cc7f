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
/** Cluster time until the first Pods have finished, and then between two looks at the Job: some hundred Pods. */
const firstStepMs = 12_000;
const stepMs = 4_000;
const tripsAtOnce = 50;
const startMs = Date.UTC(2026, 0, 1);
/** Jobs that run before the one that counts, while V8 still interprets and compiles much of the code, and the size of each. */
const warmUp = { jobs: 5, completions: 1_000 };

interface Result {
  readonly completions: number;
  readonly seconds: number;
  /** Processor time of this process, all threads. */
  readonly cpuSeconds: number;
  readonly revisionsPerPod: number;
  readonly perPodUs: number;
  readonly roundTripUs: number;
  readonly roundTrips: number;
  /** What a Pod of the first Job took, in a process that had run none. */
  readonly coldUs: number;
  readonly peakMiB: number;
  readonly stateMiB: number;
}

async function runJob(completions: number): Promise<Omit<Result, "coldUs">> {
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
    let sample: Pod | undefined;
    let tripSeconds = 0;
    const trips: number[] = [];
    // After each step: round trips are timed all along, so that what slows the machine, or fills the heap, slows both sides.
    const timeTrips = () => {
      if (sample === undefined) return;
      const started = performance.now();
      for (let n = 0; n < tripsAtOnce; n++) JSON.parse(JSON.stringify(sample));
      const took = performance.now() - started;
      tripSeconds += took / 1000;
      trips.push((took * 1000) / tripsAtOnce);
    };
    const before = performance.now();
    const cpuBefore = process.cpuUsage();
    (await session.write()).client.create("jobs", jobOf(completions));
    let world = await session.write();
    await session.advanceTo(world.nowMs + firstStepMs);
    while (!isComplete(world.client.get("jobs", "default", "bench"))) {
      await session.advanceTo(world.nowMs + stepMs);
      world = await session.write();
      sample ??= finishedPod(world);
      timeTrips();
    }
    await session.commit();
    const seconds = (performance.now() - before) / 1000 - tripSeconds;
    const cpu = process.cpuUsage(cpuBefore);
    if (sample === undefined) throw new Error("the Job has no Pod that has finished");
    const roundTripUs = trips.reduce((sum, us) => sum + us, 0) / trips.length;
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

/** A Pod as it is in the end, but for the finalizer. */
function finishedPod(world: World): Pod | undefined {
  const { uid = "" } = world.client.get("jobs", "default", "bench")?.metadata ?? {};
  const [live] = world.client.byIndex("pods", "job-live-pods", uid);
  const pods = world.client.listByName("pods", "default", "bench-");
  return pods.find(({ status }) => status?.phase === "Succeeded") ?? live;
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

const { perPodUs: coldUs } = await runJob(warmUp.completions);
for (let more = 1; more < warmUp.jobs; more++) await runJob(warmUp.completions);
const result: Result = { ...(await runJob(Number(process.argv[2]))), coldUs };
if (process.send) process.send(result);
else console.log(JSON.stringify(result));
