import { configMapKeyProblems, environmentNameProblems } from "../api/meta/identifiers.js";
import type { FileSource } from "../manifest/file-source.js";
import type { KubectlEdge } from "./edge.js";
import { UsageError } from "./errors.js";
import { readBytes, readTextFile } from "./read-file.js";

/** `--from-file`, `--from-literal`, `--from-env-file` */
export interface DataSources {
  readonly files: readonly string[];
  readonly literals: readonly string[];
  readonly envFiles: readonly string[];
}

/** Keys with their values, in the order of the keys. */
export type Data = ReadonlyMap<string, Uint8Array>;

/** What kubectl says of keys: of those of a ConfigMap and of those of a Secret in different words. */
export interface DataWords {
  readonly invalidKey: (key: string, problems: readonly string[]) => string;
  /** `value` is what the key has already. */
  readonly duplicateKey: (key: string, value: Uint8Array) => string;
  readonly envFileIsFolder: string;
}

export const secretWords: DataWords = {
  invalidKey: (key, problems) => `${JSON.stringify(key)} is not valid key name for a Secret ${problems.join(";")}`,
  duplicateKey: (key) => `cannot add key ${key}, another key by that name already exists`,
  envFileIsFolder: "env secret file cannot be a directory",
};

export function configMapWords(name: string): DataWords {
  return {
    invalidKey: (key, problems) =>
      `${JSON.stringify(key)} is not a valid key name for a ConfigMap: ${problems.join(",")}`,
    duplicateKey: (key, value) => {
      const field = textOf(value) === undefined ? "BinaryData" : "Data";
      return `cannot add key ${JSON.stringify(key)}, another key by that name already exists in ${field} for ConfigMap ${JSON.stringify(name)}`;
    },
    envFileIsFolder: "env config file cannot be a directory",
  };
}

/**
 * Reads what `create configmap` and `create secret generic` are made of. Throws a UsageError in kubectl's words.
 * @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/create/create_configmap.go
 */
export function readData(sources: DataSources, words: DataWords, edge: Pick<KubectlEdge, "files" | "env">): Data {
  if (sources.envFiles.length > 0 && (sources.files.length > 0 || sources.literals.length > 0)) {
    throw new UsageError("from-env-file cannot be combined with from-file or from-literal");
  }
  const data = new Map<string, Uint8Array>();
  const add = (key: string, value: Uint8Array) => {
    const problems = configMapKeyProblems(key);
    if (problems.length > 0) throw new UsageError(words.invalidKey(key, problems));
    const existing = data.get(key);
    if (existing !== undefined) throw new UsageError(words.duplicateKey(key, existing));
    data.set(key, value);
  };
  for (const source of sources.literals) addLiteral(source, add);
  for (const source of sources.files) addFile(source, edge.files, add);
  for (const path of sources.envFiles) addEnvFile(path, { words, edge, add });
  return new Map([...data].sort(([left], [right]) => (left < right ? -1 : 1)));
}

type Add = (key: string, value: Uint8Array) => void;

function addLiteral(source: string, add: Add): void {
  const equals = source.indexOf("=");
  if (equals < 1) throw new UsageError(`invalid literal source ${source}, expected key=value`);
  add(source.slice(0, equals), new TextEncoder().encode(source.slice(equals + 1)));
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

interface EnvFileReading {
  readonly words: DataWords;
  readonly edge: Pick<KubectlEdge, "files" | "env">;
  readonly add: Add;
}

/** @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/util/env_file.go */
function addEnvFile(path: string, { words, edge, add }: EnvFileReading): void {
  const found = edge.files.stat(path);
  if (found === undefined) throw new UsageError(`error reading ${path}: no such file or directory`);
  if (found.kind === "directory") throw new UsageError(words.envFileIsFolder);
  for (const raw of readTextFile(path, edge.files, "").split("\n")) {
    const line = raw.replace(/\r$/, "").trimStart();
    if (line === "" || line.startsWith("#")) continue;
    const equals = line.indexOf("=");
    const key = equals === -1 ? line : line.slice(0, equals);
    const problems = environmentNameProblems(key, false);
    if (problems.length > 0) {
      throw new UsageError(`${JSON.stringify(key)} is not a valid key name: ${problems.join(";")}`);
    }
    // A name alone takes its value from the environment of whoever types the command.
    add(key, new TextEncoder().encode(equals === -1 ? (edge.env(key) ?? "") : line.slice(equals + 1)));
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
