import { apiVersionOf, type Resource, resources, servedResources } from "../api/resources.js";
import { lastAppliedAnnotation } from "../registry/patch/last-applied.js";
import { UsageError } from "./errors.js";
import type { WriteResult } from "./result-output.js";
import type { VerbContext } from "./verb.js";
import type { ApplyOptions } from "./verbs/apply.js";

/** What is pruned where no list says otherwise, in order. @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/util/prune/prune.go */
const prunedByDefault: readonly Resource[] = [
  resources.configmaps,
  resources.endpoints,
  resources.persistentvolumeclaims,
  resources.pods,
  resources.secrets,
  resources.services,
  resources.jobs,
  resources.cronjobs,
  resources.statefulsets,
  resources.namespaces,
  resources.persistentvolumes,
];

/**
 * The resources of `--prune-allowlist`: `core/v1/ConfigMap`, `batch/v1/Job`.
 * @throws UsageError
 */
export function parseAllowlist(entries: readonly string[]): readonly Resource[] {
  return entries.map((entry) => {
    const parts = entry.split("/");
    const [group = "", version = "", kind = ""] = parts;
    if (parts.length !== 3) {
      throw new UsageError(`invalid GroupVersionKind format: ${entry}, please follow <group/version/kind>`);
    }
    const apiVersion = group === "core" || group === "" ? version : `${group}/${version}`;
    const found = servedResources.find((each) => each.kind === kind && apiVersionOf(each) === apiVersion);
    if (found === undefined) {
      throw new UsageError(`no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`);
    }
    return found;
  });
}

/**
 * Deletes what was applied once, matches the selector, and is not among what was applied now.
 * @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/apply/prune.go
 */
export async function pruneOthers(
  applied: readonly WriteResult[],
  options: ApplyOptions,
  context: VerbContext,
  onPruned: (pruned: WriteResult) => void,
): Promise<void> {
  const uids = new Set(applied.map(({ object }) => object.metadata.uid));
  const namespaces = new Set(context.isNamespaceExplicit ? [context.namespace] : []);
  for (const { resource, object } of applied) {
    if (resource.namespaced) namespaces.add(object.metadata.namespace ?? "");
  }
  const kinds = options.pruned.length === 0 ? prunedByDefault : options.pruned;
  const client = await context.client();
  const prune = async (resource: Resource, namespace: string | undefined) => {
    const { items } = await client.list(resource, {
      ...(namespace === undefined ? {} : { namespace }),
      ...(options.labelSelector === "" ? {} : { labelSelector: options.labelSelector }),
    });
    for (const object of items) {
      const { name = "", uid, annotations } = object.metadata;
      if (annotations?.[lastAppliedAnnotation] === undefined || uids.has(uid)) continue;
      if (options.dryRun !== "client") {
        await client.delete(resource, namespace ?? "", name, {
          propagationPolicy: options.propagationPolicy,
          ...(options.gracePeriodSeconds < 0 ? {} : { gracePeriodSeconds: options.gracePeriodSeconds }),
          ...(options.dryRun === "server" ? { dryRunServer: true } : {}),
        });
      }
      onPruned({ resource, object, done: "pruned" });
    }
  };
  for (const namespace of namespaces) {
    for (const resource of kinds) if (resource.namespaced) await prune(resource, namespace);
  }
  for (const resource of kinds) if (!resource.namespaced) await prune(resource, undefined);
}
