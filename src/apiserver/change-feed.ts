import type { World } from "../cluster/world.js";
import { CompactedError, type StoreChange } from "../store/store.js";

/** Who wants to know of changes of one resource. Called after their commit, in their order, each once. */
export interface FeedListener {
  readonly resource: string;
  readonly onChange: (change: StoreChange) => void;
  /** Changes were missed, and nobody knows them any more: the listener is let go. */
  readonly onGap: () => void;
}

/** Changes that are kept for watches that resume, beside what the store itself keeps. */
const historyLengthMax = 20_000;

/** The committed changes of a cluster, told to everybody who watches, whichever process made them. */
export class ChangeFeed {
  readonly #listeners = new Map<string, Set<FeedListener>>();
  /** Committed and told, oldest first. */
  #history: StoreChange[] = [];
  /** Not committed yet. */
  #pending: readonly StoreChange[] = [];
  #hasGap = false;
  /** The newest revision that was told. */
  #revision: number | null = null;
  #pendingRevision = 0;

  /** Everything up to this revision was told. */
  get revision(): number {
    return this.#revision ?? 0;
  }

  /** A world is open for the first time, or anew after another process has changed it. */
  begin(world: World): void {
    this.#revision ??= world.store.revision;
  }

  /** Takes what has happened in a world since the last time. */
  collect(world: World): void {
    const after = this.#revision ?? world.store.revision;
    this.#pendingRevision = world.store.revision;
    if (world.store.revision === after) return;
    try {
      this.#pending = world.store.changesAfter(after);
    } catch (error) {
      if (!(error instanceof CompactedError)) throw error;
      this.#hasGap = true;
    }
  }

  /** What was collected is not going to be committed. */
  forget(): void {
    this.#pending = [];
    this.#hasGap = false;
    this.#pendingRevision = this.#revision ?? 0;
  }

  /** What was collected is committed: tells it. */
  publish(): void {
    const changes = this.#pending;
    this.#pending = [];
    this.#revision = this.#pendingRevision;
    if (this.#hasGap) {
      this.#hasGap = false;
      this.#history = [];
      const all = [...this.#listeners.values()].flatMap((listeners) => [...listeners]);
      this.#listeners.clear();
      for (const { onGap } of all) onGap();
      return;
    }
    if (changes.length === 0) return;
    for (const change of changes) {
      this.#history.push(change);
      const listeners = this.#listeners.get(change.resource);
      if (listeners === undefined) continue;
      for (const { onChange } of [...listeners]) onChange(change);
    }
    if (this.#history.length > 1.5 * historyLengthMax) this.#history = this.#history.slice(-historyLengthMax);
  }

  /**
   * Calls a listener for all changes after a revision: those that were told already at once, the others when they are.
   * Called inside a read of `world`. Returns what ends it.
   * @throws CompactedError where nobody knows what came after that revision
   */
  subscribe(world: World, after: number, listener: FeedListener): () => void {
    const told = this.#revision ?? world.store.revision;
    for (const change of after < told ? this.#between(world, after, told) : []) {
      if (change.resource === listener.resource) listener.onChange(change);
    }
    const from = Math.max(after, told);
    const guarded: FeedListener = {
      ...listener,
      onChange: (change) => {
        if (change.revision > from) listener.onChange(change);
      },
    };
    const listeners = this.#listeners.get(listener.resource) ?? new Set();
    this.#listeners.set(listener.resource, listeners.add(guarded));
    return () => this.#listeners.get(listener.resource)?.delete(guarded);
  }

  /** Changes of a resource after a revision, up to now, newest last. Called inside a read of `world`. @throws CompactedError */
  changesAfter(world: World, after: number): readonly StoreChange[] {
    const told = this.#revision ?? world.store.revision;
    const before = after < told ? this.#between(world, after, told) : [];
    return world.store.revision > told ? [...before, ...world.store.changesAfter(Math.max(after, told))] : before;
  }

  #between(world: World, after: number, until: number): readonly StoreChange[] {
    const oldest = this.#history[0]?.revision;
    if (oldest === undefined || after < oldest - 1) {
      return world.store.changesAfter(after).filter(({ revision }) => revision <= until);
    }
    // Every revision is one change: its place follows from its number.
    return this.#history.slice(after - oldest + 1);
  }
}
