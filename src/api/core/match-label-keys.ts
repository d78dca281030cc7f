import type { Affinity, LabelSelector, Pod, PodAffinity, PodAffinityTerm, PodSpec } from "../generated/types.js";
import { type EmulatedVersion, isAtLeast } from "../versions/emulated-version.js";
import { isEnabled } from "../versions/feature-gates.js";

/** From this version on the keys of spread constraints become part of the selector, as those of affinities did before. */
const spreadMergedSince: EmulatedVersion = "1.34";

/**
 * A new Pod whose selectors name what its own labels say for the keys that it is to be compared by: so the scheduler has
 * nothing more to look up. The Pod itself where it has no such keys.
 * @see kubernetes v1.36 pkg/registry/core/pod/strategy.go, mutateMatchLabelKeys
 */
export function withMatchLabelKeys(pod: Pod, version: EmulatedVersion): Pod {
  const { spec } = pod;
  if (spec === undefined || (spec.affinity === undefined && spec.topologySpreadConstraints === undefined)) return pod;
  const labels = pod.metadata.labels ?? {};
  const affinity = isEnabled("MatchLabelKeysInPodAffinity", version)
    ? mergedAffinity(spec.affinity, labels)
    : undefined;
  const constraints = isAtLeast(version, spreadMergedSince) ? mergedConstraints(spec, labels) : undefined;
  if (affinity === undefined && constraints === undefined) return pod;
  return {
    ...pod,
    spec: {
      ...spec,
      ...(affinity === undefined ? {} : { affinity }),
      ...(constraints === undefined ? {} : { topologySpreadConstraints: constraints }),
    },
  };
}

type Labels = { readonly [key: string]: string };

function mergedConstraints(
  { topologySpreadConstraints: constraints }: PodSpec,
  labels: Labels,
): PodSpec["topologySpreadConstraints"] {
  if (!constraints?.some(({ matchLabelKeys = [] }) => matchLabelKeys.length > 0)) return undefined;
  return constraints.map((constraint) => {
    const { labelSelector, matchLabelKeys = [] } = constraint;
    if (labelSelector === undefined || matchLabelKeys.length === 0) return constraint;
    return { ...constraint, labelSelector: merged(labelSelector, matchLabelKeys, [], labels) };
  });
}

function mergedAffinity(affinity: Affinity | undefined, labels: Labels): Affinity | undefined {
  if (affinity === undefined) return undefined;
  const { podAffinity, podAntiAffinity } = affinity;
  if (!hasKeys(podAffinity) && !hasKeys(podAntiAffinity)) return undefined;
  return {
    ...affinity,
    ...(podAffinity === undefined ? {} : { podAffinity: mergedTerms(podAffinity, labels) }),
    ...(podAntiAffinity === undefined ? {} : { podAntiAffinity: mergedTerms(podAntiAffinity, labels) }),
  };
}

function hasKeys(affinity: PodAffinity | undefined): boolean {
  const needed = affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const preferred = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const terms = [...needed, ...preferred.map(({ podAffinityTerm }) => podAffinityTerm)];
  return terms.some(
    ({ matchLabelKeys = [], mismatchLabelKeys = [] }) => matchLabelKeys.length + mismatchLabelKeys.length > 0,
  );
}

function mergedTerms(affinity: PodAffinity, labels: Labels): PodAffinity {
  const needed = affinity.requiredDuringSchedulingIgnoredDuringExecution;
  const preferred = affinity.preferredDuringSchedulingIgnoredDuringExecution;
  return {
    ...(needed === undefined
      ? {}
      : { requiredDuringSchedulingIgnoredDuringExecution: needed.map((term) => mergedTerm(term, labels)) }),
    ...(preferred === undefined
      ? {}
      : {
          preferredDuringSchedulingIgnoredDuringExecution: preferred.map((weighted) => ({
            ...weighted,
            podAffinityTerm: mergedTerm(weighted.podAffinityTerm, labels),
          })),
        }),
  };
}

function mergedTerm(term: PodAffinityTerm, labels: Labels): PodAffinityTerm {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  if (labelSelector === undefined || matchLabelKeys.length + mismatchLabelKeys.length === 0) return term;
  return { ...term, labelSelector: merged(labelSelector, matchLabelKeys, mismatchLabelKeys, labels) };
}

function merged(
  selector: LabelSelector,
  keys: readonly string[],
  otherKeys: readonly string[],
  labels: Labels,
): LabelSelector {
  const requirement = (operator: string) => (key: string) => {
    const value = labels[key];
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  };
  const added = [...keys.flatMap(requirement("In")), ...otherKeys.flatMap(requirement("NotIn"))];
  if (added.length === 0) return selector;
  return { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...added] };
}
