import { request } from "node:https";
import { connect, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LiveServer } from "./live-server.js";
import { configMap, configMaps, testToken } from "./test-server.js";

const limits = {
  headersTimeoutMs: 200,
  requestTimeoutMs: 400,
  timeoutCheckMs: 20,
  answerTimeoutMs: 200,
} as const;
const live = new LiveServer({ limits });
const connectionsMax = 10;
/** Its clients may take their time: while some wait, others connect. */
const small = new LiveServer({ limits: { connectionsMax } });
const opened = new Set<TLSSocket>();

beforeAll(() => Promise.all([live.start(), small.start()]));
afterAll(async () => {
  for (const socket of opened) socket.destroy();
  for (const server of [live, small]) {
    await server.stop();
    expect(server.server.defects).toEqual([]);
  }
});

/** A connection; null where the server closes it at once. */
function socket({ port }: LiveServer = live): Promise<TLSSocket | null> {
  return new Promise((resolve) => {
    const made = connect({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => resolve(made));
    opened.add(made);
    made.on("error", () => resolve(null));
    made.on("close", () => {
      opened.delete(made);
      resolve(null);
    });
  });
}

/** All that comes back until the server closes the connection. */
async function answerTo(text: string): Promise<string> {
  const made = await socket();
  if (made === null) throw new Error("the server has taken no connection");
  const closed = new Promise((resolve) => made.once("close", resolve));
  let answer = "";
  made.setEncoding("utf8").on("data", (part: string) => {
    answer += part;
  });
  made.write(text);
  await closed;
  return answer;
}

const head = [`Host: 127.0.0.1`, `Authorization: Bearer ${testToken}`, "Content-Type: application/json"].join("\r\n");

function status(path: string, { url }: LiveServer = live): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${testToken}` };
    const sent = request(`${url}${path}`, { rejectUnauthorized: false, agent: false, headers }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
    });
    sent.on("error", reject).end();
  });
}

describe("a server", () => {
  it("waits so long for the headers of a request", async () => {
    expect(await answerTo("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")).toContain("408 Request Timeout");
    expect(await status("/readyz")).toBe(200);
  });

  it("waits so long for the body of a request, and makes nothing of a part of it", async () => {
    const part = `POST ${configMaps} HTTP/1.1\r\n${head}\r\nContent-Length: 1000\r\n\r\n{"metadata": {"name": "half"}`;
    expect(await answerTo(part)).toContain("408 Request Timeout");
    expect(await status(`${configMaps}/half`)).toBe(404);
  });

  it("takes so many connections, and others when some of them are gone", async () => {
    const made = await Promise.all(Array.from({ length: connectionsMax + 3 }, () => socket(small)));
    const taken = made.filter((each) => each !== null);
    expect(taken.length).toBe(connectionsMax);
    for (const each of taken) each.destroy();
    await expect.poll(() => status("/readyz", small).catch(() => 0)).toBe(200);
  });

  it("cuts a client that stops reading in the middle of a long answer", async () => {
    for (let count = 0; count < 14; count++) {
      await live.server.send("POST", configMaps, { body: configMap(`c${count}`, { a: "x".repeat(1_000_000) }) });
    }
    const made = await socket();
    if (made === null) throw new Error("the server has taken no connection");
    const closed = new Promise((resolve) => made.once("close", resolve));
    made.pause();
    made.write(`GET ${configMaps} HTTP/1.1\r\n${head}\r\n\r\n`);
    await new Promise((resolve) => setTimeout(resolve, 3 * limits.answerTimeoutMs));
    let bytes = 0;
    made.resume().on("data", (part: Buffer) => {
      bytes += part.length;
    });
    await closed;
    expect(bytes).toBeLessThan(14_000_000);
  });
});
