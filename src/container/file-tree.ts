import { limits } from "./limits.js";
import { baseName, parentPath } from "./paths.js";
import { type FileStat, SystemError } from "./program.js";
import type { Lookup, VolumeFiles, WriteOptions } from "./volume.js";

interface NodeBase {
  mode: number;
  uid: number;
  gid: number;
  mtimeMs: number;
  /** The tree that may change this node in place; null for nodes of an image, which are shared and never change. */
  owner: FileTree | null;
}

export interface FileNode extends NodeBase {
  readonly type: "file";
  content: string;
  /** Name of the image's program that runs when this file is executed. */
  readonly program?: string;
}

export interface DirectoryNode extends NodeBase {
  readonly type: "directory";
  entries: Map<string, TreeNode>;
}

interface LinkNode extends NodeBase {
  readonly type: "symlink";
  readonly target: string;
}

export type TreeNode = FileNode | DirectoryNode | LinkNode;

/** A tree as JSON: directories by their entries, files by their content, in byte strings. */
export type TreeJson =
  | { d: Record<string, TreeJson>; m: number; u?: number; g?: number; t?: number }
  | { f: string; m: number; u?: number; g?: number; t?: number }
  | { l: string; t?: number };

export function emptyDirectory(mode = 0o755): DirectoryNode {
  return { type: "directory", mode, uid: 0, gid: 0, mtimeMs: 0, owner: null, entries: new Map() };
}

/**
 * Files in memory: the root filesystem of one container above its image, or a volume. Directories and files of the tree
 * it is laid over are copied when they are first changed, never before: laying a tree over an image costs nothing.
 */
export class FileTree implements VolumeFiles {
  /** Grows with each change: who keeps a copy knows by it that the copy is old. */
  revision = 0;
  #root: DirectoryNode;
  #bytes = 0;

  constructor(base: DirectoryNode = emptyDirectory()) {
    this.#root = base;
  }

  static fromJSON(json: TreeJson): FileTree {
    const tree = new FileTree();
    const root = nodeFromJson(json, tree);
    if (root.type !== "directory") throw new Error("a file tree must begin with a directory");
    tree.#root = root;
    return tree;
  }

