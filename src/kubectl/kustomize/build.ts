import { manifestDocuments } from "../../manifest/documents.js";
import { FileError, type FileSource } from "../../manifest/file-source.js";
import type { JsonObject } from "../../registry/patch/json-value.js";
import { generate } from "./generators.js";
import { contentHash } from "./hash.js";
import { type Kustomization, type PatchArgs, parseKustomization } from "./kustomization.js";
import { inLegacyOrder } from "./order.js";
import { applyPatch } from "./patches.js";
import { withReferences } from "./references.js";
import {
  apiVersionIn,
  type BuiltObject,
  idText,
  isObject,
  KustomizeError,
  kindOf,
  nameOf,
  namespaceOf,
  renamed,
} from "./resource-map.js";
import { withAnnotations, withImages, withLabels, withNames, withNamespace, withReplicas } from "./transformers.js";

export interface BuildOptions {
  readonly files: FileSource;
  /** The folder that relative paths are meant in, absolute. */
  readonly workingFolder: string;
  readonly onWarning: (text: string) => void;
  /** `--load-restrictor LoadRestrictionsNone`: files may be outside the folder. */
  readonly loadsAnything?: boolean;
}

const fileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

const fileBytesMax = 16 * 2 ** 20;

/**
 * The objects that a folder's kustomization makes, in kustomize's order.
 * @throws KustomizeError in kustomize's words
 * @see sigs.k8s.io/kustomize/api/internal/target/kusttarget.go
 */
export async function buildKustomization(path: string, options: BuildOptions): Promise<readonly JsonObject[]> {
  if (/^(https?|ssh|git):|^git@|^github\.com\//.test(path)) {
    throw new KustomizeError(`a remote kustomization is not supported: clone ${path} and build the folder`);
  }
  const found = options.files.stat(path);
  if (found === undefined) {
    const missing = absolute(path, options);
    throw new KustomizeError(
      `must build at directory: not a valid directory: evalsymlink failure on '${path}' : lstat ${missing}: no such file or directory`,
    );
  }
  if (found.kind === "file") {
    throw new KustomizeError(`must build at directory: '${absolute(path, options)}': file is not directory`);
  }
  const folder = cleanPath(path);
  const { objects, kustomization } = accumulate(folder, options, []);
  const hashed: BuiltObject[] = [];
  for (const built of objects) {
    const { object, needsHash } = built;
    hashed.push(needsHash ? renamed(built, `${nameOf(object)}-${await contentHash(object)}`) : built);
  }
  const finished = withReferences(hashed).map(({ object }) => object);
  return kustomization.sortOptions?.order === "fifo" ? finished : inLegacyOrder(finished);
}

function accumulate(
  folder: string,
  options: BuildOptions,
  above: readonly string[],
  inherited?: readonly BuiltObject[],
) {
  if (above.includes(folder)) {
    throw new KustomizeError(
      `cycle detected: candidate root '${absolute(folder, options)}' contains visited root '${absolute(folder, options)}'`,
    );
  }
  const kustomization = readKustomization(folder, options);
  const readFile = (path: string) => readBytes(folder, path, options);
  let objects: readonly BuiltObject[] = inherited ?? [];
  for (const path of [...(kustomization.resources ?? []), ...(kustomization.bases ?? [])]) {
    objects = appendAll(objects, readResource(folder, path, options, [...above, folder]));
  }
  for (const path of kustomization.components ?? []) {
    objects = accumulate(joinPath(folder, path), options, [...above, folder], objects).objects;
  }
  for (const args of kustomization.configMapGenerator ?? []) {
    objects = generate(objects, "ConfigMap", args, kustomization.generatorOptions, readFile);
  }
  for (const args of kustomization.secretGenerator ?? []) {
    objects = generate(objects, "Secret", args, kustomization.generatorOptions, readFile);
  }
  if (isEmpty(kustomization)) throw new KustomizeError("kustomization.yaml is empty");
  return { objects: transform(objects, kustomization, readFile), kustomization };
}

/** @see sigs.k8s.io/kustomize/api/internal/target/kusttarget_configplugin.go, configureBuiltinTransformers */
function transform(
  start: readonly BuiltObject[],
  kustomization: Kustomization,
  readFile: (path: string) => Uint8Array,
): readonly BuiltObject[] {
  const { patchesStrategicMerge = [], patches = [], patchesJson6902 = [], namespace } = kustomization;
  const readText = (path: string) => new TextDecoder().decode(readFile(path));
  const patch = (objects: readonly BuiltObject[], args: PatchArgs) => {
    const text = args.patch ?? (args.path === undefined ? undefined : readText(args.path));
    if (text === undefined || text === "") throw new KustomizeError("must specify one of patch and path in a patch");
    return applyPatch(objects, text, args);
  };
  let objects = start;
  for (const written of patchesStrategicMerge) {
    objects = patch(objects, written.includes("\n") ? { patch: written } : { path: written });
  }
  objects = patches.reduce(patch, objects);
  if (namespace !== undefined && namespace !== "") objects = withNamespace(objects, namespace);
  objects = withReferences(withNames(objects, kustomization));
  objects = withAnnotations(withLabels(objects, kustomization), kustomization.commonAnnotations);
  objects = patchesJson6902.reduce(patch, objects);
  return withImages(withReplicas(objects, kustomization.replicas), kustomization.images);
}

