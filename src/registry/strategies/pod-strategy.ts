import { withMatchLabelKeys } from "../../api/core/match-label-keys.js";
import { defaultPod } from "../../api/core/pod-defaults.js";
import { validatePodStatusUpdate, validatePodUpdate } from "../../api/core/pod-update-validation.js";
import { validatePod } from "../../api/core/pod-validation.js";
import { warningsForPodSpec } from "../../api/core/pod-warnings.js";
import type { Container, Pod, PodCondition, PodSpec } from "../../api/generated/types.js";
import { dns1123LabelProblems } from "../../api/meta/identifiers.js";
import { isAtLeast } from "../../api/versions/emulated-version.js";
import { createPodAdmission } from "../admission/pod-admission.js";
import { requireNoOverhead } from "../admission/runtime-class.js";
import type { Strategy, StrategyContext } from "../strategy.js";
import { keepStatus, plain } from "./plain.js";

/** Seconds that a Pod gets to end where neither it nor the request says. */
const gracePeriodSecondsDefault = 30;

/**
 * Pods. The specs that controllers make Pods from are shared objects: what was made of one, and that it is valid, is
 * remembered by its identity, so that a Job's template is worked through once and not for each Pod.
 */
export function podStrategy(): Strategy<"pods"> {
  const defaulted = new WeakMap<PodSpec, PodSpec>();
  const valid = new WeakSet<PodSpec>();
  const origin = new WeakMap<PodSpec, PodSpec>();
  const admitPod = createPodAdmission();
  return plain("pods", {
    generation: true,
    setDefaults(pod, context) {
      const known = context.trusted && pod.spec !== undefined ? defaulted.get(pod.spec) : undefined;
      if (known !== undefined) return known === pod.spec ? pod : { ...pod, spec: known };
      const filled = defaultPod(pod);
      if (context.trusted && pod.spec !== undefined && filled.spec !== undefined) defaulted.set(pod.spec, filled.spec);
      return filled;
    },
    prepareForCreate(pod, context) {
      const isHeld = (pod.spec?.schedulingGates?.length ?? 0) > 0;
      const first = { phase: "Pending", qosClass: qosClass(pod.spec) } as const;
      const status = isHeld ? { conditions: [heldBack], ...first } : first;
      // Field by field: whatever the Pod came with, its fields stand in one order.
      const { apiVersion = "v1", kind = "Pod", metadata, spec } = withMatchLabelKeys(pod, context.version);
      const created =
        spec === undefined ? { apiVersion, kind, metadata, status } : { apiVersion, kind, metadata, spec, status };
      return withGenerationOf(context, created);
    },
    prepareForUpdate: keepStatus,
    admit(pod, context) {
      const admitted = admitPod(pod, context);
      if (admitted.spec && pod.spec) origin.set(admitted.spec, pod.spec);
      return admitted;
    },
    validate(pod, context) {
      const spec = pod.spec && (origin.get(pod.spec) ?? pod.spec);
      if (context.trusted && spec !== undefined && valid.has(spec)) return [];
      const errors = validatePod(pod, context);
      if (errors.length === 0) requireNoOverhead(pod);
      if (errors.length === 0 && spec !== undefined) valid.add(spec);
      return errors;
    },
    validateUpdate: (next, previous, context) => (context.trusted ? [] : validatePodUpdate(next, previous, context)),
    validateStatusUpdate: validatePodStatusUpdate,
    warnings: (pod, previous) => (previous === undefined ? warningsForNewPod(pod) : []),
    gracePeriodSeconds(pod, asked) {
      const wanted =
        asked ??
        pod.metadata.deletionGracePeriodSeconds ??
        pod.spec?.terminationGracePeriodSeconds ??
        gracePeriodSecondsDefault;
      const running = pod.spec?.nodeName && pod.status?.phase !== "Succeeded" && pod.status?.phase !== "Failed";
      return running ? Math.max(wanted, 0) : 0;
    },
    selectableFields: (pod) => ({
      "spec.nodeName": pod.spec?.nodeName ?? "",
      "spec.restartPolicy": pod.spec?.restartPolicy ?? "",
      "spec.schedulerName": pod.spec?.schedulerName ?? "",
      "spec.serviceAccountName": pod.spec?.serviceAccountName ?? "",
      "spec.hostNetwork": String(pod.spec?.hostNetwork ?? false),
      "status.phase": pod.status?.phase ?? "",
      "status.podIP": pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP ?? "",
      "status.nominatedNodeName": pod.status?.nominatedNodeName ?? "",
    }),
  });
}

/** What is said of a Pod that has scheduling gates. @see kubernetes pkg/registry/core/pod/strategy.go, applySchedulingGatedCondition */
const heldBack = {
  type: "PodScheduled",
  status: "False",
  lastProbeTime: null,
  lastTransitionTime: null,
  reason: "SchedulingGated",
  message: "Scheduling is blocked due to non-empty scheduling gates",
} as unknown as PodCondition;

/** @see kubernetes pkg/registry/core/pod/strategy.go, WarningsOnCreate */
function warningsForNewPod({ metadata, spec }: Pod): readonly string[] {
  const problems = dns1123LabelProblems(metadata.name ?? "");
  const warnings = spec === undefined ? [] : warningsForPodSpec(spec, metadata.annotations);
  if (problems.length === 0) return warnings;
  const effect = "this is used in the Pod's hostname, which can result in surprising behavior";
  return [`metadata.name: ${effect}; a DNS label is recommended: [${problems.join(" ")}]`, ...warnings];
}

/** Pods count generations since 1.34. */
function withGenerationOf(context: StrategyContext, pod: Pod): Pod {
  if (isAtLeast(context.version, "1.34")) return pod;
  const { generation: _none, ...metadata } = pod.metadata;
  return { ...pod, metadata };
}

/**
 * Guaranteed where every container has cpu and memory limits equal to its requests, BestEffort where none asks for
 * anything, Burstable else.
 * @see kubernetes pkg/apis/core/helper/qos
 */
export function qosClass(spec: PodSpec | undefined): "Guaranteed" | "Burstable" | "BestEffort" {
  // What the Pod itself asks for stands for all of its containers.
  const containers: readonly Pick<Container, "resources">[] = spec?.resources
    ? [{ resources: spec.resources }]
    : [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  let asks = false;
  let guaranteed = containers.length > 0;
  for (const { resources } of containers) {
    for (const name of ["cpu", "memory"]) {
      const limit = resources?.limits?.[name];
      const request = resources?.requests?.[name] ?? limit;
      if (limit !== undefined || request !== undefined) asks = true;
      if (limit === undefined || String(request) !== String(limit)) guaranteed = false;
    }
  }
  if (!asks) return "BestEffort";
  return guaranteed ? "Guaranteed" : "Burstable";
}
