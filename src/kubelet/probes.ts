import type { Probe } from "../api/generated/types.js";
import type { EpochMs } from "../api/meta/object.js";
import { decodeUtf8 } from "../container/bytes.js";
import { type Container, StartFailure } from "../container/container.js";
import { findImage } from "../images/catalog.js";
import type { ContainerRow, ProbeRow } from "./pod-row.js";
import { stopContainer } from "./stop-container.js";
import { specificationOf, tell, type Work } from "./work.js";

const kinds = ["startup", "readiness", "liveness"] as const;
type Kind = (typeof kinds)[number];

const words: Readonly<Record<Kind, string>> = { startup: "Startup", readiness: "Readiness", liveness: "Liveness" };

function probeOf(work: Work, row: ContainerRow, kind: Kind): Probe | undefined {
  return specificationOf(work, row)[`${kind}Probe`];
}

/**
 * Sets up the probes of a container that has just started: until its startup probe has succeeded it is not started, and
 * until its readiness probe has, not ready.
 * @see kubernetes v1.36 pkg/kubelet/prober/worker.go
 */
export function startProbes(work: Work, row: ContainerRow): void {
  const specification = specificationOf(work, row);
  const { startupProbe, readinessProbe, livenessProbe } = specification;
  if ((startupProbe ?? readinessProbe ?? livenessProbe) === undefined) return;
  const started = startupProbe === undefined;
  row.probes = { started, ready: started && readinessProbe === undefined, state: {} };
  for (const kind of kinds) {
    const probe = probeOf(work, row, kind);
    if (probe === undefined) continue;
    const nextAtMs = work.nowMs + (probe.initialDelaySeconds ?? 0) * 1000;
    row.probes.state[kind] = { nextAtMs, successes: 0, failures: 0, exec: null };
  }
}

/** Runs the probes that are due. Returns whether what they say of the container has changed. */
export function runProbes(work: Work, row: ContainerRow, container: Container): boolean {
  const { probes } = row;
  if (probes === undefined) return false;
  const before = { started: probes.started, ready: probes.ready };
  for (const kind of kinds) {
    const state = probes.state[kind];
    const probe = probeOf(work, row, kind);
    if (state === undefined || probe === undefined || !isActive(kind, probes.started)) continue;
    const outcome = runProbe(work, row, container, { probe, state });
    if (outcome === null || row.stop !== undefined) continue;
    state.nextAtMs = Math.max(state.nextAtMs + (probe.periodSeconds ?? 10) * 1000, work.nowMs + 1);
    count(work, row, { kind, probe, state, failure: outcome.failure });
    if (container.exited !== null) break;
  }
  return before.started !== probes.started || before.ready !== probes.ready;
}

/** When the next probe has something to do; null where there is none. */
export function nextProbeMs({ probes }: ContainerRow): EpochMs | null {
  if (probes === undefined) return null;
  let next: EpochMs | null = null;
  for (const kind of kinds) {
    const state = probes.state[kind];
    if (state === undefined || !isActive(kind, probes.started)) continue;
    const at = state.exec === null ? state.nextAtMs : state.exec.deadlineMs;
    if (next === null || at < next) next = at;
  }
  return next;
}

/** The startup probe runs until it has succeeded, and the others from then on. */
function isActive(kind: Kind, isStarted: boolean): boolean {
  return (kind === "startup") !== isStarted;
}

/** What the probe found, if it has found anything at this instant; `failure` is null where all is well. */
function runProbe(
  work: Work,
  row: ContainerRow,
  container: Container,
  { probe, state }: { readonly probe: Probe; readonly state: ProbeRow },
): { readonly failure: string | null } | null {
  const { nowMs } = work;
  if (state.exec === null) {
    if (nowMs < state.nextAtMs) return null;
    if (probe.exec === undefined) return { failure: networkFailure(work, row, probe) };
    const id = container.exec({ argv: probe.exec.command ?? [], stdin: false, tty: false }, nowMs);
    if (id instanceof StartFailure) return { failure: `OCI runtime exec failed: exec failed: ${id.reason}: unknown` };
    state.exec = { id, deadlineMs: nowMs + (probe.timeoutSeconds ?? 1) * 1000, output: "" };
  }
  const { chunks, exited } = container.execState(state.exec.id);
  for (const { data } of chunks) state.exec.output += data;
  if (exited === null && nowMs < state.exec.deadlineMs) return null;
  const output = decodeUtf8(state.exec.output);
  state.exec = null;
  if (exited === null) {
    const command = (probe.exec?.command ?? []).join(" ");
    return { failure: `command timed out: "${command}" timed out after ${probe.timeoutSeconds ?? 1}s` };
  }
  return { failure: exited.exitCode === 0 ? null : output };
}

/** Images that bring no server: what runs in them listens nowhere. */
const imagesWithoutServer: ReadonlySet<string> = new Set(["busybox", "alpine", "bash", "ubuntu", "debian", "pause"]);

/** Servers and unknown images answer, whatever their ports; there is no network behind it. */
function networkFailure(work: Work, row: ContainerRow, probe: Probe): string | null {
  const isUnknown = row.made === null || row.made.blackBox !== null;
  const image = isUnknown ? null : findImage(specificationOf(work, row).image ?? "");
  if (image === null || !imagesWithoutServer.has(image.repository)) return null;
  const { httpGet, tcpSocket, grpc } = probe;
  const address = `${httpGet?.host ?? tcpSocket?.host ?? work.row.ip ?? ""}:${httpGet?.port ?? tcpSocket?.port ?? grpc?.port}`;
  const refused = `dial tcp ${address}: connect: connection refused`;
  if (httpGet === undefined) return refused;
  const scheme = (httpGet.scheme ?? "HTTP").toLowerCase();
  return `Get "${scheme}://${address}${httpGet.path ?? "/"}": ${refused}`;
}

function count(
  work: Work,
  row: ContainerRow,
  found: { readonly kind: Kind; readonly probe: Probe; readonly state: ProbeRow; readonly failure: string | null },
): void {
  const { kind, probe, state, failure } = found;
  const { probes } = row;
  if (probes === undefined) return;
  if (failure === null) {
    state.failures = 0;
    state.successes += 1;
    if (state.successes < (probe.successThreshold ?? 1)) return;
    if (kind === "readiness") probes.ready = true;
    if (kind === "startup") {
      probes.started = true;
      probes.ready = probes.state.readiness === undefined;
      for (const other of ["readiness", "liveness"] as const) {
        const next = probes.state[other];
        if (next !== undefined) next.nextAtMs = Math.max(next.nextAtMs, work.nowMs);
      }
    }
    return;
  }
  state.successes = 0;
  state.failures += 1;
  tell(work, "Warning", "Unhealthy", `${words[kind]} probe failed: ${failure}`, row);
  if (state.failures < (probe.failureThreshold ?? 3)) return;
  if (kind === "readiness") {
    probes.ready = false;
    return;
  }
  const graceSeconds = probe.terminationGracePeriodSeconds ?? work.spec.terminationGracePeriodSeconds ?? 30;
  const text = `Container ${row.name} failed ${kind} probe, will be restarted`;
  stopContainer(work, row, work.nowMs + graceSeconds * 1000, text);
}