function isEmpty(kustomization: Kustomization): boolean {
  const { apiVersion: _, kind: __, ...rest } = kustomization;
  return Object.values(rest).every((value) => Array.isArray(value) && value.length === 0);
}

function readKustomization(folder: string, options: BuildOptions): Kustomization {
  const { files } = options;
  const found = fileNames.filter((name) => files.stat(joinPath(folder, name))?.kind === "file");
  const [name] = found;
  if (name === undefined) {
    throw new KustomizeError(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${absolute(folder, options)}'`,
    );
  }
  if (found.length > 1) throw new KustomizeError(`Found multiple kustomization files: ${found.join(", ")}`);
  const text = new TextDecoder().decode(files.read(joinPath(folder, name), fileBytesMax));
  return parseKustomization(text, options.onWarning);
}

/** The objects of one entry of `resources`: a file of manifests, or a folder with a kustomization of its own. */
function readResource(
  folder: string,
  path: string,
  options: BuildOptions,
  above: readonly string[],
): readonly BuiltObject[] {
  const full = joinPath(folder, path);
  const where = absolute(full, options);
  const failure = (why: string, then: string) =>
    new KustomizeError(
      `accumulating resources: accumulation err='accumulating resources from '${path}': ${why}': ${then}`,
    );
  const found = options.files.stat(full);
  if (found === undefined) {
    throw failure(
      `open ${where}: no such file or directory`,
      `must build at directory: not a valid directory: evalsymlink failure on '${where}' : lstat ${where}: no such file or directory`,
    );
  }
  if (found.kind === "directory") {
    try {
      return accumulate(full, options, above).objects;
    } catch (error) {
      if (!(error instanceof KustomizeError)) throw error;
      throw new KustomizeError(
        `accumulating resources: accumulation err='accumulating resources from '${path}': read ${where}: is a directory': recursed accumulation of path '${where}': ${error.message}`,
      );
    }
  }
  const notFolder = `must build at directory: '${where}': file is not directory`;
  try {
    return objectsIn(new TextDecoder().decode(readBytes(folder, path, options)), path);
  } catch (error) {
    if (error instanceof Error) throw failure(error.message, notFolder);
    throw error;
  }
}

function objectsIn(text: string, path: string): readonly BuiltObject[] {
  const objects: BuiltObject[] = [];
  for (const { value } of manifestDocuments(text, path)) {
    if (value === null || value === undefined) continue;
    if (!isObject(value)) throw new KustomizeError(`${path}: not an object`);
    const items = kindOf(value).endsWith("List") && Array.isArray(value.items) ? value.items.filter(isObject) : [value];
    for (const object of items) {
      if (kindOf(object) === "" || apiVersionIn(object) === "") {
        throw new KustomizeError(`missing Resource metadata in ${path}`);
      }
      if (nameOf(object) === "")
        throw new KustomizeError(`missing metadata.name in object {${kindOf(object)}} of ${path}`);
      objects.push({ object, names: [nameOf(object)], needsHash: false });
    }
  }
  return objects;
}

function appendAll(objects: readonly BuiltObject[], added: readonly BuiltObject[]): readonly BuiltObject[] {
  for (const { object } of added) {
    const isTwice = objects.some((each) => {
      return idText(each.object) === idText(object) && namespaceOf(each.object) === namespaceOf(object);
    });
    if (isTwice) {
      throw new KustomizeError(
        `accumulating resources: may not add resource with an already registered id: ${idText(object)}`,
      );
    }
  }
  return [...objects, ...added];
}

function readBytes(folder: string, path: string, options: BuildOptions): Uint8Array {
  const full = joinPath(folder, path);
  const root = absolute(folder, options);
  const where = absolute(full, options);
  if (options.loadsAnything !== true && where !== root && !where.startsWith(`${root}/`)) {
    throw new KustomizeError(`security; file '${where}' is not in or below '${root}'`);
  }
  if (options.files.stat(full) === undefined) {
    throw new KustomizeError(`evalsymlink failure on '${where}' : lstat ${where}: no such file or directory`);
  }
  try {
    return options.files.read(full, fileBytesMax);
  } catch (error) {
    if (error instanceof FileError) throw new KustomizeError(error.message);
    throw error;
  }
}

function absolute(path: string, { workingFolder }: BuildOptions): string {
  return path.startsWith("/") ? cleanPath(path) : cleanPath(`${workingFolder}/${path}`);
}

function joinPath(folder: string, path: string): string {
  return path.startsWith("/") ? cleanPath(path) : cleanPath(`${folder}/${path}`);
}

/** A path without `.`, `..` and double slashes, as far as that can be had without its parents. */
function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== ".." || !path.startsWith("/")) parts.push(part);
  }
  const joined = parts.join("/");
  if (path.startsWith("/")) return `/${joined}`;
  return joined === "" ? "." : joined;
}
