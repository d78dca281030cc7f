import { describe, expect, test } from "vitest";
import type { Container, PodSpec } from "../../src/api/generated/types.js";
import { pollExec, startExec } from "../../src/kubelet/exec.js";
import { readLogs } from "../../src/kubelet/read-logs.js";
import { KubeletWorld } from "./kubelet-world.js";

/** What a Pod went through, without the times. */
function rows(world: KubeletWorld, name: string, seconds: number): string[] {
  return world.watch(name, seconds).map((row) => row.replace(/^\S+ /, ""));
}

const sleep = (seconds: number): Partial<Container> => ({ command: ["sleep", String(seconds)] });

function container(name: string, seconds: number, more: Partial<Container> = {}): Container {
  return { name, image: "busybox:1.36", command: ["sleep", String(seconds)], ...more };
}

describe("the life of a Pod", () => {
  const lives: { name: string; container?: Partial<Container>; spec?: Partial<PodSpec>; rows: string[] }[] = [
    {
      name: "a container that ends well: the phase follows its end",
      container: sleep(5),
      rows: ["Pending ContainerCreating", "Running Running+", "Running Completed", "Succeeded Completed"],
    },
    {
      name: "a container that fails",
      container: { command: ["sh-that-is-not-there"] },
      rows: ["Pending ContainerCreating", "Pending StartError", "Failed StartError"],
    },
    {
      name: "init containers run one after another before the others",
      spec: { initContainers: [container("a", 2), container("b", 3)], containers: [container("main", 4)] },
      rows: [
        "Pending PodInitializing PodInitializing PodInitializing",
        "Pending Running PodInitializing PodInitializing",
        "Pending Completed+ PodInitializing PodInitializing",
        "Pending Completed+ Running PodInitializing",
        "Pending Completed+ Completed+ PodInitializing",
        "Running Completed+ Completed+ Running+",
        "Running Completed+ Completed+ Completed",
        "Succeeded Completed+ Completed+ Completed",
      ],
    },
    {
      name: "an init container that fails ends the Pod",
      spec: {
        initContainers: [container("a", 0, { command: ["false"] })],
        containers: [container("main", 4)],
      },
      rows: [
        "Pending PodInitializing PodInitializing",
        "Pending Error PodInitializing",
        "Failed Error PodInitializing",
      ],
    },
    {
      name: "several containers: statuses in the order of the spec, the Pod ends with the last",
      spec: { containers: [container("b", 2), container("a", 6)] },
      rows: [
        "Pending ContainerCreating ContainerCreating",
        "Running Running+ Running+",
        "Running Completed Running+",
        "Running Completed Completed",
        "Succeeded Completed Completed",
      ],
    },
    {
      name: "a sidecar runs beside the others and ends after them",
      spec: {
        initContainers: [{ name: "s", image: "nginx:1.27", restartPolicy: "Always" }],
        containers: [container("main", 3)],
      },
      rows: [
        "Pending PodInitializing PodInitializing",
        "Pending Running+ PodInitializing",
        "Running Running+ Running+",
        "Running Completed Completed",
        "Succeeded Completed Completed",
      ],
    },
    {
      name: "a deadline ends what still runs",
      container: sleep(60),
      spec: { activeDeadlineSeconds: 8, terminationGracePeriodSeconds: 2 },
      rows: ["Pending ContainerCreating", "Running Running+", "Running Running+", "Running Error", "Failed Error"],
    },
  ];
  test.each(lives)("$name", ({ container: main, spec, rows: wanted }) => {
    const world = new KubeletWorld();
    world.run("pod", main ?? {}, spec);
    expect(rows(world, "pod", 60)).toEqual(wanted);
  });

  test("a crash is restarted at once, then after 10 s, 20 s, 40 s", () => {
    const world = new KubeletWorld();
    world.run("pod", { image: "busybox:1.36", command: ["false"] }, { restartPolicy: "OnFailure" });
    const seen = world.watch("pod", 120).filter((row) => / Error/.test(row));
    const times = seen.map((row) => Number.parseFloat(row));
    expect(times).toHaveLength(5);
    const waits = times.slice(1).map((time, index) => Math.round(time - (times[index] ?? 0)));
    expect(waits[0]).toBeLessThan(2);
    expect(waits[1]).toBeGreaterThanOrEqual(10);
    expect(waits[1]).toBeLessThan(13);
    expect(waits[2]).toBeGreaterThanOrEqual(20);
    expect(waits[3]).toBeGreaterThanOrEqual(40);
    expect(world.pod("pod")?.status?.containerStatuses?.[0]).toMatchObject({
      restartCount: 4,
      state: { waiting: { reason: "CrashLoopBackOff", message: expect.stringContaining("back-off 1m20s restarting") } },
      lastState: { terminated: { exitCode: 1, reason: "Error" } },
    });
  });

  test("a deleted Pod whose process does not react is killed when its grace is over", () => {
    const world = new KubeletWorld();
    world.run("pod", sleep(600), { terminationGracePeriodSeconds: 7 });
    world.advance(10);
    world.client.delete("pods", "default", "pod");
    const seen = world.watch("pod", 30).slice(-2);
    expect(seen.map((row) => row.replace(/^\S+ /, ""))).toEqual(["Failed Error", "gone"]);
    expect(Number.parseFloat(seen[0] ?? "")).toBeGreaterThanOrEqual(7);
    expect(Number.parseFloat(seen[1] ?? "")).toBeLessThan(9);
    expect(world.events("pod")).toContain("Killing: Stopping container main");
  });

  test("a deleted Pod that has ended goes at once", () => {
    const world = new KubeletWorld();
    world.run("pod", sleep(1));
    world.advance(10);
    world.client.delete("pods", "default", "pod");
    world.advance(1);
    expect(world.pod("pod")).toBeUndefined();
  });

  test("a finalizer keeps the object of a deleted Pod, but nothing of it runs again", () => {
    const world = new KubeletWorld("1.23");
    world.run("pod", sleep(600), { terminationGracePeriodSeconds: 2 }, { finalizers: ["example.com/wait"] });
    world.advance(10);
    world.client.delete("pods", "default", "pod");
    world.advance(60);
    expect(world.pod("pod")?.metadata.deletionGracePeriodSeconds).toBe(0);
    expect(world.pod("pod")?.status?.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(137);
    expect(world.world.nextAtMs).toBeNull();
  });

  test("a Pod that is deleted by force is forgotten", () => {
    const world = new KubeletWorld();
    world.run("pod", sleep(600));
    world.advance(10);
    world.client.delete("pods", "default", "pod", { gracePeriodSeconds: 0 });
    world.advance(100);
    expect(world.pod("pod")).toBeUndefined();
    expect(world.world.nextAtMs).toBeNull();
  });
});

describe("images", () => {
  test("the events of a first and a second start", () => {
    const world = new KubeletWorld("1.34");
    world.run("one", { image: "busybox:1.36", ...sleep(1) });
    world.advance(10);
    expect(world.events("one")).toEqual([
      'Pulling: Pulling image "busybox:1.36"',
      expect.stringMatching(
        /^Pulled: Successfully pulled image "busybox:1.36" in [\d.]+s \([\d.]+s including waiting\)\. Image size: \d+ bytes\.$/,
      ),
      "Created: Created container: main",
      "Started: Started container main",
    ]);
    world.run("two", { image: "busybox:1.36", ...sleep(1) });
    world.advance(10);
    expect(world.events("two")[0]).toBe('Pulled: Container image "busybox:1.36" already present on machine');
  });

  test("an image that cannot be pulled is tried again, later and later", () => {
    const world = new KubeletWorld();
    world.run("pod", { image: "x:1" }, {}, { annotations: { "kjob.dev/pull-error": "not found" } });
    expect(rows(world, "pod", 40).slice(0, 4)).toEqual([
      "Pending ContainerCreating",
      "Pending ErrImagePull",
      "Pending ImagePullBackOff",
      "Pending ErrImagePull",
    ]);
  });

  test("a name that is none, and an image that must be there", () => {
    const world = new KubeletWorld();
    world.run("bad", { image: "Bad_Name:::" });
    world.run("never", { image: "busybox:1.36", imagePullPolicy: "Never" });
    world.advance(3);
    expect(rowOf(world, "bad")).toBe("InvalidImageName");
    expect(rowOf(world, "never")).toBe("ErrImageNeverPull");
  });

  test("an image that nobody knows does what annotations say", () => {
    const world = new KubeletWorld();
    const annotations = { "kjob.dev/duration": "5s", "kjob.dev/exit-code": "3", "kjob.dev/logs": "one\ntwo" };
    world.run("pod", { image: "example.com/model:7" }, {}, { annotations });
    world.advance(15);
    expect(world.pod("pod")?.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 3 });
    const context = world.world.contextOf("kubelet");
    expect(readLogs(context, { namespace: "default", pod: "pod" }).text).toBe("one\ntwo\n");
  });
});

