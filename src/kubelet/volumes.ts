import type { ConfigMap, Container, Pod, Secret, Volume } from "../api/generated/types.js";
import type { EpochMs } from "../api/meta/object.js";
import type { Context, RowCodec, Table } from "../client/component.js";
import { encodeUtf8 } from "../container/bytes.js";
import type { ContainerMount } from "../container/container-spec.js";
import { FileTree, type TreeJson } from "../container/file-tree.js";
import type { FileStat } from "../container/program.js";
import type { VolumeFiles } from "../container/volume.js";
import { expand } from "./expand.js";
import type { Allocatable, PodPlace } from "./field-ref.js";
import { isContentVolume, VolumeError, type VolumeFile, volumeContent } from "./volume-content.js";

const treeCodec: RowCodec<FileTree> = {
  encode: (tree) => JSON.stringify(tree.toJSON()),
  decode: (text) => FileTree.fromJSON(JSON.parse(text) as TreeJson),
};

/** A built content volume and what it was built from: as long as that is the same, so is the volume. */
interface BuiltContent {
  readonly sources: readonly unknown[];
  readonly tree: FileTree;
}

/**
 * The volumes of all nodes. Files that containers write are rows of a table: a tree a node for hostPath, one for each
 * emptyDir and PersistentVolume. Volumes that show API objects are made from these whenever they have changed.
 */
export class Volumes {
  readonly #context: Context;
  readonly #trees: Table<FileTree>;
  readonly #saved = new WeakMap<FileTree, number>();
  readonly #touched = new Map<string, FileTree>();
  readonly #content = new Map<string, BuiltContent>();

  constructor(context: Context) {
    this.#context = context;
    this.#trees = context.table("volumes", treeCodec);
  }

  /** What a container's mounts name. */
  volume(id: string): VolumeFiles {
    const [kind = "", ...rest] = id.split("/");
    if (kind !== "content") return this.#tree(id);
    const [namespace = "", podName = "", uid = "", name = ""] = rest;
    const pod = this.#context.client.get("pods", namespace, podName);
    const volume = pod?.spec?.volumes?.find((candidate) => candidate.name === name);
    if (pod === undefined || pod.metadata.uid !== uid || volume === undefined) return new FileTree();
    return this.#contentTree(id, pod, volume);
  }

