import { describe, expect, it } from "vitest";
import { WorldSession } from "../world-session.js";

describe("standard input", () => {
  it("of run -i is what the container reads, to its end", async () => {
    const session = new WorldSession();
    session.stdin = "hello\nworld\n";
    const line =
      "run echo --image=busybox -i --rm -q --restart=Never -- sh -c 'while read l; do echo got $l; done; exit 3'";
    expect(await session.run(line)).toMatchObject({
      out: 'got hello\ngot world\npod "echo" deleted from default namespace\n',
      err: "pod default/echo terminated (Error)\n",
      exitStatus: 3,
    });
  });

  it("is read when a program comes to it", async () => {
    const session = new WorldSession();
    session.stdin = "late\n";
    const { out } = await session.run("run late --image=busybox -i -q --restart=Never -- sh -c 'sleep 20; cat'");
    expect(out).toBe("late\n");
  });

  it("of exec -i makes no time pass while it is waited for", async () => {
    const session = new WorldSession();
    await session.run("run desk --image=busybox --restart=Never -- sleep 1000");
    await session.run("wait --for=condition=Ready pod/desk");
    session.stdin = "a\nb\n";
    const before = session.cluster.world.nowMs;
    expect(await session.run("exec -i desk -- cat")).toMatchObject({ out: "a\nb\n", err: "", exitStatus: 0 });
    expect(session.cluster.world.nowMs - before).toBeLessThan(1000);
    session.stdin = "x".repeat(300_000);
    expect((await session.run("exec -i desk -- wc -c")).out).toBe("300000\n");
    expect((await session.run("exec desk -- cat")).out).toBe("");
  });

  it("of attach -i ends the input of a container that takes it once, and of no other", async () => {
    const session = new WorldSession();
    for (const [name, stdinOnce] of [
      ["once", true],
      ["often", false],
    ]) {
      const command = ["sh", "-c", "while read l; do echo got $l; done; echo end"];
      const container = { name: "main", image: "busybox", stdin: true, stdinOnce, command };
      const spec = { restartPolicy: "Never", containers: [container] };
      session.files.set(`${name}.json`, JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name }, spec }));
      await session.run(`apply -f ${name}.json`);
      await session.run(`wait --for=condition=Ready pod/${name}`);
      session.stdin = "a\n";
      await session.run(`attach -i -q ${name}`);
    }
    expect((await session.run("logs once")).out).toBe("got a\nend\n");
    expect((await session.run("logs often")).out).toBe("got a\n");
  });
});
