import type {
  Affinity,
  Container,
  ContainerPort,
  EnvVar,
  NodeSelectorTerm,
  ObjectMeta,
  PodSpec,
  PodTemplateSpec,
  ResourceRequirements,
} from "../generated/types.js";
import { FieldPath } from "../meta/field-path.js";
import { quote } from "../meta/go-text.js";
import { formatQuantity, parseQuantity, type QuantityText } from "../meta/quantity.js";
import { warnOverlappingFiles } from "./volume-warnings.js";

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
};

/** Annotations that say what fields say now. */
const deadAnnotations: { readonly [key: string]: string } = {
  "scheduler.alpha.kubernetes.io/critical-pod": 'non-functional in v1.16+; use the "priorityClassName" field instead',
  "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
  "security.alpha.kubernetes.io/unsafe-sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
};

const seccompOfPod = "seccomp.security.alpha.kubernetes.io/pod";
const seccompOfContainer = "container.seccomp.security.alpha.kubernetes.io/";
const appArmorOfContainer = "container.apparmor.security.beta.kubernetes.io/";
const seccompWarning = 'non-functional in v1.27+; use the "seccompProfile" field instead';
const appArmorWarning = 'deprecated since v1.30; use the "appArmorProfile" field instead';

/** Whose spec it is: a Pod's own, or that of a template at `path`. */
interface Subject {
  readonly spec: PodSpec;
  readonly annotations: ObjectMeta["annotations"];
  readonly specPath: FieldPath;
  readonly metadataPath: FieldPath;
  readonly isTemplate: boolean;
}

/**
 * What the API server warns of in a Pod that it accepts.
 * @see kubernetes v1.36 pkg/api/pod/warnings.go, warningsForPodSpecAndMeta
 */
export function warningsForPodSpec(spec: PodSpec, annotations?: ObjectMeta["annotations"]): readonly string[] {
  const [specPath, metadataPath] = [FieldPath.of("spec"), FieldPath.of("metadata")];
  return warningsFor({ spec, annotations, specPath, metadataPath, isTemplate: false });
}

/** The same for a template inside another object; `path` is the template's. */
export function warningsForPodTemplate(template: PodTemplateSpec, path: FieldPath): readonly string[] {
  return warningsFor({
    spec: template.spec ?? { containers: [] },
    annotations: template.metadata?.annotations,
    specPath: path.child("spec"),
    metadataPath: path.child("metadata"),
    isTemplate: true,
  });
}

function warningsFor(subject: Subject): readonly string[] {
  const { spec, specPath } = subject;
  const warnings: string[] = [];
  warnNodeLabels(warnings, spec, specPath);
  if (subject.annotations !== undefined) {
    for (const key in deadAnnotations) warnAnnotation(warnings, subject, key, deadAnnotations[key] ?? "");
  }
  warnVolumes(warnings, spec, specPath);
  warnNames(warnings, spec, specPath);
  for (const name of ["memory", "ephemeral-storage"]) {
    warnFraction(warnings, spec.overhead?.[name], specPath.child("overhead").key(name));
  }
  if (subject.annotations !== undefined && spec.securityContext?.seccompProfile === undefined) {
    warnAnnotation(warnings, subject, seccompOfPod, seccompWarning);
  }
  forEachContainer(spec, specPath, (container, path) => warnContainer(warnings, container, path, subject));
  warnPorts(warnings, spec, specPath);
  const grace = spec.terminationGracePeriodSeconds;
  if (grace !== undefined && grace < 0) {
    const path = specPath.child("terminationGracePeriodSeconds");
    warnings.push(`${path}: must be >= 0; negative values are invalid and will be treated as 1`);
  }
  if (spec.affinity !== undefined) warnSelectors(warnings, spec.affinity, specPath.child("affinity"));
  return warnings;
}

function forEachContainer(spec: PodSpec, path: FieldPath, visit: (container: Container, at: FieldPath) => void): void {
  for (const list of ["initContainers", "containers"] as const) {
    for (const [position, container] of spec[list]?.entries() ?? []) visit(container, path.child(list).index(position));
  }
}