function rowOf(world: KubeletWorld, name: string): string | undefined {
  return world.pod(name)?.status?.containerStatuses?.[0]?.state?.waiting?.reason;
}

describe("what a container is made of", () => {
  test("a missing ConfigMap is waited for", () => {
    const world = new KubeletWorld();
    const env = [{ name: "A", valueFrom: { configMapKeyRef: { name: "cm", key: "a" } } }];
    world.run("pod", { image: "busybox:1.36", command: ["printenv", "A"], env });
    world.advance(5);
    expect(world.pod("pod")?.status?.containerStatuses?.[0]?.state?.waiting).toEqual({
      message: 'configmap "cm" not found',
      reason: "CreateContainerConfigError",
    });
    world.client.create("configmaps", { metadata: { name: "cm", namespace: "default" }, data: { a: "ä" } });
    world.advance(30);
    expect(world.pod("pod")?.status?.phase).toBe("Succeeded");
    const context = world.world.contextOf("kubelet");
    expect(readLogs(context, { namespace: "default", pod: "pod" }).text).toBe("ä\n");
  });

  test("a volume of a missing ConfigMap keeps the Pod from starting", () => {
    const world = new KubeletWorld();
    const volumes = [{ name: "v", configMap: { name: "cm", items: [{ key: "a", path: "x/y" }] } }];
    const volumeMounts = [{ name: "v", mountPath: "/v" }];
    world.run("pod", { image: "busybox:1.36", command: ["cat", "/v/x/y"], volumeMounts }, { volumes });
    world.advance(5);
    expect(world.events("pod")).toContain(
      'FailedMount: MountVolume.SetUp failed for volume "v" : configmap "cm" not found',
    );
    world.client.create("configmaps", { metadata: { name: "cm", namespace: "default" }, data: { a: "content" } });
    world.advance(30);
    const context = world.world.contextOf("kubelet");
    expect(readLogs(context, { namespace: "default", pod: "pod" }).text).toBe("content");
  });

  test("hostPath files stay on the node, and are seen by the next Pod", () => {
    const world = new KubeletWorld();
    const volumes = [{ name: "v", hostPath: { path: "/tmp/data", type: "DirectoryOrCreate" as const } }];
    const volumeMounts = [{ name: "v", mountPath: "/data" }];
    world.run("one", { image: "busybox:1.36", command: ["touch", "/data/here"], volumeMounts }, { volumes });
    world.advance(10);
    world.restart();
    world.run("two", { image: "busybox:1.36", command: ["ls", "/data"], volumeMounts }, { volumes });
    world.advance(10);
    const context = world.world.contextOf("kubelet");
    expect(readLogs(context, { namespace: "default", pod: "two" }).text).toBe("here\n");
  });
});

