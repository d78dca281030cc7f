import type {
  Container,
  PodSecurityContext,
  PodSpec,
  PodTemplateSpec,
  SeccompProfile,
  SecurityContext,
} from "../generated/types.js";
import { RawValue } from "../meta/field-error.js";

/**
 * How a Pod spec looks inside the API server: Go's names, in the order of the Go types, with all that is not set.
 * Some messages show it.
 * @see kubernetes v1.36 pkg/apis/core/types.go
 */
const podSpecFields = {
  volumes: null,
  initContainers: null,
  containers: null,
  ephemeralContainers: null,
  restartPolicy: "",
  terminationGracePeriodSeconds: null,
  activeDeadlineSeconds: null,
  dnsPolicy: "",
  nodeSelector: null,
  serviceAccountName: "",
  automountServiceAccountToken: null,
  nodeName: "",
  securityContext: null,
  imagePullSecrets: null,
  hostname: "",
  subdomain: "",
  setHostnameAsFQDN: null,
  affinity: null,
  schedulerName: "",
  tolerations: null,
  hostAliases: null,
  priorityClassName: "",
  priority: null,
  preemptionPolicy: null,
  dnsConfig: null,
  readinessGates: null,
  runtimeClassName: null,
  overhead: null,
  enableServiceLinks: null,
  topologySpreadConstraints: null,
  os: null,
  schedulingGates: null,
  resourceClaims: null,
  resources: null,
  hostnameOverride: null,
  schedulingGroup: null,
} as const satisfies { readonly [name in keyof PodSpec]?: null | "" };

const containerFields = {
  name: "",
  image: "",
  command: null,
  args: null,
  workingDir: "",
  ports: null,
  envFrom: null,
  env: null,
  resources: null,
  resizePolicy: null,
  restartPolicy: null,
  restartPolicyRules: null,
  volumeMounts: null,
  volumeDevices: null,
  livenessProbe: null,
  readinessProbe: null,
  startupProbe: null,
  lifecycle: null,
  terminationMessagePath: "",
  terminationMessagePolicy: "",
  imagePullPolicy: "",
  securityContext: null,
  stdin: false,
  stdinOnce: false,
  tty: false,
} as const satisfies { readonly [name in keyof Container]?: null | "" | false };

type Form = { [name: string]: unknown };

/** Abbreviations that Go writes in capitals. */
const goNames: { readonly [name: string]: string } = {
  dnsPolicy: "DNSPolicy",
  dnsConfig: "DNSConfig",
  os: "OS",
  tty: "TTY",
  httpGet: "HTTPGet",
  tcpSocket: "TCPSocket",
  grpc: "GRPC",
  ip: "IP",
  uid: "UID",
  apiVersion: "APIVersion",
  hostIP: "HostIP",
  seLinuxOptions: "SELinuxOptions",
  seLinuxChangePolicy: "SELinuxChangePolicy",
  fsGroup: "FSGroup",
  fsGroupChangePolicy: "FSGroupChangePolicy",
};

/** Maps whose keys are the person's, not fields. */
const freeMaps: ReadonlySet<string> = new Set([
  "nodeSelector",
  "labels",
  "annotations",
  "limits",
  "requests",
  "overhead",
  "matchLabels",
]);

function goName(name: string): string {
  return goNames[name] ?? name.charAt(0).toUpperCase() + name.slice(1);
}

function generic(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(generic);
  if (typeof value !== "object" || value === null) return value;
  const form: Form = {};
  for (const [name, part] of Object.entries(value)) form[goName(name)] = freeMaps.has(name) ? part : generic(part);
  return form;
}

function containerForm(container: Container): Form {
  const form: Form = {};
  for (const [name, empty] of Object.entries(containerFields)) {
    form[goName(name)] = generic(container[name as keyof typeof containerFields] ?? empty);
  }
  const { limits = null, requests = null, claims = null } = container.resources ?? {};
  form.Resources = { Limits: limits, Requests: requests, Claims: generic(claims) };
  form.Env =
    container.env?.map(({ name, value = "", valueFrom }) => ({
      Name: name,
      Value: value,
      ValueFrom: valueFrom === undefined ? null : generic(valueFrom),
    })) ?? null;
  return form;
}

