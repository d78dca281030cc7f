import { goDuration } from "../api/meta/duration.js";
import { UsageError } from "../kubectl/errors.js";
import type { StateDirectory } from "../persistence/state-directory.js";
import { type OpenCluster, openCluster } from "./open-cluster.js";
import { clockText, type System } from "./system.js";

/** Cluster years are many, but not endless: a typing error would run for long. */
const advanceMsMax = 10 * 365 * 86_400_000;
const speedMax = 100_000;

/** `kjob clock` */
export async function showClock(state: StateDirectory, system: System): Promise<void> {
  await withCluster(state, system, async ({ file, session }) => {
    const world = await session.read();
    system.out(`${new Date(world.nowMs).toISOString()}  ${clockText(file.clock)}\n`);
    const next = world.nextAtMs;
    if (file.clock.mode === "virtual") {
      const isQuiet = next === null || world.isQuiet;
      system.out(isQuiet ? "nothing is left to happen\n" : `next event in ${(next - world.nowMs) / 1000} s\n`);
    }
  });
}

/** `kjob clock advance`: a running real clock is set forward, and runs on from there. */
export async function advanceClock(text: string, state: StateDirectory, system: System): Promise<void> {
  const ms = durationMs(text);
  await withCluster(state, system, async ({ name, session }) => {
    const untilMs = (await session.write()).nowMs + ms;
    const { clock } = state.cluster(name);
    // First the clock: were this ended on the way, the world would be ahead of it, and stand still until it comes.
    if (clock.mode === "real") {
      state.writeCluster(name, { clock: { ...clock, clusterMs: untilMs, wallMs: system.wallNow() } });
    }
    await session.advanceTo(untilMs);
    await session.commit();
  });
}

/** `kjob clock pause|resume|speed`: a virtual clock becomes a real one by it. */
export async function setSpeed(speed: number, state: StateDirectory, system: System): Promise<void> {
  if (!(speed >= 0 && speed <= speedMax)) throw new UsageError(`the speed is a number from 0 to ${speedMax}`);
  await withCluster(state, system, async ({ name, session }) => {
    const world = await session.write();
    const clock = { mode: "real", clusterMs: world.nowMs, wallMs: system.wallNow(), speed } as const;
    state.writeCluster(name, { clock });
    await session.commit();
    system.out(`clock: ${clockText(clock)}\n`);
  });
}

function durationMs(text: string): number {
  let ms: number;
  try {
    ms = goDuration(text);
  } catch {
    throw new UsageError(`invalid duration "${text}": write it as 90s, 10m or 1h30m`);
  }
  if (ms < 0 || ms > advanceMsMax)
    throw new UsageError(`a clock moves forward, by ten years at most, not by "${text}"`);
  return ms;
}

async function withCluster(
  state: StateDirectory,
  system: System,
  use: (cluster: OpenCluster) => Promise<void>,
): Promise<void> {
  const cluster = await openCluster(state, undefined, system, () => {});
  try {
    await use(cluster);
  } finally {
    await cluster.session.abandon();
    await cluster.backend.close();
  }
}
