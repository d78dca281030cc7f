import { FileTree } from "./file-tree.js";
import type { Image } from "./image.js";
import { absolutePath } from "./paths.js";
import { searchPath } from "./process-files.js";
import type { Program } from "./program.js";

/** A program of an image, and where it lies. */
export interface ImageProgram {
  readonly path: string;
  readonly program: Program;
}

/** Programs by name and PATH in images as they come; a pure function of the image, kept for the next container. */
const imagePrograms = new WeakMap<Image, Map<string, ImageProgram | null>>();
const imageProgramsMax = 1000;

/** Where a name leads by PATH in an image as it comes; null for what is no plain program there. */
export function programInImage(image: Image, name: string, pathVariable: string): ImageProgram | null {
  let known = imagePrograms.get(image);
  if (!known) {
    known = new Map();
    imagePrograms.set(image, known);
  }
  const key = `${name}:${pathVariable}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const searched = searchImage(image, name, pathVariable);
  if (known.size < imageProgramsMax) known.set(key, searched);
  return searched;
}

/** null where the name leads to anything but a program of the image by a plain path. */
function searchImage(image: Image, name: string, pathVariable: string): ImageProgram | null {
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
