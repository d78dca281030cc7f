import { expect, it } from "vitest";
import { startChannels } from "../../src/apiserver/exec-channels.js";
import { targetOf } from "../../src/apiserver/request-info.js";
import { pods, TestServer } from "./test-server.js";

const [stdin, stdout, ended] = [0, 1, 3];

it("a clock that goes on for a command lets others work while input comes in many pieces", async () => {
  const server = new TestServer();
  const container = { name: "main", image: "busybox", command: ["sleep", "1000"] };
  const body = { apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec: { containers: [container] } };
  await server.send("POST", pods, { body });
  await server.advance(10_000);
  // As on disk, where a write waits for its turn.
  const { cluster } = server;
  const write = cluster.write.bind(cluster);
  cluster.write = async (run) => {
    await new Promise((resolve) => setImmediate(resolve));
    return write(run);
  };

  const started = await startChannels(server.server.context, {
    target: targetOf(`${pods}/a/exec`),
    query: new URLSearchParams("command=cat&stdin=true&stdout=true"),
    headers: new Headers({ "kjob-drive": "forever" }),
  });
  let hear: (message: Uint8Array) => void = () => {};
  const heard: Record<number, string> = {};
  const closed = new Promise<void>((resolve) => {
    started.connect({
      send(message) {
        const channel = message[0] ?? -1;
        heard[channel] = (heard[channel] ?? "") + new TextDecoder().decode(message.subarray(1));
      },
      close: resolve,
      onMessage(listener) {
        hear = listener;
      },
      onClose() {},
    });
  });
  const pieces = Array.from({ length: 40 }, (_, number) => `${number} `);
  for (const piece of pieces) {
    hear(Uint8Array.of(stdin, ...new TextEncoder().encode(piece)));
    await Promise.resolve();
    if (piece.endsWith("7 ")) await new Promise((resolve) => setImmediate(resolve));
  }
  hear(Uint8Array.of(255, stdin));
  await closed;

  expect(heard[stdout]).toBe(pieces.join(""));
  expect(JSON.parse(heard[ended] ?? "")).toMatchObject({ status: "Success" });
});