test("a new program that takes over at any moment makes the same history", () => {
  const histories = [1, 7, 13].map((everySeconds) => {
    const world = new KubeletWorld();
    world.run("a", { image: "busybox:1.36", ...sleep(9) });
    world.run("b", { command: ["false"] }, { restartPolicy: "OnFailure" });
    world.run("c", sleep(20), { initContainers: [container("i", 3)], terminationGracePeriodSeconds: 3 });
    for (let at = 0; at < 91; at += everySeconds) {
      world.advance(everySeconds);
      world.restart();
    }
    return JSON.stringify(world.client.list("pods", "default"));
  });
  expect(histories[1]).toBe(histories[0]);
  expect(histories[2]).toBe(histories[0]);
});

describe("probes", () => {
  test("a container is ready once its readiness probe has succeeded", () => {
    const world = new KubeletWorld();
    const readinessProbe = { exec: { command: ["true"] }, initialDelaySeconds: 4, periodSeconds: 1 };
    world.run("pod", { image: "busybox:1.36", ...sleep(20), readinessProbe });
    expect(rows(world, "pod", 15)).toEqual(["Pending ContainerCreating", "Running Running", "Running Running+"]);
  });

  test("a container whose liveness probe fails is restarted", () => {
    const world = new KubeletWorld();
    const livenessProbe = { httpGet: { port: 80, path: "/ok" }, periodSeconds: 2, failureThreshold: 2 };
    const spec = { restartPolicy: "Always" as const, terminationGracePeriodSeconds: 1 };
    world.run("pod", { image: "busybox:1.36", ...sleep(600), livenessProbe }, spec);
    world.advance(12);
    expect(world.pod("pod")?.status?.containerStatuses?.[0]?.restartCount).toBe(1);
    expect(world.events("pod")).toContain("Killing: Container main failed liveness probe, will be restarted");
    expect(world.events("pod").join("\n")).toMatch(
      /Unhealthy: Liveness probe failed: Get "http:\/\/[\d.]+:80\/ok": dial tcp [\d.]+:80: connect: connection refused/,
    );
  });
});

