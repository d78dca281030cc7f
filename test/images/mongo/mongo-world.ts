import { Container, startContainer } from "../../../src/container/container.js";
import { imageTree } from "../../../src/container/image.js";
import type { Json } from "../../../src/container/journal.js";
import { SystemError } from "../../../src/container/program.js";
import { findImage } from "../../../src/images/catalog.js";
import { findService } from "../../../src/images/engines.js";
import type { Endpoint, ServiceContext } from "../../../src/images/service.js";

export const startMs = Date.UTC(2026, 0, 3, 1, 46, 29);

/** One mongod without a container around it, and programs of the mongo image that reach it as their own host. */
export class MongoWorld {
  readonly #rows = new Map<string, Json>();
  readonly #memory = new Map<string, unknown>();
  readonly #endpoint: Endpoint = {
    ip: "10.0.0.1",
    port: 27017,
    hostname: "db",
    settings: { replSet: null, dbPath: "/data/db", startMs },
    place: (path) => `here/${path}`,
  };

  request(message: Json, nowMs: number): Json {
    const service = findService("mongod");
    if (!service) throw new Error("the engine is not loaded");
    const rows = this.#rows;
    const context: ServiceContext = {
      nowMs,
      rows: {
        get: (key) => rows.get(key),
        put: (key, row) => rows.set(key, row),
        delete: (key) => rows.delete(key),
        scan: (prefix) =>
          [...rows]
            .filter(([key]) => key.startsWith(prefix))
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, row]) => ({ key, row })),
      },
      memory: this.#memory,
      self: this.#endpoint,
      resolve: () => ["10.0.0.1"],
      endpoint: () => this.#endpoint,
      random: () => 0.5,
    };
    return service.answer(message, context);
  }

  shell(argv: readonly string[], files: Readonly<Record<string, string>> = {}) {
    const image = findImage("mongo");
    if (!image) throw new Error("there is no mongo image");
    const tree = imageTree(
      Object.fromEntries(Object.entries(files).map(([name, content]) => [`/w/${name}`, { content }])),
    );
    for (const [name, node] of image.files().entries) tree.entries.set(name, node);
    const output = { out: "", err: "" };
    let nowMs = startMs;
    const container = startContainer(
      {
        image: { ...image, files: () => tree },
        command: argv,
        env: [],
        workingDir: "/w",
        hostname: "client",
        fqdn: "client",
        ip: "10.0.0.2",
        seed: 7,
      },
      {
        volume: () => {
          throw new Error("no volumes here");
        },
        output: (stream, text) => {
          output[stream === "stdout" ? "out" : "err"] += text;
        },
        resolve: () => ["10.0.0.1"],
        resolveService: () => null,
        reverse: () => null,
        ping: () => ({ roundTripMs: 0.1, hops: 0 }),
        request: (_ip, port, message) => {
          if (port !== 27017) throw new SystemError("ECONNREFUSED");
          return this.request(message, nowMs);
        },
      },
      startMs,
    );
    if (!(container instanceof Container)) throw new Error(container.reason);
    while (!container.exited && container.wakeAtMs !== null && container.wakeAtMs < startMs + 86_400_000) {
      nowMs = container.wakeAtMs;
      container.run(nowMs);
    }
    return { ...output, status: container.exited?.exitCode ?? null, elapsedMs: nowMs - startMs };
  }
}
