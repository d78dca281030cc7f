import type { Service, ServicePort, ServiceSpec } from "../generated/types.js";
import {
  addInvalid,
  duplicate,
  type FieldError,
  type FieldErrors,
  forbidden,
  inOrder,
  invalidValue,
  isImmutable,
  notSupported,
  type RawValue,
  required,
} from "../meta/field-error.js";
import { FieldPath } from "../meta/field-path.js";
import {
  cidrProblems,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  ipProblems,
  isIpv4,
  labelKeyProblems,
  nameIs1035Label,
  nameIsLabel,
  portNumberProblems,
} from "../meta/identifiers.js";
import { validateLabels, validateObjectMeta, validateObjectMetaUpdate } from "../meta/object-meta-validation.js";
import { type EmulatedVersion, isAtLeast } from "../versions/emulated-version.js";
import { isEnabled } from "../versions/feature-gates.js";
import { checkChoice, portProtocols } from "./container-validation.js";
import { validatePort } from "./handler-validation.js";
import type { ValidationOptions } from "./pod-validation.js";

const specPath = FieldPath.of("spec");
const timeoutSecondsMax = 86_400;
const kubeletPort = 10_250;
/** From this version on a load balancer may offer the kubelet's port. */
const kubeletPortFreeSince: EmulatedVersion = "1.35";

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateService */
export function validateService(service: Service, { version }: ValidationOptions): readonly FieldError[] {
  const errors: FieldErrors = [];
  // since 1.34 an option, since 1.35 the rule: a name may begin with a digit
  const nameProblems = isEnabled("RelaxedServiceNameValidation", version) ? nameIsLabel : nameIs1035Label;
  validateObjectMeta(errors, service.metadata, { namespaced: true, nameProblems });
  validateServiceSpec(errors, service, version);
  return errors;
}

function isHeadless(spec: ServiceSpec): boolean {
  return spec.clusterIP === "None" || spec.clusterIPs?.[0] === "None";
}

