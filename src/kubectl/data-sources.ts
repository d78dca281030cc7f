import { configMapKeyProblems } from "../api/meta/identifiers.js";
import type { FileSource } from "../manifest/file-source.js";
import { UsageError } from "./errors.js";
import { readBytes, readTextFile } from "./read-file.js";

/** `--from-file`, `--from-literal`, `--from-env-file` */
export interface DataSources {
  readonly files: readonly string[];
  readonly literals: readonly string[];
  readonly envFiles: readonly string[];
}

/** Keys with their values, in the order they were given. */
export type Data = ReadonlyMap<string, Uint8Array>;

/**
 * Reads what `create configmap` and `create secret generic` are made of. Throws a UsageError in kubectl's words, which
 * name the kind.
 * @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/create/create_configmap.go
 */
export function readData(sources: DataSources, kind: string, files: FileSource): Data {
  if (sources.envFiles.length > 0 && (sources.files.length > 0 || sources.literals.length > 0)) {
    throw new UsageError("from-env-file cannot be combined with from-file or from-literal");
  }
  const data = new Map<string, Uint8Array>();
  const add = (key: string, value: Uint8Array) => {
    const problems = configMapKeyProblems(key);
    if (problems.length > 0) {
      throw new UsageError(`${JSON.stringify(key)} is not a valid key name for a ${kind}: ${problems.join(",")}`);
    }
    if (data.has(key)) {
      throw new UsageError(`cannot add key ${JSON.stringify(key)}, another key by that name already exists`);
    }
    data.set(key, value);
  };
  for (const source of sources.files) addFile(source, files, add);
  for (const source of sources.literals) addLiteral(source, add);
  for (const path of sources.envFiles) addEnvFile(path, files, add);
  return data;
}

type Add = (key: string, value: Uint8Array) => void;

function addLiteral(source: string, add: Add): void {
  const equals = source.indexOf("=");
  if (equals < 1) throw new UsageError(`invalid literal source ${source}, expected key=value`);
  let value = source.slice(equals + 1);
  // A shell that does not strip quotes leaves them; kubectl takes a matching pair away.
  const quote = value.charAt(0);
  if (value.length >= 2 && (quote === '"' || quote === "'") && value.endsWith(quote)) value = value.slice(1, -1);
  add(source.slice(0, equals), new TextEncoder().encode(value));
}

function addFile(source: string, files: FileSource, add: Add): void {
  const { key, path } = splitFileSource(source);
  const found = files.stat(path);
  if (found === undefined) throw new UsageError(`error reading ${path}: no such file or directory`);
  if (found.kind === "file") {
    add(key, readBytes(path, files, ""));
    return;
  }
  if (source.includes("=")) throw new UsageError("cannot give a key name for a directory path");
  const folder = path.replace(/\/+$/, "");
  for (const name of [...files.list(path)].sort()) {
    if (files.stat(`${folder}/${name}`)?.kind === "file") add(name, readBytes(`${folder}/${name}`, files, ""));
  }
}

function splitFileSource(source: string): { readonly key: string; readonly path: string } {
  const [first = "", second, ...more] = source.split("=");
  if (more.length > 0) throw new UsageError("key names or file paths cannot contain '='");
  if (second === undefined) return { key: first.slice(first.lastIndexOf("/") + 1), path: first };
  if (first === "") throw new UsageError(`key name for file path ${second} missing`);
  if (second === "") throw new UsageError(`file path for key name ${first} missing`);
  return { key: first, path: second };
}

function addEnvFile(path: string, files: FileSource, add: Add): void {
  const found = files.stat(path);
  if (found === undefined) throw new UsageError(`error reading ${path}: no such file or directory`);
  if (found.kind === "directory") throw new UsageError("env config file cannot be a directory");
  for (const raw of readTextFile(path, files, "").split("\n")) {
    const line = raw.replace(/\r$/, "").trimStart();
    if (line === "" || line.startsWith("#")) continue;
    const equals = line.indexOf("=");
    // A name alone takes its value from the environment, which a file of a simulated cluster has none of.
    if (equals === -1)
      throw new UsageError(
        `${path}: a line without "=" takes its value from the environment, which is not supported: ${line}`,
      );
    add(line.slice(0, equals), new TextEncoder().encode(line.slice(equals + 1)));
  }
}

/** The text of a value, or undefined where its bytes are no UTF-8. */
export function textOf(value: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    return undefined;
  }
}

export function base64Of(value: Uint8Array): string {
  let binary = "";
  for (const byte of value) binary += String.fromCharCode(byte);
  return btoa(binary);
}
