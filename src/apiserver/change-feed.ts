import type { World } from "../cluster/world.js";
import { CompactedError, type StoreChange } from "../store/store.js";
import { ChangeHistory } from "./change-history.js";
import { serverLimits } from "./limits.js";

/** Who wants to know of changes of one resource. Called after their commit, in their order, each once. */
export interface FeedListener {
  readonly resource: string;
  /** Told what one commit brought, at least one change; listeners that are told the same are told the same array. */
  readonly onChanges: (changes: readonly StoreChange[]) => void;
  /** Changes were missed, and nobody knows them any more: the listener is let go. */
  readonly onGap: () => void;
}

interface Subscription {
  /** Of the listener's resource, oldest first. */
  readonly missed: readonly StoreChange[];
  readonly stop: () => void;
}

/** The committed changes of a cluster, told to everybody who watches, whichever process made them. */
export class ChangeFeed {
  readonly #listeners = new Map<string, Set<FeedListener>>();
  /** Committed and told: for watches that resume, beside what the store itself keeps. */
  readonly #history = new ChangeHistory({
    lengthMax: serverLimits.historyLengthMax,
    bytesMax: serverLimits.historyBytesMax,
  });
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
      this.#history.clear();
      const all = [...this.#listeners.values()].flatMap((listeners) => [...listeners]);
      this.#listeners.clear();
      for (const { onGap } of all) onGap();
      return;
    }
    if (changes.length === 0) return;
    this.#history.add(changes);
    for (const [resource, ofResource] of byResource(changes)) {
      const listeners = this.#listeners.get(resource);
      if (listeners === undefined) continue;
      for (const { onChanges } of [...listeners]) onChanges(ofResource);
    }
  }

  /**
   * Calls a listener for all changes after a revision that are still to be told. Called inside a read of `world`. Returns
   * those that were told already, and what ends it.
   * @throws CompactedError where nobody knows what came after that revision
   */
  subscribe(world: World, after: number, listener: FeedListener): Subscription {
    const told = this.#revision ?? world.store.revision;
    const before = after < told ? this.#between(world, after, told) : [];
    const missed = before.filter(({ resource }) => resource === listener.resource);
    const from = Math.max(after, told);
    const guarded: FeedListener = {
      ...listener,
      onChanges: (changes) => {
        const isNew = (changes[0]?.revision ?? 0) > from;
        const news = isNew ? changes : changes.filter(({ revision }) => revision > from);
        if (news.length > 0) listener.onChanges(news);
      },
    };
    const listeners = this.#listeners.get(listener.resource) ?? new Set();
    this.#listeners.set(listener.resource, listeners.add(guarded));
    return { missed, stop: () => this.#listeners.get(listener.resource)?.delete(guarded) };
  }

  /** Changes of a resource after a revision, up to now, newest last. Called inside a read of `world`. @throws CompactedError */
  changesAfter(world: World, after: number): readonly StoreChange[] {
    const told = this.#revision ?? world.store.revision;
    const before = after < told ? this.#between(world, after, told) : [];
    return world.store.revision > told ? [...before, ...world.store.changesAfter(Math.max(after, told))] : before;
  }

  #between(world: World, after: number, until: number): readonly StoreChange[] {
    return this.#history.after(after) ?? world.store.changesAfter(after).filter(({ revision }) => revision <= until);
  }
}

function byResource(changes: readonly StoreChange[]): ReadonlyMap<string, readonly StoreChange[]> {
  const groups = new Map<string, StoreChange[]>();
  for (const change of changes) {
    const group = groups.get(change.resource);
    if (group === undefined) groups.set(change.resource, [change]);
    else group.push(change);
  }
  return groups;
}
