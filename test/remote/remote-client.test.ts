import { chmodSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resources } from "../../src/api/resources.js";
import type { ApiClient, ExecChunk, WatchedEvent } from "../../src/client/api-client.js";
import { type Connection, connectionTo } from "../../src/remote/connection.js";
import { runExecPlugin } from "../../src/remote/exec-plugin.js";
import { targetOf } from "../../src/remote/kubeconfig.js";
import { createRemoteClient } from "../../src/remote/remote-client.js";
import { ServerClock } from "../../src/remote/server-clock.js";
import { LiveServer } from "../apiserver/live-server.js";
import { configMap, jobOf } from "../apiserver/test-server.js";

const live = new LiveServer();
const warnings: string[] = [];
let connection: Connection;
let client: ApiClient;

function target() {
  const text = readFileSync(live.kubeconfig, "utf8");
  return targetOf([{ path: live.kubeconfig, text }], undefined, {}, () => "");
}

beforeAll(async () => {
  await live.start();
  connection = connectionTo(target(), () => undefined);
  client = createRemoteClient({
    connection,
    onWarning: (text) => warnings.push(text),
    clock: new ServerClock(connection, Date.now),
  });
});
afterAll(async () => {
  connection.close();
  await live.stop();
  expect(live.server.defects).toEqual([]);
});

const { configmaps, jobs, pods } = resources;

