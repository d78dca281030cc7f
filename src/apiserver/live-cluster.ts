import type { World } from "../cluster/world.js";
import { ChangeFeed } from "./change-feed.js";

/** How a server comes by its world; one user at a time. */
export interface WorldSession {
  /** The world as it is now, for reading. May open a transaction where something was due. */
  look(): Promise<World>;
  /** The same under the writer's lock, to be changed. */
  write(): Promise<World>;
  /** Saves what was done, if anything was, and lets go of the lock. */
  commit(): Promise<void>;
  /** Forgets what was done since the last commit. */
  abandon(): Promise<void>;
}

interface Task {
  readonly writes: boolean;
  readonly work: (world: World) => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** Requests that share a transaction at most: the others of the queue wait for its commit. */
const batchLengthMax = 256;
/** Turns of the event loop that a batch waits for more at most, while more is coming. */
const gatherTurnsMax = 8;

/**
 * A world that many clients use at once. What they ask for is done one after the other, in the order it came; neighbours
 * share a transaction. Nobody is answered before what was done for him is committed, and watchers hear of it then.
 */
export class LiveCluster {
  readonly #session: WorldSession;
  readonly #tasks: Task[] = [];
  readonly #ticks = new Set<() => void>();
  readonly #moveListeners = new Set<(moves: number) => void>();
  #moves = 0;
  readonly feed = new ChangeFeed();
  #world: World | null = null;
  #isRunning = false;
  #failure: unknown;
  #idle: (() => void)[] = [];

  constructor(session: WorldSession) {
    this.#session = session;
  }

  /** Cluster time when it was last looked at. */
  get nowMs(): number {
    return this.#world?.nowMs ?? 0;
  }

  /** Looks at the world. `work` must not wait and must not change anything. */
  read<T>(work: (world: World) => T): Promise<T> {
    return this.#add(false, work);
  }

  /** Changes the world; resolves once that is committed. `work` must not wait. */
  write<T>(work: (world: World) => T): Promise<T> {
    return this.#add(true, work);
  }

  /** Lets due events of a real clock happen, and hears of what other processes have done. */
  async tick(): Promise<void> {
    await this.read(() => {});
    for (const listener of [...this.#ticks]) listener();
  }

  /** Calls back after each {@link tick}; returns what ends that. */
  onTick(listener: () => void): () => void {
    this.#ticks.add(listener);
    return () => this.#ticks.delete(listener);
  }

  /** How often somebody has moved the clock. */
  get moves(): number {
    return this.#moves;
  }

  /** The clock was moved, and what happened by it is committed. Tells everybody; returns how often that was so. */
  moved(): number {
    this.#moves++;
    for (const listener of [...this.#moveListeners]) listener(this.#moves);
    for (const listener of [...this.#ticks]) listener();
    return this.#moves;
  }

  /** Calls back after each {@link moved}, with the number of moves so far; returns what ends that. */
  onMoved(listener: (moves: number) => void): () => void {
    this.#moveListeners.add(listener);
    return () => this.#moveListeners.delete(listener);
  }

  /** Resolves when everything asked for so far is done. */
  async settled(): Promise<void> {
    if (!this.#isRunning) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #add<T>(writes: boolean, work: (world: World) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#tasks.push({ writes, work, resolve: resolve as (value: unknown) => void, reject });
      if (!this.#isRunning) void this.#run();
    });
  }

  /** Works the queue off. Never throws: what goes wrong is told to those who asked. */
  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#tasks.length > 0) {
      await this.#gather();
      await this.#runBatch(this.#tasks.splice(0, batchLengthMax));
    }
    this.#isRunning = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Takes in what clients have sent already: one commit costs about as much as a hundred writes. */
  async #gather(): Promise<void> {
    let turns = 0;
    let length: number;
    do {
      length = this.#tasks.length;
      await new Promise((resolve) => setImmediate(resolve));
      turns++;
    } while (this.#tasks.length > length && this.#tasks.length < batchLengthMax && turns < gatherTurnsMax);
  }

  async #runBatch(batch: readonly Task[]): Promise<void> {
    const outcomes: Outcome[] = [];
    try {
      const world = await this.#open(batch.some(({ writes }) => writes));
      for (const { work } of batch) outcomes.push(outcomeOf(() => work(world)));
      this.feed.collect(world);
      await this.#session.commit();
    } catch (error) {
      await this.#fail(batch, error);
      return;
    }
    this.feed.publish();
    batch.forEach((task, at) => {
      const outcome = outcomes[at];
      if (outcome === undefined) return;
      if ("error" in outcome) task.reject(outcome.error);
      else task.resolve(outcome.value);
    });
  }

  async #open(writes: boolean): Promise<World> {
    const world = writes ? await this.#session.write() : await this.#session.look();
    if (world !== this.#world) {
      this.#world = world;
      // The log of a world stays whole until it is collected; a world that was replaced is dropped with its log.
      world.store.pinLog();
      this.feed.begin(world);
    }
    return world;
  }

  /** The batch is as if it had never been: its changes are forgotten, and the world is opened anew. */
  async #fail(batch: readonly Task[], error: unknown): Promise<void> {
    this.feed.forget();
    this.#world = null;
    try {
      await this.#session.abandon();
    } catch (abandonError) {
      this.#failure = abandonError;
    }
    for (const { reject } of batch) reject(error);
  }
}

function outcomeOf(work: () => unknown): Outcome {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}
