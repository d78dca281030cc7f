import { setTimeout as sleep } from "node:timers/promises";
import type { EpochMs } from "../api/meta/object.js";
import type { EmulatedVersion } from "../api/versions/emulated-version.js";
import type { Component } from "../client/component.js";
import { World } from "../cluster/world.js";
import type { LmdbBackend } from "../persistence/lmdb-backend.js";
import { type ClockSettings, StateError } from "../persistence/state-directory.js";

/** Cluster time that a command takes which does not wait, on a virtual clock. */
const commandMs = 150;
/** Cluster time from asking for a command in a container to its start, on a virtual clock. */
const execMs = 50;
/** Wall time between two looks at what other processes have done. */
const pollMs = 40;
/** Writes of the simulation in one transaction; a long catch-up is cut here, and saved so far. */
const revisionsPerCommit = 40_000;
/** Wall time after which such a transaction ends anyway: other commands wait for it. */
const commitMs = 2_000;
/** After so many, the events so far leave the memory, into the transaction. */
const revisionsPerSpill = 1000;
/** Revisions that are kept for watchers in the middle of a catch-up, which nobody can follow. */
const sliceHistoryLength = 50;
/** Instants of the simulation before a stream looks up, though nothing has happened that it waits for. */
const stepsAtOnceMax = 200;
/** Wall time without a commit, while a virtual clock runs on for a stream; at least so many times what a commit takes. */
const streamCommitMs = 250;
const streamCommitShare = 20;
/** Revisions of which each is kept while other processes follow the same cluster: a commit is made before there are more. */
const followedRevisions = 1000;
/** Wall time for which the lock is left to others after a commit: who waits for it would not get it in no time at all. */
const handOverMs = 1;
/** Wall time for which the clock's settings, once read, are good enough: another command may have changed them. */
const clockReadMs = 20;

/** What a session is made with. */
interface SessionOptions {
  readonly backend: LmdbBackend;
  /** Read again whenever it counts: another command may have set the clock. */
  readonly clock: ClockSettings;
  /** Loads what runs in a world, and resolves to a maker of it: asked for when something is to run, not to look. */
  readonly components: () => Promise<() => readonly Component[]>;
  /** Wall clock, milliseconds. */
  readonly wallNow: () => number;
  /** Sends what the command has printed; called after commits only. */
  readonly flushOutput: () => void;
  /** Told now and then while a catch-up takes long. */
  readonly onProgress: (progress: {
    readonly fromMs: EpochMs;
    readonly nowMs: EpochMs;
    readonly untilMs: EpochMs;
  }) => void;
  /** Aborted by Ctrl-C. */
  readonly signal?: AbortSignal;
}

/**
 * One command's hold on a cluster: opens the world, catches it up to the present, and commits what came of it, together.
 * What only reads, and finds nothing due, takes no lock and writes nothing.
 */
