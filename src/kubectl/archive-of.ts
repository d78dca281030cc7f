import { tarEnd, tarHeader, tarPadding } from "../archive/ustar.js";
import type { KubectlEdge } from "./edge.js";
import { readBytes } from "./read-file.js";

/** More than that no container keeps in one file; another cluster's may, but all of it is held here first. */
const fileBytesMax = 512 * 2 ** 20;
/** Not small: a cluster saves what a container has been given piece by piece. */
const pieceBytes = 2 ** 20;

/**
 * An archive of one of the person's files, or of a folder with all in it, whose names begin with `name`. Folders have no
 * entries of their own, except empty ones.
 * @see kubectl pkg/cmd/cp/cp.go, recursiveTar
 */
export async function* archiveOf(path: string, name: string, edge: KubectlEdge): AsyncGenerator<Uint8Array> {
  yield* entriesOf(path, name, edge);
  yield tarEnd();
}

function* entriesOf(path: string, name: string, edge: KubectlEdge): Generator<Uint8Array> {
  const { files } = edge;
  const target = files.linkTarget?.(path);
  const found = files.stat(path);
  const mtimeMs = found?.mtimeMs ?? 0;
  if (target !== undefined) {
    yield tarHeader({ name, type: "symlink", target, mode: 0o777, size: 0, mtimeMs });
    return;
  }
  const mode = found?.mode ?? (found?.kind === "directory" ? 0o755 : 0o644);
  if (found?.kind === "directory") {
    const names = [...files.list(path)].sort();
    if (names.length === 0) yield tarHeader({ name: `${name}/`, type: "directory", mode, size: 0, mtimeMs });
    for (const each of names) yield* entriesOf(`${path}/${each}`, `${name}/${each}`, edge);
    return;
  }
  const bytes = readBytes(path, files, "", fileBytesMax);
  yield tarHeader({ name, type: "file", mode, size: bytes.length, mtimeMs });
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  const padding = tarPadding(bytes.length);
  if (padding > 0) yield new Uint8Array(padding);
}
