import type { Container, Pod, PodSpec } from "../../src/api/generated/types.js";
import { defaultEmulatedVersion, type EmulatedVersion } from "../../src/api/versions/emulated-version.js";
import { bootstrap } from "../../src/cluster/bootstrap.js";
import { components } from "../../src/cluster/components.js";
import { World } from "../../src/cluster/world.js";
import { MemoryBackend } from "../../src/store/memory-backend.js";
import { eventsAbout } from "../events-about.js";

const startMs = Date.UTC(2026, 0, 3, 12, 0, 0);

/** A whole cluster in virtual time, as it is handed over to its user. */
export class ClusterWorld {
  readonly backend = new MemoryBackend();
  world: World;

  constructor({ nodes = 1, version = defaultEmulatedVersion }: { nodes?: number; version?: EmulatedVersion } = {}) {
    this.world = World.create(this.backend, { seed: 1, version }, startMs, components());
    bootstrap(this.world, { nodes });
  }

  get client() {
    return this.world.client;
  }

  /** A new program takes the cluster over, from what was saved. */
  restart(): void {
    this.backend.begin();
    this.world.flush();
    // Of the memory backend: done when the call returns.
    void this.backend.commit();
    this.reopen();
  }

  /** A new program takes the cluster over, as it was last saved. */
  reopen(): void {
    const world = World.open(this.backend, components());
    if (world === null) throw new Error("the backend holds no world");
    this.world = world;
  }

  advance(seconds: number): void {
    this.world.advanceTo(this.world.nowMs + seconds * 1000);
  }

  /** Runs until nothing more happens by itself, at most an hour. */
  settle(): void {
    const until = this.world.nowMs + 3_600_000;
    while (!this.world.isQuiet && this.world.step(until));
  }

  /** A Pod that waits to be stopped, unless its container says otherwise. */
  runPod(
    name: string,
    {
      container = {},
      spec = {},
      metadata = {},
    }: { container?: Partial<Container>; spec?: Partial<PodSpec>; metadata?: Pod["metadata"] } = {},
  ): Pod {
    return this.client.create("pods", {
      metadata: { name, namespace: "default", ...metadata },
      spec: { containers: [{ name: "main", image: "pause", ...container }], ...spec },
    });
  }

  pod(name: string): Pod | undefined {
    return this.client.get("pods", "default", name);
  }

  podNames(): string[] {
    return this.client.list("pods", "default").map(({ metadata }) => metadata.name ?? "");
  }

  /** Events about objects of this name, as `reason: message`, first ones first. */
  events(name: string): string[] {
    return eventsAbout(this.client, name);
  }
}
