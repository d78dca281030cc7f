import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { defaultEmulatedVersion, type EmulatedVersion, isEmulatedVersion } from "../api/versions/emulated-version.js";
import type { ApiClient } from "../client/api-client.js";
import type { RemoteRequest } from "../kubectl/edge.js";
import { ConfigurationError, UsageError } from "../kubectl/errors.js";
import type { Connection } from "../remote/connection.js";
import type { RemoteTarget } from "../remote/kubeconfig.js";
import type { ServerClock } from "../remote/server-clock.js";
import type { System } from "./system.js";

/** The way to a cluster that is not kjob's own. Nothing of it is loaded before flags name one. */
interface RemoteEdge {
  /** @see KubectlEdge.useRemote */
  use(request: RemoteRequest): Promise<{ readonly namespace: string } | undefined>;
  readonly isUsed: boolean;
  /** `flush` sends what waits to be printed, before a question is asked. */
  client(onWarning: (message: string) => void, flush: () => void): Promise<ApiClient>;
  /** The version whose words are used for that server. */
  version(): Promise<EmulatedVersion>;
  /** Cluster time. */
  now(): Promise<number>;
  /** The end of a command that went well. */
  finish(): Promise<void>;
  close(): void;
}

/** Nothing is connected, and no file is read, before {@link RemoteEdge.use}. */
export function createRemoteEdge(system: System): RemoteEdge {
  let used: { readonly request: RemoteRequest; readonly target: RemoteTarget } | undefined;
  let connecting: Promise<Connection> | undefined;
  let connection: Connection | undefined;
  let versionKnown: Promise<EmulatedVersion> | undefined;
  const connected = () => {
    if (used === undefined) throw new Error("no remote cluster is in use");
    const { target, request } = used;
    connecting ??= connect(target, request, system).then(async (made) => {
      connection = await logged(made, request, system);
      return connection;
    });
    return connecting;
  };
  let clock: ServerClock | undefined;
  const clientOf = async (onWarning: (message: string) => void): Promise<ApiClient> => {
    const [{ createRemoteClient }, { ServerClock }] = await Promise.all([
      import("../remote/remote-client.js"),
      import("../remote/server-clock.js"),
    ]);
    const made = await connected();
    clock ??= new ServerClock(made, system.wallNow);
    return createRemoteClient({ connection: made, onWarning, clock, signal: system.signal });
  };
  const version = () => {
    versionKnown ??= clientOf(() => {}).then(versionOf);
    return versionKnown;
  };
  return {
    async use(request) {
      const target = await targetFor(request, system);
      if (target === undefined) return undefined;
      used = { request, target };
      return { namespace: target.namespace };
    },
    get isUsed() {
      return used !== undefined;
    },
    async client(onWarning, flush) {
      const client = await clientOf(onWarning);
      const { target } = await connected();
      return system.isTerminal.in && system.isTerminal.err
        ? askingBeforeDeletes(client, target, system, flush)
        : client;
    },
    version,
    async now() {
      if (clock?.isKnown !== true) await version();
      return clock?.now() ?? system.wallNow();
    },
    finish: async () => clock?.finish(),
    close: () => connection?.close(),
  };
}

async function versionOf(client: ApiClient): Promise<EmulatedVersion> {
  const { major, minor } = await client.serverVersion();
  const version = `${major}.${Number.parseInt(minor, 10)}`;
  return isEmulatedVersion(version) ? version : defaultEmulatedVersion;
}

/** @throws ConfigurationError */
async function targetFor(request: RemoteRequest, system: System): Promise<RemoteTarget | undefined> {
  const { KubeconfigError, hasContext, targetOf } = await import("../remote/kubeconfig.js");
  const files = kubeconfigs(request, system);
  const { context, server, token, tlsServerName, insecureSkipTlsVerify } = request;
  try {
    const isNamed = request.kubeconfig !== undefined || server !== undefined;
    if (!isNamed && context !== undefined && !hasContext(files, context)) return undefined;
    const file = (name: "certificateAuthority" | "clientCertificate" | "clientKey") => {
      const path = request[name];
      return path === undefined ? {} : { [name]: readRelated(path, "") };
    };
    const overrides = {
      ...(server === undefined ? {} : { server }),
      ...(token === undefined ? {} : { token }),
      ...(tlsServerName === undefined ? {} : { serverName: tlsServerName }),
      ...(insecureSkipTlsVerify === undefined ? {} : { skipsVerification: insecureSkipTlsVerify }),
      ...file("certificateAuthority"),
      ...file("clientCertificate"),
      ...file("clientKey"),
    };
    const target = targetOf(files, context, overrides, readRelated);
    return request.impersonate === undefined ? target : { ...target, impersonate: request.impersonate };
  } catch (error) {
    if (error instanceof KubeconfigError) throw new ConfigurationError(error.message);
    throw error;
  }
}

