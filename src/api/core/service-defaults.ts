import type { Service, ServicePort, ServiceSpec } from "../generated/types.js";
import { type EmulatedVersion, isAtLeast } from "../versions/emulated-version.js";
import { change, changeItems, fill, fillEmpty } from "./defaulting.js";

/** The seconds for which a client keeps its backend: three hours. */
const clientIpTimeoutSeconds = 10_800;
/** From this version on a Service says how traffic from inside the cluster is spread. */
const internalPolicySince: EmulatedVersion = "1.23";

/**
 * A Service as the API server keeps it, before an address is allocated.
 * @see kubernetes v1.36 pkg/apis/core/v1/defaults.go, SetDefaults_Service
 */
export function defaultService(service: Service, { version }: { readonly version: EmulatedVersion }): Service {
  const filled = fill(service, { spec: {}, status: { loadBalancer: {} } });
  return change(filled, "spec", (spec) => defaultServiceSpec(spec, version));
}

function defaultServiceSpec(spec: ServiceSpec, version: EmulatedVersion): ServiceSpec {
  let result = fillEmpty(spec, { sessionAffinity: "None", type: "ClusterIP" });
  result = defaultAffinity(result);
  result = change(result, "ports", (ports) => changeItems(ports, defaultServicePort));
  const outside = result.type === "NodePort" || result.type === "LoadBalancer" || hasExternalIps(result);
  if (outside) result = fillEmpty(result, { externalTrafficPolicy: "Cluster" });
  if (result.type !== "ExternalName" && isAtLeast(version, internalPolicySince) && isKnownType(result.type)) {
    result = fill(result, { internalTrafficPolicy: "Cluster" });
  }
  if (result.type === "LoadBalancer") result = fill(result, { allocateLoadBalancerNodePorts: true });
  return result;
}

function isKnownType(type: string | undefined): boolean {
  return type === "ClusterIP" || type === "NodePort" || type === "LoadBalancer";
}

function hasExternalIps(spec: ServiceSpec): boolean {
  return spec.type === "ClusterIP" && (spec.externalIPs?.length ?? 0) > 0;
}

function defaultAffinity(spec: ServiceSpec): ServiceSpec {
  if (spec.sessionAffinity === "None" && spec.sessionAffinityConfig !== undefined) {
    const { sessionAffinityConfig: _, ...rest } = spec;
    return rest;
  }
  if (spec.sessionAffinity !== "ClientIP" || spec.sessionAffinityConfig?.clientIP?.timeoutSeconds !== undefined) {
    return spec;
  }
  return { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: clientIpTimeoutSeconds } } };
}

/** A port goes to the same port of the Pods unless it says otherwise. */
function defaultServicePort(port: ServicePort): ServicePort {
  return fillEmpty(port, { protocol: "TCP", targetPort: port.port ?? 0 });
}
