import type { Container, ContainerRestartRule, EphemeralContainer } from "../generated/types.js";
import {
  duplicate,
  type FieldErrors,
  forbidden,
  invalidValue,
  notSupported,
  required,
  tooMany,
  valueNotFound,
} from "../meta/field-error.js";
import type { FieldPath } from "../meta/field-path.js";
import { type ContainerContext, validateContainer, validateHostPorts } from "./container-validation.js";
import { type ProbeKind, validateLifecycle, validateProbe } from "./handler-validation.js";
import type { PodValidationOptions } from "./pod-validation-options.js";

const probeKinds: readonly ProbeKind[] = ["livenessProbe", "readinessProbe", "startupProbe"];
const restartRulesMax = 20;
const exitCodesMax = 255;

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validateContainers */
export function validateContainers(errors: FieldErrors, specPath: FieldPath, context: ContainerContext): void {
  const containers = context.spec.containers ?? [];
  const listPath = specPath.child("containers");
  if (containers.length === 0) {
    errors.push(required(listPath));
    return;
  }
  const names = new Set<string>();
  for (let position = 0; position < containers.length; position++) {
    const container = containers[position] as Container; // the loop stays inside the list
    const path = listPath.index(position);
    validateContainer(errors, container, path, context);
    if (names.has(container.name)) errors.push(duplicate(path.child("name"), container.name));
    names.add(container.name);
    validateHooks(errors, container, path, context);
    if (context.options.containerRestartRules) validateRestartPolicy(errors, container, path, context.options);
    else if (container.restartPolicy !== undefined) {
      errors.push(forbidden(path.child("restartPolicy"), "may not be set for non-init containers"));
    }
  }
  validateHostPorts(errors, containers, listPath);
}

