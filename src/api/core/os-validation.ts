import type { Container, PodSpec } from "../generated/types.js";
import { type FieldErrors, forbidden, notSupported, required } from "../meta/field-error.js";
import type { FieldPath } from "../meta/field-path.js";

const notOnWindows = "cannot be set for a windows pod";
const notOnLinux = "windows options cannot be set for a linux pod";

/** What the containers of a Windows Pod cannot have, in upstream's order. */
const linuxOnlyOfContainers = [
  "appArmorProfile",
  "seLinuxOptions",
  "seccompProfile",
  "capabilities",
  "readOnlyRootFilesystem",
  "privileged",
  "allowPrivilegeEscalation",
  "procMount",
  "runAsUser",
  "runAsGroup",
] as const;

/**
 * A Pod that says what system it is for cannot ask for what another system has.
 * @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validateOS, validateWindows, validateLinux
 */
export function validateSystem(errors: FieldErrors, spec: PodSpec, path: FieldPath): void {
  if (spec.os === undefined) return;
  const { name } = spec.os;
  const namePath = path.child("os", "name");
  if (!name) errors.push(required(namePath));
  else if (name === "windows") validateWindows(errors, spec, path);
  else if (name === "linux") validateLinux(errors, spec, path);
  else errors.push(notSupported(path.child("os"), name, ["linux", "windows"]));
}

function validateWindows(errors: FieldErrors, spec: PodSpec, path: FieldPath): void {
  const context = spec.securityContext ?? {};
  const contextPath = path.child("securityContext");
  const refuse = (isSet: boolean, name: string) => {
    if (isSet) errors.push(forbidden(contextPath.child(name), notOnWindows));
  };
  refuse(context.appArmorProfile !== undefined, "appArmorProfile");
  refuse(context.seLinuxOptions !== undefined, "seLinuxOptions");
  if (spec.hostUsers !== undefined) errors.push(forbidden(path.child("hostUsers"), notOnWindows));
  if (spec.hostPID === true) errors.push(forbidden(path.child("hostPID"), notOnWindows));
  if (spec.hostIPC === true) errors.push(forbidden(path.child("hostIPC"), notOnWindows));
  refuse(context.seccompProfile !== undefined, "seccompProfile");
  refuse(context.fsGroup !== undefined, "fsGroup");
  refuse(context.fsGroupChangePolicy !== undefined, "fsGroupChangePolicy");
  refuse((context.sysctls?.length ?? 0) > 0, "sysctls");
  if (spec.shareProcessNamespace !== undefined) {
    errors.push(forbidden(path.child("shareProcessNamespace"), notOnWindows));
  }
  refuse(context.runAsUser !== undefined, "runAsUser");
  refuse(context.runAsGroup !== undefined, "runAsGroup");
  refuse(context.supplementalGroups !== undefined, "supplementalGroups");
  refuse(context.supplementalGroupsPolicy !== undefined, "supplementalGroupsPolicy");
  refuse(context.seLinuxChangePolicy !== undefined, "seLinuxChangePolicy");
  for (const { container, containerPath } of containersOf(spec, path)) {
    for (const name of linuxOnlyOfContainers) {
      if (container.securityContext?.[name] === undefined) continue;
      errors.push(forbidden(containerPath.child("securityContext", name), notOnWindows));
    }
  }
}

function validateLinux(errors: FieldErrors, spec: PodSpec, path: FieldPath): void {
  if (spec.securityContext?.windowsOptions !== undefined) {
    errors.push(forbidden(path.child("securityContext", "windowsOptions"), notOnLinux));
  }
  for (const { container, containerPath } of containersOf(spec, path)) {
    if (container.securityContext?.windowsOptions === undefined) continue;
    errors.push(forbidden(containerPath.child("securityContext", "windowsOptions"), notOnLinux));
  }
}

function* containersOf(
  spec: PodSpec,
  path: FieldPath,
): Iterable<{ readonly container: Container; readonly containerPath: FieldPath }> {
  for (const list of ["initContainers", "containers"] as const) {
    for (const [position, container] of spec[list]?.entries() ?? []) {
      yield { container, containerPath: path.child(list).index(position) };
    }
  }
}
