import type { Service, ServicePort, ServiceSpec } from "../../api/generated/types.js";
import { type FieldError, invalidValue } from "../../api/meta/field-error.js";
import { FieldPath } from "../../api/meta/field-path.js";
import { invalid } from "../../api/meta/status.js";
import { resources } from "../../api/resources.js";
import { isAtLeast } from "../../api/versions/emulated-version.js";
import type { StrategyContext } from "../strategy.js";

/** The range that cluster IPs come from is 10.96.0.0/12; these are its host numbers, without the `kubernetes` Service's. */
const hostNumbers = { min: 2, max: 2 ** 20 - 2 };
const addressRange = "10.96.0.0/12";

/** Ports that a node may have open for Services; those below `dynamicMin` are left to who asks for one by number. */
const nodePorts = { min: 30_000, dynamicMin: 30_086, max: 32_767 };

const specPath = FieldPath.of("spec");

export function hasNodePorts({ type, allocateLoadBalancerNodePorts }: ServiceSpec): boolean {
  return type === "NodePort" || (type === "LoadBalancer" && allocateLoadBalancerNodePorts !== false);
}

/**
 * A Service with its families, addresses and node ports; what was asked for by number has to be free.
 * @throws StatusError Invalid
 * @see kubernetes v1.36 pkg/registry/core/service/storage/alloc.go
 */
export function allocateService(service: Service, previous: Service | undefined, context: StrategyContext): Service {
  const { spec = {} } = service;
  if (spec.type === "ExternalName") return service;
  const families = withFamilies(service, spec);
  const addressed = withClusterIp(service, families, previous, context);
  const ported = hasNodePorts(addressed) ? withNodePorts(service, addressed, previous, context) : addressed;
  return ported === spec ? service : { ...service, spec: ported };
}

/** The cluster has addresses of one family. */
function withFamilies(service: Service, spec: ServiceSpec): ServiceSpec {
  const isOutside = (spec.ipFamilies ?? []).indexOf("IPv6");
  if (isOutside === 0) {
    const path = specPath.child("ipFamilies").index(isOutside);
    throw refused(service, invalidValue(path, "IPv6", "not configured on this cluster"));
  }
  const hasNoSelector = Object.keys(spec.selector ?? {}).length === 0;
  if (spec.clusterIP === "None" && hasNoSelector && spec.ipFamilies === undefined) {
    return { ...spec, ipFamilies: ["IPv4", "IPv6"], ipFamilyPolicy: spec.ipFamilyPolicy ?? "RequireDualStack" };
  }
  const isHeadless = spec.clusterIP === "None" && hasNoSelector;
  if (spec.ipFamilyPolicy === "RequireDualStack" && !isHeadless) {
    const detail = "this cluster is not configured for dual-stack services";
    throw refused(service, invalidValue(specPath.child("ipFamilyPolicy"), "RequireDualStack", detail));
  }
  if (spec.ipFamilyPolicy !== undefined && spec.ipFamilies !== undefined) return spec;
  return { ...spec, ipFamilies: spec.ipFamilies ?? ["IPv4"], ipFamilyPolicy: spec.ipFamilyPolicy ?? "SingleStack" };
}

function withClusterIp(
  service: Service,
  spec: ServiceSpec,
  previous: Service | undefined,
  context: StrategyContext,
): ServiceSpec {
  const { clusterIP } = spec;
  if (clusterIP === "None" || (clusterIP !== undefined && clusterIP === previous?.spec?.clusterIP)) return spec;
  const taken = new Set(context.list("services", "").map((other) => other.spec?.clusterIP));
  if (!clusterIP) {
    const address = freeClusterIp(taken, context);
    return { ...spec, clusterIP: address, clusterIPs: [address] };
  }
  const why = isInRange(clusterIP)
    ? taken.has(clusterIP)
      ? "provided IP is already allocated"
      : null
    : outOfRange(clusterIP, context);
  if (why !== null) {
    const detail = `failed to allocate IP ${clusterIP}: ${why}`;
    throw refused(service, invalidValue(specPath.child("clusterIPs"), spec.clusterIPs ?? [clusterIP], detail));
  }
  return spec.clusterIPs === undefined ? { ...spec, clusterIPs: [clusterIP] } : spec;
}

function isInRange(address: string): boolean {
  const [first, second = 0] = address.split(".").map(Number);
  return first === 10 && second >= 96 && second < 112;
}

/** Since Services may have several ranges, a range is looked for first. */
function outOfRange(address: string, { version }: StrategyContext): string {
  return isAtLeast(version, "1.33")
    ? "the provided network does not match the current range"
    : `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${addressRange}`;
}

/** A seeded address that no other Service has. */
function freeClusterIp(taken: ReadonlySet<string | undefined>, context: StrategyContext): string {
  for (let attempt = 0; ; attempt++) {
    const { min, max } = hostNumbers;
    const number = context.random.between(min, max, "cluster-ip", context.nextRevision, attempt);
    const address = `10.${96 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
    if (!taken.has(address)) return address;
  }
}

function withNodePorts(
  service: Service,
  spec: ServiceSpec,
  previous: Service | undefined,
  context: StrategyContext,
): ServiceSpec {
  const ports = spec.ports ?? [];
  const own = new Set(previous?.spec?.ports?.map(({ nodePort }) => nodePort));
  const others = context.list("services", "").filter(({ metadata }) => metadata.uid !== service.metadata.uid);
  const taken = new Set(others.flatMap((other) => other.spec?.ports?.map(({ nodePort }) => nodePort) ?? []));
  for (const [position, { nodePort }] of ports.entries()) {
    if (!nodePort || own.has(nodePort)) continue;
    const path = specPath.child("ports").index(position).child("nodePort");
    if (nodePort < nodePorts.min || nodePort > nodePorts.max) {
      const range = `The range of valid ports is ${nodePorts.min}-${nodePorts.max}`;
      throw refused(service, invalidValue(path, nodePort, `provided port is not in the valid range. ${range}`));
    }
    if (taken.has(nodePort)) throw refused(service, invalidValue(path, nodePort, "provided port is already allocated"));
    taken.add(nodePort);
  }
  if (ports.every(({ nodePort }) => nodePort)) return spec;
  // One port of two protocols is open under one number.
  const byPort = new Map(ports.flatMap((port) => (port.nodePort ? [[port.port, port.nodePort]] : [])));
  const filled = ports.map((port, position): ServicePort => {
    if (port.nodePort) return port;
    const nodePort = byPort.get(port.port) ?? freeNodePort(taken, context, position);
    byPort.set(port.port, nodePort);
    return { ...port, nodePort };
  });
  return { ...spec, ports: filled };
}

function freeNodePort(taken: Set<number | undefined>, context: StrategyContext, position: number): number {
  for (let attempt = 0; ; attempt++) {
    const { dynamicMin, max } = nodePorts;
    const number = context.random.between(dynamicMin, max, "node-port", context.nextRevision, position, attempt);
    if (taken.has(number)) continue;
    taken.add(number);
    return number;
  }
}

function refused(service: Service, error: FieldError) {
  return invalid(resources.services, service.metadata.name ?? "", [error]);
}
