import type { Impersonation } from "../api/authorization/access.js";
import type { Status } from "../api/generated/types.js";
import type { EpochMs, KubeObject } from "../api/meta/object.js";
import type { ApiClient, ExecChunk } from "../client/api-client.js";
import type { ContainerAccess } from "../cluster/container-access.js";
import { versionInfo } from "../cluster/version-info.js";
import type { World } from "../cluster/world.js";
import { UsageError } from "../kubectl/errors.js";
import { withManagedFields } from "../registry/managed-fields/tracking.js";
import {
  createObject,
  deleteObject,
  getObject,
  listObjects,
  patchObject,
  replaceObject,
} from "../registry/requests.js";
import { createSubresource } from "../registry/subresource-requests.js";
import { pathOf } from "../remote/paths.js";
import { watchWorld } from "./loopback-watch.js";

/** How a client comes by its world, and how time passes while it waits. */
export interface WorldAccess {
  /** The world at the present, for reading. */
  read(): Promise<World>;
  /** The same, to be changed. */
  write(): Promise<World>;
  /**
   * Lets time pass until something may have happened, to objects where only these count; false when `untilMs` has come or
   * nothing can happen any more.
   */
  pass(untilMs: EpochMs | undefined, what?: "anything" | "objects"): Promise<boolean>;
  /** Saves what was done, before a person is waited for. False where time goes on meanwhile. */
  rest?(): Promise<boolean>;
  /** The time that a request takes to get into a container, where it does not go by itself. */
  reachContainer?(): Promise<void>;
  /** Aborted by Ctrl-C: whoever waits then waits no longer. */
  readonly signal?: AbortSignal | undefined;
}

/** The client of verbs, on a world in this process. */
export function createLoopbackClient(
  access: WorldAccess,
  containers: ContainerAccess,
  onWarning: (message: string) => void,
  impersonate?: Impersonation,
): ApiClient {
  let nowMs: EpochMs = 0;
  const reading = async () => {
    const world = await access.read();
    nowMs = world.nowMs;
    return world;
  };
  const writing = async () => {
    const world = await access.write();
    nowMs = world.nowMs;
    return world;
  };
  const pass = async (untilMs: EpochMs | undefined, what?: "anything" | "objects") => {
    const more = await access.pass(untilMs, what);
    access.signal?.throwIfAborted();
    await reading();
    return more;
  };
  const watching = (untilMs: EpochMs | undefined) => ({ read: reading, pass: () => pass(untilMs, "objects") });
  const write = (
    options: {
      dryRun?: boolean;
      fieldManager?: string;
      fieldValidation?: "Ignore" | "Warn" | "Strict";
      subresource?: string;
    } = {},
  ) => ({
    // Who does not say what manager it is goes by the name of its program.
    fieldManager: "kubectl",
    ...options,
    warn: onWarning,
  });
  const client: ApiClient = {
    now: () => nowMs,
    serverVersion: async () => versionInfo((await reading()).version),
    async get(resource, namespace, name, options = {}) {
      if ((options.subresource ?? "") !== "") {
        await reading();
        const text = await client.raw("GET", pathOf(resource, namespace, name, options.subresource));
        if (!text.startsWith("{")) throw new UsageError("serializer for text/plain doesn't exist");
        return JSON.parse(text) as KubeObject;
      }
      const object = getObject((await reading()).registry, { resource, namespace, name });
      return options.managedFields === true ? withManagedFields(object) : object;
    },
    async list(resource, options) {
      const list = listObjects((await reading()).registry, resource, options);
      return options.managedFields === true ? { ...list, items: list.items.map(withManagedFields) } : list;
    },
    async create(resource, namespace, object, options = {}) {
      const { subresource = "", name = object.metadata?.name ?? "" } = options;
      if (subresource !== "") {
        const target = { resource, namespace, name, subresource };
        // What the caller asked to create is what answers; a Status stands for what has no object.
        return createSubresource((await writing()).registry, target, object, write(options)) as KubeObject;
      }
      return createObject((await writing()).registry, { resource, namespace }, object, write(options));
    },
    async replace(resource, namespace, object, options = {}) {
      const target = { resource, namespace, name: object.metadata.name ?? "" };
      return replaceObject((await writing()).registry, target, object, write(options));
    },
    async patch(resource, namespace, name, patch, options = {}) {
      const body = typeof patch.body === "string" ? patch.body : JSON.stringify(patch.body);
      const { registry } = await writing();
      const request = { ...write(options), force: patch.force === true };
      return patchObject(registry, { resource, namespace, name }, { type: patch.type, body }, request);
    },
    async delete(resource, namespace, name, options = {}): Promise<KubeObject | Status> {
      const { dryRunServer = false, ...request } = options;
      return deleteObject((await writing()).registry, { resource, namespace, name }, request, dryRunServer);
    },
    watch: (resource, options) =>
      watchWorld(watching(options.untilMs), [{ resource, options }], options.resourceVersion),
    watchSeveral: (watched, { resourceVersion, untilMs }) => watchWorld(watching(untilMs), watched, resourceVersion),
    async *logs(namespace, pod, options) {
      const world = await reading();
      const sinceMs = options.sinceTime
        ? Date.parse(options.sinceTime)
        : options.sinceSeconds === undefined
          ? undefined
          : world.nowMs - options.sinceSeconds * 1000;
      const { follow = false, untilMs, sinceSeconds: _seconds, sinceTime: _time, ...rest } = options;
      const request = { namespace, pod, ...rest, ...(sinceMs === undefined ? {} : { sinceMs }) };
      let cursor: unknown;
      for (;;) {
        const part = containers.readLogs((await reading()).contextOf("kubelet"), request, cursor);
        cursor = part.cursor;
        for (const line of splitLines(part.text)) yield line;
        if (!follow || part.ended || !(await pass(untilMs))) return;
      }
    },
    async exec(namespace, pod, options, onOutput) {
      await access.reachContainer?.();
      const { stdin = null, untilMs } = options;
      const request = execRequest(namespace, pod, options);
      const exitCode = await runExec({ writing, pass, access, containers }, request, stdin, untilMs, onOutput);
      return { exitCode: exitCode ?? 0 };
    },
    async attach(namespace, pod, options, onOutput) {
      const { stdin = null, untilMs } = options;
      const request = execRequest(namespace, pod, { ...options, command: null });
      return { exitCode: await runExec({ writing, pass, access, containers }, request, stdin, untilMs, onOutput) };
    },
    raw: async (method, path, body) => {
      const { answerRaw } = await import("./loopback-raw.js");
      return answerRaw(access, containers, { method, path, body, impersonate });
    },
    pause: async (ms) => {
      const { nowMs } = await reading();
      if (await pass(nowMs + ms)) return true;
      const world = await reading();
      return world.nowMs > nowMs && world.nextAtMs !== null && !world.isQuiet;
    },
  };
  return client;
}

