import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Status } from "../api/generated/types.js";
import type { KubeObject } from "../api/meta/object.js";
import { apiVersionOf, type Resource, resources } from "../api/resources.js";
import type { ApiClient, ListOptions, ObjectList, WriteOptions } from "../client/api-client.js";
import { linesOf, requireSuccess, textOf, warningsOf } from "./answers.js";
import type { Connection } from "./connection.js";
import { pathOf, queryOf } from "./paths.js";
import { runChannels } from "./remote-exec.js";
import { remoteWatch } from "./remote-watch.js";
import type { ServerClock } from "./server-clock.js";

interface RemoteClientOptions {
  readonly connection: Connection;
  readonly onWarning: (message: string) => void;
  readonly clock: ServerClock;
  readonly signal?: AbortSignal;
}

/** Objects on one page of a list, as kubectl asks for them. */
const pageLength = 500;

const patchTypes = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

/** The client of verbs, for an API server somewhere else. */
export function createRemoteClient(options: RemoteClientOptions): ApiClient {
  const { clock } = options;
  const connection = observed(options.connection, clock);
  const now = () => clock.now();
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const send = sender({ ...options, connection });
  const write = (method: string, path: string, body: unknown, contentType = "application/json") =>
    send<KubeObject>(method, path, typeof body === "string" ? body : JSON.stringify(body), contentType);
  const channels = async (
    path: string,
    { stdin = null, untilMs }: { stdin?: AsyncIterable<Uint8Array> | null; untilMs?: number },
    onOutput: Parameters<ApiClient["exec"]>[3],
  ) => {
    if (!clock.isKnown) await send("GET", "/version");
    const headers = clock.drive(untilMs);
    return runChannels(connection, { path, stdin, onOutput, headers, ...wallTimeout(untilMs), ...signal });
  };
  /** On a virtual clock the server knows when the time is over. */
  const wallTimeout = (untilMs: number | undefined) =>
    untilMs === undefined || clock.isVirtual ? {} : { timeoutMs: Math.max(0, untilMs - now()) };
  return {
    now,
    serverVersion: async () => send("GET", "/version"),
    get: async (resource, namespace, name, { subresource = "" } = {}) =>
      send("GET", pathOf(resource, namespace, name, subresource)),
    list: async (resource, listOptions) => listAll(send, resource, listOptions),
    create: async (resource, namespace, object, writeOptions = {}) => {
      const { subresource = "", name = "" } = writeOptions;
      const path = pathOf(resource, namespace, name, subresource);
      return write("POST", path + writeQuery(writeOptions), object);
    },
    replace: async (resource, namespace, object, writeOptions = {}) => {
      const path = pathOf(resource, namespace, object.metadata.name ?? "", writeOptions.subresource);
      return write("PUT", path + writeQuery(writeOptions), object);
    },
    patch: async (resource, namespace, name, patch, writeOptions = {}) => {
      const path = pathOf(resource, namespace, name, writeOptions.subresource);
      const force = patch.type === "apply" && patch.force === true;
      return write("PATCH", path + writeQuery(writeOptions, { force }), patch.body, patchTypes[patch.type]);
    },
    delete: async (resource, namespace, name, { dryRunServer = false, ...deleteOptions } = {}) => {
      const body = {
        kind: "DeleteOptions",
        apiVersion: "v1",
        ...deleteOptions,
        ...(dryRunServer ? { dryRun: ["All"] } : {}),
      };
      return send<KubeObject | Status>("DELETE", pathOf(resource, namespace, name), JSON.stringify(body));
    },
    watch: (resource, watchOptions) => remoteWatch(connection, resource, watchOptions, { clock, ...signal }),
    async *logs(namespace, pod, { untilMs, ...query }) {
      const path = pathOf(resources.pods, namespace, pod, "log") + queryOf(query);
      const stop = new AbortController();
      if (query.follow === true && !clock.isKnown) await send("GET", "/version");
      const { timeoutMs } = wallTimeout(untilMs);
      const timer = timeoutMs === undefined ? undefined : setTimeout(() => stop.abort(), timeoutMs);
      const headers = query.follow === true ? clock.drive(untilMs) : {};
      const aborted = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
      try {
        const answer = await connection.send({ method: "GET", path, headers, signal: aborted });
        await requireSuccess(answer);
        yield* linesOf(answer);
      } catch (error) {
        if (!aborted.aborted) throw error;
      } finally {
        clearTimeout(timer);
        stop.abort();
      }
    },
    exec: async (namespace, pod, execOptions, onOutput) => {
      const { command } = execOptions;
      if (!clock.isKnown) await send("GET", "/version");
      await clock.reachContainer();
      const query = queryOf({ command, ...streamQuery(execOptions) });
      const path = pathOf(resources.pods, namespace, pod, "exec") + query;
      return { exitCode: (await channels(path, execOptions, onOutput)) ?? 0 };
    },
    attach: async (namespace, pod, attachOptions, onOutput) => {
      const path = pathOf(resources.pods, namespace, pod, "attach") + queryOf(streamQuery(attachOptions));
      return { exitCode: await channels(path, attachOptions, onOutput) };
    },
    raw: async (method, path, body) => {
      const headers = {
        accept: "application/json, */*",
        ...(body === undefined
          ? {}
          : { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) }),
      };
      const answer = await connection.send({
        method,
        path,
        headers,
        ...(body === undefined ? {} : { body }),
        ...signal,
      });
      await requireSuccess(answer);
      return textOf(answer);
    },
    pause: async (ms) => {
      if (clock.isVirtual) return (await clock.pass(now() + ms)).passed !== "quiet";
      await sleep(ms, undefined, signal).catch(() => {});
      return options.signal?.aborted !== true;
    },
  };
}

