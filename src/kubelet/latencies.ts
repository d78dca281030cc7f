import type { Random } from "../sim/random.js";

/**
 * How long the kubelet and its runtime take, in milliseconds: what real nodes with a good connection take, so that
 * watches show the rows that they show there. Drawn for a Pod by its UID, never from a stream.
 */
const ranges = {
  /** From the binding to the first status. */
  admit: [180, 260],
  /** Network and sandbox of a Pod. */
  sandbox: [350, 600],
  /** Asking the registry whether a tag has moved, and unpacking what is small. */
  pull: [1600, 2200],
  /** Creating and starting a container whose image is there. */
  start: [150, 300],
  /** From a container's start or end to the status that tells it: the event generator looks once a second. */
  publish: [150, 350],
  /** From the status that tells the end of the last container to the final phase. */
  finish: [850, 1250],
  /** From a container's end to the start of the next one, init container or restart. */
  next: [400, 800],
  /** From the last container's end to the deletion of a deleted Pod's object. */
  remove: [300, 900],
} as const satisfies Record<string, readonly [number, number]>;

export type Latency = keyof typeof ranges;

/** Milliseconds that a step takes; the same for the same keys. */
export function latencyMs(random: Random, latency: Latency, ...keys: readonly (string | number)[]): number {
  const [min, max] = ranges[latency];
  return random.between(min, max, latency, ...keys);
}

/** Bytes a millisecond that a registry delivers. */
const pullBytesPerMs = 150_000;
/** However large an image is: who tries a Job does not want to wait for a real download. */
const transferMsMax = 2500;

/** Milliseconds that a pull takes; less where the layers are on the node already. */
export function pullMs(
  random: Random,
  image: { readonly sizeBytes: number; readonly isPresent: boolean },
  ...keys: readonly (string | number)[]
): number {
  const transferMs = image.isPresent ? 0 : Math.min(transferMsMax, Math.round(image.sizeBytes / pullBytesPerMs));
  return latencyMs(random, "pull", ...keys) + transferMs;
}

/** Back-off of containers that crash and of images that cannot be pulled. @see pkg/kubelet/kubelet.go, MaxCrashLoopBackOff */
export const backOff = { baseMs: 10_000, maxMs: 300_000 } as const;