  /** Writes what containers have changed since the last time into the table. */
  save(): void {
    for (const [id, tree] of this.#touched) {
      if ((this.#saved.get(tree) ?? 0) !== tree.revision) {
        this.#trees.put(id, tree);
        this.#saved.set(tree, tree.revision);
      }
    }
    this.#touched.clear();
  }

  /**
   * Whether all volumes of a Pod can be mounted.
   * @returns the first failure, as the event FailedMount says it; null where there is none
   */
  mountFailure(pod: Pod, place: PodPlace, nowMs: EpochMs): string | null {
    for (const volume of pod.spec?.volumes ?? []) {
      try {
        this.#check(volume, pod, place, nowMs);
      } catch (error) {
        if (!(error instanceof VolumeError)) throw error;
        return `MountVolume.SetUp failed for volume ${JSON.stringify(volume.name)} : ${error.message}`;
      }
    }
    return null;
  }

  /** The mounts of a container; makes the directories that subPath and hostPath name where there are none. */
  mounts(pod: Pod, container: Container, env: ReadonlyMap<string, string>, nowMs: EpochMs): ContainerMount[] {
    const mounts: ContainerMount[] = [];
    for (const mount of container.volumeMounts ?? []) {
      const volume = pod.spec?.volumes?.find(({ name }) => name === mount.name);
      if (volume === undefined) continue;
      const subPath =
        mount.subPathExpr === undefined ? mount.subPath : expand(mount.subPathExpr, (name) => env.get(name));
      const isContent = isContentVolume(volume);
      const { id, path } = this.#place(pod, volume);
      const inVolume = joined(path, subPath);
      if (!isContent && inVolume !== undefined) this.#makeDirectories(id, inVolume, nowMs);
      mounts.push({
        path: mount.mountPath,
        volume: id,
        ...(inVolume === undefined ? {} : { subPath: inVolume }),
        ...(mount.readOnly === true || isContent ? { readOnly: true } : {}),
      });
    }
    return mounts;
  }

  /** Forgets the volumes that live as long as their Pod. */
  remove(podKey: string, names: readonly string[]): void {
    for (const name of names) {
      this.#trees.delete(`pod/${podKey}/${name}`);
      this.#touched.delete(`pod/${podKey}/${name}`);
      this.#content.delete(`content/${podKey}/${name}`);
    }
  }

  /** Forgets a PersistentVolume that is gone. */
  removeClaimed(volumeName: string): void {
    const id = claimedId(volumeName);
    this.#trees.delete(id);
    this.#touched.delete(id);
  }

  #place(pod: Pod, volume: Volume): VolumePlace {
    const { namespace = "", name, uid } = pod.metadata;
    if (volume.hostPath !== undefined) return { id: `host/${pod.spec?.nodeName}`, path: volume.hostPath.path };
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim === undefined) {
      return { id: `${isContentVolume(volume) ? "content" : "pod"}/${namespace}/${name}/${uid}/${volume.name}` };
    }
    const { client } = this.#context;
    const volumeName = client.get("persistentvolumeclaims", namespace, claim)?.spec?.volumeName ?? "";
    const { metadata, spec } = client.get("persistentvolumes", "", volumeName) ?? {};
    const isOfNode = spec?.hostPath !== undefined && metadata?.annotations?.[provisionedBy] === undefined;
    return isOfNode ? { id: `host/${pod.spec?.nodeName}`, path: spec.hostPath.path } : { id: claimedId(volumeName) };
  }

  #tree(id: string): FileTree {
    let tree = this.#touched.get(id) ?? this.#trees.get(id);
    if (tree === undefined) {
      tree = new FileTree();
      // Read and written by anybody, as emptyDir is.
      tree.chmod("/", 0o777);
    }
    if (!this.#saved.has(tree)) this.#saved.set(tree, tree.revision);
    this.#touched.set(id, tree);
    return tree;
  }

  #contentTree(id: string, pod: Pod, volume: Volume): FileTree {
    const read: unknown[] = [];
    const files = volumeFiles(this.#context, pod, volume, read);
    read.push(pod.metadata.labels, pod.metadata.annotations);
    const known = this.#content.get(id);
    if (known !== undefined && known.sources.length === read.length && known.sources.every((x, at) => x === read[at])) {
      return known.tree;
    }
    const tree = treeOf(files(), Date.parse(pod.status?.startTime ?? "") || 0);
    this.#content.set(id, { sources: read, tree });
    return tree;
  }

  #check(volume: Volume, pod: Pod, place: PodPlace, nowMs: EpochMs): void {
    if (isContentVolume(volume)) {
      volumeContent(volume, contentSources(this.#context, pod, place, []));
      return;
    }
    if (volume.hostPath !== undefined) this.#checkHostPath(volume.hostPath, this.#place(pod, volume).id, nowMs);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (
      claim !== undefined &&
      !this.#context.client.get("persistentvolumeclaims", pod.metadata.namespace ?? "", claim)
    ) {
      throw new VolumeError(`persistentvolumeclaim ${JSON.stringify(claim)} not found`);
    }
  }

  /** @see kubernetes v1.36 pkg/volume/hostpath/host_path.go, checkType */
  #checkHostPath({ path, type = "" }: NonNullable<Volume["hostPath"]>, id: string, nowMs: EpochMs): void {
    if (type === "") return;
    const tree = this.#tree(id);
    const inner = cleanPath(path);
    const found = tree.lookup(inner);
    const stat: FileStat | null = found.kind === "absent" ? null : found.stat;
    if (stat === null && type === "DirectoryOrCreate") return;
    if (stat === null && type === "FileOrCreate") {
      const directory = inner.slice(0, inner.lastIndexOf("/")) || "/";
      if (tree.lookup(directory).kind === "absent") {
        throw new VolumeError(`open ${path}: no such file or directory`);
      }
      tree.write(inner, "", { nowMs, mode: 0o644 });
      this.save();
      return;
    }
    if ((type === "Directory" || type === "DirectoryOrCreate") && stat?.type !== "directory") {
      throw new VolumeError(`hostPath type check failed: ${path} is not a directory`);
    }
    if ((type === "File" || type === "FileOrCreate") && stat?.type !== "file") {
      throw new VolumeError(`hostPath type check failed: ${path} is not a file`);
    }
    if (type === "Socket") throw new VolumeError(`hostPath type check failed: ${path} is not a socket file`);
    if (type === "CharDevice") throw new VolumeError(`hostPath type check failed: ${path} is not a character device`);
    if (type === "BlockDevice") throw new VolumeError(`hostPath type check failed: ${path} is not a block device`);
  }

  #makeDirectories(id: string, path: string, nowMs: EpochMs): void {
    const tree = this.#tree(id);
    makeDirectories(tree, cleanPath(encodeUtf8(path)), nowMs);
    this.save();
  }
}

