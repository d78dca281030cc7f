import type { EpochMs } from "../api/meta/object.js";
import type { Container } from "../container/container.js";
import type { ContainerRow } from "./pod-row.js";
import type { Work } from "./work.js";

/** Sets up the probes of a container that has just started. */
export function startProbes(_work: Work, _row: ContainerRow): void {}

/** Runs the probes that are due. Returns whether what they say has changed. */
export function runProbes(_work: Work, _row: ContainerRow, _container: Container): boolean {
  return false;
}

export function nextProbeMs(_row: ContainerRow): EpochMs | null {
  return null;
}