function warnNodeLabels(warnings: string[], spec: PodSpec, path: FieldPath): void {
  for (const label in spec.nodeSelector) {
    const warning = deprecatedNodeLabels[label];
    if (warning !== undefined) warnings.push(`${path.child("nodeSelector").key(label)}: ${warning}`);
  }
  const affinity = spec.affinity?.nodeAffinity;
  if (affinity !== undefined) {
    const affinityPath = path.child("affinity", "nodeAffinity");
    const needed = affinity.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
    const neededPath = affinityPath.child("requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms");
    for (const [position, term] of needed.entries()) warnTerm(warnings, term, neededPath.index(position));
    const preferredPath = affinityPath.child("preferredDuringSchedulingIgnoredDuringExecution");
    for (const [position, term] of affinity.preferredDuringSchedulingIgnoredDuringExecution?.entries() ?? []) {
      warnTerm(warnings, term.preference, preferredPath.index(position).child("preference"));
    }
  }
  for (const [position, constraint] of spec.topologySpreadConstraints?.entries() ?? []) {
    const constraintPath = path.child("topologySpreadConstraints").index(position);
    const { topologyKey } = constraint;
    const warning = deprecatedNodeLabels[topologyKey];
    if (warning !== undefined) warnings.push(`${constraintPath.child("topologyKey")}: ${topologyKey} is ${warning}`);
    if (constraint.labelSelector === undefined)
      warnings.push(`${constraintPath.child("labelSelector")}: ${noSelector}`);
  }
}

const noSelector = "a null labelSelector results in matching no pod";

/** @see kubernetes v1.36 pkg/api/node/util.go, GetWarningsForNodeSelectorTerm */
function warnTerm(warnings: string[], term: NodeSelectorTerm, path: FieldPath): void {
  for (const [position, { key }] of term.matchExpressions?.entries() ?? []) {
    const warning = deprecatedNodeLabels[key];
    if (warning === undefined) continue;
    warnings.push(`${path.child("matchExpressions").index(position).child("key")}: ${key} is ${warning}`);
  }
}

function warnSelectors(warnings: string[], affinity: Affinity, path: FieldPath): void {
  for (const kind of ["podAffinity", "podAntiAffinity"] as const) {
    const needed = affinity[kind]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    for (const [position, term] of needed.entries()) {
      if (term.labelSelector !== undefined) continue;
      const termPath = path.child(kind, "requiredDuringSchedulingIgnoredDuringExecution").index(position);
      warnings.push(`${termPath.child("labelSelector")}: ${noSelector}`);
    }
    const preferred = affinity[kind]?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    for (const [position, term] of preferred.entries()) {
      if (term.podAffinityTerm.labelSelector !== undefined) continue;
      const termPath = path.child(kind, "preferredDuringSchedulingIgnoredDuringExecution").index(position);
      warnings.push(`${termPath.child("podAffinityTerm", "labelSelector")}: ${noSelector}`);
    }
  }
}

function warnVolumes(warnings: string[], { volumes = [] }: PodSpec, path: FieldPath): void {
  for (const [position, volume] of volumes.entries()) {
    const volumePath = path.child("volumes").index(position);
    for (const kind in volume) {
      const warning = deprecatedVolumes[kind];
      if (warning !== undefined) warnings.push(`${volumePath.child(kind)}: ${warning}`);
    }
    const claim = volume.ephemeral?.volumeClaimTemplate?.spec;
    const claimPath = volumePath.child("ephemeral", "volumeClaimTemplate", "spec");
    if (claim !== undefined) warnStorageFractions(warnings, claim.resources, claimPath);
  }
  warnOverlappingFiles(warnings, volumes);
}

/** @see kubernetes v1.36 pkg/api/persistentvolumeclaim/util.go, GetWarningsForPersistentVolumeClaimSpec */
function warnStorageFractions(
  warnings: string[],
  resources: Pick<ResourceRequirements, "limits" | "requests"> | undefined,
  path: FieldPath,
): void {
  for (const list of ["requests", "limits"] as const) {
    warnFraction(warnings, resources?.[list]?.storage, path.child("resources", list).key("storage"));
  }
}

/** Two entries under one name cannot be told apart by those who merge lists by it. */
function warnNames(warnings: string[], spec: PodSpec, path: FieldPath): void {
  const addresses = new Set<string>();
  for (const [position, alias] of spec.hostAliases?.entries() ?? []) {
    const aliasPath = path.child("hostAliases").index(position).child("ip");
    if (addresses.has(alias.ip)) warnings.push(`${aliasPath}: duplicate ip ${quote(alias.ip)}`);
    addresses.add(alias.ip);
  }
  const secrets = spec.imagePullSecrets ?? [];
  const secretPath = (position: number) => path.child("imagePullSecrets").index(position).child("name");
  const names = new Set<string>();
  for (const [position, { name = "" }] of secrets.entries()) {
    if (names.has(name)) warnings.push(`${secretPath(position)}: duplicate name ${quote(name)}`);
    names.add(name);
  }
  for (const [position, { name }] of secrets.entries()) {
    if (!name) warnings.push(`${secretPath(position)}: invalid empty name ""`);
  }
}

