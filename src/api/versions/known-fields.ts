import { type EmulatedVersion, isAtLeast } from "./emulated-version.js";

/** A field of a type that not every version has: `since` is the first that takes it without being told to. */
export interface FieldSince {
  readonly type: string;
  readonly field: string;
  readonly since: EmulatedVersion;
}

/**
 * The fields that came after the oldest version, of the types that make a Job or a Pod. A version drops what it does
 * not know: as an old API server does with fields of a newer manifest, where it does not refuse them.
 */
export const fieldsSince: readonly FieldSince[] = [
  { type: "JobSpec", field: "podFailurePolicy", since: "1.26" },
  { type: "JobSpec", field: "backoffLimitPerIndex", since: "1.29" },
  { type: "JobSpec", field: "maxFailedIndexes", since: "1.29" },
  { type: "JobSpec", field: "podReplacementPolicy", since: "1.29" },
  { type: "JobSpec", field: "successPolicy", since: "1.31" },
  { type: "JobSpec", field: "managedBy", since: "1.32" },
  { type: "JobStatus", field: "failedIndexes", since: "1.29" },
  { type: "JobStatus", field: "terminating", since: "1.29" },
  { type: "JobStatus", field: "ready", since: "1.24" },
  { type: "CronJobSpec", field: "timeZone", since: "1.25" },
  { type: "PodSpec", field: "os", since: "1.24" },
  { type: "PodSpec", field: "hostUsers", since: "1.30" },
  { type: "PodSpec", field: "schedulingGates", since: "1.27" },
  { type: "PodSpec", field: "resourceClaims", since: "1.32" },
  { type: "PodSpec", field: "resources", since: "1.34" },
  { type: "PodSpec", field: "hostnameOverride", since: "1.35" },
  { type: "Container", field: "restartPolicy", since: "1.29" },
  { type: "Container", field: "restartPolicyRules", since: "1.35" },
  { type: "Container", field: "resizePolicy", since: "1.33" },
  { type: "Lifecycle", field: "stopSignal", since: "1.33" },
  { type: "LifecycleHandler", field: "sleep", since: "1.30" },
  { type: "EnvVarSource", field: "fileKeyRef", since: "1.35" },
  { type: "Probe", field: "grpc", since: "1.24" },
  { type: "VolumeMount", field: "recursiveReadOnly", since: "1.31" },
  { type: "Volume", field: "image", since: "1.35" },
  { type: "PodSecurityContext", field: "appArmorProfile", since: "1.30" },
  { type: "PodSecurityContext", field: "supplementalGroupsPolicy", since: "1.33" },
  { type: "SecurityContext", field: "appArmorProfile", since: "1.30" },
  { type: "TopologySpreadConstraint", field: "minDomains", since: "1.25" },
  { type: "TopologySpreadConstraint", field: "matchLabelKeys", since: "1.27" },
  { type: "TopologySpreadConstraint", field: "nodeAffinityPolicy", since: "1.26" },
  { type: "TopologySpreadConstraint", field: "nodeTaintsPolicy", since: "1.26" },
  { type: "PodAffinityTerm", field: "matchLabelKeys", since: "1.31" },
  { type: "PodAffinityTerm", field: "mismatchLabelKeys", since: "1.31" },
  { type: "PodStatus", field: "hostIPs", since: "1.29" },
  { type: "PodStatus", field: "observedGeneration", since: "1.34" },
  { type: "PodStatus", field: "resourceClaimStatuses", since: "1.32" },
  { type: "PodCondition", field: "observedGeneration", since: "1.34" },
  { type: "ContainerStatus", field: "volumeMounts", since: "1.31" },
  { type: "ContainerStatus", field: "user", since: "1.33" },
  { type: "ContainerStatus", field: "resources", since: "1.33" },
  { type: "ContainerStatus", field: "allocatedResources", since: "1.33" },
  { type: "ServiceSpec", field: "trafficDistribution", since: "1.31" },
  { type: "StatefulSetSpec", field: "ordinals", since: "1.27" },
  { type: "StatefulSetSpec", field: "persistentVolumeClaimRetentionPolicy", since: "1.27" },
  { type: "EndpointHints", field: "forNodes", since: "1.34" },
];

/** The fields that a version does not have yet, by type. */
export function unknownFields(version: EmulatedVersion): ReadonlyMap<string, ReadonlySet<string>> {
  const unknown = new Map<string, Set<string>>();
  for (const { type, field, since } of fieldsSince) {
    if (isAtLeast(version, since)) continue;
    const fields = unknown.get(type) ?? new Set();
    unknown.set(type, fields.add(field));
  }
  return unknown;
}

/** What a type's schema says of a field: the type inside it, if that is another type of the API. */
export interface FieldTypes {
  /** The type of a field of a type; undefined where it is a plain value, or not known. */
  typeOf(type: string, field: string): string | undefined;
}

/** Paths of the fields that were dropped, and the object without them. */
export interface Dropped<T> {
  readonly object: T;
  readonly paths: readonly string[];
}

/**
 * `object` without the fields that a version does not know; the object itself where it knows all. Lists and maps are
 * searched through.
 * @param type the name of the object's type: `Job`
 */
export function dropUnknownFields<T extends object>(
  object: T,
  type: string,
  version: EmulatedVersion,
  types: FieldTypes,
): Dropped<T> {
  const unknown = unknownFields(version);
  if (unknown.size === 0) return { object, paths: [] };
  const paths: string[] = [];
  const result = dropIn(object, type, "", { unknown, types, paths });
  return { object: result as T, paths };
}

interface Search {
  readonly unknown: ReadonlyMap<string, ReadonlySet<string>>;
  readonly types: FieldTypes;
  readonly paths: string[];
}

function dropIn(value: unknown, type: string, path: string, search: Search): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item, position) => dropIn(item, type, `${path}[${position}]`, search));
    return items.some((item, position) => item !== value[position]) ? items : value;
  }
  const fields = value as { readonly [name: string]: unknown };
  const gone = search.unknown.get(type);
  let copy: Record<string, unknown> | undefined;
  for (const name in fields) {
    const fieldPath = path === "" ? name : `${path}.${name}`;
    if (gone?.has(name)) {
      copy ??= { ...fields };
      delete copy[name];
      search.paths.push(fieldPath);
      continue;
    }
    const inner = search.types.typeOf(type, name);
    if (inner === undefined) continue;
    const changed = dropIn(fields[name], inner, fieldPath, search);
    if (changed === fields[name]) continue;
    copy ??= { ...fields };
    copy[name] = changed;
  }
  return copy ?? value;
}