describe("commands in containers", () => {
  test("one prints, one does not exist, one is in a Pod that has ended", () => {
    const world = new KubeletWorld();
    world.run("pod", { image: "busybox:1.36", ...sleep(60) }, { hostname: "h", subdomain: "s" });
    world.advance(10);
    const context = world.world.contextOf("kubelet");
    const exec = (command: string[]) =>
      startExec(context, { namespace: "default", pod: "pod", command, stdin: false, tty: false });
    expect(pollExec(context, exec(["hostname", "-f"]))).toEqual({
      chunks: [{ stream: "stdout", bytes: new TextEncoder().encode("h.s.default.svc.cluster.local\n") }],
      exitCode: 0,
    });
    const missing = pollExec(context, exec(["nope"]));
    expect(missing.exitCode).toBe(127);
    expect(new TextDecoder().decode(missing.chunks[0]?.bytes)).toContain(
      'exec: "nope": executable file not found in $PATH: unknown',
    );
    const slow = exec(["sleep", "5"]);
    world.advance(3);
    expect(pollExec(context, slow).exitCode).toBeNull();
    world.restart();
    world.advance(3);
    expect(pollExec(world.world.contextOf("kubelet"), slow).exitCode).toBe(0);
    world.advance(100);
    expect(() =>
      startExec(world.world.contextOf("kubelet"), {
        namespace: "default",
        pod: "pod",
        command: ["true"],
        stdin: false,
        tty: false,
      }),
    ).toThrow('container not found ("main")');
  });
});

describe("logs", () => {
  test("what kubelets say where there is none", () => {
    const world = new KubeletWorld();
    world.run("one", { image: "busybox:1.36", ...sleep(60) });
    const containers = [container("a", 1), container("b", 1)];
    world.run("two", {}, { containers, initContainers: [container("i", 1)] });
    world.advance(1);
    const context = world.world.contextOf("kubelet");
    const read = (request: { pod: string; container?: string; previous?: boolean }) => () =>
      readLogs(context, { namespace: "default", ...request });
    expect(read({ pod: "one" })).toThrow('container "main" in pod "one" is waiting to start: ContainerCreating');
    expect(read({ pod: "two" })).toThrow(
      "a container name must be specified for pod two, choose one of: [a b] or one of the init containers: [i]",
    );
    expect(read({ pod: "two", container: "x" })).toThrow("container x is not valid for pod two");
    expect(read({ pod: "three" })).toThrow('pods "three" not found');
    world.advance(10);
    expect(read({ pod: "one", previous: true })).toThrow('previous terminated container "main" in pod "one" not found');
  });

  test("ends, ranges and times", () => {
    const world = new KubeletWorld();
    world.run("pod", { image: "busybox:1.36", command: ["seq", "1", "5"] });
    world.advance(10);
    const context = world.world.contextOf("kubelet");
    const pod = { namespace: "default", pod: "pod" };
    expect(readLogs(context, { ...pod, tailLines: 2 })).toMatchObject({ text: "4\n5\n", ended: true });
    expect(readLogs(context, { ...pod, limitBytes: 3 }).text).toBe("1\n2");
    expect(readLogs(context, { ...pod, tailLines: 1, timestamps: true }).text).toMatch(
      /^2026-01-03T12:00:0\d\.\d{9}Z 5\n$/,
    );
    const all = readLogs(context, pod);
    expect(readLogs(context, pod, all.cursor).text).toBe("");
  });
});
