import { type TarEntry, TarReader } from "../archive/ustar.js";
import type { KubectlEdge } from "./edge.js";
import { UsageError } from "./errors.js";
import { cleanPath, folderOf, joinPaths } from "./paths.js";

/**
 * Writes the files of an archive that a container made to a place of the person's. Links are not followed and not made, and
 * nothing is written beside that place, whatever the archive says.
 * @see kubectl pkg/cmd/cp/cp.go, untarAll
 */
export class Unpacker {
  readonly #reader = new TarReader();
  readonly #source: { readonly namespace: string; readonly pod: string; readonly path: string };
  readonly #target: string;
  readonly #edge: KubectlEdge;
  /** What all names begin with: the path that was asked for, without what tar leaves out. */
  readonly #prefix: string;
  #file: { readonly path: string; readonly parts: Uint8Array[] } | null = null;
  #hasWarned = false;

  constructor(
    source: { readonly namespace: string; readonly pod: string; readonly path: string },
    target: string,
    edge: KubectlEdge,
  ) {
    this.#source = source;
    this.#target = target;
    this.#edge = edge;
    this.#prefix = withoutShortcuts(cleanPath(source.path.replace(/^[/\\]+/, "")));
  }

  /** @throws TarError, UsageError, FileError */
  read(bytes: Uint8Array): void {
    for (const event of this.#reader.read(bytes)) {
      if (event.kind === "entry") this.#begin(event.entry);
      else if (event.kind === "data") this.#file?.parts.push(new Uint8Array(event.bytes));
      else if (event.kind === "done") this.#end();
    }
  }

  #begin(entry: TarEntry): void {
    this.#file = null;
    if (!entry.name.startsWith(this.#prefix)) throw new UsageError("tar contents corrupted");
    const below = entry.name.slice(this.#prefix.length).replaceAll("\\", "/");
    const path = joinPaths(this.#target, below);
    if (!isWithin(path, this.#target)) {
      this.#edge.err(`warning: file ${JSON.stringify(path)} is outside target destination, skipping\n`);
    } else if (entry.type === "directory") {
      this.#edge.makeFolder(path);
    } else if (entry.type === "symlink") {
      this.#edge.makeFolder(folderOf(path));
      this.#warnOfLink(path, entry.target ?? "");
    } else {
      this.#file = { path, parts: [] };
    }
  }

  #end(): void {
    if (this.#file === null) return;
    const { path, parts } = this.#file;
    this.#file = null;
    const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    this.#edge.writeFile(path, bytes);
  }

  #warnOfLink(path: string, target: string): void {
    const { namespace, pod, path: source } = this.#source;
    const [from, to] = [JSON.stringify(path), JSON.stringify(target)];
    const advice = `(consider using "kubectl exec -n ${JSON.stringify(namespace)} ${JSON.stringify(pod)} -- tar cf - ${JSON.stringify(source)} | tar xf -")`;
    this.#edge.err(`warning: skipping symlink: ${from} -> ${to}${this.#hasWarned ? "" : ` ${advice}`}\n`);
    this.#hasWarned = true;
  }
}

function isWithin(path: string, target: string): boolean {
  const base = cleanPath(target);
  if (path === base || base === ".") return !path.startsWith("../") && path !== "..";
  return path.startsWith(base.endsWith("/") ? base : `${base}/`);
}

/** A relative path that leads up would be told without that by tar. */
function withoutShortcuts(path: string): string {
  const below = path.replace(/^(?:\.\.\/)+/, "");
  return below === "." || below === ".." ? "" : below.replace(/^\//, "");
}
