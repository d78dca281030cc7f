import type { Volume, VolumeProjection } from "../generated/types.js";
import { quote } from "../meta/go-text.js";

/**
 * Warns of files of one volume that would be written over each other, or one inside the other.
 * @see kubernetes v1.36 pkg/api/pod/warnings.go, warningsForOverlappingVirtualPaths
 */
export function warnOverlappingFiles(warnings: string[], volumes: readonly Volume[]): void {
  for (const { name, configMap, secret, downwardAPI, projected } of volumes) {
    const volume = `volume ${quote(name)}`;
    if (configMap?.items !== undefined) {
      warnPaths(warnings, pathsOf(configMap.items), `${volume} (ConfigMap ${quote(configMap.name ?? "")})`);
    }
    if (secret?.items !== undefined) {
      warnPaths(warnings, pathsOf(secret.items), `${volume} (Secret ${quote(secret.secretName ?? "")})`);
    }
    if (downwardAPI?.items !== undefined) warnPaths(warnings, pathsOf(downwardAPI.items), `${volume} (DownwardAPI)`);
    if (projected?.sources !== undefined) warnProjected(warnings, volume, projected.sources);
  }
}

/** A source's paths are looked at by themselves first, then together with those of the sources before it. */
function warnProjected(warnings: string[], volume: string, sources: readonly VolumeProjection[]): void {
  const known = new Set<string>();
  let found: Source | undefined;
  for (const source of sources) {
    if (Object.keys(source).length === 0) {
      warnings.push(`${volume} (Projected) has no sources provided`);
      continue;
    }
    // a source without paths of its own is taken for the one before it, as upstream does
    found = sourceOf(source) ?? found;
    if (found === undefined || found.paths.length === 0) continue;
    const name = `${volume} (Projected ${found.name})`;
    warnPaths(warnings, found.paths, name);
    const own = new Set(found.paths);
    warnPaths(warnings, [...own, ...known].sort(), name);
    for (const path of own) known.add(path);
  }
}

interface Source {
  readonly name: string;
  readonly paths: readonly string[];
}

function sourceOf({
  configMap,
  secret,
  downwardAPI,
  serviceAccountToken: token,
}: VolumeProjection): Source | undefined {
  if (configMap?.items !== undefined) {
    return { name: `ConfigMap ${quote(configMap.name ?? "")}`, paths: pathsOf(configMap.items) };
  }
  if (secret?.items !== undefined) return { name: `Secret ${quote(secret.name ?? "")}`, paths: pathsOf(secret.items) };
  if (downwardAPI?.items !== undefined) return { name: "DownwardAPI", paths: pathsOf(downwardAPI.items) };
  return token === undefined ? undefined : { name: "ServiceAccountToken", paths: [token.path] };
}

function pathsOf(items: readonly { readonly path: string }[]): readonly string[] {
  return items.map(({ path }) => path);
}

function warnPaths(warnings: string[], paths: readonly string[], where: string): void {
  const known = new Set<string>();
  for (const path of paths) {
    const trimmed = path.replace(/\/+$/, "");
    const other = overlapping(known, trimmed);
    if (other !== undefined) warnings.push(`${where}: overlapping paths: ${quote(trimmed)} with ${quote(other)}`);
    known.add(trimmed);
  }
}

/** Upstream compares texts, not parts of paths: `app` overlaps `application`, too. */
function overlapping(known: ReadonlySet<string>, path: string): string | undefined {
  for (const other of known) {
    if (other === "" || path === "") return undefined;
    if (`${other}/`.startsWith(path) || `${path}/`.startsWith(other)) return other;
  }
  return undefined;
}