type ExecRequest = Parameters<ContainerAccess["startExec"]>[1];

/** A request for a command, or for the container's own process where there is none. */
function execRequest(
  namespace: string,
  pod: string,
  {
    container,
    command,
    stdin = null,
    tty = false,
  }: Omit<Parameters<ApiClient["exec"]>[2], "command"> & { readonly command: readonly string[] | null },
): ExecRequest {
  const request = { namespace, pod, command, stdin: stdin !== null, tty };
  return container === undefined ? request : { ...request, container };
}

async function runExec(
  {
    writing,
    pass,
    access,
    containers,
  }: {
    writing: () => Promise<World>;
    pass: (untilMs: EpochMs | undefined) => Promise<boolean>;
    access: WorldAccess;
    containers: ContainerAccess;
  },
  request: ExecRequest,
  stdin: AsyncIterable<Uint8Array> | null,
  untilMs: EpochMs | undefined,
  onOutput: (chunk: ExecChunk) => void,
): Promise<number | null> {
  const context = async () => (await writing()).contextOf("kubelet");
  const handle = containers.startExec(await context(), request);
  const input = stdin === null ? null : pump(stdin, access.signal);
  try {
    for (;;) {
      for (const data of input?.take() ?? []) containers.writeExec(await context(), handle, data);
      const { chunks, exitCode, awaitsInput } = containers.pollExec(await context(), handle);
      for (const chunk of chunks) onOutput(chunk);
      if (exitCode !== null) return exitCode;
      if (await input?.pending()) continue;
      // Somebody types, or another program is slow: no time of the cluster's goes by meanwhile.
      if (awaitsInput === true && input?.isOpen === true && (await access.rest?.()) === true) {
        await input.next();
        access.signal?.throwIfAborted();
        continue;
      }
      if (!(await pass(untilMs))) {
        const last = containers.pollExec(await context(), handle);
        for (const chunk of last.chunks) onOutput(chunk);
        return last.exitCode;
      }
    }
  } finally {
    input?.stop();
    containers.closeExec(await context(), handle);
  }
}

/** Reads input in the background, to be taken when the simulation comes to it. */
function pump(stdin: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined) {
  const pieces: (Uint8Array | null)[] = [];
  let stopped = false;
  let isEnded = false;
  let failure: unknown;
  const onPiece: (() => void)[] = [];
  const tell = () => {
    for (const resolve of onPiece.splice(0)) resolve();
  };
  signal?.addEventListener("abort", tell);
  const done = (async () => {
    for await (const bytes of stdin) {
      if (stopped) return;
      pieces.push(bytes);
      tell();
    }
    pieces.push(null);
  })()
    .catch((error: unknown) => {
      failure = error;
    })
    .finally(() => {
      isEnded = true;
      tell();
    });
  return {
    /** Whether more may come. */
    get isOpen() {
      return !isEnded;
    },
    /** Resolves when there is something to take, or nobody wants to wait any more. */
    next: () =>
      pieces.length > 0 || signal?.aborted === true
        ? Promise.resolve()
        : new Promise<void>((resolve) => onPiece.push(resolve)),
    take: () => {
      if (failure !== undefined) throw failure;
      return pieces.splice(0);
    },
    /** Gives input that is there already the time to arrive. */
    pending: async () => {
      await Promise.race([done, new Promise<void>((resolve) => queueMicrotask(resolve))]);
      return pieces.length > 0;
    },
    stop: () => {
      stopped = true;
      signal?.removeEventListener("abort", tell);
    },
  };
}

function* splitLines(text: string): Iterable<string> {
  let from = 0;
  while (from < text.length) {
    const newline = text.indexOf("\n", from);
    const to = newline < 0 ? text.length : newline + 1;
    yield text.slice(from, to);
    from = to;
  }
}
