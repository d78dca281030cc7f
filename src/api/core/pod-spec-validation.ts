import type { PodResourceClaim, PodSpec } from "../generated/types.js";
import {
  addInvalid,
  duplicate,
  type FieldErrors,
  forbidden,
  invalidValue,
  required,
  tooLong,
  valueNotFound,
} from "../meta/field-error.js";
import type { FieldPath } from "../meta/field-path.js";
import {
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  ipProblems,
  nameIsSubdomain,
  rangeMessage,
} from "../meta/identifiers.js";
import { validateLabels } from "../meta/object-meta-validation.js";
import { validateAffinity } from "./affinity-validation.js";
import { type ContainerContext, checkChoice } from "./container-validation.js";
import { validateContainers, validateEphemeralContainers, validateInitContainers } from "./containers-validation.js";
import { validateSystem } from "./os-validation.js";
import { validatePodDns } from "./pod-dns-validation.js";
import { validatePodResourcesTogether } from "./pod-resource-validation.js";
import type { PodValidationOptions } from "./pod-validation-options.js";
import { validateAmount, validateContainerResourceName, validatePodResources } from "./resource-validation.js";
import { validateGates, validateSpreadConstraints, validateTolerations } from "./scheduling-validation.js";
import { validateHostUsers, validatePodSecurityContext } from "./security-context-validation.js";
import { validateVolumes } from "./volume-validation.js";

const secondsMax = 2 ** 31 - 1;
const hostnameOverrideMax = 64;
const noNames: ReadonlySet<string> = new Set();

/**
 * What is wrong with a Pod spec after defaulting. `podName` is empty for templates, whose Pods have no name yet.
 * @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidatePodSpec
 */
export function validatePodSpec(
  errors: FieldErrors,
  spec: PodSpec,
  path: FieldPath,
  options: PodValidationOptions,
  podName = "",
): void {
  if (spec.terminationGracePeriodSeconds === undefined) {
    errors.push(required(path.child("terminationGracePeriodSeconds")));
  }
  const context: ContainerContext = {
    spec,
    volumes: validateVolumes(errors, spec.volumes, path, options, podName),
    claimNames: spec.resourceClaims === undefined ? noNames : claimNamesOf(spec.resourceClaims),
    handlers: { gracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30, options },
    options,
  };
  if (spec.resourceClaims !== undefined) validateResourceClaims(errors, spec.resourceClaims, path);
  validateContainers(errors, path, context);
  validateInitContainers(errors, path, context);
  validateEphemeralContainers(errors, path, context);
  if (spec.resources !== undefined) {
    validatePodResources(errors, spec.resources, claimNamesOf(spec.resourceClaims ?? []), path.child("resources"));
    validatePodResourcesTogether(errors, spec, spec.resources, path.child("resources"));
  }
  if (spec.hostNetwork === true) validateHostNetworkPorts(errors, spec, path, options);
  checkChoice(errors, spec.restartPolicy ?? "", restartPolicies, path, "restartPolicy");
  checkChoice(errors, spec.dnsPolicy ?? "", dnsPolicies, path, "dnsPolicy");
  validateLabels(errors, spec.nodeSelector, path, "nodeSelector");
  validatePodSecurityContext(errors, spec, path);
  validateAffinity(errors, spec.affinity, path);
  validatePodDns(errors, spec, path, options);
  if (spec.readinessGates !== undefined || spec.schedulingGates !== undefined) {
    validateGates(errors, spec.readinessGates, spec.schedulingGates, path);
  }
  validateSpreadConstraints(errors, spec.topologySpreadConstraints, path);
  validateHostUsers(errors, spec, path);
  validateHostnameOverride(errors, spec, path);
  validateNames(errors, spec, path);
  validateTolerations(errors, spec.tolerations, path);
  validateHostAliases(errors, spec, path);
  validateClasses(errors, spec, path);
  validateFileKeyVolumes(errors, spec, path);
}

const restartPolicies = ["Always", "OnFailure", "Never"];
const dnsPolicies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];

function validateNames(errors: FieldErrors, spec: PodSpec, path: FieldPath): void {
  for (const name of ["serviceAccountName", "nodeName"] as const) {
    const value = spec[name];
    if (!value) continue;
    const problems = nameIsSubdomain(value, false);
    if (problems.length > 0) addInvalid(errors, path.child(name), value, problems);
  }
  const seconds = spec.activeDeadlineSeconds;
  if (seconds !== undefined && (seconds < 1 || seconds > secondsMax)) {
    errors.push(invalidValue(path.child("activeDeadlineSeconds"), seconds, rangeMessage(1, secondsMax)));
  }
  for (const name of ["hostname", "subdomain"] as const) {
    const value = spec[name];
    if (value) addInvalid(errors, path.child(name), value, dns1123LabelProblems(value));
  }
}

/** A host name that is taken as it is: one of up to 64 characters, and only where nothing else names the host. */
function validateHostnameOverride(errors: FieldErrors, spec: PodSpec, path: FieldPath): void {
  const name = spec.hostnameOverride;
  if (name === undefined) return;
  const namePath = path.child("hostnameOverride");
  if (spec.setHostnameAsFQDN === true) {
    errors.push(forbidden(namePath, "may not be specified when setHostnameAsFQDN is true"));
  }
  if (spec.hostNetwork === true) {
    errors.push(forbidden(namePath, "may not be specified when hostNetwork is true"));
  }
  if (name.length > hostnameOverrideMax) errors.push(tooLong(namePath, hostnameOverrideMax));
  addInvalid(errors, namePath, name, dns1123SubdomainProblems(name));
}

