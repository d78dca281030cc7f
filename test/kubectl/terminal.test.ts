import { describe, expect, it } from "vitest";
import { WorldSession } from "./world-session.js";

const controlSequence = "\u001b[";

function withoutColours(text: string): string {
  return text
    .split(controlSequence)
    .map((part, index) => (index === 0 ? part : part.replace(/^\d+m/, "")))
    .join("");
}

async function withJobs(): Promise<WorldSession> {
  const session = new WorldSession();
  await session.run("create job grind --image=busybox -- sleep 5");
  await session.run("create job crack --image=busybox -- sh -c 'exit 1'");
  await session.run("wait --for=condition=complete job/grind");
  return session;
}

function atTerminal(session: WorldSession): WorldSession {
  session.isTerminal = { out: true, err: true, in: true };
  session.color = true;
  return session;
}

describe("colours", () => {
  it("are for terminals, unless they are asked for", async () => {
    const session = await withJobs();
    const plain = await session.run("get jobs,pods");
    expect(plain.out).not.toContain(controlSequence);
    const painted = (await session.run("get jobs,pods --color=always")).out;
    expect(painted).toContain(`${controlSequence}32mComplete${controlSequence}39m`);
    expect(painted).toContain(`${controlSequence}31mError${controlSequence}39m`);
    expect(painted).toContain(`${controlSequence}2mjob.batch/${controlSequence}22mgrind`);
    expect(withoutColours(painted).replaceAll(/\d+s/g, "")).toBe(plain.out.replaceAll(/\d+s/g, ""));
    expect((await session.run("get jobs --color")).out).toContain(controlSequence);
    atTerminal(session);
    expect((await session.run("get jobs")).out).toContain(controlSequence);
    expect((await session.run("get jobs --color=never")).out).not.toContain(controlSequence);
    expect((await session.run("get jobs -o yaml")).out).not.toContain(controlSequence);
    session.color = false;
    expect((await session.run("get jobs")).out).not.toContain(controlSequence);
  });

  it("are one of three", async () => {
    expect((await new WorldSession().run("get jobs --color=red")).err).toBe(
      'error: --color is auto, always or never, not "red"\n',
    );
  });
});

describe("hints", () => {
  const broken =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: script}\ndata:\n  run.sh: |\n    echo one\n  echo two\n";
  const service =
    "apiVersion: v1\nkind: Service\nmetadata: {name: peers}\nspec: {clusterIP: none, selector: {a: b}, ports: [{port: 80}]}\n";

  it.each([
    ["get jbos", 'hint: did you mean "jobs" or "job"?\n'],
    ["get jobs --show-lables", 'hint: did you mean "--show-labels"?\n'],
    ["get job grnd", 'hint: did you mean "grind"?\n'],
    ["get pods -n defualt", ""],
    ["get job grind -n defualt", 'hint: did you mean "default"?\n'],
    ["apply -f service.yaml", 'hint: a headless Service has "clusterIP: None", with a capital N, not "none"\n'],
    ["apply -f script.yaml", "hint: script.yaml, line 7:\n  6 |     echo one\n  7 |   echo two\n    |   ^\n"],
  ])("follow the error of %s, at a terminal alone", async (line, hint) => {
    const session = await withJobs();
    session.files.set("script.yaml", broken);
    session.files.set("service.yaml", service);
    const { err } = await session.run(line);
    const told = await atTerminal(session).run(line);
    expect(told.err).toBe(`${err}${hint}`);
  });

  it("name verbs in kubectl's own way, everywhere", async () => {
    expect((await new WorldSession().run("aply -f x")).err).toContain("Did you mean this?\n\tapply\n");
  });
});

describe("get -w --live", () => {
  it("draws one table again and again, and leaves the last one", async () => {
    const session = atTerminal(new WorldSession());
    session.color = false;
    await session.run("create job grind --image=busybox -- sleep 5");
    const { out, exitStatus } = await session.run("get jobs -w --live --request-timeout=30s");
    const frames = out.split(`${controlSequence}2A${controlSequence}J`);
    expect(frames.length).toBeGreaterThan(4);
    for (const frame of frames) expect(frame).toMatch(/^NAME .*\ngrind .*\n$/);
    expect(frames.at(-1)).toContain("Complete");
    expect(exitStatus).toBe(0);
  });

  it("ends by Ctrl-C", async () => {
    const session = atTerminal(new WorldSession());
    await session.run("create job grind --image=busybox -- sleep 5");
    const interrupt = new AbortController();
    interrupt.abort();
    session.signal = interrupt.signal;
    const { out, exitStatus } = await session.run("get jobs -w --live");
    expect(out.split("\n")).toHaveLength(3);
    expect(exitStatus).toBe(130);
  });

  it("is a watch like any other where there is no terminal", async () => {
    const session = new WorldSession();
    await session.run("create job grind --image=busybox -- sleep 5");
    const { out } = await session.run("get jobs -w --live --request-timeout=30s");
    expect(out).not.toContain(controlSequence);
    expect(out.match(/^grind /gm)?.length).toBeGreaterThan(2);
    expect((await session.run("get jobs --live")).err).toBe("error: --live can only be used with --watch\n");
  });
});
