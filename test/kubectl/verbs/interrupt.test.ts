import { beforeAll, describe, expect, it } from "vitest";
import { WorldSession } from "../world-session.js";

const session = new WorldSession();

beforeAll(async () => {
  const container = { name: "main", image: "busybox:1.36", stdin: true, command: ["cat"] };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "desk" }, spec: { containers: [container] } };
  session.files.set("desk.yaml", JSON.stringify(pod));
  await session.run("create -f desk.yaml");
  await session.run("wait pod/desk --for=condition=Ready");
});

/** Runs a command, and presses Ctrl-C when it has come to wait. */
async function interrupted(argv: readonly string[]) {
  const interrupt = new AbortController();
  session.signal = interrupt.signal;
  session.isTyping = true;
  const running = session.runArgs(argv);
  await new Promise((resolve) => setTimeout(resolve, 50));
  interrupt.abort();
  const printed = await running;
  session.signal = undefined;
  session.isTyping = false;
  return printed;
}

describe("Ctrl-C", () => {
  it("ends a command in a container that waits for input, and says nothing; what was done is done", async () => {
    session.stdin = "typed\n";
    const argv = ["exec", "-i", "desk", "--", "sh", "-c", "touch /tmp/done; cat"];
    expect(await interrupted(argv)).toMatchObject({ out: "typed\n", err: "", exitStatus: 130 });
    session.stdin = "";
    expect((await session.run("exec desk -- ls /tmp")).out).toBe("done\n");
  });

  it("ends a container's own process that is typed to", async () => {
    const { err, exitStatus } = await interrupted(["attach", "-i", "desk"]);
    expect({ err, exitStatus }).toEqual({
      err: "If you don't see a command prompt, try pressing enter.\n",
      exitStatus: 130,
    });
  });
});
