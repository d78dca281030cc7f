import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseYaml } from "../../src/manifest/yaml.js";
import { BuiltCommand, type Running } from "./built-command.js";
import { ServedCluster } from "./served-cluster.js";

interface Named {
  readonly name: string;
}

/** What of a kubeconfig its tests look at. */
interface Kubeconfig {
  readonly clusters: readonly (Named & { readonly cluster: { readonly server: string } })[];
  readonly contexts: readonly Named[];
  readonly users: readonly Named[];
  readonly preferences: unknown;
  readonly "current-context": string;
}

const read = (path: string) => parseYaml(readFileSync(path, "utf8")) as Kubeconfig;
const namesOf = (entries: readonly Named[]) => entries.map(({ name }) => name);

const others = `apiVersion: v1
kind: Config
preferences: {colors: true}
clusters: [{name: work, cluster: {server: "https://work.example"}}]
contexts: [{name: work, context: {cluster: work, user: me}}]
users: [{name: me, user: {token: secret}}]
current-context: work
`;

describe("a kubeconfig", () => {
  let served: ServedCluster;

  beforeEach(async () => {
    served = new ServedCluster();
    await served.create({ create: ["--clock", "virtual"] });
  });
  afterEach(() => served.remove());

  it("is written for its owner alone, with a certificate and a token", async () => {
    await served.serve();
    expect(statSync(served.kubeconfig).mode & 0o777).toBe(0o600);
    const config = read(served.kubeconfig);
    expect(config["current-context"]).toBe("kjob-kjob");
    expect(config.clusters[0]?.cluster.server).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  });

  it("that holds other clusters is left alone, unless it is to be merged", async () => {
    const path = served.write("kubeconfig", others);
    await expect(served.serve()).rejects.toThrow("serve ended with 1");
    expect(readFileSync(path, "utf8")).toBe(others);
  });

  it("is merged: what else is in it stays, and the new context is in use", async () => {
    const path = served.write("kubeconfig", others);
    await served.serve(["--merge"]);
    const config = read(path);
    expect(namesOf(config.clusters)).toEqual(["work", "kjob-kjob"]);
    expect(namesOf(config.contexts)).toEqual(["work", "kjob-kjob"]);
    expect(namesOf(config.users)).toEqual(["me", "kjob-kjob"]);
    expect(config["current-context"]).toBe("kjob-kjob");
    expect(config.preferences).toEqual({ colors: true });
  });

  it("that is none is not written over", async () => {
    const path = served.write("kubeconfig", "- a list\n");
    await expect(served.serve(["--merge"])).rejects.toThrow("serve ended with 1");
    expect(readFileSync(path, "utf8")).toBe("- a list\n");
  });
});

describe("serving", () => {
  const served = new ServedCluster();

  beforeAll(async () => {
    await served.create({ create: ["--clock", "virtual"] });
    await served.serve();
  });
  afterAll(() => served.remove());

  it.each([
    [["--port", "65536"], "--port takes a number from 0 to 65535"],
    [["--port", "x"], "--port takes a number from 0 to 65535"],
    [["--host", "0.0.0.0"], "serve listens on this machine only"],
  ])("is refused with %j", async (flags, message) => {
    const { err, status } = await served.kjob(["serve", ...flags]);
    expect(status).toBe(1);
    expect(err).toContain(message);
  });

  it("is refused on a port that is in use", async () => {
    const [port = ""] = read(served.kubeconfig).clusters[0]?.cluster.server.match(/\d+$/) ?? [];
    const { err, status } = await served.kjob(["serve", "--port", port]);
    expect({ err, status }).toEqual({
      err: `error: port ${port} is in use: name another one, or 0 for any that is free\n`,
      status: 1,
    });
  });

  it("shows what other commands do meanwhile, and they what clients do", async () => {
    await served.kjob(["create", "configmap", "by-command"]);
    const far = ["--kubeconfig", served.kubeconfig, "--context", served.context];
    expect((await served.kjob([...far, "get", "cm", "by-command", "-o", "name"])).out).toBe("configmap/by-command\n");
    await served.kjob([...far, "create", "configmap", "by-client"]);
    expect((await served.kjob(["get", "cm", "by-client", "-o", "name"])).out).toBe("configmap/by-client\n");
  });

  it("lets anybody who may come in move the clock", async () => {
    const before = (await served.kjob(["clock"])).out;
    await served.post("/kjob/clock", { advanceMs: 3_600_000 });
    const after = (await served.kjob(["clock"])).out;
    const at = (text: string) => Date.parse(text.split(" ")[0] ?? "");
    expect(at(after) - at(before)).toBe(3_600_000);
  });
});

describe("a server that is stopped", () => {
  let kjob: BuiltCommand;

  beforeAll(() => {
    kjob = new BuiltCommand();
  });
  afterAll(() => kjob.remove());

  const start = async (home: string): Promise<Running> => {
    const running = kjob.start(home, ["serve", "--port", "0", "--kubeconfig", join(home, "kubeconfig")]);
    await new Promise<void>((resolve, reject) => {
      running.process.stdout?.on("data", (text: string) => text.includes("try it with") && resolve());
      void running.outcome.then(({ err }) => reject(new Error(err)));
    });
    return running;
  };
  const remotely = (home: string, argv: readonly string[]) =>
    kjob.run(home, ["--kubeconfig", join(home, "kubeconfig"), "--context", "kjob-kjob", ...argv]);

  it.each(["SIGTERM", "SIGINT"] as const)(
    "by %s ends well, with open watches, and all that was done is kept",
    async (signal) => {
      const home = kjob.newHome(signal);
      const running = await start(home);
      await remotely(home, ["create", "configmap", "kept"]);
      const watching = kjob.start(home, [
        "--kubeconfig",
        join(home, "kubeconfig"),
        "--context",
        "kjob-kjob",
        "get",
        "cm",
        "-w",
      ]);
      await new Promise<void>((resolve) => {
        watching.process.stdout?.on("data", (text: string) => text.includes("kept") && resolve());
      });
      running.process.kill(signal);
      expect(await running.outcome).toMatchObject({ status: 0, err: "stopped\n" });
      watching.process.kill("SIGKILL");
      expect((await kjob.run(home, ["get", "cm", "kept", "-o", "name"])).out).toBe("configmap/kept\n");
    },
  );

  it("by SIGKILL in the middle of moving the clock goes on when it is started again", async () => {
    const home = kjob.newHome("killed");
    const running = await start(home);
    await remotely(home, ["create", "cronjob", "tick", "--image=busybox", "--schedule=* * * * *", "--", "date"]);
    const advancing = kjob.start(home, ["clock", "advance", "48h"]);
    await new Promise((resolve) => setTimeout(resolve, 150));
    running.process.kill("SIGKILL");
    advancing.process.kill("SIGKILL");
    await Promise.all([running.outcome, advancing.outcome]);
    const again = await start(home);
    const before = await remotely(home, ["get", "cronjob", "tick", "-o", "name"]);
    expect(before).toMatchObject({ out: "cronjob.batch/tick\n", status: 0 });
    expect((await remotely(home, ["create", "configmap", "after"])).status).toBe(0);
    again.process.kill("SIGTERM");
    expect(await again.outcome).toMatchObject({ status: 0 });
  });
});
