import { describe, expect, it } from "vitest";
import { configMap, configMaps, jobOf, jobs, pods, TestServer } from "./test-server.js";

const json = { "content-type": "application/json" };

describe("a body that is no object of the kind", () => {
  const reading = "couldn't get version/kind; json parse error:";
  const holder = `Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`;

  it.each([
    ["nothing", "", `${reading} unexpected end of JSON input (<empty>)`],
    ["half an object", '{"metadata": {', `${reading} unexpected end of JSON input ({"metadata": {)`],
    [
      "a broken object that is long",
      '{"metadata": {"name": "a-long-name",}}',
      `${reading} invalid character '}' looking for beginning of object key string ({"metadata": {"name": "a-long- ...)`,
    ],
    ["a list", "[1]", `${reading} json: cannot unmarshal array into ${holder} (5b315d)`],
    ["a text", '"x"', `${reading} json: cannot unmarshal string into ${holder} (227822)`],
    ["a truth", "true", `${reading} json: cannot unmarshal bool into ${holder} (74727565)`],
  ])("is refused with what it begins with: %s", async (_name, body, why) => {
    const answer = await new TestServer().send("POST", configMaps, { body, headers: json });
    const message = `the object provided is unrecognized (must be of type ConfigMap): ${why}`;
    expect([answer.status, answer.body.message]).toEqual([400, message]);
  });

  it("is an object with nothing in it where it is null", async () => {
    const answer = await new TestServer().send("POST", configMaps, { body: "null", headers: json });
    expect([answer.status, answer.body.message]).toEqual([
      422,
      'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    ]);
  });
});

describe("a field that is there twice", () => {
  const body = '{"dta": 1, "metadata": {"name": "twice"}, "data": {"x": "1", "x": "2"}}';
  const faults = ['unknown field "dta"', 'duplicate field "data.x"'];

  it("is refused where fields are checked strictly, warned of, or let be", async () => {
    const server = new TestServer();
    const send = (validation: string) =>
      server.send("POST", `${configMaps}?dryRun=All&fieldValidation=${validation}`, { body, headers: json });
    expect((await send("Strict")).body.message).toBe(
      `ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ${faults.join(", ")}`,
    );
    const warned = faults.map((fault) => `299 - ${JSON.stringify(fault)}`);
    expect((await send("Warn")).headers.get("warning")).toBe(warned.join(", "));
    expect((await send("Ignore")).headers.get("warning")).toBeNull();
  });
});

describe("an eviction", () => {
  it("of another Pod than the address names is refused, and evicts nothing", async () => {
    const server = new TestServer();
    await server.send("POST", jobs, { body: jobOf("pi", ["sleep", "600"]) });
    await server.advance(5_000);
    const [pod] = (await server.get(pods)).body.items;
    const evict = (name: string) =>
      server.send("POST", `${pods}/${pod.metadata.name}/eviction`, {
        body: { apiVersion: "policy/v1", kind: "Eviction", metadata: { name } },
        headers: json,
      });
    const refused = await evict("another");
    expect([refused.status, refused.body.message]).toEqual([400, "name in URL does not match name in Eviction object"]);
    expect((await server.get(`${pods}/${pod.metadata.name}`)).body.metadata.deletionTimestamp).toBeUndefined();
    expect((await evict(pod.metadata.name)).status).toBe(201);
  });
});

describe("an object that is applied", () => {
  it("was created where there was none, and not the second time", async () => {
    const server = new TestServer();
    const headers = { "content-type": "application/apply-patch+yaml" };
    const apply = (value: string) =>
      server.send("PATCH", `${configMaps}/c?fieldManager=test`, { body: configMap("c", { a: value }), headers });
    expect((await apply("1")).status).toBe(201);
    expect((await apply("2")).status).toBe(200);
  });
});

describe("a list", () => {
  const token = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const invalid = "invalid continue token: continue key is not valid:";

  it.each([
    [
      "labels of no selector",
      "labelSelector=a b",
      "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
    ],
    [
      "fields that no resource has",
      "fieldSelector=spec.foo=1",
      '"spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
    [
      "a page of another revision",
      `resourceVersion=1&continue=${token({ v: "meta.k8s.io/v1", rv: 1, start: "default/a" })}`,
      "specifying resource version is not allowed when using continue",
    ],
    [
      "a page of another kind of server",
      `continue=${token({ v: "v2" })}`,
      `${invalid} server does not recognize this encoded version v2`,
    ],
    [
      "a page of no revision",
      `continue=${token({ v: "meta.k8s.io/v1", start: "a" })}`,
      `${invalid} incorrect encoded start resourceVersion (version meta.k8s.io/v1)`,
    ],
    [
      "a page without a beginning",
      `continue=${token({ v: "meta.k8s.io/v1", rv: 5 })}`,
      `${invalid} encoded start key empty (version meta.k8s.io/v1)`,
    ],
  ])("is refused that asks for %s", async (_name, query, message) => {
    const answer = await new TestServer().get(`${configMaps}?${query}`);
    expect([answer.status, answer.body.message]).toEqual([400, message]);
  });

  it.each([
    [pods, "field label not supported: spec.foo"],
    [jobs, 'field label "spec.foo" not supported for Job'],
  ])("says in the words of its resource what fields it has not: %s", async (path, message) => {
    expect((await new TestServer().get(`${path}?fieldSelector=spec.foo=1`)).body.message).toBe(message);
  });
});

describe("a review", () => {
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

  it.each([
    [
      {},
      "spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified",
    ],
    [
      { resourceAttributes: { verb: "get" }, nonResourceAttributes: { verb: "get", path: "/" } },
      'spec.nonResourceAttributes: Invalid value: {"verb":"get","path":"/"}: cannot be specified in combination with resourceAttributes',
    ],
  ])("asks one question: %j", async (spec, why) => {
    const answer = await new TestServer().send("POST", path, { body: { spec }, headers: json });
    expect([answer.status, answer.body.message]).toEqual([422, `.authorization.k8s.io "" is invalid: ${why}`]);
  });
});

describe("a watch", () => {
  it("is not to be had in YAML", async () => {
    const answer = await new TestServer().get(`${configMaps}?watch=true`, { accept: "application/yaml" });
    expect([answer.status, answer.body.reason]).toEqual([406, "NotAcceptable"]);
  });
});

describe("an answer", () => {
  const server = new TestServer();
  const text = async (path: string, userAgent?: string) =>
    (await server.raw("GET", path, { headers: userAgent === undefined ? {} : { "user-agent": userAgent } })).text();

  it.each([
    ["curl", "", true],
    ["Mozilla/5.0 (X11)", "", true],
    ["kubectl/v1.36.3", "", false],
    ["kubectl/v1.36.3", "?pretty=true", true],
    ["curl", "?pretty=0", false],
  ])("has line breaks for people: %s %s", async (userAgent, query, isPretty) => {
    for (const path of ["/api/v1/namespaces/default", "/api/v1/namespaces/none", "/apis/batch/v1"]) {
      const shown = await text(`${path}${query}`, userAgent);
      expect(shown.includes("\n  ")).toBe(isPretty);
      if (!isPretty) expect(shown.endsWith("}\n")).toBe(true);
    }
  });

  it("is not to be kept", async () => {
    const { headers } = await server.get("/api/v1/namespaces");
    expect(headers.get("cache-control")).toBe("no-cache, private");
  });

  it("tells what is served where", async () => {
    const { paths } = (await server.get("/")).body;
    expect(paths).toEqual([...paths].sort());
    for (const path of ["/api/v1", "/apis/batch", "/apis/batch/v1", "/openapi/v3", "/readyz", "/version"]) {
      expect(paths).toContain(path);
      expect((await server.get(path)).status).toBe(200);
    }
  });

  it("tells what health is made of", async () => {
    expect(await text("/readyz?verbose")).toBe("[+]ping ok\nreadyz check passed\n");
    expect(await text("/livez/ping")).toBe("ok");
  });
});
