import { defaultService } from "../../api/core/service-defaults.js";
import { validateService, validateServiceUpdate } from "../../api/core/service-validation.js";
import { warningsForService } from "../../api/core/service-warnings.js";
import type { Service, ServiceSpec } from "../../api/generated/types.js";
import { plain } from "./plain.js";
import { allocateService, hasNodePorts } from "./service-allocation.js";

export const serviceStrategy = plain("services", {
  hasStatus: true,
  setDefaults: (service, { version }) => defaultService(service, { version }),
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  prepareForCreate: (service) => withClusterIps({ ...service, status: { loadBalancer: {} } }),
  prepareForUpdate: (next, previous) => ({
    ...next,
    spec: withoutFormerType(withPreviousAllocation(next.spec ?? {}, previous.spec ?? {}), previous.spec ?? {}),
    ...(previous.status === undefined ? {} : { status: previous.status }),
  }),
  allocate: allocateService,
  warnings: (service, _previous, { version }) => warningsForService(service, { version }),
});

/** Who knows only the one address means it as the list, too. */
function withClusterIps(service: Service): Service {
  const { spec = {} } = service;
  if (!spec.clusterIP || spec.clusterIPs !== undefined) return service;
  return { ...service, spec: { ...spec, clusterIPs: [spec.clusterIP] } };
}

/**
 * What was allocated stays where the client leaves it out. One address that was changed alone stands for the list.
 * @see kubernetes v1.36 pkg/registry/core/service/strategy.go, patchAllocatedValues; storage.go, normalizeClusterIPs
 */
function withPreviousAllocation(spec: ServiceSpec, before: ServiceSpec): ServiceSpec {
  let next = spec;
  if (spec.type !== "ExternalName" && before.type !== "ExternalName") {
    const clusterIP = spec.clusterIP ?? before.clusterIP;
    const isSameList = spec.clusterIPs === undefined || spec.clusterIPs.join() === before.clusterIPs?.join();
    const changed = clusterIP === undefined ? undefined : [clusterIP];
    const clusterIPs = isSameList ? (clusterIP === before.clusterIP ? before.clusterIPs : changed) : spec.clusterIPs;
    next = {
      ...next,
      ...(clusterIP === undefined ? {} : { clusterIP }),
      ...(clusterIPs === undefined ? {} : { clusterIPs }),
      ...(spec.ipFamilies === undefined && before.ipFamilies !== undefined ? { ipFamilies: before.ipFamilies } : {}),
      ...(spec.ipFamilyPolicy === undefined && before.ipFamilyPolicy !== undefined
        ? { ipFamilyPolicy: before.ipFamilyPolicy }
        : {}),
    };
  }
  if (!hasNodePorts(spec) || !hasNodePorts(before) || spec.ports === undefined) return next;
  const used = new Set(spec.ports.map(({ nodePort }) => nodePort));
  const ports = spec.ports.map((port) => {
    if (port.nodePort) return port;
    const same = before.ports?.find((other) => other.port === port.port && other.protocol === port.protocol);
    return same?.nodePort && !used.has(same.nodePort) ? { ...port, nodePort: same.nodePort } : port;
  });
  return { ...next, ports };
}

/**
 * What only the former type had, and the client has not changed, goes with it.
 * @see kubernetes v1.36 pkg/registry/core/service/strategy.go, dropTypeDependentFields
 */
function withoutFormerType(spec: ServiceSpec, before: ServiceSpec): ServiceSpec {
  if (spec.type === before.type) return spec;
  let next = spec;
  if (spec.type === "ExternalName") {
    const { clusterIP, clusterIPs, ipFamilies, ipFamilyPolicy, internalTrafficPolicy, ...rest } = next;
    if (clusterIP === before.clusterIP) next = rest;
  }
  if (hasNodePorts(before) && !hasNodePorts(spec)) {
    const kept = new Set(before.ports?.map(({ nodePort }) => nodePort));
    const ports = spec.ports?.map(({ nodePort, ...port }) =>
      kept.has(nodePort) ? port : { ...port, ...(nodePort === undefined ? {} : { nodePort }) },
    );
    next = { ...next, ...(ports === undefined ? {} : { ports }) };
  }
  const isOutside = spec.type === "NodePort" || spec.type === "LoadBalancer";
  if (!isOutside && next.externalTrafficPolicy === before.externalTrafficPolicy) {
    const { externalTrafficPolicy: _, ...rest } = next;
    next = rest;
  }
  if (spec.type !== "LoadBalancer" && next.allocateLoadBalancerNodePorts === before.allocateLoadBalancerNodePorts) {
    const { allocateLoadBalancerNodePorts: _, ...rest } = next;
    next = rest;
  }
  return next;
}
