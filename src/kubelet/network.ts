import type { Service as KubeService } from "../api/generated/types.js";
import type { Context, Table } from "../client/component.js";
import type { Container } from "../container/container.js";
import type { ContainerMount } from "../container/container-spec.js";
import type { Json } from "../container/journal.js";
import { type Listener, SystemError } from "../container/program.js";
import { findService } from "../images/engines.js";
import type { Endpoint, ServiceContext } from "../images/service.js";
import { resolveName } from "./dns.js";

/** A container that runs on some node, as the network sees it. */
export interface Reachable {
  readonly container: Container;
  readonly namespace: string;
  readonly hostname: string;
  /** `pod key/container/restarts`: names its own files. */
  readonly instance: string;
  readonly mounts: readonly ContainerMount[];
}

interface OpenPort {
  readonly listener: Listener;
  readonly reachable: Reachable;
  readonly endpoint: Endpoint;
}

/** Carries messages to open ports of containers, and their answers back. */
export class Network {
  readonly #context: Context;
  readonly #rows: Table<Json>;
  readonly #memory = new Map<string, unknown>();
  readonly #containersAt: (ip: string) => readonly Reachable[] | null;

  /** `containersAt`: the running containers behind a Pod's address; null where there is no such Pod. */
  constructor(context: Context, containersAt: (ip: string) => readonly Reachable[] | null) {
    this.#context = context;
    this.#rows = context.table("services");
    this.#containersAt = containersAt;
  }

  /** @throws SystemError ECONNREFUSED where nothing listens, EHOSTUNREACH where there is nobody */
  request(from: { readonly ip: string }, ip: string, port: number, message: Json): Json {
    const open = this.#open(ip.startsWith("127.") ? from.ip : ip, port);
    if (open === "unreachable") throw new SystemError("EHOSTUNREACH");
    if (open === null) throw new SystemError("ECONNREFUSED");
    const service = findService(open.listener.service);
    if (service === undefined) throw new Error(`the service ${open.listener.service} is not loaded`);
    return service.answer(message, this.#serviceContext(open));
  }

  /** Whether a connection to a port would be accepted. */
  isOpen(ip: string, port: number): boolean {
    const open = this.#open(ip, port);
    return open !== null && open !== "unreachable";
  }

  /** Files at and below a place are gone: a volume, or those of a container instance. */
  forget(place: string): void {
    for (const name of ["mongod"]) {
      findService(name)?.forget?.(place, { rows: this.#rows, memory: this.#memory });
    }
  }

  #open(ip: string, port: number): OpenPort | null | "unreachable" {
    const containers = this.#containersAt(ip);
    if (containers === null) return this.#openService(ip, port);
    for (const reachable of containers) {
      const listener = reachable.container.listener(port);
      if (listener !== null) {
        return { listener, reachable, endpoint: endpointOf(ip, port, reachable, listener) };
      }
    }
    return null;
  }

  /** A Service's own address leads to one of its Pods. */
  #openService(ip: string, port: number): OpenPort | null | "unreachable" {
    const { client, random, now } = this.#context;
    const service = client.list("services", "").find(({ spec }) => spec?.clusterIP === ip);
    const name = service?.spec?.ports?.find((candidate) => candidate.port === port);
    if (service === undefined || name === undefined) return "unreachable";
    const backends = this.#backends(service, name.name ?? "");
    const chosen = backends[Math.floor(random.fraction("service", ip, port, now()) * backends.length)];
    return chosen === undefined ? null : this.#open(chosen.ip, chosen.port);
  }

  #backends({ metadata }: KubeService, portName: string): { readonly ip: string; readonly port: number }[] {
    const found: { ip: string; port: number }[] = [];
    const endpoints = this.#context.client.get("endpoints", metadata.namespace ?? "", metadata.name ?? "");
    for (const { addresses = [], ports = [] } of endpoints?.subsets ?? []) {
      const port = ports.find(({ name = "" }) => name === portName)?.port;
      if (port !== undefined) for (const { ip } of addresses) found.push({ ip, port });
    }
    return found;
  }

  #serviceContext({ listener, reachable, endpoint }: OpenPort): ServiceContext {
    const { client, random, now } = this.#context;
    return {
      nowMs: now(),
      rows: this.#rows,
      memory: this.#memory,
      self: endpoint,
      resolve: (name) =>
        name === reachable.hostname ? [endpoint.ip] : resolveName(client, { namespace: reachable.namespace }, name),
      endpoint: (ip, port) => {
        const other = this.#open(ip.startsWith("127.") ? endpoint.ip : ip, port);
        return other === null || other === "unreachable" || other.listener.service !== listener.service
          ? null
          : other.endpoint;
      },
      random: (...keys) => random.fraction("service", ...keys, now()),
    };
  }
}

function endpointOf(ip: string, port: number, reachable: Reachable, listener: Listener): Endpoint {
  return {
    ip,
    port,
    hostname: reachable.hostname,
    settings: listener.settings,
    place: (path) => placeOf(path, reachable),
  };
}

/** A path of a container, by the volume that is mounted there, or by the container where none is. */
function placeOf(path: string, { mounts, instance }: Reachable): string {
  let best: ContainerMount | undefined;
  for (const mount of mounts) {
    const isAbove = path === mount.path || path.startsWith(`${mount.path.replace(/\/+$/, "")}/`);
    if (isAbove && mount.path.length > (best?.path.length ?? -1)) best = mount;
  }
  if (best === undefined) return `instance/${instance}//${path}`;
  return `${best.volume}//${best.subPath ?? ""}${path.slice(best.path.length)}`;
}
