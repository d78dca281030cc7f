import { describe, expect, it } from "vitest";
import { resources } from "../../../src/api/resources.js";
import { job, pod } from "../fixtures.js";
import { KubectlSession } from "../kubectl-session.js";

function sessionWithJobs(): KubectlSession {
  const session = new KubectlSession();
  session.client.seed(resources.jobs, job("weave"));
  session.client.seed(resources.jobs, job("dye"));
  session.client.seed(resources.pods, pod("weave-x7k2p", ["main"]));
  return session;
}

describe("get", () => {
  it("prints what was found first, then what was not, and fails", async () => {
    const printed = await sessionWithJobs().run("get job torch weave flare");
    expect(printed.out).toMatch(/^NAME +STATUS +COMPLETIONS +DURATION +AGE\nweave +Running +0\/1 +0s\n$/);
    expect(printed.err).toBe(
      'Error from server (NotFound): jobs.batch "torch" not found\nError from server (NotFound): jobs.batch "flare" not found\n',
    );
    expect(printed.exitStatus).toBe(1);
  });

  it("tells several kinds apart, with a blank line between them", async () => {
    const { out } = await sessionWithJobs().run("get jobs,pods");
    expect(out.split("\n").map((line) => line.split(/\s+/)[0])).toEqual([
      "NAME",
      "job.batch/weave",
      "job.batch/dye",
      "",
      "NAME",
      "pod/weave-x7k2p",
      "",
    ]);
  });

  it("prints one kind without a prefix where nothing of the other was found by name", async () => {
    const { out, exitStatus } = await sessionWithJobs().run("get jobs,pods weave");
    expect(out).toContain("\nweave ");
    expect(exitStatus).toBe(1);
  });

  it.each([
    ["get cronjobs", "No resources found in default namespace.\n"],
    ["get cronjobs -A", "No resources found\n"],
    ["get nodes", "No resources found\n"],
    ["get cronjobs -n nowhere", "No resources found in nowhere namespace.\n"],
    ["get job torch --ignore-not-found", ""],
    ["get cronjobs -o name", ""],
  ])("%s, of nothing, says so and succeeds", async (line, says) => {
    const printed = await sessionWithJobs().run(line);
    expect(printed).toMatchObject({ out: "", err: says, exitStatus: 0 });
  });

  it.each([
    [
      "a path that no object has leaves nothing of the table",
      "get jobs --sort-by=.nothing",
      "No resources found in default namespace.\n",
      0,
    ],
    [
      "several tables have no such field",
      "get jobs,pods --sort-by=.metadata.name",
      `error: couldn't find any field with path "{.metadata.name}" in the list of objects\n`,
      1,
    ],
    [
      "neither have objects that were named",
      "get job/weave job/dye --sort-by=.metadata.name",
      `error: couldn't find any field with path "{.metadata.name}" in the list of objects\n`,
      1,
    ],
    ["but one object needs no order", "get job weave --sort-by=.nothing -o name", "", 0],
  ])("sorts tables as kubectl does: %s", async (_, line, err, exitStatus) => {
    expect(await sessionWithJobs().run(line)).toMatchObject({ err, exitStatus });
  });

  it("gives up on a field without an order, as a line of kubectl's log", async () => {
    const { err, exitStatus } = await sessionWithJobs().run("get jobs --sort-by=.metadata");
    expect(err).toMatch(
      /^F\d{4} \S+ +1 sorter\.go:375\] Field \{\.metadata\} in \[\]\[\]\[\]reflect\.Value is an unsortable type: interface, err: unsortable type: map\[string\]interface \{\}\n$/,
    );
    expect(exitStatus).toBe(1);
  });

  it("takes what stands behind -- for arguments", async () => {
    expect((await sessionWithJobs().run("get -o name -- job weave")).out).toBe("job.batch/weave\n");
  });

  it("prints several objects that it was to watch, and refuses to", async () => {
    const printed = await sessionWithJobs().run("get job weave dye -w -o name");
    expect(printed.all).toBe(
      "job.batch/weave\njob.batch/dye\nerror: you may only watch a single resource or type of resource at a time\n",
    );
  });

  it("knows the format JSON by any case, and no other", async () => {
    expect((await sessionWithJobs().run("get job weave -o Name")).out).toBe("job.batch/weave\n");
    expect((await sessionWithJobs().run("get job weave -o Wide")).exitStatus).toBe(1);
  });

  it.each([
    ["get jobs -o name", "job.batch/weave\njob.batch/dye\n"],
    ["get jobs --sort-by=.metadata.name -o name", "job.batch/dye\njob.batch/weave\n"],
    ["get JOB weave -o name", "job.batch/weave\n"],
    ["get jobs.v1.batch weave -o name", "job.batch/weave\n"],
    ["get job/dye po/weave-x7k2p -o name", "job.batch/dye\npod/weave-x7k2p\n"],
    ["get pods -l job-name=weave -o name", "pod/weave-x7k2p\n"],
    ["get pods -l job-name=weave -l job-name=dye -o name", ""],
    ["get job dye -o jsonpath='{.metadata.name}:{.spec.completions}'", "dye:1"],
    ["get jobs -ojsonpath='{.kind} {.items[*].metadata.name}'", "List weave dye"],
  ])("%s", async (line, out) => {
    expect(await sessionWithJobs().run(line)).toMatchObject({ out, err: "", exitStatus: 0 });
  });

  it("prints an empty list as YAML", async () => {
    const { out } = await sessionWithJobs().run("get cronjobs -o yaml");
    expect(out).toBe('apiVersion: v1\nitems: []\nkind: List\nmetadata:\n  resourceVersion: ""\n');
  });

  it("says what was looked for when a selector does not parse", async () => {
    const { err } = await sessionWithJobs().run("get jobs -l 'light in oil'");
    expect(err).toMatch(
      /^Error from server \(BadRequest\): Unable to find "batch\/v1, Resource=jobs" that match label selector "light in oil", field selector "": /,
    );
  });

  it("uses the namespace of the context and of -n before the verb", async () => {
    const session = sessionWithJobs();
    session.client.seed(resources.jobs, { ...job("far"), metadata: { name: "far", namespace: "away" } });
    expect((await session.run("-n away get jobs -o name")).out).toBe("job.batch/far\n");
    await session.run("config set-context --current --namespace=away");
    expect((await session.run("get jobs -o name")).out).toBe("job.batch/far\n");
  });
});

