import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BuiltCommand } from "./built-command.js";

/** Waits here are for other processes on the wall clock; this is when a case gives up. */
const patienceMs = 30_000;

let kjob: BuiltCommand;

beforeAll(() => {
  kjob = new BuiltCommand();
});

afterAll(() => kjob.remove());

const job = (name: string, command: readonly string[]) =>
  JSON.stringify({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "busybox", command }] } } },
  });

async function clusterAt(name: string, speed: string): Promise<string> {
  const home = kjob.newHome(name);
  expect(await kjob.run(home, ["cluster", "create", "kjob"])).toMatchObject({ status: 0 });
  expect(await kjob.run(home, ["clock", "speed", speed])).toMatchObject({ status: 0 });
  return home;
}

/** Starts a command and reads along: `until` resolves once what is looked for was printed. */
function follow(home: string, argv: readonly string[]) {
  const running = kjob.start(home, argv);
  let printed = "";
  running.process.stdout?.on("data", (text: string) => {
    printed += text;
  });
  return {
    stop: async () => {
      running.process.kill("SIGKILL");
      return (await running.outcome).out;
    },
    until: (text: string | RegExp) =>
      new Promise<void>((resolve, reject) => {
        const giveUp = setTimeout(() => reject(new Error(`no ${text} in: ${printed}`)), patienceMs);
        const look = () => {
          if (typeof text === "string" ? !printed.includes(text) : !text.test(printed)) return;
          clearTimeout(giveUp);
          running.process.stdout?.off("data", look);
          resolve();
        };
        running.process.stdout?.on("data", look);
        look();
      }),
  };
}

async function clusterMs(home: string): Promise<number> {
  const { out } = await kjob.run(home, ["clock"]);
  return Date.parse(out.split(" ")[0] ?? "");
}

describe("on the wall clock", () => {
  test("a watch sees what other processes do, and what happens by itself", async () => {
    const home = await clusterAt("watch", "20");
    expect(await kjob.run(home, ["apply", "-f", "-"], job("before", ["true"]))).toMatchObject({ status: 0 });
    const pods = follow(home, ["get", "pods", "-w"]);
    const jobs = follow(home, ["get", "jobs", "-w"]);
    // On a busy machine a watch may begin long after it was asked for: what it shows first says that it has.
    await pods.until("before-");
    await jobs.until("before");
    expect(await kjob.run(home, ["apply", "-f", "-"], job("seen", ["sleep", "10"]))).toMatchObject({ status: 0 });
    await pods.until(/^seen-\w+ .*ContainerCreating/m);
    await pods.until(/^seen-\w+ .*Running/m);
    await pods.until(/^seen-\w+ .*Completed/m);
    await jobs.until(/^seen .*1\/1/m);
    expect(await kjob.run(home, ["delete", "job", "seen"])).toMatchObject({ status: 0 });
    const out = await pods.stop();
    expect(out.search(/^seen-.*Pending/m)).toBeLessThan(out.search(/^seen-.*Running/m));
    await jobs.stop();
  });

  test("readers beside a writer always see a whole state", async () => {
    const home = await clusterAt("readers", "100");
    const jobs = Array.from({ length: 6 }, (_, at) => job(`busy-${at}`, ["sh", "-c", "sleep 20; exit 1"]));
    const writing = kjob.run(home, ["apply", "-f", "-"], jobs.join("\n---\n"));
    const readers = Array.from({ length: 3 }, async () => {
      for (let round = 0; round < 6; round++) {
        const { err, status } = await kjob.run(home, ["get", "pods,jobs,events", "-o", "wide"]);
        expect({ err: err.replace(/No resources found.*\n/, ""), status }).toEqual({ err: "", status: 0 });
      }
    });
    expect(await writing).toMatchObject({ status: 0 });
    await Promise.all(readers);
  });

  test("a clock that is paused stands still, also under a watch that was there before, and runs on when resumed", async () => {
    const home = await clusterAt("paused", "100");
    await kjob.run(home, ["apply", "-f", "-"], job("ticking", ["sh", "-c", "while sleep 1; do date; done"]));
    const watch = follow(home, ["logs", "-f", "job/ticking", "--pod-running-timeout=100m"]);
    await watch.until("UTC");
    expect(await kjob.run(home, ["clock", "pause"])).toMatchObject({ status: 0, out: "clock: paused\n" });
    const pausedMs = await clusterMs(home);
    await kjob.run(home, ["get", "pods"]);
    expect(await clusterMs(home)).toBe(pausedMs);
    await kjob.run(home, ["clock", "advance", "10m"]);
    expect(await clusterMs(home)).toBe(pausedMs + 600_000);
    expect(await kjob.run(home, ["clock", "resume"])).toMatchObject({ status: 0, out: "clock: real\n" });
    const resumedMs = await clusterMs(home);
    expect(resumedMs).toBeGreaterThanOrEqual(pausedMs + 600_000);
    expect(resumedMs).toBeLessThan(pausedMs + 600_000 + patienceMs);
    await watch.stop();
  });
});

test("a virtual clock becomes a real one where it stands, and time goes on from there", async () => {
  const home = kjob.newHome("resumed");
  await kjob.run(home, ["cluster", "create", "kjob", "--clock", "virtual"]);
  const beforeMs = await clusterMs(home);
  expect(await kjob.run(home, ["clock", "speed", "1000"])).toMatchObject({ status: 0 });
  const firstMs = await clusterMs(home);
  const secondMs = await clusterMs(home);
  expect(firstMs).toBeGreaterThanOrEqual(beforeMs);
  expect(firstMs).toBeLessThan(beforeMs + 1000 * patienceMs);
  expect(secondMs).toBeGreaterThan(firstMs);
});

test("a day passes although the command that let it pass is killed on the way", async () => {
  const home = await clusterAt("day", "1");
  const cronJob = {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "tick" },
    spec: { schedule: "* * * * *", jobTemplate: { spec: { template: JSON.parse(job("x", ["date"])).spec.template } } },
  };
  expect(await kjob.run(home, ["apply", "-f", "-"], JSON.stringify(cronJob))).toMatchObject({ status: 0 });
  const beforeMs = await clusterMs(home);
  const advancing = kjob.start(home, ["clock", "advance", "24h"]);
  // Said once a part is saved.
  advancing.process.stderr?.once("data", () => advancing.process.kill("SIGKILL"));
  const { err } = await advancing.outcome;
  expect(err).toBe("catching up with the cluster's clock, this takes a moment\n");
  expect(await clusterMs(home)).toBeGreaterThanOrEqual(beforeMs + 24 * 3_600_000);
  const { out } = await kjob.run(home, ["get", "jobs", "--no-headers"]);
  expect(out.match(/Complete/g)?.length).toBe(3);
});