  toJSON(): TreeJson {
    return nodeToJson(this.#root);
  }

  /** Bytes that were written here and are still held. */
  get bytes(): number {
    return this.#bytes;
  }

  lookup(path: string): Lookup {
    if (path === "/") return { kind: "found", stat: statOf(this.#root) };
    let node: TreeNode = this.#root;
    let from = 1;
    for (;;) {
      const slash = path.indexOf("/", from);
      const isLast = slash < 0;
      const child: TreeNode | undefined = node.entries.get(isLast ? path.slice(from) : path.slice(from, slash));
      if (!child) return absent;
      if (child.type === "symlink") {
        return { kind: "link", at: isLast ? path : path.slice(0, slash), target: child.target, stat: statOf(child) };
      }
      if (isLast) {
        if (child.type === "file" && child.program !== undefined) {
          return { kind: "found", stat: statOf(child), program: child.program };
        }
        return { kind: "found", stat: statOf(child) };
      }
      if (child.type !== "directory") return notADirectory;
      node = child;
      from = slash + 1;
    }
  }

  read(path: string, from: number, max: number): string {
    const node = this.#file(path);
    return from === 0 && max >= node.content.length ? node.content : node.content.slice(from, from + max);
  }

  write(path: string, data: string, options: WriteOptions): void {
    this.writeNode(this.openNode(path, options), data, options);
  }

  /** The file at a path as a node that stays the same one while this tree lives: an inode. Made where absent. */
  openNode(path: string, create: WriteOptions | null): FileNode {
    const parent = this.#ownedDirectory(parentPath(path));
    const name = baseName(path);
    const present = parent.entries.get(name);
    if (present?.type === "file") return present.owner === this ? present : this.#adopt(parent, name, present);
    if (present || name === "") throw new SystemError(present?.type === "symlink" ? "ELOOP" : "EISDIR");
    if (!create) throw new SystemError("ENOENT");
    const node: FileNode = { type: "file", ...this.#newBase(create, 0o644), content: "" };
    this.#insert(parent, name, node, create.nowMs);
    return node;
  }

  /** Writes through a node that {@link openNode} gave, also after its name is gone. */
  writeNode(node: FileNode, data: string, options: Pick<WriteOptions, "at" | "nowMs">): void {
    const old = node.content;
    const content = spliced(old, data, options.at);
    if (content.length > limits.fileBytesMax) throw new SystemError("EFBIG");
    const growth = content.length - old.length;
    if (growth > 0 && this.#bytes + growth > limits.treeBytesMax) throw new SystemError("ENOSPC");
    node.content = content;
    node.mtimeMs = options.nowMs;
    this.#bytes += growth;
    this.revision++;
  }

  list(path: string): string[] {
    return [...this.#directory(path).entries.keys()].sort(byBytes);
  }

  mkdir(path: string, options: WriteOptions): void {
    const parent = this.#ownedDirectory(parentPath(path));
    const name = baseName(path);
    if (name === "" || parent.entries.has(name)) throw new SystemError("EEXIST");
    this.#insert(
      parent,
      name,
      { type: "directory", ...this.#newBase(options, 0o755), entries: new Map() },
      options.nowMs,
    );
  }

  remove(path: string, nowMs: number): void {
    const name = baseName(path);
    if (name === "") throw new SystemError("EBUSY");
    const node = this.#directory(parentPath(path)).entries.get(name);
    if (!node) throw new SystemError("ENOENT");
    if (node.type === "directory" && node.entries.size > 0) throw new SystemError("ENOTEMPTY");
    const parent = this.#ownedDirectory(parentPath(path));
    parent.entries.delete(name);
    parent.mtimeMs = nowMs;
    if (node.type === "file" && node.owner === this) this.#bytes -= node.content.length;
    this.revision++;
  }

  rename(from: string, to: string, nowMs: number): void {
    if (from === to) return;
    if (`${to}/`.startsWith(`${from}/`)) throw new SystemError("EINVAL");
    const node = this.#directory(parentPath(from)).entries.get(baseName(from));
    if (!node) throw new SystemError("ENOENT");
    const there = this.#directory(parentPath(to)).entries.get(baseName(to));
    if (there?.type === "directory") {
      if (node.type !== "directory") throw new SystemError("EISDIR");
      if (there.entries.size > 0) throw new SystemError("ENOTEMPTY");
    } else if (there && node.type === "directory") throw new SystemError("ENOTDIR");
    const source = this.#ownedDirectory(parentPath(from));
    source.entries.delete(baseName(from));
    source.mtimeMs = nowMs;
    this.#insert(this.#ownedDirectory(parentPath(to)), baseName(to), node, nowMs);
  }

  symlink(target: string, path: string, options: WriteOptions): void {
    const parent = this.#ownedDirectory(parentPath(path));
    const name = baseName(path);
    if (name === "" || parent.entries.has(name)) throw new SystemError("EEXIST");
    this.#insert(parent, name, { type: "symlink", ...this.#newBase(options, 0o777), target }, options.nowMs);
  }

  /** A second name for the same file; in a tree that was read back from JSON the two are files of their own. */
  link(from: string, to: string, nowMs: number): void {
    const node = this.openNode(from, null);
    const parent = this.#ownedDirectory(parentPath(to));
    if (parent.entries.has(baseName(to))) throw new SystemError("EEXIST");
    this.#insert(parent, baseName(to), node, nowMs);
  }

  chmod(path: string, mode: number): void {
    this.#owned(path).mode = mode & 0o7777;
    this.revision++;
  }

  utimes(path: string, mtimeMs: number): void {
    this.#owned(path).mtimeMs = mtimeMs;
    this.revision++;
  }

  #newBase(options: WriteOptions, mode: number): NodeBase {
    return {
      mode: options.mode ?? mode,
      uid: options.uid ?? 0,
      gid: options.gid ?? 0,
      mtimeMs: options.nowMs,
      owner: this,
    };
  }

  #insert(parent: DirectoryNode, name: string, node: TreeNode, nowMs: number): void {
    if (name.length > limits.nameBytesMax) throw new SystemError("ENAMETOOLONG");
    parent.entries.set(name, node);
    parent.mtimeMs = nowMs;
    this.revision++;
  }

  #directory(path: string): DirectoryNode {
    const node = this.#node(path);
    if (node.type !== "directory") throw new SystemError("ENOTDIR");
    return node;
  }

  #file(path: string): FileNode {
    const node = this.#node(path);
    if (node.type !== "file") throw new SystemError(node.type === "directory" ? "EISDIR" : "ELOOP");
    return node;
  }

  #node(path: string): TreeNode {
    let node: TreeNode = this.#root;
    if (path === "/") return node;
    for (const name of path.slice(1).split("/")) {
      if (node.type !== "directory") throw new SystemError("ENOTDIR");
      const child: TreeNode | undefined = node.entries.get(name);
      if (!child) throw new SystemError("ENOENT");
      node = child;
    }
    return node;
  }

  /** A directory as this tree's own, with all that lead to it. */
  #ownedDirectory(path: string): DirectoryNode {
    if (this.#root.owner !== this) this.#root = copyOf(this.#root, this);
    let node: DirectoryNode = this.#root;
    if (path === "/") return node;
    for (const name of path.slice(1).split("/")) {
      const child = node.entries.get(name);
      if (!child) throw new SystemError("ENOENT");
      if (child.type !== "directory") throw new SystemError("ENOTDIR");
      node = child.owner === this ? child : this.#adopt(node, name, child);
    }
    return node;
  }

  #owned(path: string): TreeNode {
    if (path === "/") return this.#ownedDirectory("/");
    const parent = this.#ownedDirectory(parentPath(path));
    const node = parent.entries.get(baseName(path));
    if (!node) throw new SystemError("ENOENT");
    return node.owner === this ? node : this.#adopt(parent, baseName(path), node);
  }

