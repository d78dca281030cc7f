import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { LiveServer } from "./live-server.js";
import { jobOf, testToken } from "./test-server.js";

const live = new LiveServer();
const namespace = "/api/v1/namespaces/default";

beforeAll(async () => {
  await live.start();
  const talk = {
    name: "main",
    image: "busybox",
    stdin: true,
    command: ["sh", "-c", "while read a; do echo got $a; done"],
  };
  const body = { apiVersion: "v1", kind: "Pod", metadata: { name: "talker" }, spec: { containers: [talk] } };
  await live.server.send("POST", `${namespace}/pods`, { body });
  await live.server.send("POST", "/apis/batch/v1/namespaces/default/jobs", { body: jobOf("done", ["true"]) });
  for (let phase = ""; phase !== "Running"; ) {
    phase = (await live.server.get(`${namespace}/pods/talker`)).body.status.phase;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});
afterAll(async () => {
  await live.stop();
  expect(live.server.defects).toEqual([]);
});

interface Talk {
  readonly protocol: string;
  readonly channels: Readonly<Record<number, string>>;
}

/** Opens channels, sends messages, and resolves to what has come when the server closes, or `until` has come. */
function talk(
  part: string,
  protocols: readonly string[],
  messages: readonly (readonly [channel: number, text: string])[] = [],
  until = "",
): Promise<Talk> {
  const headers = { authorization: `Bearer ${testToken}` };
  const url = `${live.url.replace("https", "wss")}${namespace}/pods/${part}`;
  const socket = new WebSocket(url, [...protocols], { headers, rejectUnauthorized: false });
  const channels: Record<number, string> = {};
  return new Promise((resolve, reject) => {
    const done = () => resolve({ protocol: socket.protocol, channels });
    socket.on("open", () => {
      for (const [channel, text] of messages)
        socket.send(Buffer.concat([Buffer.of(channel), Buffer.from(text, "latin1")]));
    });
    socket.on("message", (data: Buffer) => {
      const channel = data[0] ?? -1;
      channels[channel] = (channels[channel] ?? "") + data.subarray(1).toString();
      if (until !== "" && channels[1]?.includes(until)) {
        socket.close();
        done();
      }
    });
    socket.on("unexpected-response", (_request, answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      answer.on("end", () => reject(new Error(`${answer.statusCode} ${JSON.parse(text).message}`)));
    });
    socket.on("close", done);
    socket.on("error", reject);
  });
}

const script = (text: string) => `command=sh&command=-c&command=${encodeURIComponent(text)}`;

describe("channels", () => {
  it.each(["v4.channel.k8s.io", "v5.channel.k8s.io"])(
    "of %s carry output, errors and how it ended",
    async (protocol) => {
      const { protocol: spoken, channels } = await talk(
        `talker/exec?${script("echo out; echo err >&2; exit 3")}&stdout=true&stderr=true`,
        [protocol],
      );
      expect(spoken).toBe(protocol);
      expect(channels[1]).toBe("out\n");
      expect(channels[2]).toBe("err\n");
      expect(JSON.parse(channels[3] ?? "")).toMatchObject({
        status: "Failure",
        reason: "NonZeroExitCode",
        details: { causes: [{ reason: "ExitCode", message: "3" }] },
      });
    },
  );

  it("of the newer protocol are preferred, and say that there is no more input", async () => {
    const { protocol, channels } = await talk(
      `talker/exec?command=cat&stdin=true&stdout=true`,
      ["v4.channel.k8s.io", "v5.channel.k8s.io"],
      [
        [0, "hello\n"],
        [255, "\0"],
      ],
    );
    expect(protocol).toBe("v5.channel.k8s.io");
    expect(channels[1]).toBe("hello\n");
    expect(JSON.parse(channels[3] ?? "")).toMatchObject({ status: "Success" });
  });

  it("take sizes of terminals, and messages of channels that there are none of", async () => {
    const { channels } = await talk(
      `talker/exec?${script("echo out")}&stdin=true&stdout=true&tty=true`,
      ["v4.channel.k8s.io"],
      [
        [4, '{"Width":80,"Height":24}'],
        [9, "what"],
      ],
    );
    expect(channels[1]).toContain("out");
  });

  it("reach the process that a container runs", async () => {
    const { channels } = await talk(
      "talker/attach?stdin=true&stdout=true",
      ["v4.channel.k8s.io"],
      [[0, "this\n"]],
      "got this",
    );
    expect(channels[1]).toBe("got this\n");
  });

  it.each([
    ["a Pod that is not there", "nobody/exec?command=true&stdout=true", 'pods "nobody" not found'],
    [
      "a container that is not there",
      "talker/exec?command=true&stdout=true&container=x",
      "container x is not valid for pod talker",
    ],
    ["no command", "talker/exec?stdout=true", "you must specify at least 1 command"],
    ["nothing to send or receive", "talker/exec?command=true", "you must specify at least 1 of stdin, stdout, stderr"],
    ["ports", "talker/portforward?ports=80", "port-forward is not supported by kjob"],
  ])("are refused for %s", async (_name, part, message) => {
    await expect(talk(part, ["v4.channel.k8s.io"])).rejects.toThrow(message);
  });

  it("are refused for protocols that nobody speaks", async () => {
    await expect(talk("talker/exec?command=true&stdout=true", ["v1.channel.k8s.io"])).rejects.toThrow(
      "offer one of the protocols",
    );
  });
});

describe("logs", () => {
  it("come from a time on, with times, and no more than asked for", async () => {
    await talk("talker/attach?stdin=true&stdout=true", ["v4.channel.k8s.io"], [[0, "more\n"]], "got more");
    const log = async (query: string) => (await live.server.get(`${namespace}/pods/talker/log?${query}`)).body;
    expect(await log("tailLines=1")).toBe("got more\n");
    expect(await log("sinceSeconds=100000&tailLines=1")).toBe("got more\n");
    expect(await log("sinceTime=2100-01-01T00:00:00Z")).toBe("");
    expect(await log("timestamps=true&tailLines=1")).toMatch(/^\d{4}-\d\d-\d\dT\S+Z got more\n$/);
    expect(await log("limitBytes=3")).toHaveLength(3);
  });
});
