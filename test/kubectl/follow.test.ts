import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta/object.js";
import { StatusError } from "../../src/api/meta/status.js";
import { resources } from "../../src/api/resources.js";
import type { WatchedEvent } from "../../src/client/api-client.js";
import { follow } from "../../src/kubectl/follow.js";
import { MemoryClient } from "./memory-client.js";
import { WorldSession } from "./world-session.js";

function bowl(name: string, resourceVersion: string, uid = name): KubeObject {
  return { kind: "ConfigMap", metadata: { name, namespace: "default", uid, resourceVersion } } as KubeObject;
}

/** A server that forgets what came after the first watch, and then has these objects. */
class ForgetfulClient extends MemoryClient {
  readonly watchedFrom: string[] = [];

  constructor(readonly later: readonly KubeObject[]) {
    super();
  }

  override async list() {
    return { kind: "ConfigMapList", apiVersion: "v1", metadata: { resourceVersion: "900" }, items: this.later };
  }

  override async *watch(
    _resource: unknown,
    { resourceVersion }: { readonly resourceVersion: string },
  ): AsyncIterable<WatchedEvent> {
    this.watchedFrom.push(resourceVersion);
    if (this.watchedFrom.length > 1) return;
    yield { type: "ADDED", object: bowl("new", "11") };
    throw new StatusError("Expired", "too old resource version: 11 (500)");
  }
}

describe("following what the server has forgotten", () => {
  it("lists again, tells what differs in the order of its revisions, and goes on from there", async () => {
    const client = new ForgetfulClient([
      bowl("same", "3"),
      bowl("changed", "800"),
      bowl("other", "700", "another"),
      bowl("fresh", "600"),
    ]);
    const start = { objects: [bowl("same", "3"), bowl("changed", "4"), bowl("other", "5")], resourceVersion: "10" };
    const events: string[] = [];
    for await (const { type, object } of follow(client, resources.configmaps, {}, start)) {
      events.push(`${type} ${(object as KubeObject).metadata.name}`);
    }
    expect(events).toEqual([
      "ADDED new",
      "ADDED fresh",
      "DELETED other",
      "ADDED other",
      "MODIFIED changed",
      "DELETED new",
    ]);
    expect(client.watchedFrom).toEqual(["10", "900"]);
  });
});

/** A cluster in which a long run has left little of the log, as one that has done much while nobody looked. */
async function longRun(): Promise<WorldSession> {
  const session = new WorldSession();
  await session.run("create configmap old --from-literal=a=1");
  await session.run("create job busy --image=example.com/x -- work");
  await session.run("create job idle --image=example.com/x -- work");
  session.cluster.client.modify(
    "jobs",
    "default",
    "idle",
    (job) => ({ ...job, spec: { ...job.spec, suspend: true } }) as typeof job,
  );
  session.cluster.advance(30);
  const { world, backend } = session.cluster;
  backend.begin();
  world.flush({ historyLength: 1 });
  void backend.commit();
  return session;
}

describe("an object that was written before the oldest revision that is known", () => {
  it.each([
    [
      "wait --for=jsonpath={.data.a}=2 cm/old --timeout=5s",
      "error: timed out waiting for the condition on configmaps/old\n",
    ],
    ["wait --for=delete cm/old --timeout=5s", "error: timed out waiting for the condition on configmaps/old\n"],
    [
      "wait --for=condition=complete job/idle --timeout=5s",
      "error: timed out waiting for the condition on jobs/idle\n",
    ],
    ["get cm old -w --request-timeout=5s", ""],
    ["get events -w --request-timeout=5s", ""],
    ["events -w --request-timeout=5s", ""],
  ])("is waited for all the same: %s", async (line, says) => {
    const session = await longRun();
    await expect(session.run("get configmap old -o name").then(({ out }) => out)).resolves.toBe("configmap/old\n");
    expect((await session.run(line)).err).toBe(says);
  });
});
