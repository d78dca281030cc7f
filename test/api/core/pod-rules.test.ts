import { describe, expect, test } from "vitest";
import { defaultPod, defaultPodTemplate } from "../../../src/api/core/pod-defaults.js";
import { validatePod, validatePodTemplate } from "../../../src/api/core/pod-validation.js";
import { warningsForPodSpec, warningsForPodTemplate } from "../../../src/api/core/pod-warnings.js";
import type { Container, ObjectMeta, PodSpec, Volume } from "../../../src/api/generated/types.js";
import type { FieldErrors } from "../../../src/api/meta/field-error.js";
import { FieldPath } from "../../../src/api/meta/field-path.js";
import { labelValue } from "../words.js";

const container: Container = { name: "main", image: "busybox" };

function podWith(spec: Partial<PodSpec>, metadata: ObjectMeta = {}) {
  return defaultPod({
    metadata: { name: "pod", namespace: "default", ...metadata },
    spec: { containers: [container], ...spec },
  });
}

function errorsOf(spec: Partial<PodSpec>, metadata: ObjectMeta = {}): string[] {
  const errors = validatePod(podWith(spec, metadata), { version: "1.36" });
  return errors.map(({ field, message }) => `${field}: ${message}`);
}

function warningsOf(spec: Partial<PodSpec>): readonly string[] {
  return warningsForPodSpec(podWith(spec).spec ?? { containers: [] });
}

function files(...paths: string[]): NonNullable<Volume["configMap"]> {
  return { name: "map", items: paths.map((path) => ({ key: "key", path })) };
}

describe("a Pod's rules", () => {
  test.each<[string, Partial<PodSpec>, string[]]>([
    [
      "a file that is only two dots is refused twice",
      { volumes: [{ name: "v", configMap: files("..") }] },
      [
        `spec.volumes[0].configMap.items[0].path: Invalid value: "..": must not contain '..'`,
        `spec.volumes[0].configMap.items[0].path: Invalid value: "..": must not start with '..'`,
      ],
    ],
    [
      "a driver of storage is named as a subdomain, in letters of any size",
      {
        volumes: [
          { name: "v", csi: { driver: "Good.Driver" } },
          { name: "w", csi: { driver: "d".repeat(64) } },
        ],
      },
      ["spec.volumes[1].csi.driver: Too long: may not be more than 63 bytes"],
    ],
    [
      "variables are read from files of an emptyDir alone",
      {
        volumes: [{ name: "v", configMap: { name: "map" } }],
        containers: [
          {
            ...container,
            env: [
              { name: "A", valueFrom: { fileKeyRef: { volumeName: "v", path: "a", key: "A" } } },
              { name: "B", valueFrom: { fileKeyRef: { volumeName: "w", path: "..b", key: "B" } } },
            ],
          },
        ],
      },
      [
        `spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Invalid value: "v": referenced volume must be of type emptyDir`,
        `spec.containers[0].env[1].valueFrom.fileKeyRef.volumeName: Not found: "w"`,
      ],
    ],
    [
      "a security context is shown in its internal form",
      { containers: [{ ...container, securityContext: { privileged: true, allowPrivilegeEscalation: false } }] },
      [
        'spec.containers[0].securityContext: Invalid value: {"Capabilities":null,"Privileged":true,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
      ],
    ],
    [
      "profiles of their own need Localhost",
      { securityContext: { seccompProfile: { type: "RuntimeDefault", localhostProfile: "mine" } } },
      [
        'spec.securityContext.seccompProfile.localhostProfile: Invalid value: {"Type":"RuntimeDefault","LocalhostProfile":"mine"}: can only be set when seccomp type is Localhost',
      ],
    ],
    [
      "what a node has to have is a label's value",
      {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator: "In", values: ["a b"] }] }],
            },
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 1, preference: { matchExpressions: [{ key: "zone", operator: "In", values: ["a b"] }] } },
            ],
          },
        },
      },
      [
        `spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values[0]: Invalid value: "a b": ${labelValue}`,
      ],
    ],
    [
      "a name for the host is the only one",
      { hostNetwork: true, setHostnameAsFQDN: true, hostnameOverride: "h".repeat(65), os: { name: "linux" } },
      [
        "spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true",
        "spec.hostnameOverride: Forbidden: may not be specified when hostNetwork is true",
        "spec.hostnameOverride: Too long: may not be more than 64 bytes",
      ],
    ],
    [
      "taints are not compared by number",
      { tolerations: [{ key: "size", operator: "Gt", value: "3" }] },
      ['spec.tolerations[0].operator: Unsupported value: "Gt": supported values: "Equal", "Exists", "Lt", "Gt"'],
    ],
    [
      "kernel parameters of the host's network stay",
      { hostNetwork: true, securityContext: { sysctls: [{ name: "net.core.somaxconn", value: "1" }] } },
      [
        `spec.securityContext.sysctls[0].name: Invalid value: "net.core.somaxconn": may not be specified when 'hostNetwork' is true`,
      ],
    ],
    [
      "a claim has to be one of the Pod's",
      { containers: [{ ...container, resources: { claims: [{ name: "gpu" }] } }] },
      [
        'spec.containers[0].resources.claims[0]: Not found: "gpu": must be one of the names in pod.spec.resourceClaims which is empty',
      ],
    ],
    [
      "huge pages are whole",
      { containers: [{ ...container, resources: { limits: { memory: "1Gi", "hugepages-2Mi": "3Mi" } } }] },
      [
        'spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
        'spec.containers[0].resources.requests[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
      ],
    ],
    [
      "keys that the Pod fills in need a selector",
      {
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: "any key", whenUnsatisfiable: "DoNotSchedule", matchLabelKeys: ["a"] },
        ],
      },
      [
        "spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set",
      ],
    ],
    [
      "the same key is not taken and left out at once",
      {
        affinity: {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { topologyKey: "zone", labelSelector: {}, matchLabelKeys: ["a"], mismatchLabelKeys: ["a"] },
            ],
          },
        },
      },
      [
        'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys[0]: Invalid value: "a": exists in both matchLabelKeys and mismatchLabelKeys',
      ],
    ],
  ])("%s", (_name, spec, errors) => expect(errorsOf(spec)).toEqual(errors));

  test("annotations of profiles are judged", () => {
    const annotations = {
      "seccomp.security.alpha.kubernetes.io/pod": "mine",
      "container.apparmor.security.beta.kubernetes.io/other": "runtime/default",
      "container.apparmor.security.beta.kubernetes.io/main": "mine",
    };
    expect(errorsOf({}, { annotations })).toEqual([
      'metadata.annotations.seccomp.security.alpha.kubernetes.io/pod: Invalid value: "mine": must be a valid seccomp profile',
      'metadata.annotations[container.apparmor.security.beta.kubernetes.io/other]: Invalid value: "other": container not found',
      'metadata.annotations[container.apparmor.security.beta.kubernetes.io/main]: Invalid value: "mine": invalid AppArmor profile name: "mine"',
    ]);
  });

  test("a template's key that its selector names as a label passes: nobody has added it yet", () => {
    const errors: FieldErrors = [];
    const template = defaultPodTemplate({
      spec: {
        containers: [container],
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: "zone",
            whenUnsatisfiable: "DoNotSchedule",
            matchLabelKeys: ["app"],
            labelSelector: { matchLabels: { app: "a" } },
          },
        ],
      },
    });
    validatePodTemplate(errors, template, FieldPath.of("template"), { version: "1.36" });
    expect(errors).toEqual([]);
  });
});