function validateHooks(errors: FieldErrors, container: Container, path: FieldPath, context: ContainerContext): void {
  validateLifecycle(errors, container.lifecycle, path, context.handlers);
  for (const kind of probeKinds) validateProbe(errors, container[kind], path, kind, context.handlers);
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validateInitContainers */
export function validateInitContainers(errors: FieldErrors, specPath: FieldPath, context: ContainerContext): void {
  const containers = context.spec.initContainers;
  if (containers === undefined || containers.length === 0) return;
  const listPath = specPath.child("initContainers");
  const names = new Set((context.spec.containers ?? []).map((container) => container.name));
  for (const [position, container] of containers.entries()) {
    const path = listPath.index(position);
    validateContainer(errors, container, path, context);
    validateInitRestartPolicy(errors, container, path, context);
    if (names.has(container.name)) errors.push(duplicate(path.child("name"), container.name));
    else if (container.name) names.add(container.name);
    validateHostPorts(errors, [container], listPath);
    if (container.restartPolicy === "Always") validateHooks(errors, container, path, context);
    else forbidHooks(errors, container, path);
    if ((container.resizePolicy ?? []).length > 0 && !context.options.resizableInitContainers) {
      const detail = "must not be set for init containers";
      errors.push(invalidValue(path.child("resizePolicy"), container.resizePolicy, detail));
    }
  }
}

function validateInitRestartPolicy(
  errors: FieldErrors,
  container: Container,
  path: FieldPath,
  { options }: ContainerContext,
): void {
  const sidecarRules = container.restartPolicy === "Always" && (container.restartPolicyRules ?? []).length > 0;
  if (sidecarRules && options.containerRestartRules && !options.restartAllContainers) {
    const detail = "restartPolicyRules are not allowed for init containers with restart policy Always";
    errors.push(forbidden(path.child("restartPolicyRules"), detail));
  } else if (options.containerRestartRules) validateRestartPolicy(errors, container, path, options);
  else if (container.restartPolicy !== undefined && container.restartPolicy !== "Always") {
    errors.push(notSupported(path.child("restartPolicy"), container.restartPolicy, ["Always"]));
  }
}

/** Only a sidecar lives long enough to be asked how it is. */
function forbidHooks(errors: FieldErrors, container: Container, path: FieldPath): void {
  for (const name of ["lifecycle", ...probeKinds] as const) {
    if (container[name] === undefined) continue;
    const detail = "may not be set for init containers without restartPolicy=Always";
    errors.push(forbidden(path.child(name), detail));
  }
}

/** A container's own restart policy, and the rules that make exceptions from it. */
function validateRestartPolicy(
  errors: FieldErrors,
  container: Container,
  path: FieldPath,
  options: PodValidationOptions,
): void {
  const { restartPolicy, restartPolicyRules: rules = [] } = container;
  if (restartPolicy === undefined && rules.length === 0) return;
  const policies = ["Always", "Never", "OnFailure"];
  if (restartPolicy === undefined) {
    errors.push(required(path.child("restartPolicy"), "must specify restartPolicy when restart rules are used"));
  } else if (!policies.includes(restartPolicy)) {
    errors.push(notSupported(path.child("restartPolicy"), restartPolicy, policies));
  }
  const rulesPath = path.child("restartPolicyRules");
  if (rules.length > restartRulesMax) errors.push(tooMany(rulesPath, rules.length, restartRulesMax));
  for (const [position, rule] of rules.entries()) validateRestartRule(errors, rule, rulesPath.index(position), options);
}

function validateRestartRule(
  errors: FieldErrors,
  rule: ContainerRestartRule,
  path: FieldPath,
  { restartAllContainers }: PodValidationOptions,
): void {
  const action = rule.action ?? "";
  const actions = restartAllContainers ? ["Restart", "RestartAllContainers"] : ["Restart"];
  if (!actions.includes(action)) errors.push(notSupported(path.child("action"), action, actions));
  if (rule.exitCodes === undefined) {
    errors.push(required(path.child("exitCodes"), "must be specified"));
    return;
  }
  const codesPath = path.child("exitCodes");
  const { operator = "", values = [] } = rule.exitCodes;
  if (operator !== "In" && operator !== "NotIn") {
    errors.push(notSupported(codesPath.child("operator"), operator, ["In", "NotIn"]));
  }
  if (values.length > exitCodesMax) errors.push(tooMany(codesPath.child("values"), values.length, exitCodesMax));
}

const ephemeralForbidden = [
  "ports",
  "resources",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle",
  "resizePolicy",
  "restartPolicy",
  "restartPolicyRules",
] as const satisfies readonly (keyof EphemeralContainer)[];

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validateEphemeralContainers */
export function validateEphemeralContainers(errors: FieldErrors, specPath: FieldPath, context: ContainerContext): void {
  const { ephemeralContainers, containers = [], initContainers = [] } = context.spec;
  if (ephemeralContainers === undefined) return;
  const others = new Set([...containers, ...initContainers].map((container) => container.name));
  const names = new Set(others);
  for (const [position, container] of ephemeralContainers.entries()) {
    const path = specPath.child("ephemeralContainers").index(position);
    validateContainer(errors, container, path, context);
    if (names.has(container.name)) errors.push(duplicate(path.child("name"), container.name));
    names.add(container.name);
    const target = container.targetContainerName;
    if (target && !others.has(target)) errors.push(valueNotFound(path.child("targetContainerName"), target));
    for (const name of ephemeralForbidden) {
      if (isSet(container[name])) {
        errors.push(forbidden(path.child(name), "cannot be set for an Ephemeral Container"));
      }
    }
    forbidSubPaths(errors, container, path);
  }
}

function forbidSubPaths(errors: FieldErrors, container: EphemeralContainer, path: FieldPath): void {
  for (const [position, mount] of container.volumeMounts?.entries() ?? []) {
    for (const name of ["subPath", "subPathExpr"] as const) {
      if (!mount[name]) continue;
      const mountPath = path.child("volumeMounts").index(position).child(name);
      errors.push(forbidden(mountPath, "cannot be set for an Ephemeral Container"));
    }
  }
}

function isSet(value: unknown): boolean {
  return value !== undefined && !(typeof value === "object" && value !== null && Object.keys(value).length === 0);
}