describe("a client of a server elsewhere", () => {
  it("creates, reads, replaces, patches and deletes", async () => {
    const created = await client.create(configmaps, "default", configMap("a"));
    const patched = await client.patch(configmaps, "default", "a", { type: "merge", body: { data: { b: "2" } } });
    expect(patched).toMatchObject({ data: { a: "1", b: "2" } });
    await expect(client.replace(configmaps, "default", created)).rejects.toMatchObject({ reason: "Conflict" });
    expect(await client.delete(configmaps, "default", "a")).toMatchObject({ status: "Success" });
    await expect(client.get(configmaps, "default", "a")).rejects.toThrow('configmaps "a" not found');
  });

  it("hears warnings once", async () => {
    const wrong = { ...configMap("warned"), date: {} };
    await client.create(configmaps, "default", wrong, { dryRun: true });
    await client.create(configmaps, "default", wrong, { dryRun: true });
    expect(warnings).toEqual(['unknown field "date"']);
  });

  it("reads all pages of a list, of objects that say what they are", async () => {
    await live.server.cluster.write((world) => {
      for (let count = 0; count < 700; count++) {
        world.registry.create("configmaps", { metadata: { name: `page-${count}`, namespace: "default" } });
      }
    });
    const { items } = await client.list(configmaps, { namespace: "default" });
    expect(items.filter(({ metadata }) => metadata.name?.startsWith("page-"))).toHaveLength(700);
    expect(items[0]).toMatchObject({ kind: "ConfigMap", apiVersion: "v1" });
  });

  it("carries a watch on over a cut connection", async () => {
    const { metadata } = await client.list(configmaps, { namespace: "default", limit: 1 });
    const seen: string[] = [];
    const options = { namespace: "default", resourceVersion: metadata.resourceVersion ?? "" };
    const create = (name: string) =>
      live.server.send("POST", "/api/v1/namespaces/default/configmaps", { body: configMap(name) });
    await create("before");
    for await (const event of client.watch(configmaps, options)) {
      seen.push(nameOf(event));
      if (seen.length === 2) break;
      const { port } = live;
      await live.cut();
      await create("after");
      await live.listen(port);
    }
    expect(seen).toEqual(["before", "after"]);
  });

  it("ends a watch when its time is over", async () => {
    const options = {
      namespace: "default",
      resourceVersion: "0",
      untilMs: client.now() + 200,
      fieldSelector: "metadata.name=x",
    };
    const seen: string[] = [];
    for await (const event of client.watch(configmaps, options)) seen.push(nameOf(event));
    expect(seen).toEqual([]);
  });

  it("follows logs and runs commands", async () => {
    await client.create(jobs, "default", jobOf("pi", ["sh", "-c", "echo one; sleep 2; echo two; sleep 100000"]));
    let name = "";
    while (name === "") {
      const { items } = await client.list(pods, { namespace: "default", fieldSelector: "status.phase=Running" });
      name = items[0]?.metadata.name ?? "";
    }
    const lines: string[] = [];
    for await (const line of client.logs("default", name, { follow: true })) if (lines.push(line) === 2) break;
    expect(lines).toEqual(["one\n", "two\n"]);
    const chunks: ExecChunk[] = [];
    const stdin = (async function* () {
      yield Buffer.from("in\n");
    })();
    const command = ["sh", "-c", "cat; echo err >&2; exit 4"];
    const { exitCode } = await client.exec("default", name, { command, stdin }, (chunk) => chunks.push(chunk));
    const textOf = (stream: string) =>
      chunks
        .filter((chunk) => chunk.stream === stream)
        .map(({ bytes }) => new TextDecoder().decode(bytes))
        .join("");
    expect({ exitCode, out: textOf("stdout"), err: textOf("stderr") }).toEqual({
      exitCode: 4,
      out: "in\n",
      err: "err\n",
    });
    await expect(client.exec("default", "nobody", { command }, () => {})).rejects.toThrow('pods "nobody" not found');
  });

  it("gives a command much input that is no text, piece by piece, on a clock that it moves itself", async () => {
    const still = new LiveServer({ speed: 0, isVirtual: true });
    await still.start();
    const text = readFileSync(still.kubeconfig, "utf8");
    const own = connectionTo(
      targetOf([{ path: still.kubeconfig, text }], undefined, {}, () => ""),
      () => undefined,
    );
    const clock = new ServerClock(own, Date.now);
    const mover = createRemoteClient({ connection: own, onWarning: () => {}, clock });
    const sleeper = { name: "main", image: "busybox", command: ["sleep", "100000"] };
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "sleeper" }, spec: { containers: [sleeper] } };
    await mover.create(pods, "default", pod);
    await still.server.advance(10_000);
    const pieces = Array.from({ length: 40 }, (_, piece) => Buffer.alloc(7000, piece * 6));
    const stdin = (async function* () {
      for (const piece of pieces) {
        yield piece;
        if (piece[0] === 60) await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    const printed: Uint8Array[] = [];
    const { exitCode } = await mover.exec("default", "sleeper", { command: ["cat"], stdin }, ({ bytes }) => {
      printed.push(bytes);
    });
    own.close();
    await still.stop();
    expect({ exitCode, isSame: Buffer.concat(printed).equals(Buffer.concat(pieces)) }).toEqual({
      exitCode: 0,
      isSame: true,
    });
  });

  it("goes through a proxy", async () => {
    const proxy = await startProxy();
    const { port } = proxy.server.address() as AddressInfo;
    const through = connectionTo({ ...target(), proxyUrl: `http://127.0.0.1:${port}` }, () => undefined);
    const proxied = createRemoteClient({
      connection: through,
      onWarning: () => {},
      clock: new ServerClock(through, Date.now),
    });
    expect((await proxied.serverVersion()).major).toBe("1");
    expect(proxy.hosts).toEqual([`127.0.0.1:${live.port}`]);
    through.close();
    proxy.server.close();
    proxy.server.closeAllConnections();
  });

  it("trusts no certificate that it was not given, and no server that is not there", async () => {
    const { certificateAuthority: _authority, ...rest } = target();
    const untrusting = connectionTo(rest, () => undefined);
    await expect(untrusting.send({ method: "GET", path: "/version" })).rejects.toThrow(
      "Unable to connect to the server",
    );
    const nowhere = connectionTo({ ...rest, server: "https://127.0.0.1:1" }, () => undefined);
    await expect(nowhere.send({ method: "GET", path: "/version" })).rejects.toThrow(
      "did you specify the right host or port?",
    );
  });

  it("is told that its token is wrong", async () => {
    const stranger = connectionTo({ ...target(), token: "wrong" }, () => undefined);
    const refused = createRemoteClient({
      connection: stranger,
      onWarning: () => {},
      clock: new ServerClock(stranger, Date.now),
    });
    await expect(refused.serverVersion()).rejects.toMatchObject({ reason: "Unauthorized" });
    stranger.close();
  });
});

describe("an exec plugin", () => {
  const plugin = { args: [], env: {}, apiVersion: "client.authentication.k8s.io/v1", installHint: "Get it." };

  it("hands out a token", async () => {
    const command = live.write("plugin", '#!/bin/sh\necho \'{"status": {"token": "\'$GIVEN\'"}}\'\n');
    chmodSync(command, 0o755);
    expect(await runExecPlugin({ ...plugin, command, env: { GIVEN: "t" } }, process.env)).toEqual({ token: "t" });
  });

  it("that is not there is named, with its hint", async () => {
    const missing = runExecPlugin({ ...plugin, command: `${live.folder}/nothing` }, process.env);
    await expect(missing).rejects.toThrow(/executable .* not found\n\nGet it\./);
  });
});

function nameOf({ object }: WatchedEvent): string {
  return (object as { metadata: { name?: string } }).metadata.name ?? "";
}

/** A proxy that takes CONNECT, and notes where to. */
async function startProxy(): Promise<{ readonly server: Server; readonly hosts: string[] }> {
  const hosts: string[] = [];
  const server = createServer();
  server.on("connect", (request, socket) => {
    hosts.push(request.url ?? "");
    const [host = "", port = ""] = (request.url ?? "").split(":");
    const upstream = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    for (const end of [upstream, socket]) end.on("error", () => end.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, hosts };
}