  #adopt<N extends TreeNode>(parent: DirectoryNode, name: string, node: N): N {
    const copy = copyOf(node, this);
    parent.entries.set(name, copy);
    return copy;
  }
}

const absent: Lookup = { kind: "absent", errno: "ENOENT" };
const notADirectory: Lookup = { kind: "absent", errno: "ENOTDIR" };

function copyOf<N extends TreeNode>(node: N, owner: FileTree): N {
  if (node.type === "directory") return { ...node, owner, entries: new Map(node.entries) };
  return { ...node, owner };
}

function spliced(old: string, data: string, at: number | "end" | undefined): string {
  if (at === undefined) return data;
  if (at === "end" || at === old.length) return old + data;
  if (at > old.length) return old + "\0".repeat(Math.min(at - old.length, limits.fileBytesMax)) + data;
  return old.slice(0, at) + data + old.slice(at + data.length);
}

export function byBytes(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function statOf(node: TreeNode): FileStat {
  const size =
    node.type === "file"
      ? node.program === undefined
        ? node.content.length
        : 1_000_000
      : node.type === "symlink"
        ? node.target.length
        : 4096;
  return { type: node.type, mode: node.mode, size, mtimeMs: node.mtimeMs, uid: node.uid, gid: node.gid };
}

function nodeToJson(node: TreeNode): TreeJson {
  const times = node.mtimeMs === 0 ? {} : { t: node.mtimeMs };
  if (node.type === "symlink") return { l: node.target, ...times };
  const owners = { ...(node.uid === 0 ? {} : { u: node.uid }), ...(node.gid === 0 ? {} : { g: node.gid }) };
  if (node.type === "file") return { f: node.content, m: node.mode, ...owners, ...times };
  const entries: Record<string, TreeJson> = {};
  for (const [name, child] of node.entries) entries[`/${name}`] = nodeToJson(child);
  return { d: entries, m: node.mode, ...owners, ...times };
}

function nodeFromJson(json: TreeJson, owner: FileTree): TreeNode {
  if ("l" in json) {
    return { type: "symlink", mode: 0o777, uid: 0, gid: 0, mtimeMs: json.t ?? 0, owner, target: json.l };
  }
  const base = { mode: json.m, uid: json.u ?? 0, gid: json.g ?? 0, mtimeMs: json.t ?? 0, owner };
  if ("f" in json) return { type: "file", ...base, content: json.f };
  const entries = new Map<string, TreeNode>();
  for (const [name, child] of Object.entries(json.d)) entries.set(name.slice(1), nodeFromJson(child, owner));
  return { type: "directory", ...base, entries };
}