/** The files that a request is about. @throws ConfigurationError where one that was named is not there */
function kubeconfigs({ kubeconfig, server, context }: RemoteRequest, system: System) {
  if (kubeconfig === undefined && server !== undefined && context === undefined) return [];
  const fromEnvironment = (system.env("KUBECONFIG") ?? "").split(":").filter((path) => path !== "");
  const usual = fromEnvironment.length > 0 ? fromEnvironment : [join(homedir(), ".kube", "config")];
  const paths = kubeconfig === undefined ? usual.filter((path) => existsSync(path)) : [kubeconfig];
  return paths.map((path) => ({ path: resolve(path), text: readRelated(path, "") }));
}

/** @throws ConfigurationError */
function readRelated(path: string, from: string): string {
  const whole = isAbsolute(path) || from === "" ? path : join(dirname(from), path);
  try {
    return readFileSync(whole, "utf8");
  } catch (error) {
    throw new ConfigurationError(`unable to read ${path}: ${(error as Error).message}`);
  }
}

/** @throws ConfigurationError where a plugin would have to be run, and may not */
async function connect(target: RemoteTarget, request: RemoteRequest, system: System): Promise<Connection> {
  const { connectionTo } = await import("../remote/connection.js");
  const { exec } = target;
  if (exec === undefined) return connectionTo(target, system.env);
  if (!request.allowExecPlugins) {
    const shown = [exec.command, ...exec.args].join(" ");
    throw new ConfigurationError(
      `the kubeconfig wants to run \`${shown}\` for credentials: allow that with --allow-exec-plugins`,
    );
  }
  const { runExecPlugin } = await import("../remote/exec-plugin.js");
  try {
    return connectionTo({ ...target, ...(await runExecPlugin(exec, process.env)) }, system.env);
  } catch (error) {
    throw new ConfigurationError((error as Error).message);
  }
}

async function logged(connection: Connection, { verbosity = 0 }: RemoteRequest, system: System): Promise<Connection> {
  if (!(verbosity > 0)) return connection;
  const { loggedConnection, requestLogLevels } = await import("../remote/request-log.js");
  if (verbosity < requestLogLevels.requests) return connection;
  const { err, wallNow, timezoneOffset } = system;
  return loggedConnection(connection, {
    level: verbosity,
    write: err,
    now: wallNow,
    timezoneOffset,
    processId: process.pid,
  });
}

/** On a terminal, the first deletion of a command shows where it is going to happen, and wants a yes. */
function askingBeforeDeletes(client: ApiClient, target: RemoteTarget, system: System, flush: () => void): ApiClient {
  let asked: Promise<void> | undefined;
  const ask = () => {
    asked ??= confirm(target, system, flush);
    return asked;
  };
  return {
    ...client,
    delete: async (resource, namespace, name, options) => {
      if (options?.dryRunServer !== true) await ask();
      return client.delete(resource, namespace, name, options);
    },
    raw: async (method, path, body) => {
      if (method === "DELETE") await ask();
      return client.raw(method, path, body);
    },
  };
}

/** @throws UsageError where the answer is not yes */
async function confirm({ context, server }: RemoteTarget, system: System, flush: () => void): Promise<void> {
  flush();
  const where = context === "" ? server : `context "${context}" (${server})`;
  system.err(`This deletes in a cluster that is not kjob's own: ${where}. Go on? [y/N] `);
  let answer = "";
  for await (const bytes of system.stdin()) {
    answer += new TextDecoder().decode(bytes);
    if (answer.includes("\n")) break;
  }
  if (!/^\s*y(es)?\s*$/i.test(answer)) throw new UsageError("nothing was deleted");
}
