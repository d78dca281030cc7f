import type { Container as ContainerSpecification, Pod } from "../api/generated/types.js";
import type { Context, Table } from "../client/component.js";
import { type Container, restoreContainer, StartFailure, startContainer } from "../container/container.js";
import type { ContainerHost, ContainerSpec } from "../container/container-spec.js";
import type { Image } from "../container/image.js";
import type { Echo } from "../container/program.js";
import { blackBox, findImage } from "../images/catalog.js";
import { Addresses } from "./addresses.js";
import { nameOfPod, resolveName, resolveServiceRecords } from "./dns.js";
import { EnginesInUse } from "./engines-in-use.js";
import { featuresOf } from "./features.js";
import { LogStore } from "./log-store.js";
import { Network, type Reachable } from "./network.js";
import { containerSpec } from "./pod-phase.js";
import type { ContainerRow, MadeContainer, PodRow } from "./pod-row.js";
import { Volumes } from "./volumes.js";

/** Which Pod a key names. */
interface PodName {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/**
 * The containers of all nodes, and what they share. All that must last is in tables; live containers are kept in memory
 * and are made again from their journals where they are missing.
 */
export class Runtime {
  readonly context: Context;
  readonly pods: Table<PodRow>;
  /** Images that are on a node, by `node/image`. */
  readonly images: Table<1>;
  readonly volumes: Volumes;
  readonly logs: LogStore;
  readonly addresses: Addresses;
  readonly network: Network;
  readonly engines: EnginesInUse;
  /** What the keys of Pods in hand say. */
  readonly #names = new Map<string, PodName>();
  /** By Pod, then container. */
  readonly #live = new Map<string, Map<string, Container>>();

  constructor(context: Context) {
    this.context = context;
    this.pods = context.table("pods");
    this.images = context.table("images");
    this.volumes = new Volumes(context);
    this.logs = new LogStore(context);
    this.addresses = new Addresses(context);
    this.engines = new EnginesInUse(context);
    this.network = new Network(context, (ip) => this.#containersAt(ip));
  }

  /** The parts of a Pod's key, `namespace/name/uid`. */
  nameOf(key: string, row: PodRow | undefined): PodName {
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const [namespace = "", name = "", uid = ""] = key.split("/");
    const podName = { namespace, name, uid };
    if (row !== undefined) this.#names.set(key, podName);
    return podName;
  }

  /** Starts an instance of a container; `row.made` says with what. */
  start(key: string, pod: Pod, specification: ContainerSpecification, row: ContainerRow): StartFailure | null {
    const spec = this.#spec(pod, specification, row);
    const started = startContainer(spec, this.#host(key, pod, row.name), this.context.now());
    this.volumes.save();
    if (started instanceof StartFailure) return started;
    this.#keep(key, row, started);
    return null;
  }

  /** The running container of a row. */
  container(key: string, pod: Pod, specification: ContainerSpecification, row: ContainerRow): Container {
    const live = this.#live.get(key)?.get(row.name);
    if (live !== undefined) return live;
    if (row.journal === null) throw new Error(`the running container ${key}/${row.name} has no journal`);
    const restored = restoreContainer(this.#spec(pod, specification, row), this.#host(key, pod, row.name), row.journal);
    this.#keep(key, row, restored);
    return restored;
  }

  #keep(key: string, row: ContainerRow, container: Container): void {
    row.journal = container.journal;
    let ofPod = this.#live.get(key);
    if (ofPod === undefined) {
      ofPod = new Map();
      this.#live.set(key, ofPod);
    }
    ofPod.set(row.name, container);
  }

  /** Forgets a container that has ended or been given up, with the files of its own. */
  drop(key: string, { name, restarts }: ContainerRow): void {
    const ofPod = this.#live.get(key);
    ofPod?.delete(name);
    if (ofPod?.size === 0) this.#live.delete(key);
    this.network.forget(`instance/${key}/${name}/${restarts}//`);
  }

  /** Forgets all that a Pod had, but its logs. */
  release(key: string, row: PodRow): void {
    for (const container of row.containers) this.drop(key, container);
    if (row.ip !== null && row.ip !== row.hostIp) this.addresses.release(row.node, row.ip);
    this.volumes.remove(key, row.volumes);
    for (const name of row.volumes) this.network.forget(`pod/${key}/${name}//`);
    if (row.engines !== undefined) this.engines.remove(row.engines);
    this.pods.delete(key);
    this.#names.delete(key);
  }

  /** Forgets what was kept in a PersistentVolume that is gone. */
  forgetVolume(name: string): void {
    this.volumes.removeClaimed(name);
    this.network.forget(`volume/${name}//`);
  }

  #spec(pod: Pod, specification: ContainerSpecification, row: ContainerRow): ContainerSpec {
    const made = row.made;
    if (made === null) throw new Error(`container ${row.name} is started before it is made`);
    const user = userOf(pod, specification);
    const spec: Mutable<ContainerSpec> = {
      image: imageOf(specification, made),
      env: made.env,
      mounts: made.mounts,
      hostname: made.hostname,
      fqdn: made.fqdn,
      ip: made.ip,
      files: made.files,
      seed: this.context.random.between(0, 2 ** 31, "container", pod.metadata.uid ?? "", row.name, row.restarts),
    };
    if (made.command !== null) spec.command = made.command;
    if (made.args !== null) spec.args = made.args;
    if (made.memoryBytesMax !== null) spec.memoryBytesMax = made.memoryBytesMax;
    if (specification.workingDir) spec.workingDir = specification.workingDir;
    if (user !== null) spec.user = user;
    if (specification.stdin === true) spec.stdin = true;
    if (specification.tty === true) spec.tty = true;
    if (specification.securityContext?.readOnlyRootFilesystem === true) spec.readOnlyRoot = true;
    if (specification.terminationMessagePath) spec.terminationMessagePath = specification.terminationMessagePath;
    return spec;
  }

  #host(key: string, pod: Pod, container: string): ContainerHost {
    const { context } = this;
    const { client } = context;
    const asker = { namespace: pod.metadata.namespace ?? "" };
    return {
      volume: (id) => this.volumes.volume(id),
      output: (_stream, text) => this.logs.append(key, container, context.now(), text),
      resolve: (name) => resolveName(client, asker, name),
      resolveService: (name) => resolveServiceRecords(client, asker, name),
      reverse: (ip) => this.#reverse(ip),
      ping: (ip) => this.#ping(ip, key),
      request: (ip, port, message) => this.network.request({ ip: this.pods.get(key)?.ip ?? "" }, ip, port, message),
    };
  }

