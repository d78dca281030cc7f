import type { EpochMs } from "../../api/meta/object.js";
import { badRequest } from "../../api/meta/status.js";
import type { ClusterClock, Passed, PassOptions } from "../../apiserver/cluster-clock.js";
import type { LiveCluster } from "../../apiserver/live-cluster.js";
import type { World } from "../../cluster/world.js";
import type { StateDirectory } from "../../persistence/state-directory.js";
import type { System } from "../system.js";

/** Writes of the simulation between two answers, while a clock is moved far. */
const revisionsPerStep = 2_000;
/** Events of a virtual clock between two answers, while it looks for one that changes something. */
const eventsPerStep = 5_000;

/** Wall time between two looks at the settings of the clock. */
const lookMs = 25;

/** The clock of a cluster in the state directory, moved in steps between which others are answered. */
export class ServedClock implements ClusterClock {
  readonly #cluster: LiveCluster;
  readonly #name: string;
  readonly #state: StateDirectory;
  readonly #system: System;
  #isVirtual = false;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(cluster: LiveCluster, name: string, state: StateDirectory, system: System) {
    this.#cluster = cluster;
    this.#name = name;
    this.#state = state;
    this.#system = system;
  }

  /** Every answer tells it: another process may have changed it, but not more often than it is looked at. */
  get isVirtual(): boolean {
    const now = this.#system.wallNow();
    if (Math.abs(now - this.#lookedAtMs) >= lookMs) {
      this.#isVirtual = this.#state.cluster(this.#name).clock.mode === "virtual";
      this.#lookedAtMs = now;
    }
    return this.#isVirtual;
  }

  /** As `kjob clock advance` does. */
  async advance(ms: number): Promise<void> {
    const untilMs = (await this.#cluster.write((world) => world.nowMs)) + ms;
    const { clock } = this.#state.cluster(this.#name);
    // First the clock: were this ended on the way, the world would be ahead of it, and stand still until it comes.
    if (clock.mode === "real") {
      const moved = { ...clock, clusterMs: untilMs, wallMs: this.#system.wallNow() };
      this.#state.writeCluster(this.#name, { clock: moved });
    }
    while (!(await this.#cluster.write((world) => world.advanceTo(untilMs, revisionsPerStep).done)));
    await this.#cluster.tick();
  }

  async pass(options: PassOptions): Promise<Passed> {
    if (!this.isVirtual) throw badRequest("the clock of this cluster goes on by itself");
    for (;;) {
      const passed = await this.#cluster.write((world) => passIn(world, options));
      if (passed !== "unfinished") return passed;
    }
  }
}

/** One step's worth of {@link ClusterClock.pass}; `unfinished` where it has to be asked again. */
export function passIn(
  world: World,
  { untilMs = Number.POSITIVE_INFINITY, toChange = false }: PassOptions,
): Passed | "unfinished" {
  const from = world.store.revision;
  for (let count = 0; count < eventsPerStep; count++) {
    const next: EpochMs | null = world.nextAtMs;
    if (next === null || world.isQuiet) return "quiet";
    if (next > untilMs) {
      world.advanceTo(untilMs);
      return "end";
    }
    // What has to be loaded first is loaded before the next write.
    if (world.prepare() !== null) return "unfinished";
    world.step(untilMs);
    if (!toChange || world.store.revision !== from) return "event";
  }
  return "unfinished";
}
