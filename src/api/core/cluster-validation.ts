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
import { checkImmutable, validateObjectMeta, validateObjectMetaUpdate } from "../meta/object-meta-validation.js";
import { validateAmount, validateResourceName } from "./resource-validation.js";
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
    if (data?.[key] === undefined) errors.push(required(dataPath.key(key)));
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
    addInvalid(errors, FieldPath.of("spec", "finalizers"), finalizer, labelKeyProblems(finalizer));
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

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateNode */
export function validateNode(node: Node): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMeta(errors, node.metadata, clusterRules);
  validateTaints(errors, node.spec?.taints, FieldPath.of("spec"));
  validateNodeResources(errors, node);
  return errors;
}

function validateNodeResources(errors: FieldErrors, { status }: Node): void {
  for (const list of ["capacity", "allocatable"] as const) {
    for (const name in status?.[list]) {
      const path = FieldPath.of("status", list).key(name);
      validateResourceName(errors, name, path);
      validateAmount(errors, name, status?.[list]?.[name] ?? "0", path);
    }
  }
}

/** Of a Node, labels, taints and whether it takes Pods may change; what it is may not. */
export function validateNodeUpdate(next: Node, previous: Node): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
  if (next.spec !== previous.spec) {
    validateTaints(errors, next.spec?.taints, FieldPath.of("spec"));
    if (previous.spec?.providerID && next.spec?.providerID !== previous.spec.providerID) {
      const detail = 'node updates may not change providerID except from "" to valid';
      errors.push(forbidden(FieldPath.of("spec", "providerID"), detail));
    }
    if (previous.spec?.podCIDRs !== undefined) {
      checkImmutable(errors, next.spec?.podCIDRs, previous.spec.podCIDRs, FieldPath.of("spec"), "podCIDRs");
    }
  }
  if (next.status !== previous.status) validateNodeResources(errors, next);
  return errors;
}
