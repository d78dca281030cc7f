import type { IncomingHttpHeaders } from "node:http";
import type { EpochMs } from "../api/meta/object.js";
import { requireSuccess, textOf } from "./answers.js";
import type { Connection } from "./connection.js";

/** Cluster time that a command takes which does not wait, on a virtual clock. */
const commandMs = 150;

/** Cluster time from asking for a command in a container to its start, on a virtual clock. */
const execMs = 50;

/** What moving a virtual clock came to. */
interface ClockMove {
  readonly passed: "event" | "end" | "quiet";
  /** How often anybody has moved it. */
  readonly moves: number;
}

/**
 * The clock of an API server. Real ones go by that of this machine; a server of kjob's tells its own in every answer, and
 * where that is virtual, whoever waits for something moves it.
 */
export class ServerClock {
  readonly #connection: Connection;
  readonly #wallNow: () => EpochMs;
  #mode: "unknown" | "wall" | "real" | "virtual" = "unknown";
  #timeMs = 0;
  #offsetMs = 0;
  /** Where a virtual clock stood when a stream began that moves it; null: none has. */
  #drivenFromMs: EpochMs | null = null;
  #waited = false;

  constructor(connection: Connection, wallNow: () => EpochMs) {
    this.#connection = connection;
    this.#wallNow = wallNow;
  }

  get isKnown(): boolean {
    return this.#mode !== "unknown";
  }

  get isVirtual(): boolean {
    return this.#mode === "virtual";
  }

  now(): EpochMs {
    return this.isVirtual ? this.#timeMs : this.#wallNow() + this.#offsetMs;
  }

  /** Takes what the head of an answer says of the time. */
  observe(headers: IncomingHttpHeaders): void {
    const timeMs = Date.parse(String(headers["kjob-time"]));
    const mode = headers["kjob-clock"];
    if (Number.isNaN(timeMs) || (mode !== "virtual" && mode !== "real")) {
      this.#mode = "wall";
      return;
    }
    this.#mode = mode;
    this.#timeMs = timeMs;
    this.#offsetMs = timeMs - this.#wallNow();
  }

  /** Headers of a request whose answer goes on as long as the clock does. Only kjob's servers know them. */
  drive(untilMs: EpochMs | undefined): Readonly<Record<string, string>> {
    if (!this.isVirtual) return {};
    this.#drivenFromMs ??= this.#timeMs;
    return { "kjob-drive": untilMs === undefined ? "forever" : String(Math.ceil(untilMs)) };
  }

  /** The time that a request takes to get into a container: on a virtual clock, a real one goes by itself. */
  async reachContainer(): Promise<void> {
    if (this.isVirtual) await this.#post({ advanceMs: execMs });
  }

  /** Lets a virtual clock go on to the next change of an object, at most to `untilMs`. @throws RemoteStatusError */
  async pass(untilMs: EpochMs | undefined): Promise<ClockMove> {
    this.#waited = true;
    return this.#post<ClockMove>({ pass: true, ...(untilMs === undefined ? {} : { untilMs: Math.ceil(untilMs) }) });
  }

  /** The end of a command: one that did not wait took its time all the same. */
  async finish(): Promise<void> {
    if (!this.isVirtual || this.#waited) return;
    if (this.#drivenFromMs !== null) {
      await this.#ask("GET");
      if (this.#timeMs !== this.#drivenFromMs) return;
    }
    await this.#post({ advanceMs: commandMs });
  }

  #post<T>(body: unknown): Promise<T> {
    return this.#ask<T>("POST", JSON.stringify(body));
  }

  async #ask<T>(method: string, body?: string): Promise<T> {
    const headers: Readonly<Record<string, string>> =
      body === undefined
        ? {}
        : { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) };
    const request = { method, path: "/kjob/clock", isOwn: true, headers, ...(body === undefined ? {} : { body }) };
    const answer = await this.#connection.send(request);
    await requireSuccess(answer);
    const told = JSON.parse(await textOf(answer)) as T & { readonly time: string };
    this.observe({ "kjob-time": told.time, "kjob-clock": "virtual" });
    return told;
  }
}
