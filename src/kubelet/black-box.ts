import type { Pod } from "../api/generated/types.js";
import { isQuantity, unitValue } from "../api/meta/quantity.js";
import type { BlackBoxOptions } from "../images/catalog.js";
import type { Random } from "../sim/random.js";

/** Annotations on a Pod that say what its unknown images do. */
const annotations = {
  duration: "kjob.dev/duration",
  exitCode: "kjob.dev/exit-code",
  failureRate: "kjob.dev/failure-rate",
  logs: "kjob.dev/logs",
  memory: "kjob.dev/memory",
  pullError: "kjob.dev/pull-error",
  /** @see https://kwok.sigs.k8s.io/docs/user/stages-configuration/ */
  kwokDelay: "pod-complete.stage.kwok.x-k8s.io/delay",
  kwokJitterDelay: "pod-complete.stage.kwok.x-k8s.io/jitter-delay",
} as const;

/** Milliseconds that an unknown image runs where nothing is said. */
const usualMs = { min: 2000, max: 15_000 };

/** What an image nobody knows does in a Pod: drawn for this instance of the container by `keys`. */
export function blackBoxOptions(pod: Pod, random: Random, ...keys: readonly (string | number)[]): BlackBoxOptions {
  const said = pod.metadata.annotations ?? {};
  const draw = (what: string) => random.fraction("black-box", what, ...keys);
  const rate = parseRate(said[annotations.failureRate]);
  const exitCode = Number.parseInt(said[annotations.exitCode] ?? "", 10);
  const failureCode = Number.isNaN(exitCode) || exitCode === 0 ? 1 : exitCode;
  const fails = rate === null ? !Number.isNaN(exitCode) && exitCode !== 0 : draw("failure") < rate;
  const memory = said[annotations.memory];
  return {
    durationMs: durationMsOf(said, draw("duration")),
    exitCode: fails ? failureCode & 0xff : 0,
    ...(memory !== undefined && isQuantity(memory) ? { memoryBytes: unitValue(memory) } : {}),
    logLines: (said[annotations.logs] ?? "").split("\n").filter((line) => line !== ""),
  };
}

/** Whether the Pod says that its containers are black boxes, whatever their images are. */
export function isBlackBox(pod: Pod): boolean {
  const said = pod.metadata.annotations;
  return (
    said !== undefined &&
    (said[annotations.duration] ??
      said[annotations.exitCode] ??
      said[annotations.failureRate] ??
      said[annotations.memory]) !== undefined
  );
}

/** The error that pulling the images of a Pod is to end with; undefined where they can be pulled. */
export function pullErrorOf(pod: Pod): string | undefined {
  return pod.metadata.annotations?.[annotations.pullError];
}

function durationMsOf(said: { readonly [key: string]: string }, fraction: number): number {
  const text = said[annotations.duration];
  if (text !== undefined) {
    const [from = "", to = from] = text.split("-");
    const [min, max] = [parseDurationMs(from), parseDurationMs(to)];
    if (min !== null && max !== null) return Math.round(min + (Math.max(max, min) - min) * fraction);
  }
  const delay = parseDurationMs(said[annotations.kwokDelay] ?? "");
  const jitter = parseDurationMs(said[annotations.kwokJitterDelay] ?? "");
  if (delay !== null) return Math.round(delay + (Math.max(jitter ?? delay, delay) - delay) * fraction);
  return Math.round(usualMs.min + (usualMs.max - usualMs.min) * fraction);
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `1m30s` as milliseconds, a bare number as seconds; null for what is neither. */
function parseDurationMs(text: string): number | null {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1000;
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(trimmed)) return null;
  let total = 0;
  for (const [, number, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(number) * (unitMs[unit ?? ""] ?? 0);
  }
  return total;
}

/** `25%` or `0.25` as a fraction; null for what is neither. */
function parseRate(text: string | undefined): number | null {
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text?.trim() ?? "") ?? [];
  if (number === undefined) return null;
  return percent === "%" ? Number(number) / 100 : Number(number);
}
