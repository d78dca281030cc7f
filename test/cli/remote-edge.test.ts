import { chmodSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ServedCluster } from "./served-cluster.js";

const served = new ServedCluster();
const terminal = { isTerminal: { out: true, err: true, in: true } };
let far: readonly string[];

beforeAll(async () => {
  await served.create({ create: ["--clock", "virtual"] });
  await served.serve();
  far = ["--kubeconfig", served.kubeconfig, "--context", served.context];
});
afterAll(() => served.remove());

const names = async () => (await served.kjob(["get", "cm", "-o", "name", "-l", "test"])).out;
const make = async (name: string) => {
  await served.kjob(["create", "configmap", name]);
  await served.kjob(["label", "configmap", name, "test="]);
};

describe("a deletion in a cluster that is not kjob's own", () => {
  it.each([
    ["delete configmap NAME", "n\n"],
    ["delete configmap NAME", ""],
    ["delete --raw /api/v1/namespaces/default/configmaps/NAME", "no\n"],
  ])("by %j is asked for on a terminal, and not done after %j", async (line, input) => {
    await make("spared");
    const argv = line.replace("NAME", "spared").split(" ");
    const { err, status } = await served.kjob([...far, ...argv], { ...terminal, input });
    expect(err).toContain(`This deletes in a cluster that is not kjob's own: context "kjob-kjob" (https://127.0.0.1:`);
    expect(err).toContain("error: nothing was deleted");
    expect(status).toBe(1);
    expect(await names()).toContain("spared");
  });

  it("is asked for once, and done after a yes", async () => {
    await make("one");
    await make("two");
    const { out, err, status } = await served.kjob([...far, "delete", "cm", "one", "two"], {
      ...terminal,
      input: "y\n",
    });
    expect(err.match(/Go on\?/g)).toHaveLength(1);
    expect(out).toContain('configmap "one" deleted');
    expect(status).toBe(0);
    expect(await names()).not.toMatch(/one|two/);
  });

  it("is not asked for in a script, in a dry run, or in a cluster of kjob's own", async () => {
    await make("plain");
    const dry = await served.kjob([...far, "delete", "cm", "plain", "--dry-run=server"], terminal);
    const script = await served.kjob([...far, "delete", "cm", "plain"]);
    await make("own");
    const own = await served.kjob(["delete", "cm", "own"], terminal);
    for (const { err, status } of [dry, script, own]) expect({ err, status }).toEqual({ err: "", status: 0 });
  });
});

describe("a credential plugin", () => {
  const withPlugin = () => {
    const token = /token: (\S+)/.exec(readFileSync(served.kubeconfig, "utf8"))?.[1] ?? "";
    const credential = JSON.stringify({ kind: "ExecCredential", status: { token } });
    const command = served.write("plugin.sh", `#!/bin/sh\necho '${credential}'\n`);
    chmodSync(command, 0o755);
    const exec = `exec: {apiVersion: client.authentication.k8s.io/v1, command: ${command}, interactiveMode: Never}`;
    const text = readFileSync(served.kubeconfig, "utf8").replace(`token: ${token}`, exec);
    return { command, kubeconfig: served.write("with-plugin", text) };
  };

  it("is named, and not run, without leave", async () => {
    const { command, kubeconfig } = withPlugin();
    const { err, status } = await served.kjob(["--kubeconfig", kubeconfig, "get", "cm"]);
    expect(status).toBe(1);
    expect(err).toContain(
      `the kubeconfig wants to run \`${command}\` for credentials: allow that with --allow-exec-plugins`,
    );
  });

  it("is run with leave", async () => {
    const { kubeconfig } = withPlugin();
    const ran = await served.kjob([
      "--kubeconfig",
      kubeconfig,
      "--allow-exec-plugins",
      "get",
      "ns",
      "default",
      "-o",
      "name",
    ]);
    expect(ran).toEqual({ out: "namespace/default\n", err: "", status: 0 });
  });
});

describe("a cluster elsewhere", () => {
  it("is never taken from the environment alone", async () => {
    const { out } = await served.kjob(["config", "current-context"], {
      environment: { KUBECONFIG: served.kubeconfig },
    });
    expect(out).toBe("kjob\n");
  });

  it("is named by a context of the environment's kubeconfig, where kjob has none of that name", async () => {
    const ran = await served.kjob(["--context", served.context, "get", "ns", "default", "-o", "name"]);
    expect(ran.out).toBe("namespace/default\n");
    expect((await served.kjob(["--context", "nowhere", "get", "ns"])).err).toContain(
      "context was not found for specified context: nowhere",
    );
  });

  it("that does not answer is told in kubectl's words", async () => {
    const { err, status } = await served.kjob(["--server", "https://127.0.0.1:1", "--token", "x", "get", "ns"]);
    expect(err).toContain(
      "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?",
    );
    expect(status).toBe(1);
  });
});
