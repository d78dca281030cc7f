import { Writable } from "node:stream";
import {
  ApiException,
  BatchV1Api,
  CoreV1Api,
  Exec,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  Log,
  makeInformer,
  PatchStrategy,
  type V1Job,
  type V1Pod,
  type V1Status,
  Watch,
} from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LiveServer } from "./live-server.js";
import { configMap, jobOf } from "./test-server.js";

const live = new LiveServer();
const config = new KubeConfig();

beforeAll(async () => {
  await live.start();
  config.loadFromFile(live.kubeconfig);
});
afterAll(async () => {
  await live.stop();
  expect(live.server.defects).toEqual([]);
});

/** Asks again until there is something, for as long as a test may last. */
async function eventually<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

class TextSink extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

describe("@kubernetes/client-node", () => {
  it("runs a Job to its completion and reads its log", async () => {
    const batch = config.makeApiClient(BatchV1Api);
    const core = config.makeApiClient(CoreV1Api);
    const body = jobOf("pi", ["sh", "-c", "echo 3.14"]) as V1Job;
    const created = await batch.createNamespacedJob({ namespace: "default", body });
    expect(created.metadata?.uid).toBeDefined();
    await eventually(async () => {
      const job = await batch.readNamespacedJob({ namespace: "default", name: "pi" });
      return job.status?.completionTime;
    });
    const { items } = await core.listNamespacedPod({ namespace: "default", labelSelector: "job-name=pi" });
    const name = items[0]?.metadata?.name ?? "";
    expect(await core.readNamespacedPodLog({ namespace: "default", name })).toBe("3.14\n");
  });

  it("keeps an informer that survives a cut connection", async () => {
    const core = config.makeApiClient(CoreV1Api);
    const seen: string[] = [];
    const informer = makeInformer(config, "/api/v1/namespaces/default/configmaps", () =>
      core.listNamespacedConfigMap({ namespace: "default" }),
    );
    informer.on("add", ({ metadata }) => seen.push(`add ${metadata?.name}`));
    informer.on("update", ({ metadata }) => seen.push(`update ${metadata?.name}`));
    informer.on("delete", ({ metadata }) => seen.push(`delete ${metadata?.name}`));
    informer.on("error", () => setTimeout(() => void informer.start(), 50));
    await informer.start();
    const body = configMap("watched");
    await core.createNamespacedConfigMap({ namespace: "default", body });
    await eventually(() => (seen.includes("add watched") ? true : undefined));
    const { port } = live;
    await live.cut();
    await live.server.send("PUT", "/api/v1/namespaces/default/configmaps/watched", {
      body: { ...body, data: { a: "2" } },
    });
    await live.listen(port);
    await eventually(() => (seen.includes("update watched") ? true : undefined));
    await core.deleteNamespacedConfigMap({ namespace: "default", name: "watched" });
    await eventually(() => (seen.includes("delete watched") ? true : undefined));
    await informer.stop();
  });

  it("resumes a watch from a revision", async () => {
    const core = config.makeApiClient(CoreV1Api);
    const { metadata } = await core.createNamespacedConfigMap({ namespace: "default", body: configMap("resumed") });
    await core.deleteNamespacedConfigMap({ namespace: "default", name: "resumed" });
    const types: string[] = [];
    const query = { resourceVersion: metadata?.resourceVersion ?? "", fieldSelector: "metadata.name=resumed" };
    const watch = await new Watch(config).watch(
      "/api/v1/namespaces/default/configmaps",
      query,
      (type) => types.push(type),
      () => {},
    );
    await eventually(() => (types.length > 0 ? true : undefined));
    watch.abort();
    expect(types).toEqual(["DELETED"]);
  });

  it("is told of a conflict", async () => {
    const core = config.makeApiClient(CoreV1Api);
    const created = await core.createNamespacedConfigMap({ namespace: "default", body: configMap("contended") });
    const replace = (value: string) =>
      core.replaceNamespacedConfigMap({
        namespace: "default",
        name: "contended",
        body: { ...created, data: { a: value } },
      });
    await replace("2");
    await expect(replace("3")).rejects.toSatisfy((error) => error instanceof ApiException && error.code === 409);
  });

  it("applies on the server", async () => {
    const objects = KubernetesObjectApi.makeApiClient(config);
    const object: KubernetesObject = {
      ...configMap("applied"),
      metadata: { name: "applied", namespace: "default" },
    };
    const applied = await objects.patch(object, undefined, undefined, "tests", true, PatchStrategy.ServerSideApply);
    expect(applied.metadata?.managedFields?.[0]?.manager).toBe("tests");
  });

  it("runs a command in a container, with input, output and an exit status", async () => {
    const core = config.makeApiClient(CoreV1Api);
    const spec = { containers: [{ name: "main", image: "busybox", command: ["sleep", "100000"] }] };
    await core.createNamespacedPod({ namespace: "default", body: { metadata: { name: "shell" }, spec } as V1Pod });
    await eventually(async () => {
      const pod = await core.readNamespacedPod({ namespace: "default", name: "shell" });
      return pod.status?.phase === "Running" ? true : undefined;
    });
    const output = new TextSink();
    const errors = new TextSink();
    const status = await new Promise<V1Status>((resolve, reject) => {
      new Exec(config)
        .exec(
          "default",
          "shell",
          "main",
          ["sh", "-c", "echo out; echo err >&2; exit 3"],
          output,
          errors,
          null,
          false,
          resolve,
        )
        .catch(reject);
    });
    expect({ out: output.text, err: errors.text, reason: status.reason }).toEqual({
      out: "out\n",
      err: "err\n",
      reason: "NonZeroExitCode",
    });
  });

  it("follows a log", async () => {
    const batch = config.makeApiClient(BatchV1Api);
    const core = config.makeApiClient(CoreV1Api);
    const body = jobOf("talk", ["sh", "-c", "for i in 1 2 3; do echo $i; sleep 1; done"]) as V1Job;
    await batch.createNamespacedJob({ namespace: "default", body });
    const name = await eventually(async () => {
      const { items } = await core.listNamespacedPod({ namespace: "default", labelSelector: "job-name=talk" });
      const running = items.find(({ status }) => status?.phase === "Running" || status?.phase === "Succeeded");
      return running?.metadata?.name;
    });
    const sink = new TextSink();
    const ended = new Promise((resolve) => sink.on("close", resolve));
    await new Log(config).log("default", name, "main", sink, { follow: true });
    await ended;
    expect(sink.text).toBe("1\n2\n3\n");
  });
});