/** Every answer tells the time of its server, where that is one of kjob's. */
function observed(connection: Connection, clock: ServerClock): Connection {
  return {
    ...connection,
    send: async (request) => {
      const answer = await connection.send(request);
      clock.observe(answer.headers);
      return answer;
    },
  };
}

type Send = <T>(method: string, path: string, body?: string, contentType?: string) => Promise<T>;

function sender({ connection, onWarning, signal }: Omit<RemoteClientOptions, "clock">): Send {
  const told = new Set<string>();
  const tellWarnings = ({ headers }: IncomingMessage) => {
    for (const warning of warningsOf(headers.warning)) {
      if (told.has(warning)) continue;
      told.add(warning);
      onWarning(warning);
    }
  };
  return async <T>(method: string, path: string, body?: string, contentType = "application/json"): Promise<T> => {
    const answer = await connection.send({
      method,
      path,
      headers: {
        accept: "application/json",
        ...(body === undefined
          ? {}
          : { "content-type": contentType, "content-length": String(Buffer.byteLength(body)) }),
      },
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
    tellWarnings(answer);
    await requireSuccess(answer);
    return JSON.parse(await textOf(answer)) as T;
  };
}

/** All pages of a list, in one. Items say what they are, which servers leave to the list. */
async function listAll(send: Send, resource: Resource, options: ListOptions): Promise<ObjectList> {
  const { namespace = "", labelSelector, fieldSelector, resourceVersion, limit = pageLength } = options;
  const base = { labelSelector, fieldSelector, resourceVersion, limit };
  const path = pathOf(resource, namespace);
  let page = await send<ObjectList>("GET", path + queryOf({ ...base, continue: options.continue }));
  const items = [...page.items];
  while (options.limit === undefined && page.metadata.continue) {
    const rest = { labelSelector, fieldSelector, limit, continue: page.metadata.continue };
    page = await send<ObjectList>("GET", path + queryOf(rest));
    items.push(...page.items);
  }
  const apiVersion = apiVersionOf(resource);
  return { ...page, items: items.map((item) => ({ apiVersion, kind: resource.kind, ...item })) };
}

function writeQuery(
  { dryRun = false, fieldManager, fieldValidation }: WriteOptions,
  more: Readonly<Record<string, boolean>> = {},
): string {
  return queryOf({ ...(dryRun ? { dryRun: "All" } : {}), fieldManager, fieldValidation, ...more });
}

function streamQuery({ container, stdin, tty = false }: Parameters<ApiClient["attach"]>[2]) {
  // A terminal has one output: both streams come together.
  return { container, stdin: stdin !== null && stdin !== undefined, stdout: true, stderr: !tty, tty };
}
