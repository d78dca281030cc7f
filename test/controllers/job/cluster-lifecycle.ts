import { expect } from "vitest";
import type { Container, Job, JobSpec, JobStatus, Pod, PodSpec } from "../../../src/api/generated/types.js";
import { resources } from "../../../src/api/resources.js";
import type { EmulatedVersion } from "../../../src/api/versions/emulated-version.js";
import { createSubresource } from "../../../src/registry/subresource-requests.js";
import { ClusterWorld } from "../cluster-world.js";

/** What becomes of one Job on a whole cluster, with its kubelet, scheduler and all controllers. */
export interface ClusterLifecycle {
  readonly name: string;
  readonly version?: EmulatedVersion;
  readonly nodes?: number;
  readonly job?: Partial<JobSpec>;
  readonly jobName?: string;
  /** Of the template; restartPolicy Never and one container that ends well after 3 s where it does not say otherwise. */
  readonly pod?: Partial<PodSpec>;
  readonly metadata?: Job["metadata"];
  readonly before?: (cluster: ClusterWorld) => void;
  /** What is done, each step after so many seconds. */
  readonly steps?: readonly (readonly [seconds: number, step: (cluster: ClusterWorld) => void])[];
  /** From the last step to the look at what has become of it. */
  readonly seconds: number;
  /** `type reason` of the conditions, in their order. */
  readonly conditions: readonly string[];
  /** Of the last condition, with the names of Pods as `POD`. */
  readonly message?: string;
  readonly status?: Partial<JobStatus>;
  readonly without?: readonly (keyof JobStatus)[];
  /** Reasons of the Job's events; the same one several times in a row stands once. */
  readonly events?: readonly string[];
  readonly also?: (cluster: ClusterWorld) => void;
}

export const jobName = "life";

export function sh(script: string, more: Partial<Container> = {}): Container {
  return { name: "main", image: "busybox", command: ["sh", "-c", script], ...more };
}

export function createJob(
  cluster: ClusterWorld,
  life: Pick<ClusterLifecycle, "job" | "pod" | "metadata" | "jobName">,
): Job {
  const spec: PodSpec = { restartPolicy: "Never", containers: [sh("sleep 3")], ...life.pod };
  return cluster.client.create("jobs", {
    metadata: { name: life.jobName ?? jobName, namespace: "default", ...life.metadata },
    spec: { ...life.job, template: { ...life.job?.template, spec } },
  });
}

/** Changes the spec of the Job. */
export const change = (spec: Partial<JobSpec>) => (cluster: ClusterWorld) => {
  cluster.client.modify("jobs", "default", jobName, (job) => ({
    ...job,
    spec: { ...job.spec, template: job.spec?.template ?? {}, ...spec },
  }));
};

export function jobOf(cluster: ClusterWorld): Job | undefined {
  return cluster.client.get("jobs", "default", jobName);
}

/** The Pods of the namespace, oldest first. */
export function podsOf(cluster: ClusterWorld): readonly Pod[] {
  return cluster.client.list("pods", "default").toSorted((a, b) => bornAt(a) - bornAt(b));
}

function bornAt({ metadata }: Pod): number {
  return Date.parse(metadata.creationTimestamp ?? "");
}

export function liveNames(cluster: ClusterWorld): string[] {
  return podsOf(cluster)
    .filter(
      ({ metadata, status }) => !metadata.deletionTimestamp && !["Succeeded", "Failed"].includes(status?.phase ?? ""),
    )
    .map(({ metadata }) => metadata.name ?? "");
}

export function evict(cluster: ClusterWorld, name: string): void {
  const target = { resource: resources.pods, namespace: "default", name, subresource: "eviction" };
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace: "default" } };
  createSubresource(cluster.world.registry, target, body, {});
}

export const evictAll = (cluster: ClusterWorld) => {
  for (const name of liveNames(cluster)) evict(cluster, name);
};

export const deleteAll = (cluster: ClusterWorld) => {
  for (const name of liveNames(cluster)) cluster.client.delete("pods", "default", name);
};

export const deleteJob = (propagationPolicy: "Background" | "Foreground" | "Orphan") => (cluster: ClusterWorld) => {
  cluster.client.delete("jobs", "default", jobName, { propagationPolicy });
};

export function live(life: ClusterLifecycle): void {
  const cluster = new ClusterWorld({
    ...(life.nodes === undefined ? {} : { nodes: life.nodes }),
    ...(life.version === undefined ? {} : { version: life.version }),
  });
  life.before?.(cluster);
  createJob(cluster, life);
  for (const [seconds, step] of life.steps ?? []) {
    cluster.advance(seconds);
    step(cluster);
  }
  cluster.advance(life.seconds);
  const name = life.jobName ?? jobName;
  const status = cluster.client.get("jobs", "default", name)?.status ?? {};
  expect((status.conditions ?? []).map(({ type, reason }) => `${type} ${reason}`)).toEqual(life.conditions);
  if (life.message !== undefined) {
    const said = status.conditions?.at(-1)?.message?.replaceAll(/\blife(-\d+)?-[a-z0-9]{5}\b/g, "POD");
    expect(said).toBe(life.message);
  }
  expect(status).toMatchObject(life.status ?? {});
  for (const field of life.without ?? []) expect(status).not.toHaveProperty(field);
  if (life.events !== undefined) {
    const reasons = cluster.events(name).map((line) => line.split(":")[0]);
    expect(reasons.filter((reason, at) => reason !== reasons[at - 1])).toEqual(life.events);
  }
  life.also?.(cluster);
}
