import { beforeAll, describe, expect, test } from "vitest";
import type { ContainerStatus } from "../../src/api/generated/types.js";
import { containerAccess } from "../../src/cluster/kubelet-access.js";
import { loadEngine } from "../../src/images/engines.js";
import { ClusterWorld } from "../controllers/cluster-world.js";

const shell = (script: string) => ({ image: "busybox", command: ["sh", "-c", script] });
const mongosh = (script: string) => ({
  image: "mongo:5",
  command: ["mongosh", "--nodb", "--quiet", "--eval", script],
});

/** What tries to get out of its container, or to take more than its share; and how that ends. */
const runaways = [
  { name: "shell-loop", container: shell("while true; do :; done"), exitCode: null },
  { name: "fork-bomb", container: shell("f() { f | f & }; f; sleep 1; echo over"), exitCode: 0 },
  { name: "script-loop", container: mongosh("while (true) {}"), exitCode: null },
  { name: "long-string", container: mongosh("'x'.repeat(2 ** 30)"), exitCode: 1 },
  { name: "exit", container: mongosh("process.exit(7)"), exitCode: 7 },
  { name: "module", container: mongosh("require('fs').readFileSync('/etc/passwd')"), exitCode: 1 },
  { name: "network", container: mongosh("fetch('http://example.com')"), exitCode: 1 },
  {
    name: "prototype",
    container: mongosh(
      "Object.prototype.then = 1; Array.prototype.push = null; ({}).constructor.constructor('return process.mainModule')().require('fs')",
    ),
    exitCode: 1,
  },
  {
    name: "memory",
    container: mongosh("const a = []; for (;;) a.push(('x'.repeat(1e5) + a.length).split(''))"),
    exitCode: 134,
  },
] as const;

describe("containers that run away", () => {
  let cluster: ClusterWorld;
  let wallMs: number;
  const logs = (pod: string) =>
    containerAccess.readLogs(cluster.world.contextOf("kubelet"), { namespace: "default", pod }).text;
  const status = (pod: string): ContainerStatus | undefined => cluster.pod(pod)?.status?.containerStatuses?.[0];

  beforeAll(async () => {
    await loadEngine("mongo");
    cluster = new ClusterWorld({ version: "1.23" });
    for (const { name, container } of runaways) {
      cluster.runPod(name, { container, spec: { restartPolicy: "Never", terminationGracePeriodSeconds: 5 } });
    }
    cluster.runPod("neighbour", {
      container: shell("for n in 1 2 3 4 5; do sleep 10; echo $n; done"),
      spec: { restartPolicy: "Never" },
    });
    const startMs = performance.now();
    for (let step = 0; step < 4; step++) {
      cluster.advance(30);
      cluster.restart();
    }
    wallMs = performance.now() - startMs;
  }, 60_000);

  test.each(runaways)("$name ends with $exitCode, where null is never", ({ name, exitCode }) => {
    const { state } = status(name) ?? {};
    expect(state?.terminated?.exitCode ?? null).toBe(exitCode);
    if (exitCode === null) expect(state?.running).toBeDefined();
  });

  test("take two minutes of the cluster, and few seconds of the host", () => {
    expect(wallMs).toBeLessThan(30_000);
  });

  test("leave their neighbours alone", () => {
    expect(logs("neighbour")).toBe("1\n2\n3\n4\n5\n");
    expect(status("neighbour")?.state?.terminated?.exitCode).toBe(0);
    expect(({} as { then?: unknown }).then).toBeUndefined();
    expect([].push).toBeTypeOf("function");
  });

  test.each(runaways.filter(({ exitCode }) => exitCode === null))("$name is gone when it is deleted", ({ name }) => {
    cluster.client.delete("pods", "default", name);
    cluster.advance(10);
    expect(cluster.pod(name)).toBeUndefined();
  });
});