function validateHostAliases(errors: FieldErrors, spec: PodSpec, specPath: FieldPath): void {
  for (const [position, { ip = "", hostnames }] of spec.hostAliases?.entries() ?? []) {
    const path = specPath.child("hostAliases").index(position);
    addInvalid(errors, path.child("ip"), ip, ipProblems(ip));
    for (const [namePosition, hostname] of hostnames?.entries() ?? []) {
      addInvalid(errors, path.child("hostnames").index(namePosition), hostname, dns1123SubdomainProblems(hostname));
    }
  }
}

function validateClasses(errors: FieldErrors, spec: PodSpec, path: FieldPath): void {
  for (const name of ["priorityClassName", "runtimeClassName"] as const) {
    const value = spec[name];
    if (value === undefined || (value === "" && name === "priorityClassName")) continue;
    addInvalid(errors, path.child(name), value, nameIsSubdomain(value, false));
  }
  if (spec.preemptionPolicy !== undefined) {
    checkChoice(errors, spec.preemptionPolicy, ["PreemptLowerPriority", "Never"], path, "preemptionPolicy");
  }
  for (const name in spec.overhead) {
    const overheadPath = path.child("overhead", "limits").key(name);
    validateContainerResourceName(errors, name, overheadPath);
    validateAmount(errors, name, spec.overhead[name] ?? "0", overheadPath);
  }
  validateSystem(errors, spec, path);
}

/**
 * Files with variables are read from emptyDir volumes alone.
 * @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validateFileKeyRefVolumes
 */
function validateFileKeyVolumes(errors: FieldErrors, spec: PodSpec, specPath: FieldPath): void {
  for (const list of ["initContainers", "containers", "ephemeralContainers"] as const) {
    for (const [position, { env }] of spec[list]?.entries() ?? []) {
      for (const [variablePosition, { valueFrom }] of env?.entries() ?? []) {
        if (valueFrom?.fileKeyRef === undefined) continue;
        const { volumeName = "" } = valueFrom.fileKeyRef;
        const variablePath = specPath.child(list).index(position).child("env").index(variablePosition);
        const path = variablePath.child("valueFrom", "fileKeyRef", "volumeName");
        const volume = spec.volumes?.find(({ name }) => name === volumeName);
        if (volume === undefined) errors.push(valueNotFound(path, volumeName));
        else if (volume.emptyDir === undefined) {
          errors.push(invalidValue(path, volumeName, "referenced volume must be of type emptyDir"));
        }
      }
    }
  }
}

/** On the host's network, the host's port is the container's; a template may leave it open. */
function validateHostNetworkPorts(
  errors: FieldErrors,
  spec: PodSpec,
  specPath: FieldPath,
  { isPod }: PodValidationOptions,
): void {
  for (const [position, container] of (spec.containers ?? []).entries()) {
    for (const [portPosition, { hostPort = 0, containerPort }] of container.ports?.entries() ?? []) {
      if ((!isPod && hostPort === 0) || hostPort === containerPort) continue;
      const path = specPath.child("containers").index(position).child("ports").index(portPosition).child("hostPort");
      errors.push(invalidValue(path, hostPort, "must match `containerPort` when `hostNetwork` is true"));
    }
  }
}

function claimNamesOf(claims: readonly PodResourceClaim[]): ReadonlySet<string> {
  return new Set(claims.map((claim) => claim.name).filter((name) => name !== ""));
}

/** A claim as messages show it: by the names of its fields in Go. */
function claimForm({ name, resourceClaimName, resourceClaimTemplateName }: PodResourceClaim): object {
  return {
    Name: name,
    ResourceClaimName: resourceClaimName ?? null,
    ResourceClaimTemplateName: resourceClaimTemplateName ?? null,
  };
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validatePodResourceClaim */
function validateResourceClaims(errors: FieldErrors, claims: readonly PodResourceClaim[], specPath: FieldPath): void {
  const names = new Set<string>();
  for (const [position, claim] of claims.entries()) {
    const path = specPath.child("resourceClaims").index(position);
    if (!claim.name) errors.push(required(path.child("name")));
    else if (names.has(claim.name)) errors.push(duplicate(path.child("name"), claim.name));
    else {
      addInvalid(errors, path.child("name"), claim.name, dns1123LabelProblems(claim.name));
      names.add(claim.name);
    }
    const { resourceClaimName: existing, resourceClaimTemplateName: template } = claim;
    if (existing !== undefined && template !== undefined) {
      const detail = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified";
      errors.push(invalidValue(path, claimForm(claim), detail));
    }
    if (existing === undefined && template === undefined) {
      const detail = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`";
      errors.push(invalidValue(path, claimForm(claim), detail));
    }
    for (const name of ["resourceClaimName", "resourceClaimTemplateName"] as const) {
      const value = claim[name];
      if (value !== undefined) addInvalid(errors, path.child(name), value, nameIsSubdomain(value, false));
    }
  }
}
