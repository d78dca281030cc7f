import { encodeUtf8 } from "./bytes.js";
import type { ContainerSpec } from "./container-spec.js";
import { type FileNode, FileTree } from "./file-tree.js";
import { type Mount, makeDirectories, NameSpace } from "./name-space.js";
import { parentPath } from "./paths.js";
import type { VolumeFiles } from "./volume.js";

/** The files of a container when it begins. */
interface ContainerFiles {
  readonly tree: FileTree;
  readonly nameSpace: NameSpace;
  readonly terminationLog: FileNode;
}

/** The root filesystem above the image's, with what the spec puts into it, and the mounts. */
export function filesOf(spec: ContainerSpec, nowMs: number, volume: (id: string) => VolumeFiles): ContainerFiles {
  const tree = new FileTree(spec.image.files());
  for (const path of ["/dev", "/proc", "/sys", "/tmp", "/etc"]) makeDirectories(tree, path, nowMs);
  if (tree.lookup("/tmp").kind === "found") tree.chmod("/tmp", 0o1777);
  const { workingDir, terminationMessagePath = "/dev/termination-log" } = spec;
  makeDirectories(tree, encodeUtf8(workingDir ?? spec.image.workingDir), nowMs);
  for (const file of spec.files ?? []) {
    makeDirectories(tree, parentPath(file.path), nowMs);
    tree.write(file.path, encodeUtf8(file.content), { nowMs, mode: 0o644 });
  }
  makeDirectories(tree, parentPath(terminationMessagePath), nowMs);
  const terminationLog = tree.openNode(terminationMessagePath, { nowMs, mode: 0o666 });
  const mounts = (spec.mounts ?? []).map((mount): Mount => {
    const path = encodeUtf8(mount.path === "/" ? "/" : mount.path.replace(/\/+$/, ""));
    makeDirectories(tree, parentPath(path), nowMs);
    const subPath = mount.subPath ? `/${encodeUtf8(mount.subPath).replace(/^\/+|\/+$/g, "")}` : "";
    return { path, files: volume(mount.volume), subPath, readOnly: mount.readOnly ?? false };
  });
  return { tree, nameSpace: new NameSpace(tree, mounts, spec.readOnlyRoot ?? false), terminationLog };
}
