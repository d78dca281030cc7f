import type { Job, LabelSelector, Pod, Service, StatefulSet } from "../api/generated/types.js";
import { type KubeObject, parseTime } from "../api/meta/object.js";
import { type Resource, resources } from "../api/resources.js";
import type { ApiClient } from "../client/api-client.js";
import { UsageError } from "./errors.js";
import { follow } from "./follow.js";
import { fetchList } from "./selection.js";

interface Owner {
  readonly object: KubeObject;
  readonly resource: Resource;
  readonly namespace: string;
}

/** How many restarts, since when ready, …: what the best Pod is chosen by. */
interface Standing {
  readonly isAssigned: boolean;
  readonly phaseRank: number;
  readonly isReady: boolean;
  readonly readySince: number;
  readonly restarts: number;
  readonly createdAt: number;
}

/**
 * The Pods that an object such as a Job stands for, the best one to read or enter first. Waits up to `waitMs` for the
 * first one; none then. Throws a UsageError for objects that have no Pods.
 * @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/polymorphichelpers/helpers.go, GetFirstPod
 */
export async function podsBehind(
  { object, resource, namespace }: Owner,
  client: ApiClient,
  options: { readonly waitMs: number; readonly order: "logs" | "exec" },
): Promise<readonly Pod[]> {
  const labelSelector = podSelector(object, resource, options.order);
  const target = { resource: resources.pods, namespace, labelSelector, fieldSelector: "", chunkSize: 0 };
  const list = await fetchList(target, client);
  if (list.items.length > 0) return sortPods(list.items as readonly Pod[], options.order);
  const limits = { namespace, labelSelector, untilMs: client.now() + options.waitMs };
  const start = { objects: [], resourceVersion: list.metadata.resourceVersion ?? "" };
  const events = follow(client, resources.pods, limits, start);
  for await (const event of events) {
    if (event.type === "ADDED" || event.type === "MODIFIED") return [event.object as Pod];
  }
  return [];
}

function podSelector(object: KubeObject, resource: Resource, order: "logs" | "exec"): string {
  switch (resource.name) {
    case "jobs":
      return selectorText((object as Job).spec?.selector);
    case "statefulsets":
      return selectorText((object as StatefulSet).spec?.selector);
    case "services": {
      const labels = (object as Service).spec?.selector ?? {};
      if (Object.keys(labels).length === 0) {
        const doing = order === "logs" ? "cannot get the logs from *v1.Service: " : "";
        throw new UsageError(
          `${doing}invalid service '${object.metadata.name ?? ""}': Service is defined without a selector`,
        );
      }
      return selectorText({ matchLabels: labels });
    }
    default: {
      const type = `*v1.${resource.kind}`;
      const doing = order === "logs" ? "get the logs from" : "attach to";
      throw new UsageError(`cannot ${doing} ${type}: selector for ${type} not implemented`);
    }
  }
}

/** A selector as the server reads it in a query. */
function selectorText(selector: LabelSelector | undefined): string {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const set = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    switch (operator) {
      case "In":
        return `${key} in (${values.join(",")})`;
      case "NotIn":
        return `${key} notin (${values.join(",")})`;
      case "Exists":
        return key;
      default:
        return `!${key}`;
    }
  });
  return [...equal, ...set].join(",");
}

function sortPods(pods: readonly Pod[], order: "logs" | "exec"): readonly Pod[] {
  const phases = order === "logs" ? phaseRanksForLogs : phaseRanksForExec;
  return pods
    .map((pod) => ({ pod, standing: standingOf(pod, phases) }))
    .sort((left, right) => compareStandings(left.standing, right.standing))
    .map(({ pod }) => pod);
}

/** A phase that is missing here counts as 0, as upstream's maps have it: ended Pods are as good to read as running ones. */
const phaseRanksForLogs: Readonly<Record<string, number>> = { Running: 0, Unknown: 1, Pending: 2 };
const phaseRanksForExec: Readonly<Record<string, number>> = { Running: -2, Unknown: -1, Pending: 0 };

function standingOf(pod: Pod, phases: Readonly<Record<string, number>>): Standing {
  const ready = pod.status?.conditions?.find(({ type, status }) => type === "Ready" && status === "True");
  const restarts = (pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount ?? 0);
  return {
    isAssigned: (pod.spec?.nodeName ?? "") !== "",
    phaseRank: phases[pod.status?.phase ?? ""] ?? 0,
    isReady: ready !== undefined,
    readySince: timeOrLast(ready?.lastTransitionTime),
    restarts: Math.max(0, ...restarts),
    createdAt: timeOrLast(pod.metadata.creationTimestamp),
  };
}

function timeOrLast(time: string | null | undefined): number {
  return time === undefined || time === null ? Number.MAX_SAFE_INTEGER : parseTime(time);
}

/** Assigned first, then running, ready, ready for longer, restarted more often, older. */
function compareStandings(left: Standing, right: Standing): number {
  return (
    Number(right.isAssigned) - Number(left.isAssigned) ||
    left.phaseRank - right.phaseRank ||
    Number(right.isReady) - Number(left.isReady) ||
    left.readySince - right.readySince ||
    right.restarts - left.restarts ||
    left.createdAt - right.createdAt
  );
}
