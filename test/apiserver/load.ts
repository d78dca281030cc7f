import { Agent, type RequestOptions, request } from "node:https";
import { connect, type TLSSocket } from "node:tls";
import { configMap } from "./test-server.js";

/** A server to load, and how to get in. */
export interface LoadedServer {
  readonly port: number;
  readonly token: string;
}

export interface LoadOptions {
  readonly watches: number;
  readonly writers: number;
  readonly durationMs: number;
  /** How much text each object holds: what is not read fills up with it. */
  readonly textLength: number;
  /** Looked at now and then: how much memory the server takes. */
  readonly memoryMiB: () => number;
}

export interface LoadResult {
  readonly writes: number;
  /** What each watch saw wrong; empty where each event came once, in order. */
  readonly faults: readonly string[];
  /** Of the server, when the load began and at its highest. */
  readonly memoryMiB: { readonly before: number; readonly max: number };
  /** Whether the client that reads nothing was dropped. */
  readonly isIdleDropped: boolean;
  /** How long a write took, milliseconds. */
  readonly latencyMs: { readonly median: number; readonly p99: number };
}

const path = "/api/v1/namespaces/default/configmaps";

/** Many watches and writers at once, and one client that opens a watch and never reads. Stops by itself. */
export async function load(server: LoadedServer, options: LoadOptions): Promise<LoadResult> {
  const client = new LoadClient(server);
  const start = await client.send("GET", path);
  const resourceVersion = (start as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
  const watchPath = `${path}?watch=true&resourceVersion=${resourceVersion}`;
  const idle = new IdleWatch(server, watchPath);
  const watches = await Promise.all(Array.from({ length: options.watches }, () => client.watch(watchPath)));
  const memory = { before: options.memoryMiB(), max: 0 };
  const meter = setInterval(() => {
    memory.max = Math.max(memory.max, options.memoryMiB());
  }, 100);
  const until = Date.now() + options.durationMs;
  const latencies: number[] = [];
  const text = "x".repeat(options.textLength);
  const writers = Array.from({ length: options.writers }, (_, writer) =>
    write(client, { writer, until, latencies, text }),
  );
  const wanted = (await Promise.all(writers)).flat().toSorted((left, right) => left - right);
  const caughtUpBy = Date.now() + 30_000;
  while (watches.some(({ revisions }) => revisions.length < wanted.length) && Date.now() < caughtUpBy) await pause(20);
  clearInterval(meter);
  const faults = watches.flatMap(({ revisions }, at) => faultsOf(revisions, wanted, at));
  const isIdleDropped = await idle.isDropped();
  client.close();
  latencies.sort((left, right) => left - right);
  const at = (part: number) => latencies[Math.floor(latencies.length * part)] ?? 0;
  return {
    writes: wanted.length,
    faults,
    memoryMiB: memory,
    isIdleDropped,
    latencyMs: { median: at(0.5), p99: at(0.99) },
  };
}

function faultsOf(revisions: readonly number[], wanted: readonly number[], at: number): readonly string[] {
  if (revisions.length === wanted.length && revisions.every((revision, index) => revision === wanted[index])) return [];
  const first = wanted.findIndex((revision, index) => revisions[index] !== revision);
  return [
    `watch ${at} saw ${revisions.length} of ${wanted.length} events: its ${first}th is ${revisions[first]}, not ${wanted[first]}`,
  ];
}

/** Writes its own object again and again; resolves to the revisions that came of it. */
async function write(
  client: LoadClient,
  {
    writer,
    until,
    latencies,
    text,
  }: { readonly writer: number; readonly until: number; readonly latencies: number[]; readonly text: string },
): Promise<number[]> {
  const revisions: number[] = [];
  const name = `writer-${writer}`;
  let body: unknown = configMap(name, { text });
  for (let count = 0; count === 0 || Date.now() < until; count++) {
    const startedMs = performance.now();
    const written = (await client.send(count === 0 ? "POST" : "PUT", count === 0 ? path : `${path}/${name}`, body)) as {
      readonly metadata: { readonly resourceVersion: string };
    };
    latencies.push(performance.now() - startedMs);
    revisions.push(Number(written.metadata.resourceVersion));
    body = { ...written, data: { text, count: String(count) } };
  }
  return revisions;
}

/** As little of a client as does: the server is what is measured. */
class LoadClient {
  readonly #agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  readonly #options: RequestOptions;
  readonly #closers: (() => void)[] = [];

  constructor({ port, token }: LoadedServer) {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    this.#options = { host: "127.0.0.1", port, headers, agent: this.#agent };
  }

  async send(method: string, to: string, body?: unknown): Promise<unknown> {
    const text = await new Promise<string>((resolve, reject) => {
      const sent = request({ ...this.#options, method, path: to }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => {
          const answered = Buffer.concat(chunks).toString();
          if ((answer.statusCode ?? 500) < 300) resolve(answered);
          else reject(new Error(`${method} ${to}: ${answered}`));
        });
        answer.on("error", reject);
      });
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
    return JSON.parse(text);
  }

  /** Resolves when the watch is open; its revisions go on to come. */
  watch(to: string): Promise<{ readonly revisions: readonly number[] }> {
    return new Promise((resolve, reject) => {
      const sent = request({ ...this.#options, path: to }, (answer) => {
        const revisions: number[] = [];
        let rest: Buffer = Buffer.alloc(0);
        answer.on("data", (chunk: Buffer) => {
          rest = takeRevisions(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]), revisions);
        });
        answer.on("error", () => {});
        this.#closers.push(() => sent.destroy());
        resolve({ revisions });
      });
      sent.on("error", reject);
      sent.end();
    });
  }

  close(): void {
    for (const close of this.#closers) close();
    this.#agent.destroy();
  }
}

const marker = Buffer.from('"resourceVersion":"');

/** Notes the revision of each event that is there as a whole; returns what is left. */
function takeRevisions(bytes: Buffer, revisions: number[]): Buffer {
  let from = 0;
  for (let end = bytes.indexOf(10, from); end >= 0; end = bytes.indexOf(10, from)) {
    const at = bytes.indexOf(marker, from) + marker.length;
    // A number of no event: one that has none, or whose line is broken.
    let revision = at > marker.length && at < end ? 0 : Number.NaN;
    for (let index = at; bytes[index] !== 0x22 && index < end; index++)
      revision = revision * 10 + (bytes[index] ?? 0) - 48;
    revisions.push(revision);
    from = end + 1;
  }
  return bytes.subarray(from);
}

/** A connection that asks for a watch, and reads nothing of it. */
class IdleWatch {
  readonly #socket: TLSSocket;

  constructor({ port, token }: LoadedServer, to: string) {
    this.#socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
    this.#socket.on("error", () => {});
    this.#socket.pause();
    const head = [`GET ${to} HTTP/1.1`, `Host: 127.0.0.1:${port}`, `Authorization: Bearer ${token}`, "", ""];
    this.#socket.write(head.join("\r\n"));
  }

  /** Whether the server has closed the connection: what is left of the answer ends. */
  async isDropped(): Promise<boolean> {
    const ended = new Promise<boolean>((resolve) => {
      for (const event of ["end", "close", "error"]) this.#socket.once(event, () => resolve(true));
    });
    this.#socket.on("data", () => {});
    this.#socket.resume();
    const isDropped = await Promise.race([ended, pause(3_000).then(() => false)]);
    this.#socket.destroy();
    return isDropped;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