  /** The running containers of the Pod that has an address; null where none has it. */
  #containersAt(ip: string): readonly Reachable[] | null {
    const key = this.addresses.podKeyOf(ip);
    const pod = key === undefined ? undefined : this.#podWith(ip);
    const row = key === undefined ? undefined : this.pods.get(key);
    if (key === undefined || pod?.spec === undefined || row === undefined) return null;
    const found: Reachable[] = [];
    for (const container of row.containers) {
      const specification = containerSpec(pod.spec, container.name);
      if (container.phase !== "running" || container.made === null || specification === undefined) continue;
      found.push({
        container: this.container(key, pod, specification, container),
        namespace: pod.metadata.namespace ?? "",
        hostname: container.made.hostname,
        instance: `${key}/${container.name}/${container.restarts}`,
        mounts: container.made.mounts,
      });
    }
    return found;
  }

  #podWith(ip: string): Pod | undefined {
    const [namespace, name, uid] = this.addresses.podKeyOf(ip)?.split("/") ?? [];
    if (namespace === undefined || name === undefined) return undefined;
    const pod = this.context.client.get("pods", namespace, name);
    return pod?.metadata.uid === uid ? pod : undefined;
  }

  #reverse(ip: string): string | null {
    const pod = this.#podWith(ip);
    return pod === undefined ? null : nameOfPod(pod);
  }

  /** Cluster IPs of Services answer no ping; Pods and loopback do. */
  #ping(ip: string, key: string): Echo | null {
    const draw = () => this.context.random.fraction("ping", key, ip, this.context.now());
    if (ip.startsWith("127.")) return { roundTripMs: 0.03 + draw() * 0.05, hops: 0 };
    const pod = this.#podWith(ip);
    return pod === undefined ? null : { roundTripMs: 0.05 + draw() * 0.4, hops: this.#hops(key, pod) };
  }

  /** Routers between two Pods: those of both nodes, or that of the one where its Pods share no bridge. */
  #hops(key: string, to: Pod): number {
    const own = this.pods.get(key);
    if (own?.ip === to.status?.podIP) return 0;
    if (own?.node !== to.spec?.nodeName) return 2;
    return featuresOf(this.context.version).BridgedPods ? 0 : 1;
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The image of a container; one value for all containers of a known image. */
function imageOf(specification: ContainerSpecification, made: MadeContainer): Image {
  const name = specification.image ?? "";
  const known = made.blackBox === null ? findImage(name) : null;
  return known ?? blackBox(name, made.blackBox ?? { durationMs: 0, exitCode: 0 });
}

function userOf(pod: Pod, { securityContext }: ContainerSpecification): { uid: number; gid: number } | null {
  const uid = securityContext?.runAsUser ?? pod.spec?.securityContext?.runAsUser;
  const gid = securityContext?.runAsGroup ?? pod.spec?.securityContext?.runAsGroup;
  return uid === undefined && gid === undefined ? null : { uid: uid ?? 0, gid: gid ?? 0 };
}
