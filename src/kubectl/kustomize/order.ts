import type { JsonObject } from "../../registry/patch/json-value.js";
import { apiVersionIn, kindOf, nameOf, namespaceOf } from "./resource-map.js";

/** Kinds that come before all others, in this order. @see sigs.k8s.io/kustomize/kyaml/resid, orderFirst */
const first = [
  "Namespace",
  "ResourceQuota",
  "StorageClass",
  "CustomResourceDefinition",
  "ServiceAccount",
  "PodSecurityPolicy",
  "Role",
  "ClusterRole",
  "RoleBinding",
  "ClusterRoleBinding",
  "ConfigMap",
  "Secret",
  "Endpoints",
  "Service",
  "LimitRange",
  "PriorityClass",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "Deployment",
  "StatefulSet",
  "CronJob",
  "PodDisruptionBudget",
];
const last = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/** The order in which objects are made so that what others need is there first. */
export function inLegacyOrder(objects: readonly JsonObject[]): readonly JsonObject[] {
  return objects.toSorted((left, right) => {
    const byKind = rankOf(left) - rankOf(right);
    if (byKind !== 0) return byKind;
    const [leftText, rightText] = [sortText(left), sortText(right)];
    return leftText < rightText ? -1 : leftText > rightText ? 1 : 0;
  });
}

function rankOf(object: JsonObject): number {
  const kind = kindOf(object);
  const at = first.indexOf(kind);
  if (at !== -1) return at - first.length;
  return last.indexOf(kind) + 1;
}

function sortText(object: JsonObject): string {
  const [version = "", group = "~G"] = apiVersionIn(object).split("/").reverse();
  return `${group}_${version}_${kindOf(object)}|${namespaceOf(object) || "~X"}|${nameOf(object)}`;
}
