import type { ResourceRequirements } from "../generated/types.js";
import {
  addInvalid,
  duplicate,
  type FieldErrors,
  forbidden,
  invalidValue,
  mustNotBeNegative,
  notSupported,
  required,
  valueNotFound,
} from "../meta/field-error.js";
import type { FieldPath } from "../meta/field-path.js";
import { labelKeyProblems } from "../meta/identifiers.js";
import { formatQuantity, parseQuantity, type Quantity, QuantityError, type QuantityText } from "../meta/quantity.js";

const standardContainerResources: ReadonlySet<string> = new Set(["cpu", "memory", "ephemeral-storage"]);
/** Resources that are counted: no part of one can be asked for. */
const wholeResources: ReadonlySet<string> = new Set([
  "pods",
  "services",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "replicationcontrollers",
  "resourcequotas",
  "services.loadbalancers",
  "services.nodeports",
]);
const standardResources: ReadonlySet<string> = new Set([
  ...standardContainerResources,
  ...wholeResources,
  "storage",
  "requests.cpu",
  "requests.memory",
  "requests.storage",
  "requests.ephemeral-storage",
  "limits.cpu",
  "limits.memory",
  "limits.ephemeral-storage",
]);
function isHugePages(name: string): boolean {
  return name.startsWith("hugepages-");
}

function isNative(name: string): boolean {
  return !name.includes("/") || name.includes("kubernetes.io/");
}

function isExtended(name: string): boolean {
  if (isNative(name) || name.startsWith("requests.")) return false;
  return labelKeyProblems(`requests.${name}`).length === 0;
}

