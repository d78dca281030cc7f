import type { Container, ContainerStatus, Pod, PodCondition, PodStatus } from "../api/generated/types.js";
import type { EpochMs } from "../api/meta/object.js";
import type { EmulatedVersion } from "../api/versions/emulated-version.js";
import { featuresOf } from "./features.js";
import { timeText } from "./times.js";

export interface ConditionFacts {
  readonly pod: Pod;
  readonly version: EmulatedVersion;
  readonly phase: NonNullable<PodStatus["phase"]>;
  readonly initStatuses: readonly ContainerStatus[];
  readonly statuses: readonly ContainerStatus[];
  readonly hasSandbox: boolean;
  readonly nowMs: EpochMs;
}

interface Finding {
  readonly status: "True" | "False";
  readonly reason?: string;
  readonly message?: string;
}

const holds: Finding = { status: "True" };
const completed: Finding = { status: "False", reason: "PodCompleted" };
const failed: Finding = { status: "False", reason: "PodFailed" };

/**
 * The Pod's conditions: those of others first, then the kubelet's own in its order. A condition that says what it said
 * before is the same object as before.
 * @see kubernetes v1.36 pkg/kubelet/status/generate.go and status_manager.go, mergePodStatus
 */
export function podConditions(facts: ConditionFacts): readonly PodCondition[] {
  const { pod, version } = facts;
  const containersReady = containersReadyFinding(facts);
  const before = pod.status?.conditions ?? [];
  const conditions: PodCondition[] = [];
  for (const condition of before) if (!ownTypes.has(condition.type)) conditions.push(condition);
  const add = (type: string, finding: Finding) => {
    const previous = before.find((condition) => condition.type === type);
    conditions.push(conditionOf(type, finding, previous, facts));
  };
  if (featuresOf(version).PodReadyToStartContainersCondition) {
    add("PodReadyToStartContainers", facts.hasSandbox ? holds : { status: "False" });
  }
  add("Initialized", initializedFinding(facts));
  add("Ready", readyFinding(pod, containersReady));
  add("ContainersReady", containersReady);
  add("PodScheduled", holds);
  return conditions;
}

const ownTypes: ReadonlySet<string> = new Set([
  "PodReadyToStartContainers",
  "Initialized",
  "Ready",
  "ContainersReady",
  "PodScheduled",
]);

function conditionOf(
  type: string,
  finding: Finding,
  previous: PodCondition | undefined,
  { pod, version, nowMs }: ConditionFacts,
): PodCondition {
  const generation = featuresOf(version).PodObservedGenerationTracking ? pod.metadata.generation : undefined;
  if (
    previous !== undefined &&
    previous.status === finding.status &&
    previous.reason === finding.reason &&
    previous.message === finding.message &&
    previous.observedGeneration === generation
  ) {
    return previous;
  }
  const changedAt = previous?.status === finding.status ? previous.lastTransitionTime : undefined;
  const condition: { -readonly [Key in keyof PodCondition]: PodCondition[Key] } = {
    // The API server writes null for a time that was never set.
    lastProbeTime: null as unknown as string,
    lastTransitionTime: changedAt ?? timeText(nowMs),
    status: finding.status,
    type,
  };
  if (finding.message !== undefined) condition.message = finding.message;
  if (generation !== undefined) condition.observedGeneration = generation;
  if (finding.reason !== undefined) condition.reason = finding.reason;
  return condition;
}

function initializedFinding({ pod, phase, initStatuses, statuses }: ConditionFacts): Finding {
  const specs = pod.spec?.initContainers;
  if (specs === undefined || specs.length === 0) {
    return phase === "Succeeded" ? { status: "True", reason: "PodCompleted" } : holds;
  }
  const unknown: string[] = [];
  const unready: string[] = [];
  split(specs, initStatuses, isInitialized, { unknown, unready });
  if (phase === "Succeeded" && unknown.length === 0) return { status: "True", reason: "PodCompleted" };
  // Once a container of the Pod has run, its init containers had all been through, whatever became of a sidecar.
  if (statuses.some(({ state, lastState }) => state?.running ?? state?.terminated ?? lastState?.terminated))
    return holds;
  return notYet({ unknown, unready, word: "incomplete", reason: "ContainersNotInitialized" });
}

function containersReadyFinding({ pod, phase, initStatuses, statuses }: ConditionFacts): Finding {
  const sidecars = pod.spec?.initContainers?.filter(({ restartPolicy }) => restartPolicy === "Always") ?? [];
  const unknown: string[] = [];
  const unready: string[] = [];
  split(sidecars, initStatuses, isReady, { unknown, unready });
  split(pod.spec?.containers ?? [], statuses, isReady, { unknown, unready });
  if (phase === "Succeeded" && unknown.length === 0) return completed;
  if (phase === "Failed") return failed;
  return notYet({ unknown, unready, word: "unready", reason: "ContainersNotReady" });
}

function readyFinding(pod: Pod, containersReady: Finding): Finding {
  if (containersReady.status === "False") return containersReady;
  const messages: string[] = [];
  for (const { conditionType } of pod.spec?.readinessGates ?? []) {
    const condition = pod.status?.conditions?.find(({ type }) => type === conditionType);
    if (condition === undefined) {
      messages.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`);
    } else if (condition.status !== "True") {
      messages.push(
        `the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status || "Unknown"}`,
      );
    }
  }
  if (messages.length === 0) return holds;
  return { status: "False", reason: "ReadinessGatesNotReady", message: messages.join(", ") };
}

function isReady({ ready }: ContainerStatus): boolean {
  return ready;
}

function isInitialized({ started, ready }: ContainerStatus, { restartPolicy }: Container): boolean {
  return restartPolicy === "Always" ? started === true : ready;
}

/** Adds the names of containers whose status is not known, or not good. */
function split(
  specs: readonly Container[],
  statuses: readonly ContainerStatus[],
  isGood: (status: ContainerStatus, spec: Container) => boolean,
  into: { readonly unknown: string[]; readonly unready: string[] },
): void {
  for (const spec of specs) {
    const status = statuses.find(({ name }) => name === spec.name);
    if (status === undefined) into.unknown.push(spec.name);
    else if (!isGood(status, spec)) into.unready.push(spec.name);
  }
}

function notYet(found: {
  readonly unknown: readonly string[];
  readonly unready: readonly string[];
  readonly word: string;
  readonly reason: string;
}): Finding {
  const { unknown, unready, word, reason } = found;
  const messages: string[] = [];
  if (unknown.length > 0) messages.push(`containers with unknown status: [${unknown.join(" ")}]`);
  if (unready.length > 0) messages.push(`containers with ${word} status: [${unready.join(" ")}]`);
  return messages.length === 0 ? holds : { status: "False", reason, message: messages.join(", ") };
}