describe("get -w", () => {
  it("prints a row for every change until nothing can happen any more", async () => {
    const session = sessionWithJobs();
    const before = session.client.objects.get("jobs/default/weave");
    const after = { ...before, metadata: { ...before?.metadata }, status: { succeeded: 1 } };
    session.client.happenings = [{ afterMs: 2000, resource: "jobs", event: { type: "MODIFIED", object: after } }];
    const { out, exitStatus } = await session.run("get job weave -w");
    expect(out.split("\n").map((line) => line.split(/\s{2,}/).slice(0, 3))).toEqual([
      ["NAME", "STATUS", "COMPLETIONS"],
      ["weave", "Running", "0/1"],
      ["weave", "Running", "1/1"],
      [""],
    ]);
    expect(exitStatus).toBe(0);
  });

  it("ends when --request-timeout has come, in cluster time", async () => {
    const session = sessionWithJobs();
    const object = session.client.objects.get("jobs/default/weave") ?? job("weave");
    session.client.happenings = [{ afterMs: 10_000, resource: "jobs", event: { type: "MODIFIED", object } }];
    const { out } = await session.run("get jobs --watch-only --request-timeout=4s");
    expect(out).toBe("");
    expect(session.client.nowMs).toBe(Date.UTC(2026, 0, 2, 12, 0, 4));
  });
});
