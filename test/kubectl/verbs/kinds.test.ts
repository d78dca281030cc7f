import { describe, expect, it } from "vitest";
import { WorldSession } from "../world-session.js";

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: b}]}}}
`;

describe("kinds that nothing acts on", () => {
  const session = new WorldSession();
  session.files.set("web.yaml", deployment);

  it.each([
    ["get deployments", "No resources found in default namespace.\n"],
    ["get rs,ds,rc,pdb,quota,limits,podtemplates -A", "No resources found\n"],
    ["describe deploy", "No resources found in default namespace.\n"],
    ["get deploy web", 'Error from server (NotFound): deployments.apps "web" not found\n'],
    [
      "delete -f web.yaml",
      'Error from server (NotFound): error when deleting "web.yaml": deployments.apps "web" not found\n',
    ],
  ])("are known, and there are none: %s", async (line, says) => {
    expect((await session.run(line)).all).toBe(says);
  });

  it.each(["create -f web.yaml", "apply -f web.yaml", "apply --server-side -f web.yaml"])(
    "are refused with the reason: %s",
    async (line) => {
      const { err, exitStatus } = await session.run(line);
      expect(err).toContain(
        "deployments.apps cannot be made: kjob knows the kind Deployment, but nothing in it acts on one.",
      );
      expect(exitStatus).toBe(1);
    },
  );

  it("are printed by a dry run of the client, which asks nobody", async () => {
    expect((await session.run("create -f web.yaml --dry-run=client")).out).toBe(
      "deployment.apps/web created (dry run)\n",
    );
  });

  it("can only be read, as discovery says", async () => {
    const { out } = await session.run("api-resources --api-group=apps --verbs=create -o name");
    expect(out).toBe("controllerrevisions.apps\nstatefulsets.apps\n");
  });

  it("have no generator, and who asks for one is told why", async () => {
    expect((await session.run("create deployment web --image=nginx")).err).toBe(
      "error: kubectl create deployment is not supported: nothing runs Deployments; use kubectl create job, or kubectl run\n",
    );
  });
});

describe("Events of their own group", () => {
  it("are those of the core group under other names", async () => {
    const session = new WorldSession();
    await session.run("create configmap pan");
    await session.run("create job pi --image=busybox -- true");
    await session.run("wait --for=condition=complete job/pi");
    const core = await session.run("get events --field-selector reason=Completed");
    const grouped = await session.run("get events.events.k8s.io --field-selector reason=Completed,regarding.name=pi");
    expect(grouped.out).toBe(core.out);
    const { out } = await session.run(
      "get events.v1.events.k8s.io --field-selector reason=Completed -o jsonpath='{range .items[*]}{.apiVersion} {.regarding.name}: {.note} {.message}{end}'",
    );
    expect(out).toBe("events.k8s.io/v1 pi: Job completed ");
  });

  it("share a short name with those of the core group, which is told", async () => {
    expect((await new WorldSession().run("get ev")).err).toContain(
      'Warning: short name "ev" could also match lower priority resource events.events.k8s.io\n',
    );
  });

  it("can be written, too", async () => {
    const session = new WorldSession();
    session.files.set(
      "event.yaml",
      `apiVersion: events.k8s.io/v1
kind: Event
metadata: {name: lamp}
eventTime: "2026-01-03T12:00:00.000000Z"
action: Light
reason: Lit
type: Normal
note: The lamp is lit
reportingController: keeper.example.com/lamp
reportingInstance: keeper-1
regarding: {kind: Pod, name: lighthouse, namespace: default}
`,
    );
    expect((await session.run("create -f event.yaml")).all).toBe("event.events.k8s.io/lamp created\n");
    expect((await session.run("get event lamp -o jsonpath={.message}")).out).toBe("The lamp is lit");
    await session.run("label events.events.k8s.io lamp a=b");
    expect((await session.run("get events.events.k8s.io lamp -o jsonpath='{.metadata.labels.a} {.note}'")).out).toBe(
      "b The lamp is lit",
    );
  });
});