/** What is provisioned follows its Pods from node to node; a hostPath that somebody has written stays where it is. */
const provisionedBy = "pv.kubernetes.io/provisioned-by";

/** The tree that a volume is, and where in it the volume begins. */
interface VolumePlace {
  /** Its name for containers, and in the table. */
  readonly id: string;
  readonly path?: string;
}

/** The tree of a PersistentVolume: who claims another one by the same name finds it empty. */
function claimedId(volumeName: string): string {
  return `volume/${volumeName}`;
}

function volumeFiles(context: Context, pod: Pod, volume: Volume, read: unknown[]): () => readonly VolumeFile[] {
  const place = { ip: pod.status?.podIP ?? null, hostIp: pod.status?.hostIP ?? "" };
  const sources = contentSources(context, pod, place, read);
  // Asked for at once, so that `read` holds all that the files are made of.
  let files: readonly VolumeFile[] = [];
  try {
    files = volumeContent(volume, sources);
  } catch (error) {
    // What was there when the container started is gone: the volume is empty from then on.
    if (!(error instanceof VolumeError)) throw error;
  }
  return () => files;
}

function contentSources(context: Context, pod: Pod, place: PodPlace, read: unknown[]) {
  const { namespace = "" } = pod.metadata;
  const remember = <T>(value: T): T => {
    read.push(value);
    return value;
  };
  return {
    pod,
    place,
    allocatable: allocatableOf(context, pod),
    configMap: (name: string): ConfigMap | undefined => remember(context.client.get("configmaps", namespace, name)),
    secret: (name: string): Secret | undefined => remember(context.client.get("secrets", namespace, name)),
  };
}

/** What the Pod's node has to give. */
export function allocatableOf(context: Context, pod: Pod): Allocatable {
  return context.client.get("nodes", "", pod.spec?.nodeName ?? "")?.status?.allocatable ?? {};
}

function treeOf(files: readonly VolumeFile[], nowMs: EpochMs): FileTree {
  const tree = new FileTree();
  for (const { path, content, mode } of files) {
    const inner = cleanPath(encodeUtf8(path));
    makeDirectories(tree, inner.slice(0, inner.lastIndexOf("/")) || "/", nowMs);
    tree.write(inner, typeof content === "string" ? content : content(), { nowMs, mode });
  }
  return tree;
}

function makeDirectories(tree: FileTree, path: string, nowMs: EpochMs): void {
  let at = "";
  for (const name of path.split("/")) {
    if (name === "") continue;
    at = `${at}/${name}`;
    if (tree.lookup(at).kind === "absent") tree.mkdir(at, { nowMs, mode: 0o755 });
  }
}

function joined(hostPath: string | undefined, subPath: string | undefined): string | undefined {
  if (hostPath === undefined) return subPath === "" ? undefined : subPath;
  return subPath === undefined || subPath === "" ? hostPath : `${hostPath}/${subPath}`;
}

/** Absolute, without empty parts and a slash at the end. */
function cleanPath(path: string): string {
  return `/${path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/")}`;
}
