import type { ConfigMap, Namespace, Node, Secret, ServiceAccount } from "../generated/types.js";
import { semanticallyEqual } from "../meta/equality.js";
import {
  addInvalid,
  type FieldError,
  type FieldErrors,
  forbidden,
  invalidValue,
  required,
  tooLong,
} from "../meta/field-error.js";
import { FieldPath } from "../meta/field-path.js";
import { configMapKeyProblems, labelKeyProblems, nameIsLabel, nameIsSubdomain } from "../meta/identifiers.js";
import {
  notStandardFinalizer,
  standardFinalizers,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from "../meta/object-meta-validation.js";
import { GoJsonError, parseGoJson } from "../schema/go-json.js";
import { validateAmount } from "./resource-validation.js";
import { validateTaints } from "./scheduling-validation.js";

const namedRules = { namespaced: true, nameProblems: nameIsSubdomain };
const clusterRules = { namespaced: false, nameProblems: nameIsSubdomain };
const namespaceRules = { namespaced: false, nameProblems: nameIsLabel };

/** The bytes that the values of a ConfigMap or Secret may have together: etcd's entries are small. */
const dataBytesMax = 1024 * 1024;
const emptyPath = FieldPath.of("");
const immutableDetail = "field is immutable when `immutable` is set";

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateConfigMap */
export function validateConfigMap(configMap: ConfigMap): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMeta(errors, configMap.metadata, namedRules);
  validateConfigData(errors, configMap);
  return errors;
}

function validateConfigData(errors: FieldErrors, { data, binaryData }: ConfigMap): void {
  let bytes = 0;
  for (const key in data) {
    const path = () => FieldPath.of("data").key(key);
    const problems = configMapKeyProblems(key);
    if (problems.length > 0) addInvalid(errors, path(), key, problems);
    if (binaryData?.[key] !== undefined) {
      errors.push(invalidValue(path(), key, "duplicate of key present in binaryData"));
    }
    bytes += Buffer.byteLength(data[key] ?? "", "utf8");
  }
  for (const key in binaryData) {
    const problems = configMapKeyProblems(key);
    if (problems.length > 0) addInvalid(errors, FieldPath.of("binaryData").key(key), key, problems);
    bytes += base64Bytes(binaryData[key] ?? "");
  }
  if (bytes > dataBytesMax) errors.push(tooLong(emptyPath, dataBytesMax));
}

/** The bytes that a base64 text stands for. */
function base64Bytes(text: string): number {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return Math.max(0, Math.floor((text.length * 3) / 4) - padding);
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateConfigMapUpdate */
export function validateConfigMapUpdate(next: ConfigMap, previous: ConfigMap): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
  if (previous.immutable === true) {
    if (next.immutable !== true) errors.push(forbidden(FieldPath.of("immutable"), immutableDetail));
    if (!semanticallyEqual(next.data, previous.data)) errors.push(forbidden(FieldPath.of("data"), immutableDetail));
    if (!semanticallyEqual(next.binaryData, previous.binaryData)) {
      errors.push(forbidden(FieldPath.of("binaryData"), immutableDetail));
    }
  }
  if (next.data !== previous.data || next.binaryData !== previous.binaryData) validateConfigData(errors, next);
  return errors;
}

/** What a Secret of a certain type has to hold. */
const requiredKeys: { readonly [type: string]: readonly string[] | undefined } = {
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
};

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateSecret */
export function validateSecret(secret: Secret): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMeta(errors, secret.metadata, namedRules);
  validateSecretData(errors, secret);
  return errors;
}

function validateSecretData(errors: FieldErrors, { data, type = "", metadata }: Secret): void {
  const dataPath = FieldPath.of("data");
  let bytes = 0;
  for (const key in data) {
    const problems = configMapKeyProblems(key);
    if (problems.length > 0) addInvalid(errors, dataPath.key(key), key, problems);
    bytes += base64Bytes(data[key] ?? "");
  }
  if (bytes > dataBytesMax) errors.push(tooLong(dataPath, dataBytesMax));
  const account = "kubernetes.io/service-account.name";
  if (type === "kubernetes.io/service-account-token" && !metadata.annotations?.[account]) {
    errors.push(required(FieldPath.of("metadata", "annotations").key(account)));
  }
  if (type === "kubernetes.io/basic-auth" && data?.username === undefined && data?.password === undefined) {
    errors.push(required(dataPath.key("username")));
    errors.push(required(dataPath.key("password")));
  }
  for (const key of requiredKeys[type] ?? []) {
    const value = data?.[key];
    if (value === undefined || (value === "" && type === "kubernetes.io/ssh-auth"))
      errors.push(required(dataPath.key(key)));
    else if (key.startsWith(".docker")) {
      const problem = objectProblem(new TextDecoder().decode(Buffer.from(value, "base64")));
      if (problem !== undefined) errors.push(invalidValue(dataPath.key(key), "<secret contents redacted>", problem));
    }
  }
}

