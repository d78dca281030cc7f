import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import type { Connection } from "../../src/remote/connection.js";
import { loggedConnection } from "../../src/remote/request-log.js";

const server = "https://10.0.0.1:6443";
const answer = {
  statusCode: 404,
  statusMessage: "Not Found",
  headers: { "content-type": "application/json", date: "today" },
} as unknown as IncomingMessage;

/** What is told of one request, which takes 12 ms. */
async function told(level: number): Promise<string> {
  let lines = "";
  let nowMs = Date.UTC(2026, 10, 22, 10, 15, 40, 123);
  const connection: Connection = {
    target: { server } as Connection["target"],
    send: async () => {
      nowMs += 12;
      return answer;
    },
    webSocket: () => {
      throw new Error("not asked for");
    },
    close: () => {},
  };
  const logged = loggedConnection(connection, {
    level,
    write: (line) => {
      lines += line;
    },
    now: () => nowMs,
    timezoneOffset: () => 60,
    processId: 4711,
  });
  const headers = { accept: "application/json", authorization: "Bearer secret" };
  expect(await logged.send({ method: "GET", path: "/api/v1/pods?limit=500", headers })).toBe(answer);
  return lines;
}

describe("requests are told in kubectl's lines", () => {
  const url = `url="${server}/api/v1/pods?limit=500"`;
  const head = (time: string, line: number) => `I1122 11:15:40.${time}000    4711 round_trippers.go:${line}]`;
  const request =
    `${head("123", 527)} "Request" verb="GET" ${url} headers=<\n` +
    "\tAccept: application/json\n\tAuthorization: Bearer <masked>\n >\n";

  it("from level 6, with the time that they took", async () => {
    expect(await told(6)).toBe(
      `${head("135", 632)} "Response" verb="GET" ${url} status="404 Not Found" milliseconds=12\n`,
    );
  });

  it("from level 7 with their headers, but not with what is secret in them", async () => {
    expect(await told(7)).toBe(`${request}${head("135", 632)} "Response" status="404 Not Found" milliseconds=12\n`);
  });

  it("from level 8 with the headers of answers", async () => {
    expect(await told(8)).toBe(
      `${request}${head("135", 632)} "Response" status="404 Not Found" headers=<\n` +
        "\tContent-Type: application/json\n\tDate: today\n > milliseconds=12\n",
    );
  });
});
