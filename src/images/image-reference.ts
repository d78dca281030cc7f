/** Names of images, as the container runtimes read them. */
import { sha256 } from "./digests.js";

/** A name in full: `busybox` is `docker.io/library/busybox:latest`. */
interface ImageReference {
  /** `docker.io`. */
  readonly domain: string;
  /** `library/busybox`. */
  readonly path: string;
  /** null where there is only a digest. */
  readonly tag: string | null;
  /** `sha256:…`, or null. */
  readonly digest: string | null;
}

type ParsedReference =
  | { readonly reference: ImageReference }
  /** Why the name is none, for InvalidImageName. */
  | { readonly error: string };

const domainPattern =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const partPattern = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const nameLengthMax = 255;

/** Without a registry the Docker Hub is meant, and its `library/` where there is no other folder. */
function splitDomain(name: string): { domain: string; rest: string } {
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  const isDomain = slash >= 0 && (/[.:]/.test(first) || first === "localhost" || first.toLowerCase() !== first);
  let domain = isDomain ? first : "docker.io";
  let rest = isDomain ? name.slice(slash + 1) : name;
  if (domain === "index.docker.io") domain = "docker.io";
  if (domain === "docker.io" && !rest.includes("/")) rest = `library/${rest}`;
  return { domain, rest };
}

/**
 * Parses and normalises an image name.
 * @see github.com/distribution/reference, ParseNormalizedNamed
 */
export function parseImageReference(name: string): ParsedReference {
  const invalid = { error: "invalid reference format" };
  if (/^[a-f0-9]{64}$/.test(name)) {
    return { error: `invalid repository name (${name}), cannot specify 64-byte hexadecimal strings` };
  }
  const { domain, rest } = splitDomain(name);
  const remote = rest.split(":", 1)[0] ?? "";
  if (remote.toLowerCase() !== remote) {
    return { error: `invalid reference format: repository name (${remote}) must be lowercase` };
  }
  const at = rest.indexOf("@");
  const digest = at < 0 ? null : rest.slice(at + 1);
  const named = at < 0 ? rest : rest.slice(0, at);
  const colon = named.lastIndexOf(":");
  const tag = colon < 0 ? null : named.slice(colon + 1);
  const path = colon < 0 ? named : named.slice(0, colon);
  if (!domainPattern.test(domain) || !path.split("/").every((part) => partPattern.test(part))) return invalid;
  if ((tag !== null && !tagPattern.test(tag)) || (digest !== null && !digestPattern.test(digest))) return invalid;
  if (domain.length + 1 + path.length > nameLengthMax) {
    return { error: "repository name must not be more than 255 characters" };
  }
  return { reference: { domain, path, tag: tag ?? (digest === null ? "latest" : null), digest } };
}

/** `docker.io/library/busybox:latest`, with the digest where there is one. */
export function formatImageReference({ domain, path, tag, digest }: ImageReference): string {
  return `${domain}/${path}${tag === null ? "" : `:${tag}`}${digest === null ? "" : `@${digest}`}`;
}

/** `docker.io/library/busybox@sha256:…`: the name that a status has in `imageID`. The digest is made up, but always the same. */
export function imageId(reference: ImageReference): string {
  const digest = reference.digest ?? `sha256:${sha256(`image ${formatImageReference(reference)}`)}`;
  return `${reference.domain}/${reference.path}@${digest}`;
}

/** Compressed sizes of images that people know, about. */
function usualBytes(path: string): number | null {
  switch (path.slice(path.lastIndexOf("/") + 1)) {
    case "pause":
      return 320_000;
    case "busybox":
      return 2_150_000;
    case "alpine":
      return 3_630_000;
    case "bash":
      return 6_900_000;
    case "ubuntu":
      return 29_700_000;
    case "debian":
      return 48_500_000;
    default:
      return null;
  }
}

/** Bytes a pull of this image takes, made up from its name; the same each time. */
export function imageSizeBytes(reference: ImageReference): number {
  const seed = Number.parseInt(sha256(`size ${formatImageReference(reference)}`).slice(0, 8), 16) / 2 ** 32;
  const usual = usualBytes(reference.path);
  if (usual !== null) return Math.round(usual * (1 + seed * 0.02));
  // From 8 MB to 400 MB, most of them small.
  return Math.round(8_000_000 * 50 ** seed);
}
