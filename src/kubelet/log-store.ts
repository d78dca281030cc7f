import type { EpochMs } from "../api/meta/object.js";
import type { Context, Table } from "../client/component.js";

/** A piece of output as it was written: text up to and with a newline, or less where the next piece goes on. */
export type LogPiece = readonly [atMs: EpochMs, text: string];

/** The output of one instance of a container. */
interface InstanceLog {
  readonly restart: number;
  /** Characters in all, those of dropped chunks left out. */
  size: number;
  /** Full chunks lie in rows of their own, numbered from 0; the first `dropped` of them are gone. */
  readonly chunks: { readonly pieces: number; readonly size: number }[];
  dropped: number;
  /** Pieces since the last full chunk: instants and texts in turn. */
  tail: (number | string)[];
  tailSize: number;
}

/** All logs of a Pod; most Pods write a few lines, and this is then all there is. */
interface PodLogs {
  /** By container: the instance that runs or ran last, and the one before. */
  readonly containers: Record<string, { current: InstanceLog; previous: InstanceLog | null }>;
}

/** @see kubernetes v1.36 pkg/kubelet/apis/config, containerLogMaxSize: 10Mi */
const limits = { chunkCharacters: 65_536, logCharacters: 10 * 2 ** 20 };

/** The logs of all Pods, in tables: a row a Pod, and rows for what is too long for it. */
export class LogStore {
  readonly #pods: Table<PodLogs>;
  readonly #chunks: Table<(number | string)[]>;

  constructor(context: Pick<Context, "table">) {
    this.#pods = context.table("logs");
    this.#chunks = context.table("log-chunks");
  }

  /** A container has been started: what ran before is the previous instance now, and what was before that is gone. */
  begin(podKey: string, container: string, restart: number): void {
    const logs = this.#pods.get(podKey) ?? { containers: {} };
    const known = logs.containers[container];
    const current: InstanceLog = { restart, size: 0, chunks: [], dropped: 0, tail: [], tailSize: 0 };
    if (known !== undefined && known.previous !== null) this.#dropChunks(podKey, container, known.previous);
    logs.containers[container] = { current, previous: known?.current ?? null };
    this.#pods.put(podKey, logs);
  }

  append(podKey: string, container: string, atMs: EpochMs, text: string): void {
    const logs = this.#pods.get(podKey);
    const log = logs?.containers[container]?.current;
    if (logs === undefined || log === undefined) return;
    for (let from = 0; from < text.length; ) {
      const newline = text.indexOf("\n", from);
      const end = newline < 0 ? text.length : newline + 1;
      log.tail.push(atMs, text.slice(from, end));
      log.tailSize += end - from;
      log.size += end - from;
      from = end;
      if (log.tailSize >= limits.chunkCharacters) this.#seal(podKey, container, log);
    }
    this.#pods.put(podKey, logs);
  }

  /**
   * What is kept of an instance from its piece number `from` on, oldest first, and the number of the piece after that;
   * undefined where no such instance is known.
   */
  read(
    podKey: string,
    container: string,
    instance: "current" | "previous",
    from = 0,
  ): { readonly pieces: readonly LogPiece[]; readonly next: number; readonly restart: number } | undefined {
    const log = this.#pods.get(podKey)?.containers[container]?.[instance];
    if (log === undefined || log === null) return undefined;
    const pieces: LogPiece[] = [];
    let first = 0;
    for (const [number, chunk] of log.chunks.entries()) {
      if (number >= log.dropped && first + chunk.pieces > from) {
        const flat = this.#chunks.get(chunkKey(podKey, container, log.restart, number)) ?? [];
        addPieces(pieces, flat, Math.max(0, from - first));
      }
      first += chunk.pieces;
    }
    addPieces(pieces, log.tail, Math.max(0, from - first));
    return { pieces, next: first + log.tail.length / 2, restart: log.restart };
  }

  /** The last lines of the current instance, at most 80 of them and 2048 characters. */
  tail(podKey: string, container: string): string {
    const pieces = this.#pods.get(podKey)?.containers[container]?.current.tail ?? [];
    const text = pieces.filter((piece) => typeof piece === "string").join("");
    const lines = text.split("\n").slice(-81).join("\n");
    return lines.slice(-2048);
  }

  /** The Pod is gone. */
  remove(podKey: string): void {
    const logs = this.#pods.get(podKey);
    if (logs === undefined) return;
    for (const [container, { current, previous }] of Object.entries(logs.containers)) {
      this.#dropChunks(podKey, container, current);
      if (previous !== null) this.#dropChunks(podKey, container, previous);
    }
    this.#pods.delete(podKey);
  }

  #seal(podKey: string, container: string, log: InstanceLog): void {
    this.#chunks.put(chunkKey(podKey, container, log.restart, log.chunks.length), log.tail);
    log.chunks.push({ pieces: log.tail.length / 2, size: log.tailSize });
    log.tail = [];
    log.tailSize = 0;
    while (log.size > limits.logCharacters && log.dropped < log.chunks.length) {
      this.#chunks.delete(chunkKey(podKey, container, log.restart, log.dropped));
      log.size -= log.chunks[log.dropped]?.size ?? 0;
      log.dropped += 1;
    }
  }

  #dropChunks(podKey: string, container: string, log: InstanceLog): void {
    for (let number = log.dropped; number < log.chunks.length; number++) {
      this.#chunks.delete(chunkKey(podKey, container, log.restart, number));
    }
  }
}

function chunkKey(podKey: string, container: string, restart: number, number: number): string {
  return `${podKey}/${container}/${restart}/${number}`;
}

function addPieces(pieces: LogPiece[], flat: readonly (number | string)[], skip: number): void {
  for (let at = skip * 2; at < flat.length; at += 2) pieces.push([flat[at] as number, flat[at + 1] as string]);
}
