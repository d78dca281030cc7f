import type { KubeObject } from "../api/meta/object.js";
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

/** What was applied now, and among what others are looked for. */
interface PruneScope {
  /** By what they were applied as: those that were, are kept. */
  readonly applied: readonly { readonly resource: Resource; readonly object: KubeObject }[];
  readonly labelSelector: string;
  /** Empty for the usual ones. */
  readonly kinds: readonly Resource[];
}

/**
 * What was applied once, matches the selector, and is not among what was applied now.
 * @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/apply/prune.go
 */
export async function* findPruned(
  { applied, labelSelector, kinds }: PruneScope,
  context: VerbContext,
): AsyncIterable<{ readonly resource: Resource; readonly namespace: string; readonly object: KubeObject }> {
  const uids = new Set(applied.map(({ object }) => object.metadata.uid));
  const namespaces = new Set(context.isNamespaceExplicit ? [context.namespace] : []);
  for (const { resource, object } of applied) {
    if (resource.namespaced) namespaces.add(object.metadata.namespace ?? "");
  }
  const all = kinds.length === 0 ? prunedByDefault : kinds;
  const places = [...namespaces].flatMap((namespace) => all.map((resource) => ({ resource, namespace })));
  const wide = all.map((resource) => ({ resource, namespace: "" }));
  const client = await context.client();
  for (const { resource, namespace } of [...places, ...wide]) {
    if (resource.namespaced !== (namespace !== "")) continue;
    const { items } = await client.list(resource, {
      ...(resource.namespaced ? { namespace } : {}),
      ...(labelSelector === "" ? {} : { labelSelector }),
    });
    for (const object of items) {
      const { uid, annotations } = object.metadata;
      if (annotations?.[lastAppliedAnnotation] === undefined || uids.has(uid)) continue;
      yield { resource, namespace, object };
    }
  }
}

/** Deletes what is to be pruned. */
export async function pruneOthers(
  applied: readonly WriteResult[],
  options: ApplyOptions,
  context: VerbContext,
  onPruned: (pruned: WriteResult) => void,
): Promise<void> {
  const client = await context.client();
  const { labelSelector, pruned: kinds, dryRun, propagationPolicy, gracePeriodSeconds } = options;
  for await (const { resource, namespace, object } of findPruned({ applied, labelSelector, kinds }, context)) {
    if (dryRun !== "client") {
      await client.delete(resource, namespace, object.metadata.name ?? "", {
        propagationPolicy,
        ...(gracePeriodSeconds < 0 ? {} : { gracePeriodSeconds }),
        ...(dryRun === "server" ? { dryRunServer: true } : {}),
      });
    }
    onPruned({ resource, object, done: "pruned" });
  }
}
