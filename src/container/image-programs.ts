import type { ContainerSpec } from "./container-spec.js";
import { FileTree } from "./file-tree.js";
import type { Image } from "./image.js";
import { absolutePath } from "./paths.js";
import { searchPath } from "./process-files.js";
import type { Program } from "./program.js";

export interface FoundProgram {
  readonly path: string;
  readonly program: Program;
}

/** What was found in each image, by name and PATH. */
const imagePrograms = new WeakMap<Image, Map<string, FoundProgram | null>>();
const imageProgramsMax = 1000;

/** A program that PATH leads to in the image of a container; null where that cannot be told without the container's files. */
export function findInImage(spec: ContainerSpec, name: string, pathVariable: string): FoundProgram | null {
  if (hasFilesIn(spec, pathVariable)) return null;
  let known = imagePrograms.get(spec.image);
  if (!known) {
    known = new Map();
    imagePrograms.set(spec.image, known);
  }
  const key = `${name}:${pathVariable}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const searched = searchImage(spec.image, name, pathVariable);
  if (known.size < imageProgramsMax) known.set(key, searched);
  return searched;
}

/** Whether anything is put over the directories of PATH. */
function hasFilesIn({ mounts, files }: ContainerSpec, pathVariable: string): boolean {
  if (!mounts?.length && !files?.length) return false;
  const directories = directoriesOf(pathVariable);
  const isIn = ({ path }: { readonly path: string }): boolean => {
    const folder = `${path}/`;
    return directories.some((directory) => directory.startsWith(folder) || folder.startsWith(directory));
  };
  return (mounts?.some(isIn) ?? false) || (files?.some(isIn) ?? false);
}

/** null where the name leads to anything but a program of the image by a plain path. */
function searchImage(image: Image, name: string, pathVariable: string): FoundProgram | null {
  const tree = new FileTree(image.files());
  for (const path of searchPath(name, pathVariable)) {
    const found = path.startsWith("/") ? tree.lookup(absolutePath("/", path)) : null;
    if (found?.kind === "absent") continue;
    if (found?.kind !== "found" || found.program === undefined) return null;
    const program = image.programs.lookup(found.program);
    return program ? { path, program } : null;
  }
  return null;
}

/** The last PATH that was split, and its directories, each with a slash at its end: nearly all containers have the same. */
let splitPath: { readonly path: string; readonly directories: readonly string[] } = { path: "", directories: [] };

function directoriesOf(path: string): readonly string[] {
  if (splitPath.path !== path) splitPath = { path, directories: path.split(":").map((directory) => `${directory}/`) };
  return splitPath.directories;
}
