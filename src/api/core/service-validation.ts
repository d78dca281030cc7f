import type { Service, ServicePort, ServiceSpec } from "../generated/types.js";
import {
  addInvalid,
  duplicate,
  type FieldError,
  type FieldErrors,
  forbidden,
  invalidValue,
  isImmutable,
  notSupported,
  required,
} from "../meta/field-error.js";
import { FieldPath } from "../meta/field-path.js";
import {
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
import { isEnabled } from "../versions/feature-gates.js";
import { checkChoice, portProtocols } from "./container-validation.js";
import { validatePort } from "./handler-validation.js";
import type { ValidationOptions } from "./pod-validation.js";

const specPath = FieldPath.of("spec");
const timeoutSecondsMax = 86_400;
const kubeletPort = 10_250;

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateService */
export function validateService(service: Service, { version }: ValidationOptions): readonly FieldError[] {
  const errors: FieldErrors = [];
  // since 1.34 an option, since 1.35 the rule: a name may begin with a digit
  const nameProblems = isEnabled("RelaxedServiceNameValidation", version) ? nameIsLabel : nameIs1035Label;
  validateObjectMeta(errors, service.metadata, { namespaced: true, nameProblems });
  validateServiceSpec(errors, service.spec ?? {});
  return errors;
}

function isHeadless(spec: ServiceSpec): boolean {
  return spec.clusterIP === "None" || spec.clusterIPs?.[0] === "None";
}

function validateServiceSpec(errors: FieldErrors, spec: ServiceSpec): void {
  const ports = spec.ports ?? [];
  if (ports.length === 0 && !isHeadless(spec) && spec.type !== "ExternalName") {
    errors.push(required(specPath.child("ports")));
  }
  validateByType(errors, spec, ports);
  const names = new Set<string>();
  for (const [position, port] of ports.entries()) {
    validateServicePort(errors, port, ports.length > 1, names, specPath.child("ports").index(position));
  }
  validateLabels(errors, spec.selector, specPath, "selector");
  validateAffinity(errors, spec);
  validateClusterIps(errors, spec);
  for (const [position, address] of spec.externalIPs?.entries() ?? []) {
    addInvalid(errors, specPath.child("externalIPs").index(position), address, ipProblems(address));
  }
  checkChoice(errors, spec.type ?? "", ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"], specPath, "type");
  validateUniquePorts(errors, spec, ports);
  if (spec.allocateLoadBalancerNodePorts !== undefined && spec.type !== "LoadBalancer") {
    const detail = "may only be used when `type` is 'LoadBalancer'";
    errors.push(forbidden(specPath.child("allocateLoadBalancerNodePorts"), detail));
  }
  validateTrafficPolicies(errors, spec);
}

function validateByType(errors: FieldErrors, spec: ServiceSpec, ports: readonly ServicePort[]): void {
  if (spec.type === "LoadBalancer") {
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
  if (spec.clusterIP && spec.clusterIPs !== undefined && first !== spec.clusterIP) {
    errors.push(invalidValue(path, spec.clusterIPs, "first value must match `clusterIP`"));
  }
  validateFamilies(errors, spec);
  if (first === "None") {
    if (addresses.length > 1) {
      const detail = "'None' must be the first and only value";
      errors.push(invalidValue(path, addresses, detail));
    }
    return;
  }
  for (const [position, address] of addresses.entries()) {
    if (address !== "") addInvalid(errors, path.index(position), address, ipProblems(address));
  }
  if (addresses.length > 2) {
    errors.push(invalidValue(path, addresses, "may only hold up to 2 values"));
  } else if (addresses.length === 2 && isIpv4(addresses[0] ?? "") === isIpv4(addresses[1] ?? "")) {
    errors.push(invalidValue(path, addresses, "may specify no more than one IP for each IP family"));
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
function internalPort(protocol: string | undefined, port: number): object {
  return { Name: "", Protocol: protocol ?? "", AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
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
export function validateServiceUpdate(next: Service, previous: Service): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
  if (next.spec === previous.spec) return errors;
  const before = previous.spec ?? {};
  const spec = next.spec ?? {};
  const old = before.clusterIPs ?? (before.clusterIP ? [before.clusterIP] : []);
  const now = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []);
  if (before.type !== "ExternalName" && spec.type !== "ExternalName" && old[0]) {
    if (now.length === 0) {
      errors.push(required(specPath.child("clusterIPs").index(0), "primary clusterIP can not be unset"));
    } else if (now[0] !== old[0]) {
      errors.push(invalidValue(specPath.child("clusterIPs").index(0), now, "may not change once set"));
    }
  }
  if (before.healthCheckNodePort && spec.healthCheckNodePort !== before.healthCheckNodePort) {
    errors.push(forbidden(specPath.child("healthCheckNodePort"), isImmutable));
  }
  validateServiceSpec(errors, spec);
  return errors;
}
