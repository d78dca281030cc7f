import { describe, expect, it } from "vitest";
import { configMap, configMaps, jobOf, jobs, pods, TestServer, WatchReader } from "./test-server.js";

const tableAccept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

describe("who may come in", () => {
  const server = new TestServer({ hosts: new Set(["kjob"]) });
  const cases: { path: string; headers: Record<string, string>; status: number; name: string }[] = [
    { name: "health needs no token", path: "/readyz", headers: {}, status: 200 },
    { name: "nothing else is read without one", path: "/version", headers: {}, status: 401 },
    { name: "a wrong token is none", path: "/api/v1/pods", headers: { authorization: "Bearer no" }, status: 401 },
    { name: "an address that is nowhere needs it too", path: "/nowhere", headers: {}, status: 401 },
  ];
  it.each(cases)("$name", async ({ path, headers, status }) => {
    const response = await server.server.fetch(new Request(`https://kjob${path}`, { headers }));
    expect(response.status).toBe(status);
  });

  it("refuses a page that calls by another name", async () => {
    const response = await server.server.fetch(new Request("https://evil.example/readyz"));
    expect(response.status).toBe(403);
  });

  it.each([
    ["/api/v1/pods", { "impersonate-user": "jane" }, 403],
    ["/api/v1/pods?watch=1", { "impersonate-user": "jane" }, 403],
    ["/apis", { "impersonate-user": "jane" }, 200],
    ["/kjob/clock", { "impersonate-user": "jane" }, 403],
    ["/api/v1/pods", { "impersonate-user": "jane", "impersonate-group": "system:masters" }, 200],
    ["/api/v1/pods", { "impersonate-group": "system:masters" }, 400],
  ])("lets somebody else do what they may: %s %j is %i", async (path, headers, status) => {
    expect((await server.get(path, headers)).status).toBe(status);
  });
});

