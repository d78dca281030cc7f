import { formatImageReference, imageId, imageSizeBytes, parseImageReference } from "../images/image-reference.js";
import type { ImageNames } from "./container-status.js";

/** What the runtime knows of an image by its name. */
export interface KnownImage extends ImageNames {
  readonly sizeBytes: number;
}

const known = new Map<string, KnownImage | null>();
const knownMax = 1000;

/** The image that a name means; null for what is no name of an image. The same value each time, as digests cost time. */
export function imageByName(name: string): KnownImage | null {
  const found = known.get(name);
  if (found !== undefined) return found;
  const parsed = parseImageReference(name);
  const image =
    "error" in parsed
      ? null
      : {
          image: formatImageReference(parsed.reference),
          imageId: imageId(parsed.reference),
          sizeBytes: imageSizeBytes(parsed.reference),
        };
  if (known.size >= knownMax) known.clear();
  known.set(name, image);
  return image;
}

/** Why a name is none: `invalid reference format`. */
export function nameError(name: string): string {
  const parsed = parseImageReference(name);
  return "error" in parsed ? parsed.error : "";
}