export class Session {
  readonly #options: SessionOptions;
  #world: World | null = null;
  /** Makes what runs in a world; null: the world was opened to look at, and nothing can run in it. */
  #components: (() => readonly Component[]) | null = null;
  #inTransaction = false;
  /** The simulation has met a defect or a damaged state: nothing of this transaction may be saved. */
  #isBroken = false;
  #waited = false;
  #lastCommitWallMs: number;
  #commitTookMs = 0;
  #committedRevision = 0;
  #evictedRevision = 0;
  /** Another process has been at work since this one began. */
  #hasCompany = false;
  #clockRead: { readonly clock: ClockSettings; readonly wallMs: number } | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#lastCommitWallMs = options.wallNow();
  }

  /** The world at the present, for reading. */
  async read(): Promise<World> {
    if (this.#inTransaction) return this.#opened();
    if (this.#clock().mode === "virtual") return this.write();
    if (this.#world === null || !this.#world.isCurrent) this.#world = this.#openWorld();
    const world = this.#world;
    const untilMs = this.#presentMs(world);
    if (world.nextAtMs !== null && world.nextAtMs <= untilMs) return this.write();
    world.advanceTo(untilMs);
    return world;
  }

  /** The world at the present, or as it was last saved on a virtual clock: looking takes no time there and no lock. */
  async look(): Promise<World> {
    if (this.#inTransaction || this.#clock().mode === "real") return this.read();
    if (this.#world === null || !this.#world.isCurrent) this.#world = this.#openWorld();
    return this.#world;
  }

  /** The version of the cluster, which never changes: told without a lock, as standard input may be read after it. */
  version(): EmulatedVersion {
    this.#world ??= this.#openWorld();
    return this.#world.version;
  }

  /** The world at the present, under the writer's lock. */
  async write(): Promise<World> {
    if (this.#components === null) await this.#loadComponents();
    if (!this.#inTransaction) {
      this.#begin();
      await this.#catchUp();
    }
    await this.#opened().prepare();
    return this.#opened();
  }

  /** Saves what was done, and lets go of the lock. Printed text follows. */
  async commit(): Promise<void> {
    if (this.#inTransaction) await this.#save();
    this.#options.flushOutput();
  }

  /** The end of a command: the time it took, and the commit. */
  async finish(): Promise<void> {
    if (this.#isBroken) await this.abandon();
    else if (this.#clock().mode === "virtual" && !this.#waited && this.#world !== null) {
      const world = await this.write();
      await this.#run(world, world.nowMs + commandMs);
    }
    await this.commit();
  }

  /** Forgets what was done since the last commit. */
  async abandon(): Promise<void> {
    if (!this.#inTransaction) return;
    this.#inTransaction = false;
    this.#world = null;
    await this.#options.backend.abort();
  }

  /** The time that a request takes to get into a container: on a virtual clock, a real one goes by itself. */
  async reachContainer(): Promise<void> {
    if (this.#options.clock.mode !== "virtual") return;
    const world = await this.write();
    await this.#run(world, world.nowMs + execMs);
  }

  /** Moves a virtual clock, or one that is paused. */
  async advanceTo(untilMs: EpochMs): Promise<void> {
    this.#waited = true;
    await this.#run(await this.write(), untilMs);
  }

  /**
   * Lets time pass until something may have happened, at most up to `untilMs` (cluster time). False when that has come, or
   * when nothing can ever happen by itself. Who waits for objects alone is not woken by what changes none.
   */
  async pass(untilMs: EpochMs | undefined, what: "anything" | "objects" = "anything"): Promise<boolean> {
    this.#waited = true;
    return this.#clock().mode === "virtual" ? this.#passVirtual(untilMs, what) : this.#passReal(untilMs);
  }

  get signal(): AbortSignal | undefined {
    return this.#options.signal;
  }

  /** Saves what was done, before a person is waited for: others may work on the cluster meanwhile. False on a real clock. */
  async rest(): Promise<boolean> {
    if (this.#options.clock.mode === "real") return false;
    await this.commit();
    return true;
  }

  async #passVirtual(untilMs: EpochMs | undefined, what: "anything" | "objects"): Promise<boolean> {
    const limitMs = untilMs ?? Number.POSITIVE_INFINITY;
    let world = await this.write();
    if (this.#isCommitDue(world)) {
      await this.#save(this.#hasCompany ? {} : { historyLength: sliceHistoryLength });
      this.#options.flushOutput();
      await sleep(handOverMs);
      world = await this.write();
    }
    const next = world.nextAtMs;
    if (next === null || world.isQuiet) return false;
    if (next > limitMs) {
      this.#simulate(() => world.advanceTo(limitMs));
      return false;
    }
    return this.#simulate(() => {
      const { revision } = world.store;
      let steps = 1;
      let hasMoved = world.step(limitMs);
      while (hasMoved && what === "objects" && world.store.revision === revision && steps < stepsAtOnceMax) {
        if (world.isQuiet) break;
        hasMoved = world.step(limitMs);
        steps++;
      }
      return hasMoved || steps > 1;
    });
  }

  /** Whether a stream has run on a virtual clock for so long that others should see what came of it. */
  #isCommitDue(world: World): boolean {
    if (this.#hasCompany && world.store.revision - this.#committedRevision >= followedRevisions) return true;
    const sinceCommitMs = this.#options.wallNow() - this.#lastCommitWallMs;
    return sinceCommitMs > Math.max(streamCommitMs, streamCommitShare * this.#commitTookMs);
  }

  async #passReal(untilMs: EpochMs | undefined): Promise<boolean> {
    await this.commit();
    const world = this.#opened();
    if (untilMs !== undefined && this.#presentMs(world) >= untilMs) return false;
    await sleep(pollMs);
    await this.read();
    return true;
  }

  /** What the time of the cluster is by the wall clock; a virtual clock stands where it stood. */
  #presentMs(world: World): EpochMs {
    const { wallNow } = this.#options;
    const clock = this.#clock();
    if (clock.mode === "virtual") return world.nowMs;
    return Math.max(world.nowMs, Math.floor(clock.clusterMs + (wallNow() - clock.wallMs) * clock.speed));
  }

  /** A world that was opened to look at is forgotten: the next one has what runs in it. */
  async #loadComponents(): Promise<void> {
    const components = await this.#options.components();
    if (this.#components !== null) return;
    this.#components = components;
    this.#world = null;
  }

  #begin(): void {
    this.#options.backend.begin();
    this.#inTransaction = true;
    this.#simulate(() => {
      if (this.#world?.isCurrent === true) return;
      this.#hasCompany ||= this.#world !== null;
      this.#world = this.#openWorld();
    });
    this.#committedRevision = this.#opened().store.revision;
  }

  async #save(options: { readonly historyLength?: number } = {}): Promise<void> {
    const world = this.#opened();
    const startedWallMs = this.#options.wallNow();
    world.flush(options);
    this.#inTransaction = false;
    await this.#options.backend.commit();
    this.#lastCommitWallMs = this.#options.wallNow();
    this.#commitTookMs = this.#lastCommitWallMs - startedWallMs;
    // A command that runs for long would otherwise come to hold all that it ever touched.
    const { revision } = world.store;
    if (revision - this.#evictedRevision < revisionsPerCommit) return;
    this.#evictedRevision = revision;
    world.store.evict();
  }

  async #catchUp(): Promise<void> {
    const world = this.#opened();
    await this.#run(world, this.#presentMs(world));
  }

  /** Runs the simulation for one transaction's worth; true where it got to `untilMs`. */
  #advanceSlice(world: World, untilMs: EpochMs): boolean {
    const endWallMs = this.#options.wallNow() + commitMs;
    for (let revisions = 0; revisions < revisionsPerCommit; revisions += revisionsPerSpill) {
      if (revisions > 0 && this.#options.wallNow() >= endWallMs) return false;
      if (this.#simulate(() => world.advanceTo(untilMs, revisionsPerSpill)).done) return true;
      if (world.prepare() !== null) return false;
      world.store.spill("events");
    }
    return false;
  }

  async #run(start: World, untilMs: EpochMs): Promise<void> {
    const fromMs = start.nowMs;
    let world = start;
    await world.prepare();
    while (!this.#advanceSlice(world, untilMs)) {
      const preparing = world.prepare();
      if (preparing !== null) {
        await preparing;
        continue;
      }
      await this.#save({ historyLength: sliceHistoryLength });
      this.#options.onProgress({ fromMs, nowMs: world.nowMs, untilMs });
      await sleep(handOverMs);
      this.#begin();
      world = this.#opened();
    }
  }

  #clock(): ClockSettings {
    const wallMs = this.#options.wallNow();
    if (this.#clockRead === null || wallMs - this.#clockRead.wallMs >= clockReadMs) {
      this.#clockRead = { clock: this.#options.clock, wallMs };
    }
    return this.#clockRead.clock;
  }

  #simulate<Result>(run: () => Result): Result {
    try {
      return run();
    } catch (error) {
      this.#isBroken = true;
      throw error;
    }
  }

  #openWorld(): World {
    const world = World.open(this.#options.backend, this.#components?.() ?? []);
    if (world === null)
      throw new StateError("the cluster has no state: delete it with `kjob cluster delete` and create it again");
    return world;
  }

  #opened(): World {
    if (this.#world === null) throw new Error("the session has no world open");
    return this.#world;
  }
}
