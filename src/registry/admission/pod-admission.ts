import type { Container, Pod, PodSpec, Toleration, Volume } from "../../api/generated/types.js";
import { StatusError } from "../../api/meta/status.js";
import { nameAlphabet } from "../../sim/random.js";
import type { StrategyContext } from "../strategy.js";

/** Where a container finds its Pod's token. */
const tokenMountPath = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Seconds a token lives: an hour, and what the kubelet adds so that it is renewed in time. */
const tokenExpirationSeconds = 3607;

/** Seconds that a Pod stays on a node that has gone away. */
const goneNodeTolerationSeconds = 300;

/**
 * What the API server's admission plug-ins add to every new Pod: service account and its token, priority, tolerations of
 * nodes that went away for a while.
 * @see kubernetes plugin/pkg/admission: serviceaccount, priority, defaulttolerationseconds
 */
export function admitPod(pod: Pod, context: StrategyContext): Pod {
  const spec = withServiceAccount(withTolerations(withPriority(pod.spec ?? { containers: [] })), pod, context);
  return spec === pod.spec ? pod : { ...pod, spec };
}

function withPriority(spec: PodSpec): PodSpec {
  if (spec.priority !== undefined && spec.preemptionPolicy !== undefined) return spec;
  return { ...spec, priority: spec.priority ?? 0, preemptionPolicy: spec.preemptionPolicy ?? "PreemptLowerPriority" };
}

function withTolerations(spec: PodSpec): PodSpec {
  const tolerations = spec.tolerations ?? [];
  const missing = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"].filter(
    (key) => !tolerations.some((toleration) => tolerates(toleration, key)),
  );
  if (missing.length === 0) return spec;
  const added = missing.map(
    (key): Toleration => ({
      key,
      operator: "Exists",
      effect: "NoExecute",
      tolerationSeconds: goneNodeTolerationSeconds,
    }),
  );
  return { ...spec, tolerations: [...tolerations, ...added] };
}

function tolerates(toleration: Toleration, key: string): boolean {
  const sameKey = toleration.key === key || (!toleration.key && toleration.operator === "Exists");
  return sameKey && (!toleration.effect || toleration.effect === "NoExecute");
}

function withServiceAccount(spec: PodSpec, pod: Pod, context: StrategyContext): PodSpec {
  const name = spec.serviceAccountName || "default";
  const namespace = pod.metadata.namespace ?? "";
  const account = context.get("serviceaccounts", namespace, name);
  if (account === undefined) {
    // Admission comes before a generated name does: the prefix is all that the message knows.
    const shown = pod.metadata.generateName ?? pod.metadata.name ?? "";
    throw new StatusError(
      "Forbidden",
      `pods "${shown}" is forbidden: error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
      { name: shown, kind: "pods" },
    );
  }
  const named = spec.serviceAccountName === name ? spec : { ...spec, serviceAccountName: name, serviceAccount: name };
  const wanted = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
  return wanted ? withToken(named, context) : named;
}

function withToken(spec: PodSpec, context: StrategyContext): PodSpec {
  const existing = spec.volumes?.find(({ name, projected }) => name.startsWith("kube-api-access-") && projected);
  const suffix = context.random.text(nameAlphabet, 5, "token-volume", context.nextRevision);
  const name = existing?.name ?? `kube-api-access-${suffix}`;
  let mounted = false;
  const mount = <T extends Container>(container: T): T => {
    if (container.volumeMounts?.some(({ mountPath }) => mountPath === tokenMountPath)) return container;
    mounted = true;
    const mounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: tokenMountPath }];
    return { ...container, volumeMounts: mounts };
  };
  const initContainers = spec.initContainers?.map(mount);
  // A spec that has none at all is for validation to refuse.
  const containers = (spec.containers ?? []).map(mount);
  if (!mounted) return spec;
  const volumes = existing === undefined ? [...(spec.volumes ?? []), tokenVolume(name)] : (spec.volumes ?? []);
  return { ...spec, ...(initContainers === undefined ? {} : { initContainers }), containers, volumes };
}

function tokenVolume(name: string): Volume {
  return { name, projected: tokenSources };
}

/** One value for all Pods. */
const tokenSources: NonNullable<Volume["projected"]> = {
  defaultMode: 420,
  sources: [
    { serviceAccountToken: { expirationSeconds: tokenExpirationSeconds, path: "token" } },
    { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    {
      downwardAPI: {
        items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
      },
    },
  ],
};
