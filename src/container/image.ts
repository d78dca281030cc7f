import { type DirectoryNode, emptyDirectory, type TreeNode } from "./file-tree.js";
import { joinPath } from "./paths.js";
import type { Program } from "./program.js";

/**
 * A simulated image: its root filesystem, what it starts, and its programs. One value serves all containers; nothing of
 * it ever changes.
 */
export interface Image {
  /** `busybox`; the tag and the registry are the kubelet's business. */
  readonly repository: string;
  /** The root filesystem; built when first asked for, the same value each time. See {@link imageTree}. */
  files(): DirectoryNode;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** "/" where the image names none. */
  readonly workingDir: string;
  /** `65532`, `65532:65532` or a name of its /etc/passwd; "" or "root" is uid 0. */
  readonly user: string;
  readonly programs: { lookup(name: string): Program | undefined };
}

/** One file of an image. */
export type ImageEntry =
  | { readonly content: string; readonly mode?: number; readonly uid?: number; readonly gid?: number }
  | { readonly link: string }
  /** An executable: the name its program has in {@link Image.programs}. */
  | { readonly program: string }
  | { readonly directory: true; readonly mode?: number; readonly uid?: number; readonly gid?: number };

/** The tree of an image from its files by absolute path; directories on the way are made. */
export function imageTree(files: Readonly<Record<string, ImageEntry>>): DirectoryNode {
  const root = emptyDirectory();
  for (const [path, entry] of Object.entries(files)) insert(root, path, entry);
  return root;
}

function insert(root: DirectoryNode, path: string, entry: ImageEntry): void {
  const names = path.split("/").filter((name) => name !== "");
  const last = names.pop();
  if (last === undefined) throw new Error(`an image file needs a name: "${path}"`);
  let directory = root;
  let at = "/";
  for (const name of names) {
    at = joinPath(at, name);
    const child = directory.entries.get(name) ?? emptyDirectory();
    if (child.type !== "directory") throw new Error(`${at} of an image is both a file and a directory`);
    directory.entries.set(name, child);
    directory = child;
  }
  const present = directory.entries.get(last);
  const node = nodeOf(entry);
  if (present?.type === "directory" && node.type === "directory") node.entries = present.entries;
  directory.entries.set(last, node);
}

function nodeOf(entry: ImageEntry): TreeNode {
  const base = { uid: 0, gid: 0, mtimeMs: 0, owner: null };
  if ("link" in entry) return { type: "symlink", mode: 0o777, ...base, target: entry.link };
  if ("program" in entry) return { type: "file", mode: 0o755, ...base, content: "\x7fELF", program: entry.program };
  const owners = { ...base, uid: entry.uid ?? 0, gid: entry.gid ?? 0 };
  if ("directory" in entry) {
    return { type: "directory", mode: entry.mode ?? 0o755, ...owners, entries: new Map() };
  }
  return { type: "file", mode: entry.mode ?? 0o644, ...owners, content: entry.content };
}
