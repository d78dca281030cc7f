import type { Container, Pod, PodSpec, ServiceAccount, Toleration, Volume } from "../../api/generated/types.js";
import { nameAlphabet } from "../../sim/random.js";
import type { StrategyContext } from "../strategy.js";
import { withPriority } from "./priority.js";
import { refusal } from "./refusal.js";
import { requireNoRuntimeClass } from "./runtime-class.js";

/** Where a container finds its Pod's token. */
const tokenMountPath = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Seconds a token lives: an hour, and what the kubelet adds so that it is renewed in time. */
const tokenExpirationSeconds = 3607;

/** Seconds that a Pod stays on a node that has gone away. */
const goneNodeTolerationSeconds = 300;

/**
 * What the API server's admission plug-ins add to every new Pod: service account and its token, priority, tolerations of
 * nodes that went away for a while. What is the same for all Pods of one shared spec is worked out once.
 * @see kubernetes plugin/pkg/admission: serviceaccount, priority, defaulttolerationseconds, runtimeclass
 */
export function createPodAdmission(): (pod: Pod, context: StrategyContext) => Pod {
  const admitted = new WeakMap<PodSpec, { readonly account: ServiceAccount; readonly spec: PodSpec }>();
  return (pod, context) => {
    const { spec: asked = { containers: [] } } = pod;
    const account = serviceAccountOf(asked, pod, context);
    let known = admitted.get(asked);
    if (known?.account !== account) {
      const prioritized = withPriority(asked, pod);
      requireNoRuntimeClass(pod);
      known = { account, spec: withServiceAccount(withTolerations(prioritized), account) };
      admitted.set(asked, known);
    }
    const wantsToken = asked.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
    const spec = wantsToken ? withToken(known.spec, context) : known.spec;
    return spec === pod.spec ? pod : { ...pod, spec };
  };
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

/** @throws StatusError Forbidden, where there is no such account */
function serviceAccountOf(spec: PodSpec, pod: Pod, context: StrategyContext): ServiceAccount {
  const name = spec.serviceAccountName || "default";
  const namespace = pod.metadata.namespace ?? "";
  const account = context.get("serviceaccounts", namespace, name);
  if (account !== undefined) return account;
  throw refusal(pod, `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`);
}

function withServiceAccount(spec: PodSpec, { metadata: { name = "" } }: ServiceAccount): PodSpec {
  return spec.serviceAccountName === name ? spec : { ...spec, serviceAccountName: name, serviceAccount: name };
}

function withToken(spec: PodSpec, context: StrategyContext): PodSpec {
  const existing = spec.volumes?.find(({ name, projected }) => name.startsWith("kube-api-access-") && projected);
  const suffix = context.random.text(nameAlphabet, 5, "token-volume", context.nextRevision);
  const name = existing?.name ?? `kube-api-access-${suffix}`;
  let mounted = false;
  const mount = <T extends Container>(container: T): T => {
    if (container.volumeMounts?.some(({ mountPath }) => mountPath === tokenMountPath)) return container;
    mounted = true;
    const own = { name, readOnly: true, mountPath: tokenMountPath };
    // A new field stands first: behind what is spread it would take V8 twenty times as long.
    if (container.volumeMounts === undefined) return { volumeMounts: [own], ...container };
    return { ...container, volumeMounts: [...container.volumeMounts, own] };
  };
  const initContainers = spec.initContainers?.map(mount);
  // A spec that has none at all is for validation to refuse.
  const containers = (spec.containers ?? []).map(mount);
  if (!mounted) return spec;
  const volumes = existing === undefined ? [...(spec.volumes ?? []), tokenVolume(name)] : (spec.volumes ?? []);
  if (spec.volumes === undefined && initContainers === undefined) return { volumes, ...spec, containers };
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