function validateServiceSpec(errors: FieldErrors, service: Service, version: EmulatedVersion): void {
  const spec = service.spec ?? {};
  const ports = spec.ports ?? [];
  if (ports.length === 0 && !isHeadless(spec) && spec.type !== "ExternalName") {
    errors.push(required(specPath.child("ports")));
  }
  validateByType(errors, spec, ports, version);
  const names = new Set<string>();
  for (const [position, port] of ports.entries()) {
    validateServicePort(errors, port, ports.length > 1, names, specPath.child("ports").index(position));
  }
  validateLabels(errors, spec.selector, specPath, "selector");
  validateAffinity(errors, spec);
  validateClusterIps(errors, spec);
  for (const [position, address] of spec.externalIPs?.entries() ?? []) {
    const problems = ipProblems(address);
    const path = specPath.child("externalIPs").index(position);
    addInvalid(errors, path, address, problems.length > 0 ? problems : specialAddressProblems(address));
  }
  checkChoice(errors, spec.type ?? "", ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"], specPath, "type");
  validateUniquePorts(errors, spec, ports);
  validateSourceRanges(errors, service);
  if (spec.allocateLoadBalancerNodePorts !== undefined && spec.type !== "LoadBalancer") {
    const detail = "may only be used when `type` is 'LoadBalancer'";
    errors.push(forbidden(specPath.child("allocateLoadBalancerNodePorts"), detail));
  }
  const balancerClass = spec.loadBalancerClass;
  if (balancerClass !== undefined) {
    const path = specPath.child("loadBalancerClass");
    if (spec.type === "LoadBalancer") addInvalid(errors, path, balancerClass, labelKeyProblems(balancerClass));
    else errors.push(forbidden(path, "may only be used when `type` is 'LoadBalancer'"));
  }
  validateTrafficPolicies(errors, spec);
  const distribution = spec.trafficDistribution;
  if (distribution === undefined) return;
  const distributions = isEnabled("PreferSameTrafficDistribution", version)
    ? ["PreferClose", "PreferSameZone", "PreferSameNode"]
    : ["PreferClose"];
  if (!distributions.includes(distribution)) {
    errors.push(notSupported(specPath.child("trafficDistribution"), distribution, distributions));
  }
}

const sourceRangesAnnotation = "service.beta.kubernetes.io/load-balancer-source-ranges";

/** Who may come in through a load balancer; blanks around a range are part of the API. */
function validateSourceRanges(errors: FieldErrors, { metadata, spec = {} }: Service): void {
  const ranges = spec.loadBalancerSourceRanges ?? [];
  const annotation = metadata.annotations?.[sourceRangesAnnotation];
  if (ranges.length === 0 && annotation === undefined) return;
  // upstream writes the field's name in Go's way
  const path =
    ranges.length > 0
      ? specPath.child("LoadBalancerSourceRanges")
      : FieldPath.of("metadata", "annotations").key(sourceRangesAnnotation);
  if (spec.type !== "LoadBalancer") errors.push(forbidden(path, "may only be used when `type` is 'LoadBalancer'"));
  for (const [position, range] of ranges.entries()) {
    addInvalid(errors, path.index(position), range.trim(), cidrProblems(range.trim()));
  }
  if (ranges.length > 0 || annotation === undefined || annotation.trim() === "") return;
  for (const range of annotation.split(",")) addInvalid(errors, path, range.trim(), cidrProblems(range.trim()));
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateEndpointIP */
function specialAddressProblems(address: string): readonly string[] {
  const problems: string[] = [];
  if (/^(0\.0\.0\.0|[0:]+)$/.test(address)) problems.push(`may not be unspecified (${address})`);
  if (/^127\.|^[0:]*:0*1$/.test(address)) problems.push("may not be in the loopback range (127.0.0.0/8, ::1/128)");
  if (/^169\.254\.|^fe[89ab][0-9a-f]:/i.test(address)) {
    problems.push("may not be in the link-local range (169.254.0.0/16, fe80::/10)");
  }
  if (/^224\.0\.0\.|^ff[0-9a-f]2:/i.test(address)) {
    problems.push("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
  }
  return problems;
}

function validateByType(
  errors: FieldErrors,
  spec: ServiceSpec,
  ports: readonly ServicePort[],
  version: EmulatedVersion,
): void {
  if (spec.type === "LoadBalancer" && !isAtLeast(version, kubeletPortFreeSince)) {
    for (const [position, { port }] of ports.entries()) {
      if (port !== kubeletPort) continue;
      const detail = `may not expose port ${kubeletPort} externally since it is used by kubelet`;
      errors.push(invalidValue(specPath.child("ports").index(position), port, detail));
    }
  }
  if ((spec.type === "LoadBalancer" || spec.type === "NodePort") && isHeadless(spec)) {
    const detail = `may not be set to 'None' for ${spec.type} services`;
    errors.push(invalidValue(specPath.child("clusterIPs").index(0), "None", detail));
  }
  if (spec.type !== "ExternalName") return;
  if (spec.clusterIP || (spec.clusterIPs ?? []).length > 0) {
    errors.push(forbidden(specPath.child("clusterIPs"), "may not be set for ExternalName services"));
  }
  if ((spec.ipFamilies ?? []).length > 0) {
    errors.push(forbidden(specPath.child("ipFamilies"), "may not be set for ExternalName services"));
  }
  if (spec.ipFamilyPolicy !== undefined) {
    errors.push(forbidden(specPath.child("ipFamilyPolicy"), "may not be set for ExternalName services"));
  }
  const name = (spec.externalName ?? "").replace(/\.$/, "");
  if (name === "") errors.push(required(specPath.child("externalName")));
  else addInvalid(errors, specPath.child("externalName"), name, dns1123SubdomainProblems(name));
}

function validateServicePort(
  errors: FieldErrors,
  port: ServicePort,
  needsName: boolean,
  names: Set<string>,
  path: FieldPath,
): void {
  const { name = "", port: number = 0 } = port;
  if (name !== "") {
    addInvalid(errors, path.child("name"), name, dns1123LabelProblems(name));
    if (names.has(name)) errors.push(duplicate(path.child("name"), name));
    names.add(name);
  } else if (needsName) errors.push(required(path.child("name")));
  addInvalid(errors, path.child("port"), number, portNumberProblems(number));
  checkChoice(errors, port.protocol ?? "", portProtocols, path, "protocol");
  validatePort(errors, port.targetPort, path, "targetPort");
  if (port.appProtocol !== undefined) {
    addInvalid(errors, path.child("appProtocol"), port.appProtocol, labelKeyProblems(port.appProtocol));
  }
}

function validateAffinity(errors: FieldErrors, spec: ServiceSpec): void {
  checkChoice(errors, spec.sessionAffinity ?? "", ["ClientIP", "None"], specPath, "sessionAffinity");
  const path = specPath.child("sessionAffinityConfig");
  if (spec.sessionAffinity === "None" && spec.sessionAffinityConfig !== undefined) {
    errors.push(forbidden(path, "must not be set when session affinity is None"));
  }
  if (spec.sessionAffinity !== "ClientIP") return;
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  const secondsPath = path.child("clientIP", "timeoutSeconds");
  if (seconds === undefined) errors.push(required(secondsPath, "when session affinity type is ClientIP"));
  else if (seconds <= 0 || seconds > timeoutSecondsMax) {
    errors.push(invalidValue(secondsPath, seconds, `must be greater than 0 and less than ${timeoutSecondsMax}`));
  }
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateServiceClusterIPsRelatedFields */
function validateClusterIps(errors: FieldErrors, spec: ServiceSpec): void {
  if (spec.type === "ExternalName") return;
  const path = specPath.child("clusterIPs");
  const addresses = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []);
  const first = addresses[0];
  if (!spec.clusterIP && addresses.length > 0) {
    errors.push(invalidValue(path, addresses, "must be empty when `clusterIP` is not specified"));
  } else if (spec.clusterIP && first !== spec.clusterIP) {
    errors.push(invalidValue(path, addresses, "first value must match `clusterIP`"));
  }
  validateFamilies(errors, spec);
  if (first === "None") {
    if (addresses.length > 1) {
      const detail = "'None' must be the first and only value";
      errors.push(invalidValue(path, addresses, detail));
    }
    return;
  }
  const before = errors.length;
  for (const [position, address] of addresses.entries()) {
    addInvalid(errors, path.index(position), address, ipProblems(address));
  }
  const wellFormed = errors.length === before;
  if (addresses.length > 2) errors.push(invalidValue(path, addresses, "may only hold up to 2 values"));
  if (!wellFormed) return;
  const isDual = new Set(addresses.map(isIpv4)).size === 2;
  if (addresses.length > 1 && !isDual) {
    errors.push(invalidValue(path, addresses, "may specify no more than one IP for each IP family"));
  }
  for (const [position, address] of addresses.entries()) {
    const family = spec.ipFamilies?.[position];
    if (family === undefined || (family === "IPv4") === isIpv4(address)) continue;
    const detail = `expected an ${family} value as indicated by \`ipFamilies[${position}]\``;
    errors.push(invalidValue(path.index(position), address, detail));
  }
}

function validateFamilies(errors: FieldErrors, spec: ServiceSpec): void {
  const path = specPath.child("ipFamilies");
  const seen = new Set<string>();
  for (const [position, family] of spec.ipFamilies?.entries() ?? []) {
    if (family !== "IPv4" && family !== "IPv6") {
      errors.push(notSupported(path.index(position), family, ["IPv4", "IPv6"]));
    }
    if (seen.has(family)) errors.push(duplicate(path.index(position), family));
    seen.add(family);
  }
  const policies = ["PreferDualStack", "RequireDualStack", "SingleStack"];
  if (spec.ipFamilyPolicy !== undefined && !policies.includes(spec.ipFamilyPolicy)) {
    errors.push(notSupported(specPath.child("ipFamilyPolicy"), spec.ipFamilyPolicy, policies));
  }
}

function validateUniquePorts(errors: FieldErrors, spec: ServiceSpec, ports: readonly ServicePort[]): void {
  const path = specPath.child("ports");
  const nodePorts = new Set<string>();
  const numbers = new Set<string>();
  if (spec.type === "ClusterIP") {
    for (const [position, { nodePort }] of ports.entries()) {
      if (!nodePort) continue;
      const detail = "may not be used when `type` is 'ClusterIP'";
      errors.push(forbidden(path.index(position).child("nodePort"), detail));
    }
  }
  for (const [position, { nodePort, protocol }] of ports.entries()) {
    if (!nodePort) continue;
    const key = `${protocol}/${nodePort}`;
    if (nodePorts.has(key)) errors.push(duplicate(path.index(position).child("nodePort"), nodePort));
    nodePorts.add(key);
  }
  for (const [position, { port, protocol }] of ports.entries()) {
    const key = `${protocol}/${port}`;
    if (numbers.has(key)) errors.push(duplicate(path.index(position), internalPort(protocol, port)));
    numbers.add(key);
  }
}

/** A port as a message shows it: with the fields that make it a double, and all others empty. */
function internalPort(protocol: string | undefined, port: number): RawValue {
  const key = { Name: "", Protocol: protocol ?? "", AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
  return inOrder(key, Object.keys(key));
}

function isOutside(spec: ServiceSpec): boolean {
  return (
    spec.type === "LoadBalancer" ||
    spec.type === "NodePort" ||
    (spec.type === "ClusterIP" && (spec.externalIPs ?? []).length > 0)
  );
}

function validateTrafficPolicies(errors: FieldErrors, spec: ServiceSpec): void {
  const policies = ["Cluster", "Local"];
  const { externalTrafficPolicy: outside, internalTrafficPolicy: inside } = spec;
  if (!isOutside(spec)) {
    if (outside) {
      const detail = "may only be set for externally-accessible services";
      errors.push(invalidValue(specPath.child("externalTrafficPolicy"), outside, detail));
    }
  } else checkChoice(errors, outside ?? "", policies, specPath, "externalTrafficPolicy");
  const checked = spec.type === "LoadBalancer" && outside === "Local";
  if (!checked && spec.healthCheckNodePort) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalidValue(specPath.child("healthCheckNodePort"), spec.healthCheckNodePort, detail));
  }
  const known = spec.type === "ClusterIP" || spec.type === "NodePort" || spec.type === "LoadBalancer";
  if (inside !== undefined) {
    if (!policies.includes(inside)) {
      errors.push(notSupported(specPath.child("internalTrafficPolicy"), inside, policies));
    }
  } else if (known) errors.push(required(specPath.child("internalTrafficPolicy")));
}

/** An address that was given stays, unless the Service had none, or becomes or was a mere name. */
export function validateServiceUpdate(
  next: Service,
  previous: Service,
  { version }: ValidationOptions,
): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
  if (next.spec === previous.spec) return errors;
  const before = previous.spec ?? {};
  const spec = next.spec ?? {};
  const old = before.clusterIPs ?? (before.clusterIP ? [before.clusterIP] : []);
  const now = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []);
  const headless = isHeadless(before);
  if (before.type !== "ExternalName" && spec.type !== "ExternalName" && old[0]) {
    if (now.length === 0) {
      errors.push(invalidValue(specPath.child("clusterIPs").index(0), null, "primary clusterIP can not be unset"));
    } else if (now[0] !== old[0]) {
      errors.push(invalidValue(specPath.child("clusterIPs").index(0), now, "may not change once set"));
    }
  }
  if (before.type !== "ExternalName" && spec.type !== "ExternalName" && !headless && !isHeadless(spec)) {
    validateFamiliesUpdate(errors, spec, before);
  }
  if (before.type === "LoadBalancer" && spec.type === "LoadBalancer") {
    checkUnchanged(errors, spec.loadBalancerClass, before.loadBalancerClass, specPath.child("loadBalancerClass"));
  }
  const needsCheck = spec.type === "LoadBalancer" && spec.externalTrafficPolicy === "Local";
  if (needsCheck && before.healthCheckNodePort && spec.healthCheckNodePort !== before.healthCheckNodePort) {
    errors.push(forbidden(specPath.child("healthCheckNodePort"), isImmutable));
  }
  validateServiceSpec(errors, next, version);
  return errors;
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validateUpgradeDowngradeIPFamilies */
function validateFamiliesUpdate(errors: FieldErrors, spec: ServiceSpec, before: ServiceSpec): void {
  const [now, old] = [spec.ipFamilies ?? [], before.ipFamilies ?? []];
  const first = specPath.child("ipFamilies").index(0);
  if (old.length === now.length) {
    for (const [position, family] of old.entries()) {
      if (family !== now[position]) errors.push(invalidValue(first, now, "may not change once set"));
    }
    return;
  }
  // upstream shows the addresses here
  if (old[0] && now[0] && now[0] !== old[0]) {
    errors.push(invalidValue(first, spec.clusterIPs ?? null, "may not change once set"));
  }
  if (old.length > now.length && now.length === 1 && spec.ipFamilyPolicy !== "SingleStack") {
    const detail = "must be set to 'SingleStack' when releasing the secondary ipFamily";
    errors.push(invalidValue(specPath.child("ipFamilyPolicy"), spec.ipFamilyPolicy ?? null, detail));
  }
}

function checkUnchanged(errors: FieldErrors, now: unknown, before: unknown, path: FieldPath): void {
  if (now !== before) errors.push(invalidValue(path, now ?? null, "may not change once set"));
}