/** Resources that may be promised more often than they exist. */
function mayOvercommit(name: string): boolean {
  return isNative(name) && !isHugePages(name);
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validateContainerResourceName */
export function validateContainerResourceName(errors: FieldErrors, name: string, path: FieldPath): void {
  if (standardContainerResources.has(name)) return;
  validateResourceName(errors, name, path);
  if (!name.includes("/")) {
    if (!isHugePages(name)) errors.push(invalidValue(path, name, "must be a standard resource for containers"));
  } else if (!isNative(name) && !isExtended(name)) {
    errors.push(invalidValue(path, name, "doesn't follow extended resource name standard"));
  }
}

export function validateResourceName(errors: FieldErrors, name: string, path: FieldPath): void {
  const problems = labelKeyProblems(name);
  if (problems.length > 0) addInvalid(errors, path, name, problems);
  else if (!name.includes("/") && !standardResources.has(name) && !isHugePages(name)) {
    errors.push(invalidValue(path, name, "must be a standard resource type or fully qualified"));
  }
}

/** An amount is never negative, and whole where the resource cannot be cut. */
export function validateAmount(errors: FieldErrors, name: string, amount: QuantityText, path: FieldPath): Quantity {
  const quantity = parseQuantity(amount);
  if (quantity.nano < 0n) errors.push(invalidValue(path, formatQuantity(quantity), mustNotBeNegative));
  const whole = wholeResources.has(name) || isExtended(name);
  if (whole && quantity.nano % 1_000_000_000n !== 0n) {
    errors.push(invalidValue(path, formatQuantity(quantity), "must be an integer"));
  }
  return quantity;
}

/**
 * What is wrong with the resources of a container. Amounts have to be quantities already: decoding sees to it.
 * @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateContainerResourceRequirements
 */
export function validateResources(
  errors: FieldErrors,
  resources: ResourceRequirements | undefined,
  claimNames: ReadonlySet<string>,
  containerPath: FieldPath,
): void {
  if (resources === undefined) return;
  const { limits, requests, claims } = resources;
  if (limits === undefined && requests === undefined && claims === undefined) return;
  const path = containerPath.child("resources");
  let hugePages = false;
  let computing = false;
  for (const name in limits) {
    const amountPath = path.child("limits").key(name);
    validateContainerResourceName(errors, name, amountPath);
    validateWholePages(errors, name, validateAmount(errors, name, limits[name] ?? "0", amountPath), amountPath);
    hugePages ||= isHugePages(name);
    computing ||= name === "cpu" || name === "memory";
  }
  for (const name in requests) {
    const amountPath = path.child("requests").key(name);
    validateContainerResourceName(errors, name, amountPath);
    const request = validateAmount(errors, name, requests[name] ?? "0", amountPath);
    validateAgainstLimit(errors, name, request, limits?.[name], path);
    validateWholePages(errors, name, request, amountPath);
    hugePages ||= isHugePages(name);
    computing ||= name === "cpu" || name === "memory";
  }
  if (hugePages && !computing) errors.push(forbidden(path, "HugePages require cpu or memory"));
  if (claims !== undefined) validateClaims(errors, claims, claimNames, path.child("claims"));
}

/** Huge pages are given out whole. */
function validateWholePages(errors: FieldErrors, name: string, amount: Quantity, path: FieldPath): void {
  if (!isHugePages(name)) return;
  let page: bigint;
  try {
    page = parseQuantity(name.slice("hugepages-".length)).nano;
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    page = 0n;
  }
  if (page > 0n && amount.nano % page === 0n) return;
  const text = formatQuantity(amount);
  errors.push(invalidValue(path, text, `${text} is not positive integer multiple of ${name}`));
}

function validateAgainstLimit(
  errors: FieldErrors,
  name: string,
  request: Quantity,
  limit: QuantityText | undefined,
  path: FieldPath,
): void {
  if (limit === undefined) {
    if (!mayOvercommit(name)) {
      errors.push(required(path.child("limits"), "Limit must be set for non overcommitable resources"));
    }
    return;
  }
  const most = parseQuantity(limit);
  if (request.nano === most.nano) return;
  const text = formatQuantity(request);
  if (!mayOvercommit(name)) {
    errors.push(
      invalidValue(path.child("requests"), text, `must be equal to ${name} limit of ${formatQuantity(most)}`),
    );
  } else if (request.nano > most.nano) {
    const detail = `must be less than or equal to ${name} limit of ${formatQuantity(most)}`;
    errors.push(invalidValue(path.child("requests"), text, detail));
  }
}

function validateClaims(
  errors: FieldErrors,
  claims: NonNullable<ResourceRequirements["claims"]>,
  claimNames: ReadonlySet<string>,
  path: FieldPath,
): void {
  const seen = new Set<string>();
  for (const [position, { name }] of claims.entries()) {
    if (!name) errors.push(required(path.index(position)));
    else {
      if (seen.has(name)) errors.push(duplicate(path.index(position), name));
      seen.add(name);
      if (!claimNames.has(name)) {
        const known = claimNames.size === 0 ? " which is empty" : `: ${[...claimNames].sort().join(", ")}`;
        const detail = `must be one of the names in pod.spec.resourceClaims${known}`;
        errors.push(valueNotFound(path.index(position), name, detail));
      }
    }
  }
}

const podResources: readonly string[] = ["cpu", "hugepages-", "memory"];

/** The resources of a Pod as a whole: only those that the kubelet can share out. */
export function validatePodResources(
  errors: FieldErrors,
  resources: ResourceRequirements,
  claimNames: ReadonlySet<string>,
  path: FieldPath,
): void {
  if (resources.claims !== undefined) {
    errors.push(forbidden(path.child("claims"), "claims may not be set for Resources at pod-level"));
  }
  let hugePages = false;
  let computing = false;
  for (const list of ["limits", "requests"] as const) {
    for (const name in resources[list]) {
      const amountPath = path.child(list).key(name);
      const before = errors.length;
      validateResourceName(errors, name, amountPath);
      if (errors.length === before && name !== "cpu" && name !== "memory" && !isHugePages(name)) {
        errors.push(notSupported(amountPath, name, podResources));
      }
      const amount = validateAmount(errors, name, resources[list]?.[name] ?? "0", amountPath);
      if (list === "requests") validateAgainstLimit(errors, name, amount, resources.limits?.[name], path);
      validateWholePages(errors, name, amount, amountPath);
      hugePages ||= isHugePages(name);
      computing ||= name === "cpu" || name === "memory";
    }
  }
  if (hugePages && !computing) errors.push(forbidden(path, "HugePages require cpu or memory"));
  if (resources.claims !== undefined) validateClaims(errors, resources.claims, claimNames, path.child("claims"));
}
