import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Status } from "../api/generated/types.js";
import type { KubeObject } from "../api/meta/object.js";
import { apiVersionOf, type Resource } from "../api/resources.js";
import type { ApiClient, WatchedEvent } from "../client/api-client.js";
import { linesOf, RemoteStatusError, requireSuccess } from "./answers.js";
import type { Connection } from "./connection.js";
import { pathOf, queryOf } from "./paths.js";
import type { ServerClock } from "./server-clock.js";

type WatchOptions = Parameters<ApiClient["watch"]>[1];

/** Between two attempts to open a watch again that broke off, and how many fail in a row before that is told. */
const retryMs = { base: 200, max: 10_000 };
const failuresMax = 6;

/**
 * Events from a server, over as many connections as it takes: a watch that breaks off goes on from the last revision that it
 * has seen, so no event is lost and none comes twice.
 * @throws StatusError, Expired where the server does not know any more what came after that revision
 */
export async function* remoteWatch(
  connection: Connection,
  resource: Resource,
  options: WatchOptions,
  { clock, signal }: { readonly clock: ServerClock; readonly signal?: AbortSignal },
): AsyncIterable<WatchedEvent> {
  let resourceVersion = options.resourceVersion;
  let failures = 0;
  const leftMs = () => (options.untilMs === undefined ? Number.POSITIVE_INFINITY : options.untilMs - clock.now());
  while ((leftMs() > 0 || clock.isVirtual) && signal?.aborted !== true) {
    const stop = new AbortController();
    const isTimed = Number.isFinite(leftMs()) && !clock.isVirtual;
    const timer = isTimed ? setTimeout(() => stop.abort(), leftMs()) : undefined;
    const aborted = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
    try {
      const headers = clock.drive(options.untilMs);
      const answer = await open(connection, resource, { ...options, resourceVersion }, { headers, signal: aborted });
      failures = 0;
      const driver = "kjob-drive" in headers ? new WatchDriver(clock, options.untilMs) : null;
      for await (const line of linesOf(answer)) {
        // A line without its newline broke off in the middle: it comes again.
        if (!line.endsWith("\n")) break;
        const event = eventOf(line, resource);
        resourceVersion = (event.object as KubeObject).metadata.resourceVersion ?? resourceVersion;
        if (event.type !== "BOOKMARK") yield event;
        else if ((await driver?.passFrom(event)) === "over") return;
      }
    } catch (error) {
      if (error instanceof RemoteStatusError) throw error;
      if (aborted.aborted) return;
      failures += 1;
      if (failures > failuresMax) throw error;
      await sleep(Math.min(retryMs.max, retryMs.base * 2 ** failures), undefined, { signal: aborted }).catch(() => {});
    } finally {
      clearTimeout(timer);
      stop.abort();
    }
  }
}

/** Moves a virtual clock for a watch: only when all that came of the last move was seen, so nothing happens unseen. */
class WatchDriver {
  readonly #clock: ServerClock;
  readonly #untilMs: number | undefined;
  /** The move that is waited for. */
  #moves = -1;
  #isOver = false;

  constructor(clock: ServerClock, untilMs: number | undefined) {
    this.#clock = clock;
    this.#untilMs = untilMs;
  }

  /** Moves the clock on where a bookmark says that the last move was seen; "over" when nothing can come after it. */
  async passFrom({ object }: WatchedEvent): Promise<"over" | "open"> {
    const moves = Number((object as KubeObject).metadata.annotations?.["kjob.dev/clock-moves"] ?? Number.NaN);
    if (!(moves >= this.#moves)) return "open";
    if (this.#isOver) return "over";
    const move = await this.#clock.pass(this.#untilMs);
    this.#moves = move.moves;
    this.#isOver = move.passed !== "event";
    return "open";
  }
}

async function open(
  connection: Connection,
  resource: Resource,
  options: WatchOptions,
  { headers, signal }: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
): Promise<IncomingMessage> {
  const { namespace = "", labelSelector, fieldSelector, resourceVersion } = options;
  const query = queryOf({ watch: true, allowWatchBookmarks: true, labelSelector, fieldSelector, resourceVersion });
  const path = pathOf(resource, namespace) + query;
  const answer = await connection.send({
    method: "GET",
    path,
    headers: { accept: "application/json", ...headers },
    signal,
  });
  await requireSuccess(answer);
  return answer;
}

/** @throws RemoteStatusError */
function eventOf(line: string, resource: Resource): WatchedEvent {
  const event = JSON.parse(line) as WatchedEvent;
  if (event.type === "ERROR") throw new RemoteStatusError(event.object as Status);
  const object = event.object as KubeObject;
  return {
    ...event,
    object: { ...object, kind: object.kind ?? resource.kind, apiVersion: object.apiVersion ?? apiVersionOf(resource) },
  };
}
