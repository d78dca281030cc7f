import { byBytes, type FileTree } from "./file-tree.js";
import { limits } from "./limits.js";
import { absolutePath, baseName, joinPath, parentPath } from "./paths.js";
import { SystemError } from "./program.js";
import type { Lookup, VolumeFiles } from "./volume.js";

/** A directory or file of the container that is another tree's. */
export interface Mount {
  /** Absolute, without a slash at its end; "/" is the root filesystem. */
  readonly path: string;
  readonly files: VolumeFiles;
  /** What of the tree is mounted: "" for all of it, else an absolute path in it. */
  readonly subPath: string;
  readonly readOnly: boolean;
}

/** Where a path has led. */
export interface Place {
  /** Absolute, without symbolic links. */
  readonly path: string;
  readonly mount: Mount;
  /** The path inside the mount's tree. */
  readonly inner: string;
  readonly found: Lookup;
}

/** The tree of files that a container sees: its root filesystem and what is mounted into it. */
export class NameSpace {
  readonly #root: Mount;
  /** Longest path first. */
  readonly #mounts: readonly Mount[];

  constructor(root: FileTree, mounts: readonly Mount[], rootIsReadOnly: boolean) {
    this.#root = { path: "/", files: root, subPath: "", readOnly: rootIsReadOnly };
    this.#mounts = [...mounts].sort((left, right) => right.path.length - left.path.length);
  }

  get mounts(): readonly Mount[] {
    return [this.#root, ...this.#mounts];
  }

  /** Follows links on the way, and at the end too where `follow` says so. What is absent is a place as well. */
  resolve(path: string, follow = true): Place {
    let at = path;
    for (let links = 0; links <= limits.linksMax; links++) {
      const mount = this.#mountOf(at);
      const inner = innerPath(mount, at);
      const found = mount.files.lookup(inner);
      if (found.kind !== "link" || (!follow && found.at === inner)) return { path: at, mount, inner, found };
      const linkLength = at.length - (inner.length - found.at.length);
      at = absolutePath(parentPath(at.slice(0, linkLength)), found.target + at.slice(linkLength));
    }
    throw new SystemError("ELOOP");
  }

  /** Names in a directory, with those of mounts in it. */
  list(place: Place): string[] {
    const names = place.mount.files.list(place.inner);
    let isChanged = false;
    for (const mount of this.#mounts) {
      if (parentPath(mount.path) !== place.path || names.includes(baseName(mount.path))) continue;
      names.push(baseName(mount.path));
      isChanged = true;
    }
    return isChanged ? names.sort(byBytes) : names;
  }

  isMountPoint(path: string): boolean {
    return path === "/" || this.#mounts.some((mount) => mount.path === path);
  }

  #mountOf(path: string): Mount {
    for (const mount of this.#mounts) {
      if (path.startsWith(mount.path) && (path.length === mount.path.length || path[mount.path.length] === "/")) {
        return mount;
      }
    }
    return this.#root;
  }
}

function innerPath(mount: Mount, path: string): string {
  if (mount.path === "/") return path;
  const rest = path.slice(mount.path.length);
  const inner = mount.subPath + rest;
  return inner === "" ? "/" : inner;
}

/** Makes the directories that lead to `path` in a tree, and `path` itself. */
export function makeDirectories(tree: FileTree, path: string, nowMs: number): void {
  let at = "/";
  for (const name of path.split("/")) {
    if (name === "") continue;
    at = joinPath(at, name);
    const found = tree.lookup(at);
    if (found.kind === "absent") tree.mkdir(at, { nowMs, mode: 0o755 });
    else if (found.kind === "link") at = absolutePath(parentPath(at), found.target);
  }
}
