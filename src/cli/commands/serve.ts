import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ApiServer, createApiServer } from "../../apiserver/api-server.js";
import { type Listening, listen } from "../../apiserver/https-server.js";
import { LiveCluster } from "../../apiserver/live-cluster.js";
import { containerAccess } from "../../cluster/kubelet-access.js";
import { UsageError } from "../../kubectl/errors.js";
import type { StateDirectory } from "../../persistence/state-directory.js";
import { type OpenCluster, openCluster } from "../open-cluster.js";
import type { System } from "../system.js";
import { writeKubeconfig } from "./kubeconfig-file.js";
import { ServedClock } from "./served-clock.js";
import { type ServingIdentity, servingIdentity } from "./serving-identity.js";

interface ServeFlags {
  readonly port: string;
  readonly host: string;
  readonly kubeconfig?: string;
  readonly merge?: boolean;
  readonly context?: string;
}

/** Wall time between two looks at the clock and at what other processes have done. */
const tickMs = 25;
/** Only from this machine: whoever can connect and has the token may do everything. */
const loopbackHosts = new Set(["127.0.0.1", "localhost", "::1"]);

/** `kjob serve`: answers until it is told to stop. Resolves to the exit status. @throws UsageError, StateError */
export async function serve(flags: ServeFlags, state: StateDirectory, system: System): Promise<number> {
  const port = portOf(flags.port);
  if (!loopbackHosts.has(flags.host)) {
    throw new UsageError(`serve listens on this machine only: --host is one of ${[...loopbackHosts].join(", ")}`);
  }
  const opened = await openCluster(state, flags.context, system, () => {}, { followsClock: true });
  try {
    return await serveCluster(opened, { ...flags, port }, state, system);
  } finally {
    await opened.backend.close();
  }
}

async function serveCluster(
  opened: OpenCluster,
  flags: Omit<ServeFlags, "port"> & { readonly port: number },
  state: StateDirectory,
  system: System,
): Promise<number> {
  const identity = await servingIdentity(join(state.path, opened.name), system.wallNow());
  const cluster = new LiveCluster(opened.session);
  const { signal: stop, forget } = stopSignal(system);
  let failure: unknown;
  let server: ApiServer | undefined;
  const listening = await openPort(() => server as ApiServer, flags, identity);
  server = createApiServer({
    cluster,
    containers: containerAccess,
    token: identity.token,
    hosts: hostsOf(listening.port),
    clock: new ServedClock(cluster, opened.name, state, system),
    onDefect: (error, request) =>
      system.err(`defect while answering ${request.method} ${request.url}: ${(error as Error).stack ?? error}\n`),
  });
  try {
    announce(opened.name, listening, flags, identity, state, system);
    while (!stop.aborted) {
      await cluster.tick();
      await sleep(tickMs, undefined, { signal: stop }).catch(() => {});
    }
  } catch (error) {
    failure = error;
  }
  forget();
  await listening.close();
  await cluster.settled();
  await opened.session.commit();
  if (failure !== undefined) throw failure;
  system.err("stopped\n");
  return 0;
}

/** Ctrl-C, or what service managers send. */
function stopSignal(system: System): { readonly signal: AbortSignal; readonly forget: () => void } {
  const terminated = new AbortController();
  const stop = () => terminated.abort();
  process.once("SIGTERM", stop);
  return {
    signal: AbortSignal.any([system.signal, terminated.signal]),
    forget: () => process.off("SIGTERM", stop),
  };
}

async function openPort(
  server: () => ApiServer,
  { host, port }: { readonly host: string; readonly port: number },
  { certificate, privateKey }: ServingIdentity,
): Promise<Listening> {
  try {
    return await listen(server, { host, port, certificate, privateKey });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE")
      throw new UsageError(`port ${port} is in use: name another one, or 0 for any that is free`);
    if (code === "EACCES") throw new UsageError(`port ${port} may not be used: name one above 1023`);
    throw error;
  }
}

function announce(
  name: string,
  listening: Listening,
  { host, kubeconfig, merge = false }: Pick<ServeFlags, "host" | "kubeconfig" | "merge">,
  { certificate, token }: ServingIdentity,
  state: StateDirectory,
  system: System,
): void {
  const address = host === "::1" ? "[::1]" : host;
  const url = `https://${address}:${listening.port}`;
  const fallback = merge ? defaultKubeconfig(system) : join(state.path, name, "kubeconfig");
  const path = kubeconfig === undefined ? fallback : resolve(kubeconfig);
  writeKubeconfig(path, { name: `kjob-${name}`, server: url, certificate, token }, { merge });
  system.out(`cluster "${name}" is served at ${url}\n`);
  system.out(`try it with: kubectl --kubeconfig ${path} --context kjob-${name} get all\n`);
}

/** Where kubectl's own settings are: asked for by --merge alone. */
function defaultKubeconfig(system: System): string {
  return (
    system
      .env("KUBECONFIG")
      ?.split(":")
      .find((path) => path !== "") ?? join(homedir(), ".kube", "config")
  );
}

function hostsOf(port: number): ReadonlySet<string> {
  return new Set(["127.0.0.1", "localhost", "[::1]", "kubernetes.default.svc"].map((host) => `${host}:${port}`));
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new UsageError(`--port takes a number from 0 to 65535, not "${text}"`);
  }
  return port;
}
