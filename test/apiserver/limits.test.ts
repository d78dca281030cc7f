import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import { request } from "node:https";
import { connect, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serverLimits } from "../../src/apiserver/limits.js";
import { LiveServer } from "./live-server.js";
import { configMap, testToken } from "./test-server.js";

const live = new LiveServer();
const path = "/api/v1/namespaces/default/configmaps";

beforeAll(() => live.start());
afterAll(async () => {
  await live.stop();
  expect(live.server.defects).toEqual([]);
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

function open(method: string, to: string, headers: Record<string, string>): ClientRequest {
  const authorization = `Bearer ${testToken}`;
  const all = { authorization, "content-type": "application/json", ...headers };
  return request(`${live.url}${to}`, { method, rejectUnauthorized: false, agent: false, headers: all });
}

function send(method: string, to: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
  const sent = open(method, to, headers);
  return new Promise((resolve, reject) => {
    sent.on("response", (answer: IncomingMessage) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function socket(): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const opened = connect({ host: "127.0.0.1", port: live.port, rejectUnauthorized: false }, () => resolve(opened));
    opened.on("error", reject);
  });
}

/** What comes of bytes that are no proper request. */
async function rawAnswer(text: string): Promise<string> {
  const raw = await socket();
  let answered = "";
  raw.setEncoding("utf8").on("data", (part: string) => {
    answered += part;
  });
  raw.write(text);
  await new Promise((resolve) => raw.once("close", resolve));
  return answered;
}

describe("a server on this machine", () => {
  it("serves TLS alone, from 1.2 on", async () => {
    await expect(fetch(`http://127.0.0.1:${live.port}/readyz`)).rejects.toThrow();
    const options = { host: "127.0.0.1", port: live.port, rejectUnauthorized: false, maxVersion: "TLSv1.1" } as const;
    const old = new Promise((resolve, reject) => {
      connect(options, () => resolve("connected")).on("error", reject);
    });
    await expect(old).rejects.toThrow();
  });

  it.each([
    ["health without a token", "GET", "/readyz", { authorization: "" }, 200],
    ["nothing else without one", "GET", "/version", { authorization: "" }, 401],
    ["nothing for a token that is nearly right", "GET", "/version", { authorization: `Bearer ${testToken}x` }, 401],
    ["nothing for a password", "GET", "/version", { authorization: "Basic YTpi" }, 401],
    [
      "no answer without a token to a preflight of a browser",
      "OPTIONS",
      path,
      { authorization: "", origin: "https://evil.example" },
      401,
    ],
  ])("gives %s", async (_name, method, to, headers, status) => {
    const answer = await send(method, to, headers);
    expect(answer.status).toBe(status);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("refuses headers that are too large", async () => {
    // Who is still sending may find the connection cut before he reads why.
    const large = { "x-large": "x".repeat(serverLimits.headerBytesMax) };
    const status = await send("GET", "/readyz", large).then(
      (answer) => answer.status,
      () => 431,
    );
    expect(status).toBe(431);
    expect((await send("GET", "/readyz")).status).toBe(200);
  });

  it("refuses bodies that are too large, whether they say so or not", async () => {
    const body = JSON.stringify(configMap("large", { a: "x".repeat(serverLimits.bodyBytesMax) }));
    expect((await send("POST", path, { "content-length": String(body.length) }, body)).status).toBe(413);
    expect((await send("POST", path, { "transfer-encoding": "chunked" }, body)).status).toBe(413);
  });

  it("answers what is no HTTP, and goes on", async () => {
    expect(await rawAnswer("nonsense\r\n\r\n")).toContain("400 Bad Request");
    expect(
      await rawAnswer(
        "GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      ),
    ).toContain("400");
    expect((await send("GET", "/readyz")).status).toBe(200);
  });

  it("goes on when clients leave in the middle of a request or of an answer", async () => {
    const half = open("POST", path, { "content-length": "1000" });
    half.on("error", () => {});
    half.write('{"kind": "Conf');
    await new Promise((resolve) => setTimeout(resolve, 50));
    half.destroy();
    const watch = open("GET", `${path}?watch=true`, {});
    await new Promise((resolve) => {
      watch.on("response", resolve);
      watch.end();
    });
    watch.on("error", () => {});
    watch.destroy();
    const { streams } = live.server.server.context;
    for (let tries = 0; tries < 100 && streams.open > 0; tries++) await new Promise((done) => setTimeout(done, 20));
    expect(streams.open).toBe(0);
    expect((await send("GET", path)).status).toBe(200);
  });

  it("takes so many streams and no more", async () => {
    const { streams } = live.server.server.context;
    const leave = Array.from({ length: serverLimits.streamsMax - streams.open }, () => streams.enter());
    const refused = await send("GET", `${path}?watch=true`);
    for (const each of leave) each();
    expect(refused.status).toBe(429);
    expect(refused.headers["retry-after"]).toBe("1");
  });
});
