import type { Pod } from "../api/generated/types.js";
import type { Client } from "../client/client.js";

/** Why the claims of a Pod keep it from every node; null: they do not. @see kubernetes pkg/scheduler/framework/plugins/volumebinding */
export function claimProblem(pod: Pod, client: Client): string | null {
  let unbound = false;
  for (const { persistentVolumeClaim } of pod.spec?.volumes ?? []) {
    const name = persistentVolumeClaim?.claimName;
    if (name === undefined) continue;
    const claim = client.get("persistentvolumeclaims", pod.metadata.namespace ?? "", name);
    if (claim === undefined) return `persistentvolumeclaim "${name}" not found`;
    if (claim.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim "${name}" is being deleted`;
    if (claim.status?.phase !== "Bound") unbound = true;
  }
  return unbound ? "pod has unbound immediate PersistentVolumeClaims" : null;
}

export function hasClaims(pod: Pod): boolean {
  return pod.spec?.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined) === true;
}
