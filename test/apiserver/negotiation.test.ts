import { describe, expect, it } from "vitest";
import { configMap, configMaps, TestServer, WatchReader } from "./test-server.js";

const protobuf = "application/vnd.kubernetes.protobuf";

describe("answers", () => {
  const server = new TestServer();

  it.each([
    ["nothing", "", 200, "application/json"],
    ["anything", "*/*", 200, "application/json"],
    ["protocol buffers, or else JSON", `${protobuf},application/json`, 200, "application/json"],
    ["protocol buffers alone", protobuf, 406, "application/json"],
    ["CBOR alone", "application/cbor", 406, "application/json"],
    ["YAML", "application/yaml", 200, "application/yaml"],
    ["a page", "text/html", 406, "application/json"],
    ["JSON of low quality, and a page", "text/html, application/json;q=0.1", 200, "application/json"],
    [
      "a kind of Table that there is none of, or else JSON",
      "application/json;as=Table;v=v9;g=meta.k8s.io,application/json",
      200,
      "application/json",
    ],
  ])("to a client that accepts %s", async (_name, accept, status, type) => {
    const answer = await server.get(configMaps, accept === "" ? {} : { accept });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe(type);
  });

  it("say what is wrong, as a Status", async () => {
    const { body } = await server.get(configMaps, { accept: protobuf });
    expect(body).toMatchObject({ kind: "Status", reason: "NotAcceptable", code: 406 });
  });

  it("are metadata alone in a watch too, bookmarks included", async () => {
    const accept = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
    const query = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    const watch = new WatchReader(await server.raw("GET", `${configMaps}?${query}`, { headers: { accept } }));
    await server.advance(0);
    const events = await watch.events();
    await watch.close();
    expect(events.map(({ type, object }) => [type, object.kind])).toEqual([
      ["ADDED", "PartialObjectMetadata"],
      ["BOOKMARK", "PartialObjectMetadata"],
    ]);
    expect(events[1].object.metadata.annotations).toEqual({ "k8s.io/initial-events-end": "true" });
  });
});

describe("bodies", () => {
  it.each([
    ["JSON", "application/json", JSON.stringify(configMap("a")), 201],
    ["JSON with its charset", "application/json; charset=utf-8", JSON.stringify(configMap("a")), 201],
    ["YAML", "application/yaml", "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n", 201],
    ["something without a type", "", JSON.stringify(configMap("a")), 201],
    ["a form", "multipart/form-data", "a=b", 415],
    ["CBOR", "application/cbor", "x", 415],
    ["JSON that breaks off", "application/json", '{"kind": "Conf', 400],
    ["protocol buffers that are none", protobuf, "k8s", 400],
    ["nothing", "application/json", "", 400],
    ["a list", "application/json", "[]", 400],
    ["another kind", "application/json", '{"kind": "Secret", "apiVersion": "v1"}', 400],
  ])("of %s", async (_name, type, body, status) => {
    const server = new TestServer();
    const headers: Record<string, string> = type === "" ? {} : { "content-type": type };
    expect((await server.send("POST", configMaps, { body, headers })).status).toBe(status);
  });

  it.each([
    ["application/json-patch+json", '[{"op": "add", "path": "/data/b", "value": "2"}]', 200],
    ["application/merge-patch+json", '{"data": {"b": "2"}}', 200],
    ["application/strategic-merge-patch+json", '{"data": {"b": "2"}}', 200],
    ["application/apply-patch+yaml", "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\ndata: {b: '2'}\n", 200],
    ["application/json", '{"data": {"b": "2"}}', 415],
    ["application/apply-patch+cbor", "x", 415],
  ])("of patches of the type %s", async (type, body, status) => {
    const server = new TestServer();
    await server.send("POST", configMaps, { body: configMap("a") });
    const path = `${configMaps}/a?fieldManager=tests`;
    const answer = await server.send("PATCH", path, { body, headers: { "content-type": type } });
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.body.data).toEqual({ a: "1", b: "2" });
  });
});

describe("a list in pages", () => {
  it("that is carried on too late says how to go on all the same", async () => {
    const server = new TestServer();
    for (const name of ["a", "b", "c"]) await server.send("POST", configMaps, { body: configMap(name) });
    const first = (await server.get(`${configMaps}?limit=1`)).body;
    const { rv: _rv, ...token } = JSON.parse(Buffer.from(first.metadata.continue, "base64url").toString());
    await server.cluster.write((world) => {
      for (let count = 0; count < 30_000; count++) {
        const a = world.registry.get("configmaps", "default", "a");
        world.registry.update("configmaps", { ...a, data: { count: String(count) } });
      }
    });
    const old = Buffer.from(JSON.stringify({ ...token, rv: 1 })).toString("base64url");
    const late = await server.get(`${configMaps}?limit=1&continue=${old}`);
    expect(late.status).toBe(410);
    expect(late.body.reason).toBe("Expired");
    const rest = await server.get(`${configMaps}?limit=9&continue=${late.body.metadata.continue}`);
    expect(rest.body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual([
      "b",
      "c",
      "kube-root-ca.crt",
    ]);
  });
});

describe("what clients expect to find", () => {
  const server = new TestServer();

  it("is there from the beginning, and stays", async () => {
    await server.advance(3_600_000);
    const names = async (path: string) =>
      (await server.get(path)).body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
    const namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];
    expect(await names("/api/v1/namespaces")).toEqual(namespaces);
    for (const namespace of namespaces) {
      expect(await names(`/api/v1/namespaces/${namespace}/serviceaccounts`)).toContain("default");
      expect(await names(`/api/v1/namespaces/${namespace}/configmaps`)).toContain("kube-root-ca.crt");
    }
    expect(await names("/api/v1/namespaces/default/services")).toEqual(["kubernetes"]);
    const { items } = (await server.get("/api/v1/nodes")).body;
    expect(items.length).toBeGreaterThan(0);
    for (const { status } of items) {
      const ready = status.conditions.find(({ type }: { type: string }) => type === "Ready");
      expect(ready.status).toBe("True");
    }
  });
});
