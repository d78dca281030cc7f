import type { ConfigMap, DownwardAPIVolumeFile, KeyToPath, Pod, Secret, Volume } from "../api/generated/types.js";
import { encodeUtf8 } from "../container/bytes.js";
import { type Allocatable, containerResource, type PodPlace, podField } from "./field-ref.js";
import { containerSpec } from "./pod-phase.js";

/** One file of a volume that shows API objects; paths may hold directories. Content is a byte string, or makes one. */
export interface VolumeFile {
  readonly path: string;
  readonly content: string | (() => string);
  readonly mode: number;
}

export interface ContentSources {
  readonly pod: Pod;
  readonly place: PodPlace;
  readonly allocatable: Allocatable;
  configMap(name: string): ConfigMap | undefined;
  secret(name: string): Secret | undefined;
}

/** A volume that cannot be made; the message is what upstream puts after `MountVolume.SetUp failed for volume "x" : `. */
export class VolumeError extends Error {
  override readonly name = "VolumeError";
}

/** Whether a volume shows API objects, and is so never written to. */
export function isContentVolume(volume: Volume): boolean {
  return (volume.configMap ?? volume.secret ?? volume.downwardAPI ?? volume.projected) !== undefined;
}

/** Who reads ConfigMaps' and Secrets' files where the manifest does not say. */
const modeDefault = 0o644;

/**
 * The files of a configMap, secret, downwardAPI or projected volume.
 * @throws VolumeError where an object or a key is missing
 */
export function volumeContent(volume: Volume, sources: ContentSources): readonly VolumeFile[] {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap !== undefined) {
    return configMapFiles(configMap, configMap.defaultMode ?? modeDefault, sources);
  }
  if (secret !== undefined) {
    return secretFiles({ ...secret, name: secret.secretName ?? "" }, secret.defaultMode ?? modeDefault, sources);
  }
  if (downwardAPI !== undefined) {
    return downwardFiles(downwardAPI.items, downwardAPI.defaultMode ?? modeDefault, sources);
  }
  const mode = projected?.defaultMode ?? modeDefault;
  const files: VolumeFile[] = [];
  for (const source of projected?.sources ?? []) {
    if (source.configMap !== undefined) files.push(...configMapFiles(source.configMap, mode, sources));
    if (source.secret !== undefined) files.push(...secretFiles(source.secret, mode, sources));
    if (source.downwardAPI !== undefined) files.push(...downwardFiles(source.downwardAPI.items, mode, sources));
    if (source.serviceAccountToken !== undefined) {
      files.push({ path: source.serviceAccountToken.path, content: () => tokenText(sources.pod), mode: 0o644 });
    }
  }
  return files;
}

interface ObjectSource {
  readonly name?: string;
  readonly items?: readonly KeyToPath[];
  readonly optional?: boolean;
}

/** Published into every namespace by a controller that clusters without certificates of their own do not need. */
const rootCertificates = "kube-root-ca.crt";

function configMapFiles(source: ObjectSource, mode: number, sources: ContentSources): readonly VolumeFile[] {
  const { name = "", items, optional = false } = source;
  const configMap = sources.configMap(name);
  if (configMap === undefined) {
    if (optional || name === rootCertificates) return [];
    throw new VolumeError(`configmap ${JSON.stringify(name)} not found`);
  }
  const content = (key: string): string | undefined => {
    const text = configMap.data?.[key];
    if (text !== undefined) return encodeUtf8(text);
    const bytes = configMap.binaryData?.[key];
    return bytes === undefined ? undefined : atob(bytes);
  };
  const keys = [...Object.keys(configMap.data ?? {}), ...Object.keys(configMap.binaryData ?? {})];
  return keyFiles({ items, keys, content, mode, optional, noun: "config" });
}

function secretFiles(source: ObjectSource, mode: number, sources: ContentSources): readonly VolumeFile[] {
  const { name = "", items, optional = false } = source;
  const secret = sources.secret(name);
  if (secret === undefined) {
    if (optional) return [];
    throw new VolumeError(`secret ${JSON.stringify(name)} not found`);
  }
  const content = (key: string) => {
    const bytes = secret.data?.[key];
    return bytes === undefined ? undefined : atob(bytes);
  };
  return keyFiles({ items, keys: Object.keys(secret.data ?? {}), content, mode, optional, noun: "secret" });
}

function keyFiles(source: {
  readonly items: readonly KeyToPath[] | undefined;
  readonly keys: readonly string[];
  readonly content: (key: string) => string | undefined;
  readonly mode: number;
  readonly optional: boolean;
  readonly noun: "config" | "secret";
}): readonly VolumeFile[] {
  const { items, keys, content, mode, optional, noun } = source;
  if (items === undefined || items.length === 0) {
    return keys.map((key) => ({ path: key, content: content(key) ?? "", mode }));
  }
  const files: VolumeFile[] = [];
  for (const { key, path, mode: itemMode } of items) {
    const found = content(key);
    if (found !== undefined) files.push({ path, content: found, mode: itemMode ?? mode });
    else if (!optional) throw new VolumeError(`references non-existent ${noun} key: ${key}`);
  }
  return files;
}

function downwardFiles(
  items: readonly DownwardAPIVolumeFile[] | undefined,
  mode: number,
  { pod, place, allocatable }: ContentSources,
): readonly VolumeFile[] {
  return (items ?? []).map(({ path, mode: itemMode, fieldRef, resourceFieldRef }) => {
    const container =
      resourceFieldRef === undefined || pod.spec === undefined
        ? undefined
        : containerSpec(pod.spec, resourceFieldRef.containerName ?? "");
    const text =
      fieldRef !== undefined
        ? podField(pod, place, fieldRef.fieldPath)
        : container !== undefined && resourceFieldRef !== undefined
          ? containerResource(container, resourceFieldRef, allocatable)
          : "";
    return { path, content: encodeUtf8(text), mode: itemMode ?? mode };
  });
}

/** Something in the shape of a token, which no API server takes. */
function tokenText(pod: Pod): string {
  const { namespace } = pod.metadata;
  const part = (value: unknown) => btoa(JSON.stringify(value)).replace(/=+$/, "");
  const subject = `system:serviceaccount:${namespace}:${pod.spec?.serviceAccountName ?? "default"}`;
  return `${part({ alg: "none", kid: "kjob" })}.${part({ iss: "kjob", sub: subject })}.simulated`;
}
