import { describe, expect, it } from "vitest";
import { resources } from "../../../src/api/resources.js";
import { job, pod } from "../fixtures.js";
import { KubectlSession } from "../kubectl-session.js";

function sessionWithPods(): KubectlSession {
  const session = new KubectlSession();
  session.client.seed(resources.jobs, job("pi"));
  session.client.seed(resources.pods, pod("pi-aaaaa", ["main"], { status: { phase: "Pending" } }));
  session.client.seed(resources.pods, pod("pi-bbbbb", ["main"]));
  session.client.seed(resources.pods, pod("two-ccccc", ["left", "right", "init-one"]));
  session.client.containerLogs.set("pi-bbbbb/main", ["3\n", ".1\n", "4\n"]);
  session.client.containerLogs.set("two-ccccc/left", ["l\n"]);
  session.client.containerLogs.set("two-ccccc/right", ["r\n"]);
  session.client.containerLogs.set("two-ccccc/init-one", ["i\n"]);
  return session;
}

describe("logs", () => {
  it.each([
    ["logs pi-bbbbb", "3\n.1\n4\n"],
    ["logs pi-bbbbb --tail=1", "4\n"],
    ["logs job/pi", "Found 2 pods, using pod/pi-bbbbb\n3\n.1\n4\n"],
    ["logs two-ccccc", 'Defaulted container "left" out of: left, right, init-one (init)\nl\n'],
    ["logs two-ccccc -c right", "r\n"],
    ["logs two-ccccc right", "r\n"],
    [
      "logs two-ccccc --all-containers --prefix",
      "[pod/two-ccccc/init-one] i\n[pod/two-ccccc/left] l\n[pod/two-ccccc/right] r\n",
    ],
    ["logs -l job-name=two -c left", "l\n"],
    ["logs -l job-name=none", "No resources found in default namespace.\n"],
  ])("%s", async (line, all) => {
    expect(await sessionWithPods().run(line)).toMatchObject({ all, exitStatus: 0 });
  });

  it.each([
    ["logs torch", 'error: error from server (NotFound): pods "torch" not found in namespace "default"\n'],
    ["logs job/torch", 'error: error from server (NotFound): jobs.batch "torch" not found in namespace "default"\n'],
    [
      "logs two-ccccc -c middle",
      "error: container middle is not valid for pod two-ccccc out of: left, right, init-one (init)\n",
    ],
    [
      "logs two-ccccc --all-containers -c left",
      "error: --all-containers=true should not be specified with container name left\n",
    ],
    ["logs pi-aaaaa", 'Error from server (BadRequest): container "main" in pod "pi-aaaaa" is waiting to start\n'],
  ])("%s fails", async (line, err) => {
    expect(await sessionWithPods().run(line)).toMatchObject({ err, out: "", exitStatus: 1 });
  });

  it("shows the last ten lines where a selector may mean many Pods", async () => {
    const session = sessionWithPods();
    await session.run("logs -l job-name=two -c left");
    expect(session.client.requests.at(-1)).toContain('"tailLines":10');
  });
});

describe("exec", () => {
  it("passes output and exit status on", async () => {
    const session = sessionWithPods();
    session.client.execAnswer = { chunks: [{ stream: "stdout", bytes: Buffer.from("hi\n") }], exitCode: 3 };
    expect(await session.run("exec -it pi-bbbbb -- sh -c 'echo hi; exit 3'")).toMatchObject({
      out: "hi\n",
      err: "command terminated with exit code 3\n",
      exitStatus: 3,
    });
    expect(session.client.requests.at(-1)).toBe("exec pi-bbbbb main sh -c echo hi; exit 3");
  });

  it("prefers the running Pod of a Job", async () => {
    const session = sessionWithPods();
    await session.run("exec job/pi -- date");
    expect(session.client.requests.at(-1)).toBe("exec pi-bbbbb main date");
  });

  it.each([
    ["exec torch -- ls", 'Error from server (NotFound): pods "torch" not found\n'],
    [
      "exec pi-bbbbb ls",
      "error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples\n",
    ],
    ["exec pi-bbbbb", "error: you must specify at least one command for the container\n"],
  ])("%s fails", async (line, err) => {
    expect(await sessionWithPods().run(line)).toMatchObject({ err, exitStatus: 1 });
  });
});
