import type { ContainerStatus, Job, JobSpec, Pod, PodStatus } from "../../src/api/generated/types.js";
import { formatTime } from "../../src/api/meta/object.js";
import { defaultEmulatedVersion, type EmulatedVersion } from "../../src/api/versions/emulated-version.js";
import { type Component, type Context, watch } from "../../src/client/component.js";
import { World } from "../../src/cluster/world.js";
import { MemoryBackend } from "../../src/store/memory-backend.js";
import { eventsAbout } from "../events-about.js";

/** How a test's Pods behave: annotations of their template. */
export const runAnnotation = "test/run-ms";
export const exitCodeAnnotation = "test/exit-code";
/** Indexes that fail, as `1,3`; the others succeed. */
export const failingIndexesAnnotation = "test/failing-indexes";

const startMs = Date.UTC(2026, 0, 3, 12, 0, 0);
const startupMs = 900;
const shutdownMs = 2000;

/** A world with some components, a namespace `default`, and a stand-in for the kubelet. */
export class TestWorld {
  readonly world: World;

  constructor(components: readonly Component[], version: EmulatedVersion = defaultEmulatedVersion) {
    const backend = new MemoryBackend();
    this.world = World.create(backend, { seed: 1, version }, startMs, [...components, testKubelet()]);
    this.world.client.create("namespaces", { metadata: { name: "default" } });
    this.world.client.create("serviceaccounts", { metadata: { name: "default", namespace: "default" } });
  }

  get client() {
    return this.world.client;
  }

  createJob(name: string, spec: Partial<JobSpec>, annotations: { [key: string]: string } = {}): Job {
    return this.client.create("jobs", {
      metadata: { name, namespace: "default" },
      spec: { ...spec, template: podTemplate(annotations) },
    });
  }

  job(name: string): Job | undefined {
    return this.client.get("jobs", "default", name);
  }

  pods(): readonly Pod[] {
    return this.client.list("pods", "default");
  }

  /** Events about objects of this name, as `reason: message`, first ones first. */
  events(name: string): string[] {
    return eventsAbout(this.client, name);
  }

  advance(seconds: number): void {
    this.world.advanceTo(this.world.nowMs + seconds * 1000);
  }
}

export function podTemplate(annotations: { [key: string]: string } = {}) {
  return {
    metadata: { annotations: { [runAnnotation]: "5000", ...annotations } },
    spec: { restartPolicy: "Never" as const, containers: [{ name: "main", image: "busybox" }] },
  };
}

/** Starts each Pod after a moment, lets it run for as long as its annotation says, and ends what is deleted. */
function testKubelet(): Component {
  return {
    name: "test-kubelet",
    watches: [
      watch("pods", ({ type, object: { metadata }, previous }, enqueue) => {
        const key = `${metadata.namespace}/${metadata.name}`;
        if (type === "ADDED") enqueue(key, startupMs);
        else if (metadata.deletionTimestamp !== undefined && previous?.metadata.deletionTimestamp === undefined) {
          enqueue(key, shutdownMs);
        }
      }),
    ],
    reconcile(key, context) {
      const [namespace = "", name = ""] = key.split("/");
      const pod = context.client.get("pods", namespace, name);
      if (pod === undefined || pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed") return;
      if (pod.metadata.deletionTimestamp !== undefined) {
        setStatus(pod, "Failed", 137, context);
        context.client.delete("pods", namespace, name, { gracePeriodSeconds: 0 });
      } else if (pod.status?.phase !== "Running") {
        context.client.bind(namespace, name, "node");
        setStatus(pod, "Running", undefined, context);
        context.enqueue(key, Number(pod.metadata.annotations?.[runAnnotation]));
      } else {
        const exitCode = exitCodeOf(pod);
        setStatus(pod, exitCode === 0 ? "Succeeded" : "Failed", exitCode, context);
      }
    },
  };
}

function exitCodeOf({ metadata: { annotations = {} } }: Pod): number {
  const index = annotations["batch.kubernetes.io/job-completion-index"];
  const failing = annotations[failingIndexesAnnotation]?.split(",") ?? [];
  if (index !== undefined && failing.includes(index)) return 1;
  return Number(annotations[exitCodeAnnotation] ?? 0);
}

function setStatus(pod: Pod, phase: PodStatus["phase"], exitCode: number | undefined, context: Context): void {
  const at = formatTime(context.now());
  const status: ContainerStatus = {
    name: "main",
    image: "busybox",
    imageID: "",
    ready: phase === "Running",
    restartCount: 0,
    state: exitCode === undefined ? { running: { startedAt: at } } : { terminated: { exitCode, finishedAt: at } },
  };
  const ready = { type: "Ready", status: phase === "Running" ? "True" : "False", lastTransitionTime: at };
  context.client.modify(
    "pods",
    pod.metadata.namespace ?? "",
    pod.metadata.name ?? "",
    (latest) => ({
      ...latest,
      status: {
        ...latest.status,
        ...(phase === undefined ? {} : { phase }),
        conditions: [ready],
        containerStatuses: [status],
      },
    }),
    "status",
  );
}