/** Why a text is no JSON object, in Go's words; undefined where it is one. */
function objectProblem(text: string): string | undefined {
  try {
    const value = parseGoJson(text);
    const isObject = value === null || (typeof value === "object" && !Array.isArray(value));
    if (isObject) return undefined;
    const kind = Array.isArray(value) ? "array" : value === true || value === false ? "bool" : typeof value;
    return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
  } catch (error) {
    if (!(error instanceof GoJsonError)) throw error;
    return error.message;
  }
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateSecretUpdate */
export function validateSecretUpdate(next: Secret, previous: Secret): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
  if (next.type !== previous.type) {
    errors.push(invalidValue(FieldPath.of("type"), next.type ?? "", "field is immutable"));
  }
  if (previous.immutable === true) {
    if (next.immutable !== true) errors.push(forbidden(FieldPath.of("immutable"), immutableDetail));
    if (!semanticallyEqual(next.data, previous.data)) errors.push(forbidden(FieldPath.of("data"), immutableDetail));
  }
  if (next.data !== previous.data) validateSecretData(errors, next);
  return errors;
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateNamespace */
export function validateNamespace(namespace: Namespace): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMeta(errors, namespace.metadata, namespaceRules);
  validateFinalizerNames(errors, namespace);
  return errors;
}

export function validateNamespaceUpdate(next: Namespace, previous: Namespace): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
  return errors;
}

function validateFinalizerNames(errors: FieldErrors, { spec }: Namespace): void {
  for (const finalizer of spec?.finalizers ?? []) {
    const path = FieldPath.of("spec", "finalizers");
    addInvalid(errors, path, finalizer, labelKeyProblems(finalizer));
    if (!finalizer.includes("/") && !standardFinalizers.includes(finalizer)) {
      errors.push(invalidValue(path, finalizer, notStandardFinalizer));
    }
  }
}

export function validateServiceAccount(account: ServiceAccount): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMeta(errors, account.metadata, namedRules);
  return errors;
}

export function validateServiceAccountUpdate(next: ServiceAccount, previous: ServiceAccount): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
  return errors;
}

/** Upstream reports taints as if they stood in the metadata. */
const taintsOwnerPath = FieldPath.of("metadata");

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateNode */
export function validateNode(node: Node): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMeta(errors, node.metadata, clusterRules);
  validateTaints(errors, node.spec?.taints, taintsOwnerPath);
  validateNodeResources(errors, node);
  return errors;
}

function validateNodeResources(errors: FieldErrors, { status }: Node): void {
  for (const list of ["capacity", "allocatable"] as const) {
    for (const name in status?.[list]) {
      validateAmount(errors, name, status?.[list]?.[name] ?? "0", FieldPath.of("status", list, name));
    }
  }
}

/** Of a Node, labels, taints and whether it takes Pods may change; what it is may not. */
export function validateNodeUpdate(next: Node, previous: Node): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
  if (next.spec !== previous.spec) {
    const podRanges = previous.spec?.podCIDRs ?? [];
    if (podRanges.length > 0 && podRanges.join() !== next.spec?.podCIDRs?.join()) {
      const detail = 'node updates may not change podCIDR except from "" to valid';
      errors.push(forbidden(FieldPath.of("spec", "podCIDRs"), detail));
    }
    if (previous.spec?.providerID && next.spec?.providerID !== previous.spec.providerID) {
      const detail = 'node updates may not change providerID except from "" to valid';
      errors.push(forbidden(FieldPath.of("spec", "providerID"), detail));
    }
    validateTaints(errors, next.spec?.taints, taintsOwnerPath);
  }
  if (next.status !== previous.status) validateNodeResources(errors, next);
  return errors;
}