describe("discovery", () => {
  const server = new TestServer();

  it("lists groups, versions and resources as old clients read them", async () => {
    expect((await server.get("/api")).body.versions).toEqual(["v1"]);
    const groups = (await server.get("/apis")).body.groups.map(({ name }: { name: string }) => name);
    expect(groups).toContain("batch");
    const { resources } = (await server.get("/apis/batch/v1")).body;
    expect(resources.map(({ name }: { name: string }) => name)).toEqual([
      "cronjobs",
      "cronjobs/status",
      "jobs",
      "jobs/status",
    ]);
  });

  it("puts all into one answer for clients that ask", async () => {
    const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
    const { headers, body } = await server.get("/apis", { accept });
    expect(headers.get("content-type")).toBe("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
    const batch = body.items.find(({ metadata }: { metadata: { name: string } }) => metadata.name === "batch");
    expect(batch.versions[0].resources[1]).toMatchObject({
      resource: "jobs",
      scope: "Namespaced",
      singularResource: "job",
    });
  });

  it("tells in OpenAPI what merges how, and which fields may be validated", async () => {
    const { paths } = (await server.get("/openapi/v3")).body;
    const { body } = await server.get(paths["apis/batch/v1"].serverRelativeURL);
    const { parameters } = body.paths["/apis/batch/v1/namespaces/{namespace}/jobs/{name}"].patch;
    expect(parameters.map(({ name }: { name: string }) => name)).toContain("fieldValidation");
    const { containers } = body.components.schemas["io.k8s.api.core.v1.PodSpec"].properties;
    expect(containers["x-kubernetes-patch-merge-key"]).toBe("name");
  });

  it("knows no resource that there is not", async () => {
    for (const path of ["/apis/batch/v2", "/apis/nothing", "/apis/batch/v1/nothing", "/api/v1/pods/x/nothing", "/x"]) {
      const { status, body } = await server.get(path);
      expect({ path, status, reason: body.reason }).toEqual({ path, status: 404, reason: "NotFound" });
    }
  });
});

describe("objects", () => {
  it("are created, read, replaced, patched and deleted", async () => {
    const server = new TestServer();
    const created = await server.send("POST", configMaps, { body: configMap("a") });
    expect(created.status).toBe(201);
    expect((await server.get(`${configMaps}/a`)).body.data).toEqual({ a: "1" });
    const replaced = await server.send("PUT", `${configMaps}/a`, { body: { ...created.body, data: { b: "2" } } });
    expect(replaced.body.data).toEqual({ b: "2" });
    const conflict = await server.send("PUT", `${configMaps}/a`, { body: { ...created.body, data: { c: "3" } } });
    expect(conflict.status).toBe(409);
    const deleted = await server.send("DELETE", `${configMaps}/a`);
    expect(deleted.body).toMatchObject({ kind: "Status", status: "Success" });
    expect((await server.get(`${configMaps}/a`)).body).toMatchObject({
      code: 404,
      reason: "NotFound",
      message: 'configmaps "a" not found',
    });
  });

  const patches = [
    { type: "application/merge-patch+json", body: { data: { b: "2" } } },
    { type: "application/strategic-merge-patch+json", body: { data: { b: "2" } } },
    { type: "application/json-patch+json", body: [{ op: "add", path: "/data/b", value: "2" }] },
  ];
  it.each(patches)("take a patch of $type", async ({ type, body }) => {
    const server = new TestServer();
    await server.send("POST", configMaps, { body: configMap("a") });
    const patched = await server.send("PATCH", `${configMaps}/a`, { body, headers: { "content-type": type } });
    expect(patched.body.data).toEqual({ a: "1", b: "2" });
  });

  it("are applied on the server, in YAML, with conflicts between managers", async () => {
    const server = new TestServer();
    const apply = (manager: string, value: string, more = "") =>
      server.send("PATCH", `${configMaps}/a?fieldManager=${manager}${more}`, {
        body: `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: "${value}"\n`,
        headers: { "content-type": "application/apply-patch+yaml" },
      });
    expect((await apply("one", "1")).body.metadata.managedFields[0].manager).toBe("one");
    const refused = await apply("two", "2");
    expect(refused.body).toMatchObject({
      reason: "Conflict",
      details: { causes: [{ reason: "FieldManagerConflict" }] },
    });
    expect((await apply("two", "2", "&force=true")).body.data).toEqual({ a: "2" });
    expect((await apply("", "3")).status).toBe(422);
  });

  it("come in YAML and go out in YAML", async () => {
    const server = new TestServer();
    const headers = { "content-type": "application/yaml", accept: "application/yaml" };
    const body = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: written}\ndata: {a: b}\n";
    const created = await server.send("POST", configMaps, { body, headers });
    expect(created.status).toBe(201);
    expect(created.body).toContain("\nkind: ConfigMap\n");
  });

  it("are validated without being kept in a dry run", async () => {
    const server = new TestServer();
    expect((await server.send("POST", `${configMaps}?dryRun=All`, { body: configMap("a") })).status).toBe(201);
    expect((await server.get(`${configMaps}/a`)).status).toBe(404);
    expect((await server.send("POST", `${configMaps}?dryRun=Some`, { body: configMap("a") })).status).toBe(422);
  });

  it("with unknown fields are warned of, or refused", async () => {
    const server = new TestServer();
    const body = { ...configMap("a"), date: {} };
    const warned = await server.send("POST", configMaps, { body });
    expect(warned.headers.get("warning")).toBe('299 - "unknown field \\"date\\""');
    const refused = await server.send("POST", `${configMaps}?fieldValidation=Strict`, { body });
    expect(refused.status).toBe(400);
  });

  it("that are invalid are refused with their causes", async () => {
    const server = new TestServer();
    const { body } = await server.send("POST", jobs, { body: { ...jobOf("x", ["true"]), metadata: { name: "X_" } } });
    expect(body).toMatchObject({ reason: "Invalid", code: 422, details: { kind: "Job" } });
    expect(body.details.causes[0].field).toBe("metadata.name");
  });

  it("are not told in what nobody reads", async () => {
    const server = new TestServer();
    const only = "application/vnd.kubernetes.protobuf";
    expect((await server.get(configMaps, { accept: only })).status).toBe(406);
    expect((await server.get(configMaps, { accept: `${only},application/json` })).status).toBe(200);
    const headers = { "content-type": "application/cbor" };
    expect((await server.send("POST", configMaps, { body: "x", headers })).status).toBe(415);
    const patch = { body: "{}", headers: { "content-type": "application/json" } };
    expect((await server.send("PATCH", `${configMaps}/a`, patch)).status).toBe(415);
  });

  it("that are too large are refused", async () => {
    const server = new TestServer();
    const body = configMap("a", { a: "x".repeat(4 * 2 ** 20) });
    expect((await server.send("POST", configMaps, { body })).status).toBe(413);
  });

  it("are deleted by selector", async () => {
    const server = new TestServer();
    for (const name of ["a", "b"]) await server.send("POST", configMaps, { body: configMap(name, {}, { name }) });
    await server.send("DELETE", `${configMaps}?labelSelector=name%3Da`);
    const { items } = (await server.get(configMaps)).body;
    expect(items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual([
      "b",
      "kube-root-ca.crt",
    ]);
  });
});

describe("lists", () => {
  it("come in pages that show one revision", async () => {
    const server = new TestServer();
    for (const name of ["a", "b", "c", "d"]) await server.send("POST", configMaps, { body: configMap(name) });
    const first = (await server.get(`${configMaps}?limit=2`)).body;
    expect(first.metadata.remainingItemCount).toBe(3);
    await server.send("DELETE", `${configMaps}/c`);
    await server.send("POST", configMaps, { body: configMap("bb") });
    const next = (await server.get(`${configMaps}?limit=9&continue=${first.metadata.continue}`)).body;
    const names = [...first.items, ...next.items].map(({ metadata }) => metadata.name);
    expect(names).toEqual(["a", "b", "c", "d", "kube-root-ca.crt"]);
    expect(next.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  const revisions = [
    { query: "resourceVersion=0", status: 200 },
    { query: "resourceVersion=999999", status: 504 },
    { query: "resourceVersion=999999&resourceVersionMatch=Exact", status: 504 },
    { query: "resourceVersionMatch=Exact", status: 422 },
    { query: "resourceVersion=0&resourceVersionMatch=Exact", status: 422 },
    { query: "resourceVersion=1&resourceVersionMatch=Never", status: 422 },
    { query: "resourceVersion=abc", status: 400 },
    { query: "continue=abc", status: 400 },
    { query: "labelSelector=a%20b", status: 400 },
    { query: "fieldSelector=spec.nothing%3D1", status: 400 },
    { query: "sendInitialEvents=true", status: 422 },
  ];
  it.each(revisions)("answer $query with $status", async ({ query, status }) => {
    const server = new TestServer();
    expect((await server.get(`${configMaps}?${query}`)).status).toBe(status);
  });

  it("show the past exactly", async () => {
    const server = new TestServer();
    const { metadata } = (await server.send("POST", configMaps, { body: configMap("a") })).body;
    await server.send("DELETE", `${configMaps}/a`);
    const { body } = await server.get(
      `${configMaps}?resourceVersionMatch=Exact&resourceVersion=${metadata.resourceVersion}`,
    );
    expect(body.items[0].data).toEqual({ a: "1" });
  });

  it("become Tables, with columns and metadata", async () => {
    const server = new TestServer();
    await server.send("POST", jobs, { body: jobOf("pi", ["true"]) });
    const { body } = await server.get(jobs, { accept: tableAccept });
    expect(body.kind).toBe("Table");
    expect(body.columnDefinitions.map(({ name }: { name: string }) => name).slice(0, 3)).toEqual([
      "Name",
      "Status",
      "Completions",
    ]);
    expect(body.rows[0].cells.slice(0, 3)).toEqual(["pi", "Running", "0/1"]);
    expect(body.rows[0].object.kind).toBe("PartialObjectMetadata");
  });

  it("become metadata alone", async () => {
    const server = new TestServer();
    await server.send("POST", configMaps, { body: configMap("a") });
    const accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
    const { body } = await server.get(configMaps, { accept });
    expect(body.kind).toBe("PartialObjectMetadataList");
    expect(body.items[0].data).toBeUndefined();
  });

  it("are compressed when they are long", async () => {
    const server = new TestServer();
    await server.send("POST", configMaps, { body: configMap("a", { a: "x".repeat(200_000) }) });
    const response = await server.raw("GET", configMaps, { headers: { "accept-encoding": "gzip" } });
    expect(response.headers.get("content-encoding")).toBe("gzip");
  });
});

describe("watches", () => {
  const typesOf = (events: { type: string; object: { metadata: { name?: string } } }[]) =>
    events.map(({ type, object }) => [type, object.metadata.name]);

  it("tell each change once, in order, and resume from a revision", async () => {
    const server = new TestServer();
    const { metadata } = (await server.get(configMaps)).body;
    const from = `${configMaps}?watch=true&resourceVersion=${metadata.resourceVersion}`;
    const first = new WatchReader(await server.raw("GET", from));
    await server.send("POST", configMaps, { body: configMap("a") });
    await server.send("PUT", `${configMaps}/a`, { body: configMap("a", { a: "2" }) });
    await server.send("DELETE", `${configMaps}/a`);
    const events = await first.events();
    expect(typesOf(events)).toEqual([
      ["ADDED", "a"],
      ["MODIFIED", "a"],
      ["DELETED", "a"],
    ]);
    await first.close();
    const resumed = `${configMaps}?watch=true&resourceVersion=${events[0].object.metadata.resourceVersion}`;
    const second = new WatchReader(await server.raw("GET", resumed));
    expect(typesOf(await second.events())).toEqual([
      ["MODIFIED", "a"],
      ["DELETED", "a"],
    ]);
    await second.close();
    expect(server.server.context.streams.open).toBe(0);
  });

  it("begin with what is there, and mark where that ends", async () => {
    const server = new TestServer();
    await server.send("POST", configMaps, { body: configMap("a") });
    const query = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    const reader = new WatchReader(await server.raw("GET", `${configMaps}?${query}`));
    const events = await reader.events();
    expect(events.map(({ type }) => type)).toEqual(["ADDED", "ADDED", "BOOKMARK"]);
    expect(events[2].object.metadata.annotations).toEqual({ "k8s.io/initial-events-end": "true" });
    await reader.close();
  });

  it("follow a selector: what falls out of it is deleted", async () => {
    const server = new TestServer();
    const { metadata } = (await server.get(configMaps)).body;
    const query = `watch=true&labelSelector=on%3Dyes&resourceVersion=${metadata.resourceVersion}`;
    const reader = new WatchReader(await server.raw("GET", `${configMaps}?${query}`));
    await server.send("POST", configMaps, { body: configMap("a", {}, { on: "yes" }) });
    await server.send("PUT", `${configMaps}/a`, { body: configMap("a", {}, { on: "no" }) });
    expect(typesOf(await reader.events())).toEqual([
      ["ADDED", "a"],
      ["DELETED", "a"],
    ]);
    await reader.close();
  });

  it("say that a revision is too old", async () => {
    const server = new TestServer();
    await server.cluster.write((world) => {
      for (let count = 0; count < 2_500; count++) {
        world.registry.create("configmaps", { metadata: { name: `c${count}`, namespace: "default" } });
      }
    });
    // Two commits: a store keeps the last thousand revisions of each.
    await server.cluster.write((world) => {
      for (let count = 0; count < 2_500; count++) world.registry.delete("configmaps", "default", `c${count}`);
    });
    const reader = new WatchReader(await server.raw("GET", `${configMaps}?watch=true&resourceVersion=1`));
    const [event] = await reader.events();
    expect(event).toMatchObject({ type: "ERROR", object: { code: 410, reason: "Expired" } });
    expect(reader.isEnded).toBe(true);
  });

  it("drop a client that reads nothing, and hurt nobody else", async () => {
    const server = new TestServer();
    const path = `${configMaps}?watch=true&resourceVersion=0`;
    const idle = await server.raw("GET", path);
    const reader = new WatchReader(await server.raw("GET", path));
    for (let count = 0; count < 30; count++) {
      await server.send("POST", configMaps, { body: configMap(`c${count}`, { a: "x".repeat(250_000) }) });
      await reader.events();
    }
    expect(server.server.context.streams.open).toBe(1);
    expect((await reader.events()).filter(({ type }) => type === "ADDED")).toHaveLength(31);
    await expect(idle.text()).rejects.toThrow("does not read");
    await reader.close();
  });

  it("show Tables, their columns once", async () => {
    const server = new TestServer();
    const { metadata } = (await server.get(jobs)).body;
    const path = `${jobs}?watch=true&resourceVersion=${metadata.resourceVersion}`;
    const reader = new WatchReader(await server.raw("GET", path, { headers: { accept: tableAccept } }));
    await server.send("POST", jobs, { body: jobOf("pi", ["true"]) });
    await server.advance(1_000);
    const [first, second] = await reader.events();
    expect(first.object.columnDefinitions).not.toBeNull();
    expect(second.object.columnDefinitions).toBeNull();
    expect(second.object.rows[0].cells[0]).toBe("pi");
    await reader.close();
  });
});

describe("subresources", () => {
  it("show logs, and follow them to their end", async () => {
    const server = new TestServer();
    await server.send("POST", jobs, { body: jobOf("pi", ["sh", "-c", "echo one; sleep 5; echo two"]) });
    await server.advance(5_000);
    const [pod] = (await server.get(pods)).body.items;
    const log = `${pods}/${pod.metadata.name}/log`;
    const response = await server.raw("GET", `${log}?follow=true`);
    await server.advance(20_000);
    expect(await response.text()).toBe("one\ntwo\n");
    expect((await server.get(`${log}?tailLines=1`)).body).toBe("two\n");
    expect((await server.get(`${log}?tailLines=-1`)).status).toBe(422);
    expect((await server.get(`${log}?container=nobody`)).status).toBe(400);
  });

  it("scale what has a size", async () => {
    const server = new TestServer();
    const sets = "/apis/apps/v1/namespaces/default/statefulsets";
    const labels = { app: "web" };
    const template = { metadata: { labels }, spec: { containers: [{ name: "web", image: "nginx" }] } };
    const spec = { replicas: 1, serviceName: "web", selector: { matchLabels: labels }, template };
    await server.send("POST", sets, {
      body: { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "web" }, spec },
    });
    const headers = { "content-type": "application/merge-patch+json" };
    const scaled = await server.send("PATCH", `${sets}/web/scale`, { body: { spec: { replicas: 3 } }, headers });
    expect(scaled.body).toMatchObject({ kind: "Scale", spec: { replicas: 3 }, status: { selector: "app=web" } });
    expect((await server.get(`${sets}/web`)).body.spec.replicas).toBe(3);
  });

  it("evict Pods, hand out tokens, and answer who may do what", async () => {
    const server = new TestServer();
    const spec = { containers: [{ name: "main", image: "pause" }] };
    await server.send("POST", pods, { body: { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec } });
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "p" } };
    expect((await server.send("POST", `${pods}/p/eviction`, { body: eviction })).status).toBe(201);
    const accounts = "/api/v1/namespaces/default/serviceaccounts";
    const token = await server.send("POST", `${accounts}/default/token`, {
      body: { spec: { expirationSeconds: 600 } },
    });
    expect(token.body.status.token.split(".")).toHaveLength(3);
    const review = { spec: { resourceAttributes: { verb: "get", resource: "pods" } } };
    const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    expect((await server.send("POST", path, { body: review })).body.status).toEqual({ allowed: true });
  });

  it("move a virtual clock", async () => {
    const server = new TestServer();
    const { body } = await server.send("POST", "/kjob/clock", { body: { advanceMs: 60_000 } });
    expect(body.time).toMatch(/^2026-01-03T12:01:0/);
    expect((await server.send("POST", "/kjob/clock", { body: { advanceMs: -1 } })).status).toBe(400);
  });

  it("go on with a virtual clock for who waits, one change at a time, and say when that was seen", async () => {
    const server = new TestServer();
    await server.send("POST", jobs, { body: jobOf("pi", ["sleep", "5"]) });
    const { resourceVersion } = (await server.get(jobs)).body.metadata;
    const headers = { "kjob-drive": "forever" };
    const watch = new WatchReader(
      await server.raw("GET", `${jobs}?watch=true&resourceVersion=${resourceVersion}`, { headers }),
    );
    const passed: string[] = [];
    while (!passed.includes("quiet") && passed.length < 200) {
      const { body } = await server.send("POST", "/kjob/clock", { body: { pass: true } });
      passed.push(body.passed);
      const marks = (await watch.events()).filter(({ type }) => type === "BOOKMARK");
      expect(marks.at(-1).object.metadata.annotations["kjob.dev/clock-moves"]).toBe(String(body.moves));
    }
    const seen = (await watch.events()).filter(({ type }) => type === "MODIFIED");
    await watch.close();
    expect(passed.at(-1)).toBe("quiet");
    expect(seen.at(-1).object.status.succeeded).toBe(1);
    expect((await server.get(jobs)).headers.get("kjob-clock")).toBe("virtual");
  });

  it("leave a real clock alone", async () => {
    const server = new TestServer({ isVirtual: false });
    const { headers } = await server.get("/version");
    expect(headers.get("kjob-clock")).toBe("real");
    expect(headers.get("kjob-time")).toMatch(/^2026-01-03T12:00:0/);
    const refused = await server.send("POST", "/kjob/clock", { body: { pass: true } });
    expect(refused.body).toMatchObject({ code: 400, message: "the clock of this cluster goes on by itself" });
  });
});
