import type {
  Container,
  ContainerPort,
  EphemeralContainer,
  PodSpec,
  VolumeDevice,
  VolumeMount,
} from "../generated/types.js";
import {
  addInvalid,
  duplicate,
  type FieldErrors,
  forbidden,
  invalidValue,
  notSupported,
  required,
  valueNotFound,
} from "../meta/field-error.js";
import type { FieldPath } from "../meta/field-path.js";
import { dns1123LabelProblems, portNameProblems, portNumberProblems } from "../meta/identifiers.js";
import { validateEnvironment, validateEnvironmentSources } from "./environment-validation.js";
import type { HandlerContext } from "./handler-validation.js";
import { checkDescendingPath } from "./path-validation.js";
import type { PodValidationOptions } from "./pod-validation-options.js";
import { validateResources } from "./resource-validation.js";
import { validateSecurityContext } from "./security-context-validation.js";
import type { Volumes } from "./volume-validation.js";

/** What the Pod around a container says that its validation needs. */
export interface ContainerContext {
  readonly spec: PodSpec;
  readonly volumes: Volumes;
  readonly claimNames: ReadonlySet<string>;
  readonly handlers: HandlerContext;
  readonly options: PodValidationOptions;
}

/**
 * What holds for containers of every kind.
 * @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validateContainerCommon
 */
export function validateContainer(
  errors: FieldErrors,
  container: Container | EphemeralContainer,
  path: FieldPath,
  context: ContainerContext,
): void {
  const { name = "", image = "", imagePullPolicy = "", terminationMessagePolicy = "" } = container;
  if (name === "") errors.push(required(path.child("name")));
  else {
    const problems = dns1123LabelProblems(name);
    if (problems.length > 0) addInvalid(errors, path.child("name"), name, problems);
  }
  // a template's image may have spaces around it: some admission plug-ins give them a meaning
  if (image === "") errors.push(required(path.child("image")));
  checkChoice(errors, terminationMessagePolicy, terminationPolicies, path, "terminationMessagePolicy");
  if (container.ports !== undefined) validatePorts(errors, container.ports, path);
  validateEnvironment(errors, container.env, path, context.options);
  validateEnvironmentSources(errors, container.envFrom, path, context.options);
  if (container.volumeMounts !== undefined) validateMounts(errors, container, container.volumeMounts, path, context);
  if (container.volumeDevices !== undefined) validateDevices(errors, container, container.volumeDevices, path, context);
  checkChoice(errors, imagePullPolicy, pullPolicies, path, "imagePullPolicy");
  validateResources(errors, container.resources, context.claimNames, path);
  if (container.resizePolicy !== undefined) validateResizePolicy(errors, container, path, context);
  validateSecurityContext(errors, container.securityContext, path, context.spec.hostUsers !== false);
}

const terminationPolicies = ["File", "FallbackToLogsOnError"];
const pullPolicies = ["Always", "IfNotPresent", "Never"];

/** A field that has a default, so that an empty one is missing, and only a few values. */
export function checkChoice(
  errors: FieldErrors,
  value: string,
  supported: readonly string[],
  path: FieldPath,
  name: string,
): void {
  if (supported.includes(value)) return;
  errors.push(value === "" ? required(path.child(name)) : notSupported(path.child(name), value, supported));
}

export const portProtocols: readonly string[] = ["SCTP", "TCP", "UDP"];

