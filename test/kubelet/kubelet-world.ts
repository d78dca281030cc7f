import type { Container, Pod, PodSpec } from "../../src/api/generated/types.js";
import { defaultEmulatedVersion, type EmulatedVersion } from "../../src/api/versions/emulated-version.js";
import { World } from "../../src/cluster/world.js";
import { kubelet } from "../../src/kubelet/kubelet.js";
import { MemoryBackend } from "../../src/store/memory-backend.js";
import { eventsAbout } from "../events-about.js";

const startMs = Date.UTC(2026, 0, 3, 12, 0, 0);

/** A world with one node and its kubelet, in which Pods are bound when they are created. */
export class KubeletWorld {
  readonly backend = new MemoryBackend();
  world: World;

  constructor(version: EmulatedVersion = defaultEmulatedVersion) {
    this.world = World.create(this.backend, { seed: 1, version }, startMs, [kubelet()]);
    const { client } = this.world;
    client.create("namespaces", { metadata: { name: "default" } });
    client.create("serviceaccounts", { metadata: { name: "default", namespace: "default" } });
    client.create("nodes", {
      metadata: { name: "node-1" },
      spec: { podCIDR: "10.244.1.0/24" },
      status: {
        addresses: [{ type: "InternalIP", address: "172.18.0.2" }],
        allocatable: { cpu: "4", memory: "8Gi", pods: "110" },
      },
    });
  }

  /** A new program takes the world over, from what was saved. */
  restart(): void {
    this.backend.begin();
    this.world.flush();
    // Of the memory backend: done when the call returns.
    void this.backend.commit();
    const world = World.open(this.backend, [kubelet()]);
    if (world === null) throw new Error("the backend holds no world");
    this.world = world;
  }

  get client() {
    return this.world.client;
  }

  run(name: string, container: Partial<Container>, spec: Partial<PodSpec> = {}, metadata = {}): Pod {
    const containers = spec.containers ?? [{ name: "main", image: "busybox", ...container }];
    return this.client.create("pods", {
      metadata: { name, namespace: "default", ...metadata },
      spec: { restartPolicy: "Never", nodeName: "node-1", ...spec, containers },
    });
  }

  /** Runs a shell script in a busybox. */
  script(name: string, script: string, spec: Partial<PodSpec> = {}): Pod {
    return this.run(name, { command: ["sh", "-c", script] }, spec);
  }

  pod(name: string): Pod | undefined {
    return this.client.get("pods", "default", name);
  }

  advance(seconds: number): void {
    this.world.advanceTo(this.world.nowMs + seconds * 1000);
  }

  /** Events about objects of this name, as `reason: message`, first ones first. */
  events(name: string): string[] {
    return eventsAbout(this.client, name);
  }

  /** What a watch shows of a Pod in so many seconds: `seconds phase reason ready`, a line for each change. */
  watch(name: string, seconds: number): string[] {
    const rows: string[] = [];
    const from = this.world.nowMs;
    const until = from + seconds * 1000;
    let revision = this.pod(name)?.metadata.resourceVersion;
    while (this.world.step(until)) {
      const pod = this.pod(name);
      if (pod?.metadata.resourceVersion === revision) continue;
      revision = pod?.metadata.resourceVersion;
      rows.push(`${Math.round((this.world.nowMs - from) / 100) / 10}s ${pod === undefined ? "gone" : rowOf(pod)}`);
    }
    return rows;
  }
}

function rowOf({ status }: Pod): string {
  const states = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(
    ({ state, ready, restartCount }) => {
      const text = state?.running ? "Running" : (state?.waiting?.reason ?? state?.terminated?.reason);
      return `${text}${ready ? "+" : ""}${restartCount > 0 ? `(${restartCount})` : ""}`;
    },
  );
  return [status?.phase, ...states].join(" ");
}
