import type { Container as ContainerSpecification, Pod } from "../api/generated/types.js";
import type { EpochMs } from "../api/meta/object.js";
import { unitValue } from "../api/meta/quantity.js";
import type { Context } from "../client/component.js";
import { findImage } from "../images/catalog.js";
import { blackBoxOptions, isBlackBox } from "./black-box.js";
import { resolvConf } from "./dns.js";
import { environmentOf } from "./environment.js";
import { expand } from "./expand.js";
import type { ContainerRow, MadeContainer, PodRow } from "./pod-row.js";
import type { Runtime } from "./runtime.js";
import { allocatableOf } from "./volumes.js";

export interface MakeFacts {
  readonly runtime: Runtime;
  readonly context: Context;
  readonly pod: Pod;
  readonly row: PodRow;
  readonly container: ContainerRow;
  readonly specification: ContainerSpecification;
  readonly nowMs: EpochMs;
}

/**
 * What a container is started with: all references of its spec followed.
 * @throws ContainerConfigError where something that it names does not exist
 */
export function makeContainer(facts: MakeFacts): MadeContainer {
  const { runtime, context, pod, row, container, specification, nowMs } = facts;
  const { client } = context;
  const { namespace = "", uid = "" } = pod.metadata;
  const place = { ip: row.ip, hostIp: row.hostIp };
  const env = environmentOf({
    pod,
    container: specification,
    place,
    allocatable: allocatableOf(context, pod),
    configMap: (name) => client.get("configmaps", namespace, name),
    secret: (name) => client.get("secrets", namespace, name),
    services: (of) => client.list("services", of),
  });
  const lookUp = (name: string) => env.get(name);
  const { hostname, fqdn } = hostNames(pod);
  const isUnknown = isBlackBox(pod) || findImage(specification.image ?? "") === null;
  return {
    command: specification.command?.map((word) => expand(word, lookUp)) ?? null,
    args: specification.args?.map((word) => expand(word, lookUp)) ?? null,
    env: [...env].map(([name, value]) => ({ name, value })),
    mounts: runtime.volumes.mounts(pod, specification, env, nowMs),
    hostname,
    fqdn,
    ip: row.ip ?? "",
    files: nodeFiles(context, pod, { hostname, fqdn, ip: row.ip ?? "" }),
    memoryBytesMax: memoryBytesMax(pod, specification),
    blackBox: isUnknown ? blackBoxOptions(pod, context.random, uid, container.name, container.restarts) : null,
  };
}

/** The memory limit of the container or of the Pod, whichever is less; null where there is none. */
function memoryBytesMax({ spec }: Pod, { resources }: ContainerSpecification): number | null {
  const own = resources?.limits?.memory;
  const ofPod = spec?.resources?.limits?.memory;
  if (own === undefined) return ofPod === undefined ? null : unitValue(ofPod);
  return ofPod === undefined ? unitValue(own) : Math.min(unitValue(own), unitValue(ofPod));
}

/** @see kubernetes v1.36 pkg/kubelet/kubelet_pods.go, GeneratePodHostNameAndDomain */
function hostNames(pod: Pod): { readonly hostname: string; readonly fqdn: string } {
  const { hostname, subdomain, hostNetwork, nodeName = "", setHostnameAsFQDN } = pod.spec ?? {};
  const { name = "", namespace } = pod.metadata;
  const short = hostNetwork === true ? nodeName : (hostname || name).slice(0, 63).replace(/[-.]+$/, "");
  if (subdomain === undefined || subdomain === "") return { hostname: short, fqdn: short };
  const fqdn = `${short}.${subdomain}.${namespace}.svc.cluster.local`;
  return { hostname: setHostnameAsFQDN === true ? fqdn : short, fqdn };
}

const hostsHead = "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n";
const hostsTail = "fe00::\tip6-localnet\nfe00::\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n";
/** Where clusters put their DNS Service. */
const nameServerDefault = "10.96.0.10";

function nodeFiles(
  context: Context,
  pod: Pod,
  { hostname, fqdn, ip }: { readonly hostname: string; readonly fqdn: string; readonly ip: string },
): MadeContainer["files"] {
  const own = fqdn === hostname ? hostname : `${fqdn}\t${hostname}`;
  const aliases = (pod.spec?.hostAliases ?? [])
    .map(({ ip: address, hostnames = [] }) => `${address}\t${hostnames.join("\t")}\n`)
    .join("");
  const aliasText = aliases === "" ? "" : `\n# Entries added by HostAliases.\n${aliases}`;
  const nameServer = context.client.get("services", "kube-system", "kube-dns")?.spec?.clusterIP ?? nameServerDefault;
  return [
    { path: "/etc/hosts", content: `${hostsHead}${hostsTail}${ip}\t${own}\n${aliasText}` },
    { path: "/etc/hostname", content: `${hostname}\n` },
    { path: "/etc/resolv.conf", content: resolvConf({ namespace: pod.metadata.namespace ?? "" }, nameServer) },
  ];
}
