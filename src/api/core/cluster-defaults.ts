import type {
  ConfigMap,
  EndpointPort,
  Endpoints,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Secret,
  ServiceAccount,
} from "../generated/types.js";
import { change, changeItems, fill, fillEmpty } from "./defaulting.js";
import { canonicalResourceList } from "./resource-defaults.js";
import { defaultClaimSpec } from "./volume-defaults.js";

/** The label that every Namespace carries: its name. */
const namespaceNameLabel = "kubernetes.io/metadata.name";

/** A ConfigMap needs nothing filled in. */
export function defaultConfigMap(configMap: ConfigMap): ConfigMap {
  return configMap;
}

/**
 * A Secret with its type, and with what was written in plain text under `data`, where it is kept.
 * @see kubernetes v1.36 pkg/apis/core/v1/conversion.go, Convert_v1_Secret_To_core_Secret
 */
export function defaultSecret(secret: Secret): Secret {
  const typed = fillEmpty(secret, { type: "Opaque" });
  if (typed.stringData === undefined) return typed;
  const { stringData, ...rest } = typed;
  const data: Record<string, string> = { ...rest.data };
  for (const key in stringData) data[key] = base64(stringData[key] ?? "");
  return Object.keys(data).length === 0 ? rest : { ...rest, data };
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

/** A Namespace with its name as a label, its phase, and the finalizer that empties it. */
export function defaultNamespace(namespace: Namespace): Namespace {
  const filled = fill(namespace, { spec: {}, status: {} });
  const phased = change(filled, "status", (status) => fillEmpty(status, { phase: "Active" }));
  const { name = "", labels } = phased.metadata;
  if (name === "" || labels?.[namespaceNameLabel] === name) return phased;
  return { ...phased, metadata: { ...phased.metadata, labels: { ...labels, [namespaceNameLabel]: name } } };
}

/** A Node; what it can allocate is all that it has, unless it says otherwise. */
export function defaultNode(node: Node): Node {
  const filled = fill(node, { spec: {}, status: {} });
  return change(filled, "status", (status) => {
    const capacity = change(change(status, "capacity", canonicalResourceList), "allocatable", canonicalResourceList);
    return capacity.capacity === undefined ? capacity : fill(capacity, { allocatable: capacity.capacity });
  });
}

/** A ServiceAccount needs nothing filled in. */
export function defaultServiceAccount(account: ServiceAccount): ServiceAccount {
  return account;
}

export function defaultEndpoints(endpoints: Endpoints): Endpoints {
  return change(endpoints, "subsets", (subsets) =>
    changeItems(subsets, (subset) => change(subset, "ports", (ports) => changeItems(ports, defaultEndpointPort))),
  );
}

function defaultEndpointPort(port: EndpointPort): EndpointPort {
  return fillEmpty(port, { protocol: "TCP" });
}

export function defaultPersistentVolumeClaim(claim: PersistentVolumeClaim): PersistentVolumeClaim {
  const filled = fill(claim, { spec: {}, status: {} });
  const phased = change(filled, "status", (status) => fillEmpty(status, { phase: "Pending" }));
  return change(phased, "spec", defaultClaimSpec);
}

export function defaultPersistentVolume(volume: PersistentVolume): PersistentVolume {
  const filled = fill(volume, { spec: {}, status: {} });
  const phased = change(filled, "status", (status) => fillEmpty(status, { phase: "Pending" }));
  return change(phased, "spec", (spec) => {
    const complete = fillEmpty(fill(spec, { volumeMode: "Filesystem" }), { persistentVolumeReclaimPolicy: "Retain" });
    const listed = change(complete, "capacity", canonicalResourceList);
    return change(listed, "hostPath", (source) => fill(source, { type: "" }));
  });
}
