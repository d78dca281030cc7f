import type { Container, EnvVar, PodSpec, PodTemplateSpec } from "../generated/types.js";
import { FieldPath } from "../meta/field-path.js";
import { quote } from "../meta/go-text.js";
import { dns1123LabelProblems } from "../meta/identifiers.js";
import { parseQuantity } from "../meta/quantity.js";

/** Labels of Nodes under their old names. */
const deprecatedNodeLabels: { readonly [label: string]: string | undefined } = {
  "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
  "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

const deprecatedVolumes: { readonly [kind: string]: string | undefined } = {
  gitRepo: "deprecated in v1.11, and disabled by default in v1.33+",
  photonPersistentDisk: "deprecated in v1.11, non-functional in v1.16+",
  scaleIO: "deprecated in v1.16, non-functional in v1.22+",
  flocker: "deprecated in v1.22, non-functional in v1.25+",
  storageos: "deprecated in v1.22, non-functional in v1.25+",
  quobyte: "deprecated in v1.22, non-functional in v1.25+",
  glusterfs: "deprecated in v1.25, non-functional in v1.26+",
  cephfs: "deprecated in v1.28, non-functional in v1.31+",
  rbd: "deprecated in v1.28, non-functional in v1.31+",
  awsElasticBlockStore: "deprecated in v1.17, non-functional in v1.27+",
};

/**
 * What the API server warns of in a Pod spec that it accepts; paths begin with `path`.
 * @see kubernetes v1.36 pkg/api/pod/warnings.go, warningsForPodSpecAndMeta
 */
export function warningsForPodSpec(spec: PodSpec, path: FieldPath = FieldPath.of("spec")): readonly string[] {
  const warnings: string[] = [];
  for (const label in spec.nodeSelector) {
    const warning = deprecatedNodeLabels[label];
    if (warning !== undefined) warnings.push(`${path.child("nodeSelector").key(label)}: ${warning}`);
  }
  warnVolumes(warnings, spec, path);
  warnNames(warnings, spec, path);
  for (const list of ["initContainers", "containers"] as const) {
    for (const [position, container] of spec[list]?.entries() ?? []) {
      warnContainer(warnings, container, path.child(list).index(position));
    }
  }
  if (spec.hostname && dns1123LabelProblems(spec.hostname).length > 0) {
    warnings.push(`${path.child("hostname")}: ${dns1123LabelProblems(spec.hostname).join(", ")}`);
  }
  const grace = spec.terminationGracePeriodSeconds;
  if (grace !== undefined && grace < 0) {
    const name = path.child("terminationGracePeriodSeconds");
    warnings.push(`${name}: must be >= 0; negative values are invalid and will be treated as 1`);
  }
  return warnings;
}

/** The same for a template inside another object; `path` is the template's. */
export function warningsForPodTemplate(template: PodTemplateSpec, path: FieldPath): readonly string[] {
  return warningsForPodSpec(template.spec ?? { containers: [] }, path.child("spec"));
}

function warnVolumes(warnings: string[], spec: PodSpec, path: FieldPath): void {
  for (const [position, volume] of spec.volumes?.entries() ?? []) {
    const volumePath = path.child("volumes").index(position);
    for (const kind in volume) {
      const warning = deprecatedVolumes[kind];
      if (warning !== undefined) warnings.push(`${volumePath.child(kind)}: ${warning}`);
    }
    const limit = volume.emptyDir?.sizeLimit;
    if (limit !== undefined) warnFraction(warnings, limit, volumePath.child("emptyDir", "sizeLimit").toString());
  }
}

/** Two entries under one name cannot be told apart by those who merge lists by it. */
function warnNames(warnings: string[], spec: PodSpec, path: FieldPath): void {
  for (const [position, reference] of spec.imagePullSecrets?.entries() ?? []) {
    const referencePath = path.child("imagePullSecrets").index(position).child("name");
    if (!reference.name) warnings.push(`${referencePath}: invalid empty name ""`);
  }
  const seen = new Set<string>();
  for (const [position, alias] of spec.hostAliases?.entries() ?? []) {
    if (seen.has(alias.ip)) {
      const aliasPath = path.child("hostAliases").index(position).child("ip");
      warnings.push(`${aliasPath}: duplicate ip ${quote(alias.ip)}`);
    }
    seen.add(alias.ip);
  }
}

function warnContainer(warnings: string[], container: Container, path: FieldPath): void {
  warnEnvironment(warnings, container.env, path);
  for (const list of ["limits", "requests"] as const) {
    for (const name of ["memory", "ephemeral-storage"]) {
      const amount = container.resources?.[list]?.[name];
      if (amount === undefined) continue;
      warnFraction(warnings, amount, path.child("resources", list).key(name).toString());
    }
  }
  const ports = new Map<string, number>();
  for (const [position, port] of container.ports?.entries() ?? []) {
    const key = `${port.containerPort}/${port.protocol ?? "TCP"}/${port.hostIP ?? ""}/${port.hostPort ?? 0}`;
    const first = ports.get(key);
    if (first === undefined) ports.set(key, position);
    else {
      const other = path.child("ports").index(first);
      warnings.push(`${path.child("ports").index(position)}: duplicate port definition with ${other}`);
    }
  }
}

/** A later definition hides an earlier one, unless its value is made of it. */
function warnEnvironment(warnings: string[], variables: readonly EnvVar[] | undefined, path: FieldPath): void {
  if (variables === undefined || variables.length < 2) return;
  const seen = new Set<string>();
  for (const [position, variable] of variables.entries()) {
    if (!seen.has(variable.name)) {
      seen.add(variable.name);
      continue;
    }
    if (variable.value?.includes(`$(${variable.name})`)) continue;
    const variablePath = path.child("env").index(position);
    const name = quote(variable.name);
    warnings.push(`${variablePath}: hides previous definition of ${name}, which may be dropped when using apply`);
  }
}

function warnFraction(warnings: string[], amount: string | number, path: string): void {
  if (parseQuantity(amount).nano % 1_000_000_000n === 0n) return;
  warnings.push(`${path}: fractional byte value ${quote(String(amount))} is invalid, must be an integer`);
}
