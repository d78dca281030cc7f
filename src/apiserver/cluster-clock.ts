import type { EpochMs } from "../api/meta/object.js";
import type { ApiContext } from "./api-context.js";
import { bodyOf, requireBody } from "./bodies.js";
import { failure, jsonResponse } from "./responses.js";

/** The clock of a cluster that is served, as its clients may move it. */
export interface ClusterClock {
  /** Whether time stands still unless somebody moves it. */
  readonly isVirtual: boolean;
  /** Moves time by so many milliseconds. @throws StatusError where that is not possible */
  advance(ms: number): Promise<void>;
  /**
   * Lets a virtual clock go on to the next event, or to the next one that changes an object, at most to `untilMs`.
   * @throws StatusError where the clock is real
   */
  pass(options: PassOptions): Promise<Passed>;
}

export interface PassOptions {
  readonly untilMs?: EpochMs;
  readonly toChange?: boolean;
}

/** What a clock came to: something has happened, its end has come, or nothing can ever happen by itself any more. */
export type Passed = "event" | "end" | "quiet";

/** In every answer: cluster time, and whether it stands still between requests. */
export const clockHeaders = { time: "kjob-time", mode: "kjob-clock" } as const;

/**
 * In a request whose client waits for something: a virtual clock goes on while the answer does. Its value is the instant at
 * which that ends, in milliseconds, or `forever`. In that of a watch: bookmarks follow each move of the clock, as the
 * client moves it itself.
 */
export const driveHeader = "kjob-drive";

/** Of bookmarks: how often the clock had been moved when everything up to there was sent. */
export const moveAnnotation = "kjob.dev/clock-moves";

/** Until when a request wants the clock to go on; undefined where it does not. @throws StatusError BadRequest */
export function driveOf(headers: { get(name: string): string | null }): { readonly untilMs?: EpochMs } | undefined {
  const value = headers.get(driveHeader);
  if (value === null) return undefined;
  if (value === "forever") return {};
  if (!/^\d{1,15}$/.test(value))
    throw failure("BadRequest", `${driveHeader} is an instant in milliseconds, or forever`);
  return { untilMs: Number(value) };
}

/** GET /kjob/clock */
export async function showClock(context: ApiContext): Promise<Response> {
  return jsonResponse({ ...(await told(context)) });
}

/**
 * POST /kjob/clock: `{"advanceMs": 60000}` moves the clock by so much; `{"pass": true, "untilMs": …}` lets a virtual one go
 * on to the next change, and answers what it came to.
 * @throws StatusError BadRequest
 */
export async function moveClock(context: ApiContext, request: Request): Promise<Response> {
  const body = requireBody(await bodyOf(request));
  const { advanceMs, pass, untilMs } = body as Readonly<Record<string, unknown>>;
  if (pass === true && (untilMs === undefined || isInstant(untilMs))) {
    const passed = await context.clock.pass({ ...(untilMs === undefined ? {} : { untilMs }), toChange: true });
    const moves = context.cluster.moved();
    return jsonResponse({ ...(await told(context)), passed, moves });
  }
  if (!isInstant(advanceMs)) {
    throw failure("BadRequest", 'the body says how far to go: {"advanceMs": 60000}');
  }
  await context.clock.advance(advanceMs);
  context.cluster.moved();
  return jsonResponse(await told(context));
}

async function told({ cluster, clock }: ApiContext) {
  const nowMs = await cluster.read((world) => world.nowMs);
  return { time: new Date(nowMs).toISOString(), clock: clock.isVirtual ? "virtual" : "real" };
}

function isInstant(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