const podSecurityContextFields = {
  seLinuxOptions: null,
  windowsOptions: null,
  runAsUser: null,
  runAsGroup: null,
  runAsNonRoot: null,
  supplementalGroups: null,
  supplementalGroupsPolicy: null,
  fsGroup: null,
  fsGroupChangePolicy: null,
  sysctls: null,
  seccompProfile: null,
  appArmorProfile: null,
  seLinuxChangePolicy: null,
} as const satisfies { readonly [name in keyof PodSecurityContext]?: null };

/** The internal form keeps the host's name spaces with the security context. */
function podSecurityContextForm(spec: PodSpec, context: PodSecurityContext): Form {
  const form: Form = {
    HostNetwork: spec.hostNetwork ?? false,
    HostPID: spec.hostPID ?? false,
    HostIPC: spec.hostIPC ?? false,
    ShareProcessNamespace: spec.shareProcessNamespace ?? null,
    HostUsers: spec.hostUsers ?? null,
  };
  for (const [name, empty] of Object.entries(podSecurityContextFields)) {
    form[goName(name)] = generic(context[name as keyof typeof podSecurityContextFields] ?? empty);
  }
  return form;
}

/** The spec in its internal form, ready to be printed. */
export function podSpecForm(spec: PodSpec): Form {
  const form: Form = {};
  for (const [name, empty] of Object.entries(podSpecFields)) {
    form[goName(name)] =
      name === "nodeSelector" || name === "overhead"
        ? (spec[name] ?? null)
        : generic(spec[name as keyof typeof podSpecFields] ?? empty);
  }
  if (spec.securityContext !== undefined) form.SecurityContext = podSecurityContextForm(spec, spec.securityContext);
  form.Containers = spec.containers?.map(containerForm) ?? null;
  form.InitContainers = spec.initContainers?.map(containerForm) ?? null;
  return form;
}

/** A template as a message shows it, on one line. */
export function podTemplateText(template: PodTemplateSpec): RawValue {
  const metadata = template.metadata ?? {};
  const spec = podSpecForm(template.spec ?? { containers: [] });
  return new RawValue(escaped(JSON.stringify({ ...metadata, Spec: spec })));
}

/** A Pod spec as a message shows it, on one line. */
export function podSpecText(spec: PodSpec | undefined): RawValue {
  return new RawValue(escaped(JSON.stringify(podSpecForm(spec ?? { containers: [] }))));
}

/** What Go's JSON encoder escapes and JavaScript's does not. */
export function escaped(json: string): string {
  return json.replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

const securityContextFields = {
  capabilities: null,
  privileged: null,
  seLinuxOptions: null,
  windowsOptions: null,
  runAsUser: null,
  runAsGroup: null,
  runAsNonRoot: null,
  readOnlyRootFilesystem: null,
  allowPrivilegeEscalation: null,
  procMount: null,
  seccompProfile: null,
  appArmorProfile: null,
} as const satisfies { readonly [name in keyof SecurityContext]?: null };

/** A container's security context as a message shows it. */
export function securityContextText(context: SecurityContext): RawValue {
  const form: Form = {};
  for (const [name, empty] of Object.entries(securityContextFields)) {
    form[goName(name)] = generic(context[name as keyof typeof securityContextFields] ?? empty);
  }
  const { capabilities } = context;
  if (capabilities !== undefined)
    form.Capabilities = { Add: capabilities.add ?? null, Drop: capabilities.drop ?? null };
  for (const name of ["seccompProfile", "appArmorProfile"] as const) {
    const profile = context[name];
    if (profile !== undefined) form[goName(name)] = profileForm(profile);
  }
  return new RawValue(escaped(JSON.stringify(form)));
}

function profileForm({ type, localhostProfile }: Partial<SeccompProfile>): Form {
  return { Type: type ?? "", LocalhostProfile: localhostProfile ?? null };
}

/** A seccomp profile as a message shows it. */
export function profileText(profile: Partial<SeccompProfile>): RawValue {
  return new RawValue(escaped(JSON.stringify(profileForm(profile))));
}
