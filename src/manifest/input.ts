import { FileError, type FileSource } from "./file-source.js";
import { manifestLimits, mebibytesText } from "./limits.js";
import { type ManifestEntry, manifestObjects, type ReadOptions } from "./objects.js";

/** What one or more `-f` name; `message` is kubectl's, without the `error: ` in front. */
class InputError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "InputError";
  }
}

/** One file to read, or standard input. */
export interface ManifestInput {
  /** The name messages give it: a path, or `STDIN`. */
  readonly source: string;
  readonly path: string | "-";
}

/** The files that `-f` arguments stand for, in kubectl's order, and the arguments that stand for none. */
interface ExpandedInputs {
  readonly inputs: readonly ManifestInput[];
  readonly errors: readonly InputError[];
}

const extensions = [".json", ".yaml", ".yml"];

/**
 * Expands `-f`: files, folders (their .json, .yaml and .yml files; with `recursive` all below), patterns, `-` for standard
 * input. An argument that names nothing is an error; kubectl reads no file at all then.
 * @see k8s.io/cli-runtime/pkg/resource/builder.go, FilenameParam
 */
export function expandInputs(
  filenames: readonly string[],
  files: FileSource,
  { recursive }: { readonly recursive: boolean },
): ExpandedInputs {
  const inputs: ManifestInput[] = [];
  const errors: InputError[] = [];
  for (const filename of filenames) {
    try {
      if (filename === "-") addStdin(inputs);
      else if (/^https?:\/\//.test(filename)) throw urlRefusal(filename);
      else addPaths(filename, { files, recursive, inputs, hasErrors: errors.length > 0 });
    } catch (error) {
      if (error instanceof FileError) errors.push(new InputError(error.message));
      else if (error instanceof InputError) errors.push(error);
      else throw error;
    }
  }
  return { inputs, errors };
}

function addStdin(inputs: ManifestInput[]): void {
  if (inputs.some(({ path }) => path === "-"))
    throw new InputError("standard input cannot be used for multiple arguments");
  inputs.push({ source: "STDIN", path: "-" });
}

function urlRefusal(url: string): InputError {
  return new InputError(
    `manifests are not read from the network (${url}); download it first, or pipe it: curl -sL ${url} | kjob apply -f -`,
  );
}

interface Adding {
  readonly files: FileSource;
  readonly recursive: boolean;
  readonly inputs: ManifestInput[];
  readonly hasErrors: boolean;
}

function addPaths(filename: string, { files, recursive, inputs, hasErrors }: Adding): void {
  const paths = files.stat(filename) === undefined ? matching(filename, files) : [filename];
  for (const path of paths) {
    for (const file of filesUnder(path, files, recursive)) inputs.push({ source: file, path: file });
  }
  if (inputs.length === 0 && !hasErrors) {
    throw new InputError(
      `error reading [${paths.join(" ")}]: recognized file extensions are [${extensions.join(" ")}]`,
    );
  }
}

/** The manifests of a folder in the order of their names, folders and files alike; or the file itself, whatever its name. */
function* filesUnder(path: string, files: FileSource, recursive: boolean): Generator<string> {
  if (files.stat(path)?.kind !== "directory") {
    yield path;
    return;
  }
  for (const name of [...files.list(path)].sort()) {
    const inner = joinPath(path, name);
    if (files.stat(inner)?.kind === "directory") {
      if (recursive) yield* filesUnder(inner, files, recursive);
    } else if (extensions.some((extension) => name.endsWith(extension))) {
      yield inner;
    }
  }
}

/** As Go's filepath.Join: no doubled and no trailing separators, no `./` in front. */
function joinPath(folder: string, name: string): string {
  const clean = folder.replace(/\/+$/, "").replace(/^(\.\/+)+/, "");
  if (folder.startsWith("/") && clean === "") return `/${name}`;
  return clean === "." || clean === "" ? name : `${clean}/${name}`;
}

/** The paths a pattern matches, sorted. @throws InputError when it matches nothing */
function matching(pattern: string, files: FileSource): string[] {
  const found = /[*?[\\]/.test(pattern) ? glob(pattern, files) : [];
  if (found.length === 0) throw new InputError(`the path ${JSON.stringify(pattern)} does not exist`);
  return found;
}

function glob(pattern: string, files: FileSource): string[] {
  const steps = pattern.split("/").filter((step) => step !== "");
  let paths = [pattern.startsWith("/") ? "/" : ""];
  steps.forEach((step, index) => {
    const isLast = index === steps.length - 1;
    paths = paths.flatMap((path) => matchesIn(path, step, files)).filter((path) => isLast || isFolder(path, files));
  });
  return paths;
}

function isFolder(path: string, files: FileSource): boolean {
  return files.stat(path)?.kind === "directory";
}

function matchesIn(folder: string, step: string, files: FileSource): string[] {
  const at = (name: string) => (folder === "" || folder === "/" ? `${folder}${name}` : `${folder}/${name}`);
  if (!/[*?[\\]/.test(step)) return files.stat(at(step)) === undefined ? [] : [at(step)];
  const expression = stepExpression(step);
  const names = files.list(folder === "" ? "." : folder).filter((name) => expression.test(name));
  return names.sort().map(at);
}

/** One step of a pattern: `*`, `?`, `[a-z]`, `[^a]`, and `\` before a character that means itself. */
function stepExpression(step: string): RegExp {
  const source = step.replace(/\\(.)|\[(\^?)([^\]]+)\]|\*|\?|[^\\*?[]/g, (part, escaped, negated, set) => {
    if (escaped !== undefined) return quoted(escaped);
    if (set !== undefined) return `[${negated}${set.replace(/[\\\]]/g, "\\$&")}]`;
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : quoted(part);
  });
  try {
    return new RegExp(`^${source}$`, "u");
  } catch {
    throw new InputError(`pattern ${JSON.stringify(step)} is not valid: syntax error in pattern`);
  }
}

function quoted(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/**
 * The objects of one input.
 * @throws InputError, ManifestSyntaxError from where the input cannot be read on
 */
export function* readInput(
  input: ManifestInput,
  files: FileSource,
  options: ReadOptions,
): Generator<ManifestEntry, void, undefined> {
  yield* manifestObjects(inputText(input, files), input.source, options);
}

/** The whole text of an input; bytes that are no UTF-8 become U+FFFD, as kubectl has them. @throws InputError */
export function inputText({ source, path }: ManifestInput, files: FileSource): string {
  const bytesMax = manifestLimits.inputBytesMax;
  const bytes = path === "-" ? files.readStdin(bytesMax) : readFile(path, files, bytesMax);
  if (bytes.length > bytesMax) throw tooLarge(source);
  return decodeText(bytes);
}

function readFile(path: string, files: FileSource, bytesMax: number): Uint8Array {
  const stat = files.stat(path);
  if (stat === undefined) throw new InputError(`the path ${JSON.stringify(path)} does not exist`);
  if (stat.sizeBytes > bytesMax) throw tooLarge(path);
  try {
    return files.read(path, bytesMax);
  } catch (error) {
    if (error instanceof FileError) throw new InputError(error.message);
    throw error;
  }
}

function tooLarge(source: string): InputError {
  const limit = mebibytesText(manifestLimits.inputBytesMax);
  return new InputError(
    `error reading ${source}: larger than ${limit}, which no manifest needs; split it into several files`,
  );
}

/** UTF-8, or UTF-16 where a byte order mark says so. */
function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return new TextDecoder("utf-8").decode(bytes);
}
