import { describe, expect, it } from "vitest";
import { resources } from "../../../src/api/resources.js";
import { job } from "../fixtures.js";
import { KubectlSession } from "../kubectl-session.js";

function sessionWithTide(): KubectlSession {
  const session = new KubectlSession();
  const tide = session.client.seed(resources.jobs, job("tide", { status: { active: 1 } }));
  const done = { ...tide, status: { conditions: [{ type: "Complete", status: "True" }] } };
  session.client.happenings = [{ afterMs: 5000, resource: "jobs", event: { type: "MODIFIED", object: done } }];
  return session;
}

describe("wait", () => {
  it.each([
    ["wait job/tide --for=condition=complete", "job.batch/tide condition met\n", 0],
    [
      "wait --for=condition=complete job/tide --timeout=1s",
      "error: timed out waiting for the condition on jobs/tide\n",
      1,
    ],
    ["wait --for=condition=complete job/tide --timeout=0", "error: condition not met for jobs/tide\n", 1],
    [
      "wait --for=condition=complete=false job/tide --timeout=9s",
      "error: timed out waiting for the condition on jobs/tide\n",
      1,
    ],
    ["wait --for=jsonpath='{.status.active}'=1 job/tide", "job.batch/tide condition met\n", 0],
    ["wait --for=jsonpath='{.status.conditions[0].type}' job/tide -o name", "job.batch/tide\n", 0],
    ["wait --for=create job/tide", "job.batch/tide condition met\n", 0],
    ["wait --for=create cm/medal --timeout=2s", "error: timed out waiting for the condition\n", 1],
    ["wait --for=delete job/ebb", "", 0],
    ["wait --for=condition=complete job/ebb", 'Error from server (NotFound): jobs.batch "ebb" not found\n', 1],
    ["wait --for=condition=complete jobs -l sea=south", "error: no matching resources found\n", 1],
    [
      "wait job/tide job/ebb --for=condition=failed --timeout=1s",
      'timed out waiting for the condition on jobs/tide\nError from server (NotFound): jobs.batch "ebb" not found\n',
      1,
    ],
  ])("%s", async (line, all, exitStatus) => {
    expect(await sessionWithTide().run(line)).toMatchObject({ all, exitStatus });
  });
});

describe("wait, of several objects", () => {
  it("shares one timeout: what comes after it is not looked at", async () => {
    const session = sessionWithTide();
    const conditions = [{ type: "Complete", status: "True" }];
    session.client.seed(resources.jobs, job("zenith", { status: { conditions } }));
    expect(await session.run("wait --for=condition=complete job tide zenith --timeout=1s")).toMatchObject({
      all: "timed out waiting for the condition on jobs/tide\ntimed out waiting for the condition on jobs/zenith\n",
    });
  });
});

describe("delete", () => {
  it("names the namespace, as kubectl does since 1.34", async () => {
    expect((await sessionWithTide().run("delete job tide")).out).toBe(
      'job.batch "tide" deleted from default namespace\n',
    );
    const old = sessionWithTide();
    old.version = "1.23";
    expect((await old.run("delete job tide")).out).toBe('job.batch "tide" deleted\n');
  });

  it("goes on after what is not there, and fails", async () => {
    const printed = await sessionWithTide().run("delete job ebb tide");
    expect(printed).toMatchObject({
      out: 'job.batch "tide" deleted from default namespace\n',
      err: 'Error from server (NotFound): jobs.batch "ebb" not found\n',
      exitStatus: 1,
    });
  });

  it("waits until a finalizer lets the object go", async () => {
    const session = new KubectlSession();
    const held = session.client.seed(resources.jobs, {
      ...job("held"),
      metadata: { name: "held", finalizers: ["a/b"] },
    });
    session.client.happenings = [{ afterMs: 3000, resource: "jobs", event: { type: "DELETED", object: held } }];
    await session.run("delete job held");
    expect(session.client.nowMs).toBe(Date.UTC(2026, 0, 2, 12, 0, 3));
  });

  it("gives up waiting after --timeout", async () => {
    const session = new KubectlSession();
    const held = session.client.seed(resources.jobs, {
      ...job("held"),
      metadata: { name: "held", finalizers: ["a/b"] },
    });
    session.client.happenings = [{ afterMs: 3000, resource: "jobs", event: { type: "DELETED", object: held } }];
    expect(await session.run("delete job held --timeout=1s")).toMatchObject({
      err: "error: timed out waiting for the condition on jobs/held\n",
      exitStatus: 1,
    });
  });

  it.each([
    ["delete job tide --cascade=orphan", { propagationPolicy: "Orphan" }],
    ["delete job tide --cascade=foreground", { propagationPolicy: "Foreground" }],
    ["delete job tide --now", { propagationPolicy: "Background", gracePeriodSeconds: 1 }],
    ["delete job tide --grace-period=0", { propagationPolicy: "Background", gracePeriodSeconds: 1 }],
    ["delete job tide --grace-period=0 --force", { propagationPolicy: "Background", gracePeriodSeconds: 0 }],
  ])("%s asks the server for it", async (line, options) => {
    const session = sessionWithTide();
    await session.run(line);
    expect(session.client.requests).toContain(`delete jobs tide ${JSON.stringify(options)}`);
  });

  it.each([
    ["delete jobs -l sea=south", "No resources found\n"],
    ["delete job ebb --ignore-not-found", ""],
    ["delete job tide -o name", "job.batch/tide\n"],
    ["delete job tide --dry-run=client", 'job.batch "tide" deleted from default namespace (dry run)\n'],
  ])("%s", async (line, all) => {
    expect(await sessionWithTide().run(line)).toMatchObject({ all, exitStatus: 0 });
  });
});
