import { badRequest } from "../../src/api/meta/status.js";
import { type ApiServer, createApiServer } from "../../src/apiserver/api-server.js";
import { LiveCluster, type WorldSession } from "../../src/apiserver/live-cluster.js";
import { passIn } from "../../src/cli/commands/served-clock.js";
import { bootstrap } from "../../src/cluster/bootstrap.js";
import { components } from "../../src/cluster/components.js";
import { containerAccess } from "../../src/cluster/kubelet-access.js";
import { World } from "../../src/cluster/world.js";
import { MemoryBackend } from "../../src/store/memory-backend.js";

const startMs = Date.UTC(2026, 0, 3, 12, 0, 0);

/** A session on a world in memory, whose clock somebody else moves. */
class MemorySession implements WorldSession {
  readonly backend = new MemoryBackend();
  world: World;
  #isOpen = false;

  constructor() {
    this.world = World.create(this.backend, { seed: 1, version: "1.36" }, startMs, components());
    this.backend.begin();
    bootstrap(this.world, { nodes: 1 });
    this.world.flush();
    // Of the memory backend: done when the call returns.
    void this.backend.commit();
  }

  async look(): Promise<World> {
    return this.world;
  }

  async write(): Promise<World> {
    if (!this.#isOpen) this.backend.begin();
    this.#isOpen = true;
    return this.world;
  }

  async commit(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.world.flush();
    await this.backend.commit();
  }

  async abandon(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.backend.abort();
    const world = World.open(this.backend, components());
    if (world === null) throw new Error("the backend holds no world");
    this.world = world;
  }
}

export const testToken = "a-token-of-tests";

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // Bodies are looked into as the tests know them.
  // biome-ignore lint/suspicious/noExplicitAny: what a body is, its test says
  readonly body: any;
}

/** An API server on a cluster in memory, in virtual time. */
export class TestServer {
  readonly #session = new MemorySession();
  readonly cluster = new LiveCluster(this.#session);
  readonly defects: unknown[] = [];
  readonly server: ApiServer;

  constructor(options: { readonly hosts?: ReadonlySet<string>; readonly isVirtual?: boolean } = {}) {
    this.server = createApiServer({
      cluster: this.cluster,
      containers: containerAccess,
      token: testToken,
      hosts: options.hosts ?? null,
      clock: {
        isVirtual: options.isVirtual ?? true,
        advance: (ms) => this.advance(ms),
        pass: async (passOptions) => {
          if (options.isVirtual === false) throw badRequest("the clock of this cluster goes on by itself");
          const passed = await this.cluster.write((world) => passIn(world, passOptions));
          return passed === "unfinished" ? "event" : passed;
        },
      },
      onDefect: (error) => this.defects.push(error),
    });
  }

  /** Lets cluster time pass, and everybody hear of what happened in it. */
  async advance(ms: number): Promise<void> {
    await this.cluster.write((world) => world.advanceTo(world.nowMs + ms));
    await this.cluster.tick();
  }

  request(method: string, path: string, init: { body?: unknown; headers?: Record<string, string> } = {}): Request {
    const { body, headers = {} } = init;
    const isText = typeof body === "string" || body instanceof Uint8Array;
    return new Request(`https://kjob${path}`, {
      method,
      headers: { authorization: `Bearer ${testToken}`, ...headers },
      ...(body === undefined
        ? {}
        : { body: isText ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    });
  }

  async raw(method: string, path: string, init: { body?: unknown; headers?: Record<string, string> } = {}) {
    return this.server.fetch(this.request(method, path, init));
  }

  async send(
    method: string,
    path: string,
    init: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answered> {
    const { status, headers, ...response } = await this.raw(method, path, init).then(async (answer) => ({
      status: answer.status,
      headers: answer.headers,
      text: await answer.text(),
    }));
    const isJson = headers.get("content-type")?.startsWith("application/json") === true;
    return { status, headers, body: isJson ? JSON.parse(response.text) : response.text };
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answered> {
    return this.send("GET", path, { headers });
  }
}

/** A watch as it goes on: what came so far is read without waiting for more. */
export class WatchReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #text = "";
  isEnded = false;

  constructor(response: Response) {
    if (response.body === null) throw new Error("the answer has no body");
    this.#reader = response.body.getReader();
    void this.#pump();
  }

  async #pump(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.#reader.read();
        if (done) break;
        this.#text += new TextDecoder().decode(value);
      }
    } catch {
      // Dropped: that is an end too.
    }
    this.isEnded = true;
  }

  /** The events so far. */
  // biome-ignore lint/suspicious/noExplicitAny: what an event carries, its test says
  async events(): Promise<any[]> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.#text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  }

  async close(): Promise<void> {
    await this.#reader.cancel();
  }
}

export function configMap(name: string, data: Record<string, string> = { a: "1" }, labels?: Record<string, string>) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...(labels ? { labels } : {}) }, data };
}

export function jobOf(name: string, command: readonly string[]) {
  const container = { name: "main", image: "busybox:1.36", command };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: { template: { spec: { restartPolicy: "Never", containers: [container] } } },
  };
}

export const configMaps = "/api/v1/namespaces/default/configmaps";
export const jobs = "/apis/batch/v1/namespaces/default/jobs";
export const pods = "/api/v1/namespaces/default/pods";
