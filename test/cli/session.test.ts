import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Session } from "../../src/cli/session.js";
import { bootstrap } from "../../src/cluster/bootstrap.js";
import { components } from "../../src/cluster/components.js";
import { World } from "../../src/cluster/world.js";
import { LmdbBackend } from "../../src/persistence/lmdb-backend.js";

const startMs = Date.UTC(2026, 0, 3, 12, 0, 0);

it("saves a long run again and again, as others wait for it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kjob-session-"));
  const backend = LmdbBackend.open(join(folder, "state.mdb"));
  try {
    backend.begin();
    const world = World.create(backend, { seed: 1, version: "1.36" }, startMs, components());
    bootstrap(world, { nodes: 1 });
    world.flush();
    await backend.commit();
    let wallMs = 0;
    const saved: number[] = [];
    const session = new Session({
      backend,
      clock: { mode: "virtual" },
      components: async () => components,
      // Each look at the clock costs a second: a machine that is slow.
      wallNow: () => (wallMs += 1_000),
      flushOutput: () => {},
      onProgress: ({ nowMs }) => saved.push(nowMs),
    });
    const { client } = await session.write();
    client.create("cronjobs", {
      metadata: { name: "tick", namespace: "default" },
      spec: {
        schedule: "* * * * *",
        jobTemplate: {
          spec: {
            completions: 30,
            parallelism: 30,
            template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "busybox" }] } },
          },
        },
      },
    });
    await session.advanceTo(startMs + 15 * 60_000);
    await session.commit();
    expect(saved.length).toBeGreaterThan(1);
    expect(saved).toEqual(saved.toSorted((left, right) => left - right));
    expect((await session.look()).nowMs).toBe(startMs + 15 * 60_000);
    expect((await session.look()).client.list("jobs", "default").length).toBeGreaterThan(0);
  } finally {
    await backend.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