describe("the API server warns of", () => {
  test.each<[string, Partial<PodSpec>, string[]]>([
    [
      "ports that are the same, or might be",
      {
        containers: [
          {
            ...container,
            ports: [{ containerPort: 80 }, { containerPort: 80, hostPort: 8080 }, { containerPort: 80 }],
          },
          { ...container, name: "other", ports: [{ containerPort: 80, hostPort: 8080, hostIP: "10.0.0.1" }] },
        ],
      },
      [
        "spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]",
        "spec.containers[0].ports[2]: duplicate port definition with spec.containers[0].ports[0]",
        "spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[1]",
        "spec.containers[1].ports[0]: overlapping port definition with spec.containers[0].ports[0]",
        "spec.containers[1].ports[0]: dangerously ambiguous port definition with spec.containers[0].ports[1]",
        "spec.containers[1].ports[0]: overlapping port definition with spec.containers[0].ports[2]",
      ],
    ],
    [
      "an address without a port of the host",
      { containers: [{ ...container, ports: [{ containerPort: 80, hostIP: "10.0.0.1" }] }] },
      [
        "spec.containers[0].ports[0]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:80 Protocol:TCP HostIP:10.0.0.1}",
      ],
    ],
    [
      "a variable that hides another",
      {
        containers: [
          {
            ...container,
            env: [
              { name: "A", value: "1" },
              { name: "A", value: "$(A)2" },
              { name: "A", value: "$(A)" },
              { name: "A", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
            ],
          },
        ],
      },
      [
        'spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply',
        'spec.containers[0].env[3]: hides previous definition of "A", which may be dropped when using apply',
      ],
    ],
    [
      "parts of bytes, in their canonical form",
      { containers: [{ ...container, resources: { limits: { memory: "0.5" }, requests: { memory: "100m" } } }] },
      [
        'spec.containers[0].resources.limits[memory]: fractional byte value "500m" is invalid, must be an integer',
        'spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer',
      ],
    ],
    [
      "selectors that select nothing",
      {
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: "failure-domain.beta.kubernetes.io/zone",
            whenUnsatisfiable: "ScheduleAnyway",
          },
        ],
        affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "zone" }] } },
      },
      [
        'spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
        "spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod",
        "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: a null labelSelector results in matching no pod",
      ],
    ],
    [
      "files of a volume that meet",
      {
        volumes: [
          { name: "v", configMap: files("a", "a/b", "a") },
          { name: "w", projected: { sources: [{ configMap: files("a") }, {}, { secret: files("a/") }] } },
        ],
      },
      [
        'volume "v" (ConfigMap "map"): overlapping paths: "a/b" with "a"',
        'volume "v" (ConfigMap "map"): overlapping paths: "a" with "a"',
        'volume "w" (Projected) has no sources provided',
        'volume "w" (Projected Secret "map"): overlapping paths: "a" with "a"',
      ],
    ],
    [
      "secrets without a name, or twice",
      { imagePullSecrets: [{ name: "" }, { name: "a" }, { name: "a" }] },
      ['spec.imagePullSecrets[2].name: duplicate name "a"', 'spec.imagePullSecrets[0].name: invalid empty name ""'],
    ],
  ])("%s", (_name, spec, warnings) => expect(warningsOf(spec)).toEqual(warnings));

  test("annotations that fields have replaced, in templates too", () => {
    const annotations = {
      "container.apparmor.security.beta.kubernetes.io/main": "runtime/default",
      "seccomp.security.alpha.kubernetes.io/pod": "unconfined",
    };
    const template = { metadata: { annotations }, spec: { containers: [container] } };
    expect(warningsForPodTemplate(template, FieldPath.of("spec", "template"))).toEqual([
      'spec.template.metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the "seccompProfile" field instead',
      'spec.template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/main]: deprecated since v1.30; use the "appArmorProfile" field instead',
    ]);
  });
});
