import { StatusError } from "../api/meta/status.js";

/** What an answer is written in, and what of its objects is in it. */
export interface Accepted {
  readonly format: "json" | "yaml";
  readonly as: "object" | "table" | "partial";
  /** The group's version of the transformed kind: `v1` or `v1beta1`; for discovery `v2` or `v2beta1`. */
  readonly version: string;
  /** Whether the client asked for aggregated discovery. */
  readonly isAggregated: boolean;
}

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

const yamlTypes = new Set(["application/yaml", "application/x-yaml", "text/yaml"]);
const jsonTypes = new Set(["application/json", "*/*", "application/*"]);
/** Longer headers are cut: nobody needs that many alternatives. */
const rangesMax = 32;

/**
 * What of the things a client accepts is served. Protocol buffers are not: a client that takes JSON as well gets that.
 * @throws StatusError NotAcceptable
 * @see k8s.io/apiserver/pkg/endpoints/handlers/negotiation
 */
export function negotiate(header: string | null): Accepted {
  const plain: Accepted = { format: "json", as: "object", version: "v1", isAggregated: false };
  if (header === null || header.trim() === "") return plain;
  for (const range of rangesOf(header)) {
    const format = jsonTypes.has(range.type) ? "json" : yamlTypes.has(range.type) ? "yaml" : null;
    if (format === null) continue;
    const as = range.parameters.get("as");
    const group = range.parameters.get("g") ?? "";
    const version = range.parameters.get("v") ?? "v1";
    if (as === undefined) return { ...plain, format };
    if (group === "meta.k8s.io" && (version === "v1" || version === "v1beta1")) {
      if (as === "Table") return { ...plain, format, as: "table", version };
      if (as === "PartialObjectMetadata" || as === "PartialObjectMetadataList") {
        return { ...plain, format, as: "partial", version };
      }
    }
    if (group === "apidiscovery.k8s.io" && as === "APIGroupDiscoveryList" && /^v2(beta1)?$/.test(version)) {
      return { ...plain, format, version, isAggregated: true };
    }
  }
  throw notAcceptable("application/json, application/yaml");
}

/** @see apimachinery pkg/api/errors, NewNotAcceptableError */
export function notAcceptable(types: string): StatusError {
  return new StatusError("NotAcceptable", `only the following media types are accepted: ${types}`);
}

/** The parts of an Accept header, the preferred ones first. */
export function rangesOf(header: string): readonly MediaRange[] {
  return header
    .split(",", rangesMax)
    .map(rangeOf)
    .filter(({ quality }) => quality > 0)
    .toSorted((left, right) => right.quality - left.quality);
}

function rangeOf(text: string): MediaRange {
  const [type = "", ...rest] = text.split(";");
  const parameters = new Map<string, string>();
  for (const part of rest) {
    const at = part.indexOf("=");
    if (at > 0)
      parameters.set(
        part.slice(0, at).trim().toLowerCase(),
        part
          .slice(at + 1)
          .trim()
          .replace(/^"|"$/g, ""),
      );
  }
  const quality = Number(parameters.get("q") ?? 1);
  return { type: type.trim().toLowerCase(), parameters, quality: Number.isNaN(quality) ? 0 : quality };
}