function validatePorts(errors: FieldErrors, ports: readonly ContainerPort[], containerPath: FieldPath): void {
  const names = new Set<string>();
  for (const [position, port] of ports.entries()) {
    const path = containerPath.child("ports").index(position);
    if (port.name) {
      const problems = portNameProblems(port.name);
      if (problems.length > 0) addInvalid(errors, path.child("name"), port.name, problems);
      else if (names.has(port.name)) errors.push(duplicate(path.child("name"), port.name));
      else names.add(port.name);
    }
    if (!port.containerPort) errors.push(required(path.child("containerPort")));
    else addInvalid(errors, path.child("containerPort"), port.containerPort, portNumberProblems(port.containerPort));
    if (port.hostPort) addInvalid(errors, path.child("hostPort"), port.hostPort, portNumberProblems(port.hostPort));
    checkChoice(errors, port.protocol ?? "", portProtocols, path, "protocol");
  }
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateVolumeMounts */
function validateMounts(
  errors: FieldErrors,
  container: Container | EphemeralContainer,
  mounts: readonly VolumeMount[],
  containerPath: FieldPath,
  context: ContainerContext,
): void {
  const paths = new Set<string>();
  const listPath = containerPath.child("volumeMounts");
  for (const [position, mount] of mounts.entries()) {
    const path = listPath.index(position);
    const { name = "", mountPath = "" } = mount;
    if (name === "") errors.push(required(path.child("name")));
    if (!context.volumes.has(name)) errors.push(valueNotFound(path.child("name"), name));
    if (mountPath === "") errors.push(required(path.child("mountPath")));
    if (paths.has(mountPath)) errors.push(invalidValue(path.child("mountPath"), mountPath, "must be unique"));
    paths.add(mountPath);
    for (const device of container.volumeDevices ?? []) {
      if (device.name === name) {
        errors.push(invalidValue(path.child("name"), name, "must not already exist in volumeDevices"));
      }
      if (device.devicePath === mountPath) {
        const detail = "must not already exist as a path in volumeDevices";
        errors.push(invalidValue(path.child("mountPath"), mountPath, detail));
      }
    }
    validateMountParts(errors, container, mount, path, listPath);
  }
}

/** Upstream reports what is wrong with these parts at the list, without the position. */
function validateMountParts(
  errors: FieldErrors,
  container: Container | EphemeralContainer,
  mount: VolumeMount,
  path: FieldPath,
  listPath: FieldPath,
): void {
  if (mount.subPath) checkDescendingPath(errors, mount.subPath, listPath, "subPath");
  if (mount.subPathExpr) {
    if (mount.subPath) {
      const detail = "subPathExpr and subPath are mutually exclusive";
      errors.push(invalidValue(path.child("subPathExpr"), mount.subPathExpr, detail));
    }
    checkDescendingPath(errors, mount.subPathExpr, listPath, "subPathExpr");
  }
  const { mountPropagation, recursiveReadOnly } = mount;
  if (mountPropagation !== undefined) {
    const propagationPath = listPath.child("mountPropagation");
    const modes = ["Bidirectional", "HostToContainer", "None"];
    if (!modes.includes(mountPropagation)) errors.push(notSupported(propagationPath, mountPropagation, modes));
    if (mountPropagation === "Bidirectional" && container.securityContext?.privileged !== true) {
      const detail = "Bidirectional mount propagation is available only to privileged containers";
      errors.push(forbidden(propagationPath, detail));
    }
  }
  if (recursiveReadOnly === undefined || recursiveReadOnly === "Disabled") return;
  const recursivePath = listPath.child("recursiveReadOnly");
  if (recursiveReadOnly !== "Enabled" && recursiveReadOnly !== "IfPossible") {
    errors.push(notSupported(recursivePath, recursiveReadOnly, ["Disabled", "Enabled", "IfPossible"]));
    return;
  }
  if (mount.readOnly !== true) errors.push(forbidden(recursivePath, "may only be specified when readOnly is true"));
  if (mountPropagation !== undefined && mountPropagation !== "None") {
    const detail = "may only be specified when mountPropagation is None or not specified";
    errors.push(forbidden(recursivePath, detail));
  }
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateVolumeDevices */
function validateDevices(
  errors: FieldErrors,
  container: Container | EphemeralContainer,
  devices: readonly VolumeDevice[],
  containerPath: FieldPath,
  context: ContainerContext,
): void {
  const names = new Set<string>();
  const paths = new Set<string>();
  for (const [position, { name = "", devicePath = "" }] of devices.entries()) {
    const path = containerPath.child("volumeDevices").index(position);
    const volume = context.volumes.get(name);
    if (name === "") errors.push(required(path.child("name")));
    if (names.has(name)) errors.push(invalidValue(path.child("name"), name, "must be unique"));
    if (volume === undefined) errors.push(valueNotFound(path.child("name"), name));
    else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
      const detail = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode";
      errors.push(invalidValue(path.child("name"), name, detail));
    }
    if (devicePath === "") errors.push(required(path.child("devicePath")));
    if (paths.has(devicePath)) errors.push(invalidValue(path.child("devicePath"), devicePath, "must be unique"));
    if (devicePath.split("/").includes("..")) {
      errors.push(invalidValue(path.child("devicePath"), devicePath, "can not contain backsteps ('..')"));
    } else paths.add(devicePath);
    for (const mount of container.volumeMounts ?? []) {
      if (mount.name === name) {
        errors.push(invalidValue(path.child("name"), name, "must not already exist in volumeMounts"));
      }
      if (mount.mountPath === devicePath) {
        const detail = "must not already exist as a path in volumeMounts";
        errors.push(invalidValue(path.child("devicePath"), devicePath, detail));
      }
    }
    if (name !== "") names.add(name);
  }
}

function validateResizePolicy(
  errors: FieldErrors,
  container: Container | EphemeralContainer,
  containerPath: FieldPath,
  context: ContainerContext,
): void {
  const path = containerPath.child("resizePolicy");
  const seen = new Set<string>();
  for (const [position, { resourceName = "", restartPolicy = "" }] of container.resizePolicy?.entries() ?? []) {
    if (seen.has(resourceName)) errors.push(duplicate(path.index(position), resourceName));
    seen.add(resourceName);
    for (const [value, supported] of [
      [resourceName, ["cpu", "memory"]],
      [restartPolicy, ["NotRequired", "RestartContainer"]],
    ] as const) {
      if ((supported as readonly string[]).includes(value)) continue;
      errors.push(value === "" ? required(path) : notSupported(path, value, supported));
    }
    if (context.spec.restartPolicy === "Never" && restartPolicy !== "NotRequired") {
      const detail = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
      errors.push(invalidValue(path, restartPolicy, detail));
    }
  }
}

/** The same port of a host cannot be taken twice. */
export function validateHostPorts(errors: FieldErrors, containers: readonly Container[], listPath: FieldPath): void {
  let taken: Set<string> | undefined;
  for (const [position, container] of containers.entries()) {
    for (const [portPosition, port] of container.ports?.entries() ?? []) {
      if (!port.hostPort) continue;
      taken ??= new Set();
      const text = `${port.protocol ?? ""}/${port.hostIP ?? ""}/${port.hostPort}`;
      if (taken.has(text)) {
        errors.push(duplicate(listPath.index(position).child("ports").index(portPosition).child("hostPort"), text));
      }
      taken.add(text);
    }
  }
}
