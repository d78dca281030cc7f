import { describe, expect, test } from "vitest";
import { Container, startContainer } from "../../src/container/container.js";
import { blackBox, findImage } from "../../src/images/catalog.js";
import { runProgram, startMs } from "./run-program.js";

describe("findImage", () => {
  test.each([
    ["busybox", "busybox"],
    ["busybox:1.36", "busybox"],
    ["docker.io/library/alpine:3.20", "alpine"],
    ["registry.k8s.io/pause:3.10", "pause"],
    [`ubuntu@sha256:${"a".repeat(64)}`, "ubuntu"],
    ["registry.example.com/reef/sonar:3.1", null],
    ["Busybox", null],
  ])("%s is %s", (reference, repository) => {
    expect(findImage(reference)?.repository ?? null).toBe(repository);
  });

  test("gives the same image each time", () => {
    expect(findImage("busybox:1.36")).toBe(findImage("docker.io/library/busybox"));
  });
});

describe("what images run", () => {
  test("busybox without a command runs sh, which ends with its input", () => {
    expect(runProgram([], { stdin: "echo hi\n" })).toMatchObject({ out: "hi\n", status: 0 });
  });

  test("a server runs until SIGTERM and then exits with 0", () => {
    expect(runProgram([], { image: "nginx", signals: { 5: 15 } })).toMatchObject({ status: 0, elapsedMs: 5000 });
  });

  test("pause reacts to SIGTERM at once", () => {
    const result = runProgram([], { image: "registry.k8s.io/pause:3.10", signals: { 2: 15 } });
    expect(result).toMatchObject({ err: "Shutting down, got signal: Terminated\n", status: 0, elapsedMs: 2000 });
  });

  test("a black box writes its lines, runs for its time and exits with its code", () => {
    let output = "";
    const container = startContainer(
      {
        image: blackBox("sonar", { durationMs: 30_000, exitCode: 3, logLines: ["started"] }),
        env: [],
        hostname: "h",
        fqdn: "h",
        ip: "10.0.0.1",
        seed: 1,
      },
      {
        volume: () => {
          throw new Error("no volumes");
        },
        output: (_stream, text) => {
          output += text;
        },
        resolve: () => null,
        resolveService: () => null,
        reverse: () => null,
        ping: () => null,
        request: () => null,
      },
      startMs,
    );
    if (!(container instanceof Container)) throw new Error(container.reason);
    expect(container.wakeAtMs).toBe(startMs + 30_000);
    container.run(startMs + 30_000);
    expect(container.exited).toMatchObject({ exitCode: 3 });
    expect(output).toBe("started\n");
  });
});

describe("programs in time and on the network", () => {
  const hosts = { db: "10.1.4.184" };

  test("ping sends one packet a second", () => {
    expect(runProgram(["ping", "-c2", "db"], { hosts })).toEqual({
      out:
        "PING db (10.1.4.184): 56 data bytes\n" +
        "64 bytes from 10.1.4.184: seq=0 ttl=64 time=0.085 ms\n" +
        "64 bytes from 10.1.4.184: seq=1 ttl=64 time=0.085 ms\n" +
        "\n--- db ping statistics ---\n" +
        "2 packets transmitted, 2 packets received, 0% packet loss\n" +
        "round-trip min/avg/max = 0.085/0.085/0.085 ms\n",
      err: "",
      status: 0,
      elapsedMs: 1000,
    });
  });

  test("ping prints its statistics when it is interrupted", () => {
    const result = runProgram(["ping", "db"], { hosts, signals: { 3: 2 } });
    expect(result.out).toContain("packets transmitted");
    expect(result.status).toBe(0);
  });

  test("ping without an answer loses everything and fails", () => {
    const result = runProgram(["ping", "-c", "1", "-W", "2", "db"], { hosts, silent: ["10.1.4.184"] });
    expect(result.out).toContain("1 packets transmitted, 0 packets received, 100% packet loss\n");
    expect(result.status).toBe(1);
  });

  test.each([
    [["ping", "nowhere"], { err: "ping: bad address 'nowhere'\n", status: 1 }],
    [["hostname"], { out: "tester\n", status: 0 }],
    [["hostname", "-f"], { out: "tester.lab.default.svc.cluster.local\n", status: 0 }],
    [["hostname", "-d"], { out: "lab.default.svc.cluster.local\n", status: 0 }],
    [["hostname", "-i"], { out: "10.1.4.7\n", status: 0 }],
    [["date"], { out: "Sat Jan  3 01:46:29 UTC 2026\n", status: 0 }],
    [["sleep", "1.5m"], { status: 0, elapsedMs: 90_000 }],
    [["sleep", "infinity"], { status: null }],
    [["timeout", "2", "sleep", "10"], { status: 143, elapsedMs: 2000 }],
    [["timeout", "20", "sleep", "10"], { status: 0, elapsedMs: 10_000 }],
    [["time", "sleep", "65"], { err: "real\t1m 5.00s\nuser\t0m 0.00s\nsys\t0m 0.00s\n", status: 0 }],
    [["whoami"], { out: "root\n", status: 0 }],
    [["id"], { out: "uid=0(root) gid=0(root) groups=0(root),10(wheel)\n", status: 0 }],
    [["awk", "BEGIN{print 2^10, 7%3, sqrt(16), -2^2}"], { out: "1024 1 4 -4\n", status: 0 }],
    [["find", ".", "-type", "f", "-delete"], { out: "", status: 0 }],
  ] as const)("%j", (argv, expected) => {
    expect(runProgram(argv, { hosts })).toMatchObject(expected);
  });

  test("wget is refused by name", () => {
    expect(runProgram(["wget", "http://db"], { hosts })).toMatchObject({
      err: "wget: kjob simulates no network connections: containers have DNS and ping, but nothing to connect to\n",
      status: 1,
    });
  });
});