function warnAnnotation(
  warnings: string[],
  { annotations, metadataPath }: Subject,
  key: string,
  warning: string,
): void {
  if (annotations?.[key] !== undefined) warnings.push(`${metadataPath.child("annotations").key(key)}: ${warning}`);
}

function warnContainer(warnings: string[], container: Container, path: FieldPath, subject: Subject): void {
  const context = container.securityContext;
  if (subject.annotations !== undefined) {
    if (context?.seccompProfile === undefined) {
      warnAnnotation(warnings, subject, seccompOfContainer + container.name, seccompWarning);
    }
    const profile = context?.appArmorProfile ?? subject.spec.securityContext?.appArmorProfile;
    if (subject.isTemplate && profile === undefined) {
      warnAnnotation(warnings, subject, appArmorOfContainer + container.name, appArmorWarning);
    }
  }
  for (const name of ["memory", "ephemeral-storage"]) {
    for (const list of ["limits", "requests"] as const) {
      const amount = container.resources?.[list]?.[name];
      if (amount !== undefined) warnFraction(warnings, amount, path.child("resources", list).key(name));
    }
  }
  warnEnvironment(warnings, container.env, path);
}

/** A later definition hides an earlier one, unless its value is made of it. */
function warnEnvironment(warnings: string[], variables: readonly EnvVar[] | undefined, path: FieldPath): void {
  if (variables === undefined || variables.length < 2) return;
  const seen = new Set<string>();
  for (const [position, { name, value = "", valueFrom }] of variables.entries()) {
    if (!seen.has(name)) {
      seen.add(name);
      continue;
    }
    const reference = `$(${name})`;
    if (valueFrom === undefined && value !== reference && value.includes(reference)) continue;
    const variablePath = path.child("env").index(position);
    warnings.push(
      `${variablePath}: hides previous definition of ${quote(name)}, which may be dropped when using apply`,
    );
  }
}

/** Ports that mean the same, or might. */
function warnPorts(warnings: string[], spec: PodSpec, specPath: FieldPath): void {
  let known: Map<string, { readonly port: ContainerPort; readonly path: FieldPath }[]> | undefined;
  forEachContainer(spec, specPath, (container, containerPath) => {
    for (const [position, port] of container.ports?.entries() ?? []) {
      const path = containerPath.child("ports").index(position);
      const { hostIP = "", hostPort = 0, containerPort, protocol = "TCP", name = "" } = port;
      if (hostIP !== "" && hostPort === 0) {
        const text = `{Name:${name} HostPort:0 ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
        warnings.push(`${path}: hostIP set without hostPort: ${text}`);
      }
      known ??= new Map();
      const key = `${containerPort}/${protocol}`;
      const others = known.get(key) ?? [];
      for (const other of others) {
        const how = overlap(port, other.port);
        if (how !== undefined) warnings.push(`${path}: ${how} port definition with ${other.path}`);
      }
      known.set(key, [...others, { port, path }]);
    }
  });
}

/** How two definitions of one port of a container meet on the host; undefined where they do not. */
function overlap(port: ContainerPort, other: ContainerPort): string | undefined {
  const [address, otherAddress] = [port.hostIP ?? "", other.hostIP ?? ""];
  const [number, otherNumber] = [port.hostPort ?? 0, other.hostPort ?? 0];
  if (address === otherAddress && number === otherNumber) return "duplicate";
  if (number === 0 || otherNumber === 0) return "overlapping";
  const oneIsOpen = (address === "") !== (otherAddress === "");
  return number === otherNumber && oneIsOpen ? "dangerously ambiguous" : undefined;
}

function warnFraction(warnings: string[], amount: QuantityText | undefined, path: FieldPath): void {
  if (amount === undefined) return;
  const quantity = parseQuantity(amount);
  if (quantity.nano % 1_000_000_000n === 0n) return;
  warnings.push(`${path}: fractional byte value ${quote(formatQuantity(quantity))} is invalid, must be an integer`);
}
