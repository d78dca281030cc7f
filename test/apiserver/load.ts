import { connect } from "node:tls";
import { CoreV1Api, KubeConfig, Watch } from "@kubernetes/client-node";
import type { LiveServer } from "./live-server.js";
import { configMap, testToken } from "./test-server.js";

export interface LoadOptions {
  readonly watches: number;
  readonly writers: number;
  readonly durationMs: number;
}

export interface LoadResult {
  readonly writes: number;
  /** What each watch saw wrong; empty where each event came once, in order. */
  readonly faults: readonly string[];
  readonly heapMiB: number;
  /** Streams that are left when all watches are closed: those of clients that read nothing must be gone. */
  readonly streamsLeft: number;
}

const path = "/api/v1/namespaces/default/configmaps";

/** Many watches and writers at once, and one client that opens a watch and never reads. Stops by itself. */
export async function load(live: LiveServer, options: LoadOptions): Promise<LoadResult> {
  const config = new KubeConfig();
  config.loadFromFile(live.kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const start = await core.listNamespacedConfigMap({ namespace: "default" });
  const resourceVersion = start.metadata?.resourceVersion ?? "";
  const idle = openIdleWatch(live.port, resourceVersion);
  const seen: number[][] = Array.from({ length: options.watches }, () => []);
  const watches = await Promise.all(
    seen.map((revisions) =>
      new Watch(config).watch(
        path,
        { resourceVersion },
        (_type, object) => revisions.push(Number(object.metadata.resourceVersion)),
        () => {},
      ),
    ),
  );
  const until = Date.now() + options.durationMs;
  const written = (
    await Promise.all(Array.from({ length: options.writers }, (_, writer) => write(core, writer, until)))
  ).flat();
  const wanted = written.toSorted((left, right) => left - right);
  const heapMiB = process.memoryUsage().heapUsed / 2 ** 20;
  const caughtUpBy = Date.now() + 20_000;
  while (seen.some(({ length }) => length < wanted.length) && Date.now() < caughtUpBy) await pause(20);
  const faults = seen.flatMap((revisions, at) => {
    const isSame =
      revisions.length === wanted.length && revisions.every((revision, index) => revision === wanted[index]);
    return isSame ? [] : [`watch ${at} saw ${revisions.length} of ${wanted.length} events, or not in order`];
  });
  for (const watch of watches) watch.abort();
  idle.destroy();
  const goneBy = Date.now() + 5_000;
  const { streams } = live.server.server.context;
  while (streams.open > 0 && Date.now() < goneBy) await pause(20);
  return { writes: wanted.length, faults, heapMiB, streamsLeft: streams.open };
}

/** Writes its own object again and again; resolves to the revisions that came of it. */
async function write(core: CoreV1Api, writer: number, until: number): Promise<number[]> {
  const name = `writer-${writer}`;
  const revisions: number[] = [];
  let object = await core.createNamespacedConfigMap({ namespace: "default", body: configMap(name) });
  revisions.push(Number(object.metadata?.resourceVersion));
  for (let count = 1; Date.now() < until; count++) {
    const body = { ...object, data: { count: String(count) } };
    object = await core.replaceNamespacedConfigMap({ namespace: "default", name, body });
    revisions.push(Number(object.metadata?.resourceVersion));
  }
  return revisions;
}

/** A connection that asks for a watch, and reads nothing of it. */
function openIdleWatch(port: number, resourceVersion: string) {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  socket.on("error", () => {});
  socket.pause();
  socket.write(
    [
      `GET ${path}?watch=true&resourceVersion=${resourceVersion} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      `Authorization: Bearer ${testToken}`,
      "",
      "",
    ].join("\r\n"),
  );
  return socket;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
