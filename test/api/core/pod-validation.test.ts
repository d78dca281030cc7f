import { describe, expect, it } from "vitest";
import { defaultPod } from "../../../src/api/core/pod-defaults.js";
import { validatePod } from "../../../src/api/core/pod-validation.js";
import type { Pod } from "../../../src/api/generated/types.js";
import { merge } from "../merge.js";
import { configKey, keyName, label, labelValue, subdomain } from "../words.js";

const pod: Pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "raft", namespace: "river" },
  spec: { containers: [{ name: "oar", image: "busybox:1.36" }] },
};

interface Case {
  readonly name: string;
  /** Laid over the Pod above. */
  readonly patch: object;
  readonly errors: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: "a whole and valid Pod has nothing wrong with it",
    patch: {},
    errors: [],
  },
  {
    name: "the name is a subdomain",
    patch: { metadata: { name: "raft_1" } },
    errors: [`metadata.name: Invalid value: "raft_1": ${subdomain}`],
  },
  {
    name: "containers are named in small letters",
    patch: { spec: { containers: [{ name: "Oar", image: "busybox:1.36" }] } },
    errors: [`spec.containers[0].name: Invalid value: "Oar": ${label}`],
  },
  {
    name: "a container's name is a label, without dots",
    patch: { spec: { containers: [{ name: "oar.left", image: "busybox:1.36" }] } },
    errors: [`spec.containers[0].name: Invalid value: "oar.left": must not contain dots`],
  },
  {
    name: "a container has a name and an image",
    patch: { spec: { containers: [{ name: "", image: "" }] } },
    errors: ["spec.containers[0].name: Required value", "spec.containers[0].image: Required value"],
  },
  {
    name: "a Pod's image has no blanks around it",
    patch: { spec: { containers: [{ name: "oar", image: " busybox" }] } },
    errors: [`spec.containers[0].image: Invalid value: " busybox": must not have leading or trailing whitespace`],
  },
  {
    name: "two containers have two names",
    patch: {
      spec: {
        containers: [
          { name: "oar", image: "a" },
          { name: "oar", image: "b" },
        ],
      },
    },
    errors: [`spec.containers[1].name: Duplicate value: "oar"`],
  },
  {
    name: "an init container has a name of its own",
    patch: { spec: { initContainers: [{ name: "oar", image: "busybox:1.36" }] } },
    errors: [`spec.initContainers[0].name: Duplicate value: "oar"`],
  },
  {
    name: "the pull policy is one of three",
    patch: { spec: { containers: [{ name: "oar", image: "busybox:1.36", imagePullPolicy: "Sometimes" }] } },
    errors: [
      `spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"`,
    ],
  },
  {
    name: "the termination message policy is one of two",
    patch: { spec: { containers: [{ name: "oar", image: "busybox:1.36", terminationMessagePolicy: "Shout" }] } },
    errors: [
      `spec.containers[0].terminationMessagePolicy: Unsupported value: "Shout": supported values: "File", "FallbackToLogsOnError"`,
    ],
  },
  {
    name: "a port has a number, a name and a protocol",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            ports: [
              { containerPort: 0 },
              { containerPort: 65536 },
              { containerPort: 1, protocol: "tcp" },
              { containerPort: 2, name: "Main_Port" },
              { containerPort: 3, name: "a--b" },
              { containerPort: 4, name: "-a" },
              { containerPort: 5, name: "a-very-long-port-name" },
            ],
          },
        ],
      },
    },
    errors: [
      "spec.containers[0].ports[0].containerPort: Required value",
      "spec.containers[0].ports[1].containerPort: Invalid value: 65536: must be between 1 and 65535, inclusive",
      `spec.containers[0].ports[2].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"`,
      `spec.containers[0].ports[3].name: Invalid value: "Main_Port": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)`,
      `spec.containers[0].ports[4].name: Invalid value: "a--b": must not contain consecutive hyphens`,
      `spec.containers[0].ports[5].name: Invalid value: "-a": must not begin or end with a hyphen`,
      `spec.containers[0].ports[6].name: Invalid value: "a-very-long-port-name": must be no more than 15 characters`,
    ],
  },
  {
    name: "two ports have two names",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            ports: [
              { containerPort: 1, name: "a" },
              { containerPort: 2, name: "a" },
            ],
          },
        ],
      },
    },
    errors: [`spec.containers[0].ports[1].name: Duplicate value: "a"`],
  },
  {
    name: "a host's port is taken once",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            ports: [
              { containerPort: 1, hostPort: 80 },
              { containerPort: 2, hostPort: 80 },
            ],
          },
        ],
      },
    },
    errors: [`spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//80"`],
  },
  {
    name: "on the host's network both ports are the same",
    patch: {
      spec: {
        containers: [{ name: "oar", image: "busybox:1.36", ports: [{ containerPort: 80, hostPort: 8080 }] }],
        hostNetwork: true,
      },
    },
    errors: [
      "spec.containers[0].ports[0].hostPort: Invalid value: 8080: must match `containerPort` when `hostNetwork` is true",
    ],
  },
  {
    name: "a variable has a name",
    patch: { spec: { containers: [{ name: "oar", image: "busybox:1.36", env: [{ name: "", value: "x" }] }] } },
    errors: ["spec.containers[0].env[0].name: Required value"],
  },
  {
    name: "a variable's name has no equals sign",
    patch: { spec: { containers: [{ name: "oar", image: "busybox:1.36", env: [{ name: "A=B" }] }] } },
    errors: [
      `spec.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than '='`,
    ],
  },
  {
    name: "a variable's name may begin with a digit",
    patch: { spec: { containers: [{ name: "oar", image: "busybox:1.36", env: [{ name: "2nd" }] }] } },
    errors: [],
  },
  {
    name: "a variable has a value or a source, not both",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            env: [{ name: "A", value: "x", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
          },
        ],
      },
    },
    errors: [
      `spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when \`value\` is not empty`,
    ],
  },
  {
    name: "a variable's source is one",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            env: [
              { name: "A", valueFrom: {} },
              {
                name: "B",
                valueFrom: { fieldRef: { fieldPath: "metadata.name" }, secretKeyRef: { name: "s", key: "k" } },
              },
            ],
          },
        ],
      },
    },
    errors: [
      `spec.containers[0].env[0].valueFrom: Invalid value: "": must specify one of: \`fieldRef\`, \`resourceFieldRef\`, \`configMapKeyRef\`, \`secretKeyRef\` or \`fileKeyRef\``,
      `spec.containers[0].env[1].valueFrom: Invalid value: "": may not have more than one field specified at a time`,
    ],
  },
  {
    name: "a field has a path that is known",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "spec.place" } } }],
          },
        ],
      },
    },
    errors: [
      `spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.place": error converting fieldPath: field label not supported: spec.place`,
    ],
  },
  {
    name: "a field has a path",
    patch: {
      spec: {
        containers: [
          { name: "oar", image: "busybox:1.36", env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "" } } }] },
        ],
      },
    },
    errors: ["spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Required value"],
  },
  {
    name: "labels as a whole are for volumes alone",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "metadata.labels" } } }],
          },
        ],
      },
    },
    errors: [
      `spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "metadata.labels": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"`,
    ],
  },
  {
    name: "one label is fine",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "metadata.labels['side']" } } }],
          },
        ],
      },
    },
    errors: [],
  },
  {
    name: "other fields have no parts",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "metadata.name['x']" } } }],
          },
        ],
      },
    },
    errors: [
      `spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "metadata.name['x']": error converting fieldPath: field label does not support subscript: metadata.name['x']`,
    ],
  },
  {
    name: "a part of a label has a valid key",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "metadata.labels['a b']" } } }],
          },
        ],
      },
    },
    errors: [`spec.containers[0].env[0].valueFrom.fieldRef: Invalid value: "a b": ${keyName}`],
  },
  {
    name: "the API version of a field is v1",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            env: [{ name: "A", valueFrom: { fieldRef: { apiVersion: "v2", fieldPath: "metadata.name" } } }],
          },
        ],
      },
    },
    errors: [
      `spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "metadata.name": error converting fieldPath: unsupported pod version: v2`,
    ],
  },
  {
    name: "a resource is a known one",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            env: [{ name: "A", valueFrom: { resourceFieldRef: { resource: "limits.gold" } } }],
          },
        ],
      },
    },
    errors: [
      `spec.containers[0].env[0].valueFrom.resourceFieldRef.resource: Unsupported value: "limits.gold": supported values: "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"`,
    ],
  },
  {
    name: "a resource is named",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            env: [{ name: "A", valueFrom: { resourceFieldRef: { resource: "" } } }],
          },
        ],
      },
    },
    errors: ["spec.containers[0].env[0].valueFrom.resourceFieldRef.resource: Required value"],
  },
  {
    name: "cpu is divided by 1 or 1m",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            env: [{ name: "A", valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "2" } } }],
          },
        ],
      },
    },
    errors: [
      `spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor's values 1m and 1 are supported with the cpu resource`,
    ],
  },
  {
    name: "memory is divided by round sizes",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            env: [{ name: "A", valueFrom: { resourceFieldRef: { resource: "requests.memory", divisor: "3Mi" } } }],
          },
        ],
      },
    },
    errors: [
      `spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "requests.memory": only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory resource`,
    ],
  },
  {
    name: "a key of a ConfigMap is a file name",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "c", key: "a b" } } }],
          },
        ],
      },
    },
    errors: [`spec.containers[0].env[0].valueFrom.configMapKeyRef.key: Invalid value: "a b": ${configKey}`],
  },
  {
    name: "a key of a Secret is named, and so is the Secret",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            env: [{ name: "A", valueFrom: { secretKeyRef: { name: "S", key: "" } } }],
          },
        ],
      },
    },
    errors: [
      `spec.containers[0].env[0].valueFrom.secretKeyRef.name: Invalid value: "S": ${subdomain}`,
      "spec.containers[0].env[0].valueFrom.secretKeyRef.key: Required value",
    ],
  },
  {
    name: "all variables come from one source an entry",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            envFrom: [{}, { configMapRef: { name: "" } }, { secretRef: { name: "a" }, configMapRef: { name: "b" } }],
          },
        ],
      },
    },
    errors: [
      `spec.containers[0].envFrom: Invalid value: "": must specify one of: \`configMapRef\` or \`secretRef\``,
      "spec.containers[0].envFrom[1].configMapRef.name: Required value",
      `spec.containers[0].envFrom: Invalid value: "": may not have more than one field specified at a time`,
    ],
  },
  {
    name: "a prefix is a name",
    patch: {
      spec: {
        containers: [{ name: "oar", image: "busybox:1.36", envFrom: [{ prefix: "a=", secretRef: { name: "a" } }] }],
      },
    },
    errors: [
      `spec.containers[0].envFrom[0].prefix: Invalid value: "a=": a valid environment variable name must consist only of printable ASCII characters other than '='`,
    ],
  },
  {
    name: "a volume has a name and one source",
    patch: {
      spec: { volumes: [{ name: "" }, { name: "Hold" }, { name: "a", emptyDir: {}, hostPath: { path: "/x" } }] },
    },
    errors: [
      "spec.volumes[0].name: Required value",
      `spec.volumes[1].name: Invalid value: "Hold": ${label}`,
      "spec.volumes[2].hostPath: Forbidden: may not specify more than 1 volume type",
    ],
  },
  {
    name: "two volumes have two names",
    patch: { spec: { volumes: [{ name: "hold" }, { name: "hold" }] } },
    errors: [`spec.volumes[1].name: Duplicate value: "hold"`],
  },
  {
    name: "an emptyDir is not smaller than nothing",
    patch: { spec: { volumes: [{ name: "hold", emptyDir: { sizeLimit: "-1" } }] } },
    errors: ["spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity"],
  },
  {
    name: "a hostPath has a path",
    patch: { spec: { volumes: [{ name: "hold", hostPath: { path: "" } }] } },
    errors: ["spec.volumes[0].hostPath.path: Required value"],
  },
  {
    name: "a hostPath leads nowhere upwards",
    patch: { spec: { volumes: [{ name: "hold", hostPath: { path: "/a/../b" } }] } },
    errors: [`spec.volumes[0].hostPath.path: Invalid value: "/a/../b": must not contain '..'`],
  },
  {
    name: "a hostPath has a known type",
    patch: { spec: { volumes: [{ name: "hold", hostPath: { path: "/a", type: "Door" } }] } },
    errors: [
      `spec.volumes[0].hostPath.type: Unsupported value: "Door": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"`,
    ],
  },
  {
    name: "a ConfigMap volume names the ConfigMap",
    patch: { spec: { volumes: [{ name: "hold", configMap: {} }] } },
    errors: ["spec.volumes[0].configMap.name: Required value"],
  },
  {
    name: "a Secret volume names the Secret, and has a mode",
    patch: { spec: { volumes: [{ name: "hold", secret: { defaultMode: 512 } }] } },
    errors: [
      "spec.volumes[0].secret.secretName: Required value",
      "spec.volumes[0].secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive",
    ],
  },
  {
    name: "an item has a key, a path and a mode",
    patch: {
      spec: {
        volumes: [
          {
            name: "hold",
            configMap: {
              name: "c",
              items: [
                { key: "", path: "" },
                { key: "a", path: "/a" },
                { key: "a", path: "../a" },
                { key: "a", path: "..a" },
                { key: "a", path: "a", mode: -1 },
              ],
            },
          },
        ],
      },
    },
    errors: [
      "spec.volumes[0].configMap.items[0].key: Required value",
      "spec.volumes[0].configMap.items[0].path: Required value",
      `spec.volumes[0].configMap.items[1].path: Invalid value: "/a": must be a relative path`,
      `spec.volumes[0].configMap.items[2].path: Invalid value: "../a": must not contain '..'`,
      `spec.volumes[0].configMap.items[3].path: Invalid value: "..a": must not start with '..'`,
      "spec.volumes[0].configMap.items[4].mode: Invalid value: -1: must be a number between 0 and 0777 (octal), both inclusive",
    ],
  },
  {
    name: "a claim has a name",
    patch: { spec: { volumes: [{ name: "hold", persistentVolumeClaim: { claimName: "" } }] } },
    errors: ["spec.volumes[0].persistentVolumeClaim.claimName: Required value"],
  },
  {
    name: "a downwardAPI file has a path and a source",
    patch: {
      spec: {
        volumes: [
          {
            name: "hold",
            downwardAPI: {
              items: [
                { path: "" },
                { path: "a", fieldRef: { fieldPath: "status.podIP" } },
                { path: "b", resourceFieldRef: { resource: "limits.cpu" } },
              ],
            },
          },
        ],
      },
    },
    errors: [
      "spec.volumes[0].downwardAPI.path: Required value",
      "spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required",
      `spec.volumes[0].downwardAPI.fieldRef.fieldPath: Unsupported value: "status.podIP": supported values: "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"`,
      "spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value",
    ],
  },
  {
    name: "a projected volume has no path twice",
    patch: {
      spec: {
        volumes: [
          {
            name: "hold",
            projected: {
              sources: [
                { secret: { name: "a", items: [{ key: "k", path: "p" }] } },
                { configMap: { name: "b", items: [{ key: "k", path: "p" }] } },
              ],
            },
          },
        ],
      },
    },
    errors: [`spec.volumes[0].projected: Invalid value: "b": conflicting duplicate paths`],
  },
  {
    name: "a projected source is one",
    patch: {
      spec: {
        volumes: [{ name: "hold", projected: { sources: [{ secret: { name: "a" }, configMap: { name: "b" } }] } }],
      },
    },
    errors: ["spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source"],
  },
  {
    name: "a token lives ten minutes at least",
    patch: {
      spec: {
        serviceAccountName: "pilot",
        volumes: [
          { name: "hold", projected: { sources: [{ serviceAccountToken: { path: "token", expirationSeconds: 60 } }] } },
        ],
      },
    },
    errors: [
      "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes",
    ],
  },
  {
    name: "a share has a server and an absolute path",
    patch: { spec: { volumes: [{ name: "hold", nfs: { server: "", path: "a" } }] } },
    errors: [
      "spec.volumes[0].nfs.server: Required value",
      `spec.volumes[0].nfs.path: Invalid value: "a": must be an absolute path`,
    ],
  },
  {
    name: "a driver has a name",
    patch: { spec: { volumes: [{ name: "hold", csi: { driver: "" } }] } },
    errors: ["spec.volumes[0].csi.driver: Required value"],
  },
  {
    name: "what is mounted is a volume",
    patch: {
      spec: {
        containers: [{ name: "oar", image: "busybox:1.36", volumeMounts: [{ name: "deck", mountPath: "/deck" }] }],
        volumes: [{ name: "hold", emptyDir: {} }],
      },
    },
    errors: [`spec.containers[0].volumeMounts[0].name: Not found: "deck"`],
  },
  {
    name: "a mount has a path, and one of its own",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            volumeMounts: [
              { name: "hold", mountPath: "" },
              { name: "hold", mountPath: "/a" },
              { name: "hold", mountPath: "/a" },
            ],
          },
        ],
        volumes: [{ name: "hold", emptyDir: {} }],
      },
    },
    errors: [
      "spec.containers[0].volumeMounts[0].mountPath: Required value",
      `spec.containers[0].volumeMounts[2].mountPath: Invalid value: "/a": must be unique`,
    ],
  },
  {
    name: "a part of a volume is inside it",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            volumeMounts: [
              { name: "hold", mountPath: "/a", subPath: "/b" },
              { name: "hold", mountPath: "/b", subPath: "../b" },
            ],
          },
        ],
        volumes: [{ name: "hold", emptyDir: {} }],
      },
    },
    errors: [
      `spec.containers[0].volumeMounts.subPath: Invalid value: "/b": must be a relative path`,
      `spec.containers[0].volumeMounts.subPath: Invalid value: "../b": must not contain '..'`,
    ],
  },
  {
    name: "a part is given once",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            volumeMounts: [{ name: "hold", mountPath: "/a", subPath: "b", subPathExpr: "c" }],
          },
        ],
        volumes: [{ name: "hold", emptyDir: {} }],
      },
    },
    errors: [
      `spec.containers[0].volumeMounts[0].subPathExpr: Invalid value: "c": subPathExpr and subPath are mutually exclusive`,
    ],
  },
  {
    name: "mounts spread in known ways",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            volumeMounts: [{ name: "hold", mountPath: "/a", mountPropagation: "Wide" }],
          },
        ],
        volumes: [{ name: "hold", emptyDir: {} }],
      },
    },
    errors: [
      `spec.containers[0].volumeMounts.mountPropagation: Unsupported value: "Wide": supported values: "Bidirectional", "HostToContainer", "None"`,
    ],
  },
  {
    name: "only the privileged mount for others",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            volumeMounts: [{ name: "hold", mountPath: "/a", mountPropagation: "Bidirectional" }],
          },
        ],
        volumes: [{ name: "hold", emptyDir: {} }],
      },
    },
    errors: [
      "spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers",
    ],
  },
  {
    name: "amounts are not negative",
    patch: { spec: { containers: [{ name: "oar", image: "busybox:1.36", resources: { limits: { cpu: "-1" } } }] } },
    errors: [
      `spec.containers[0].resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0`,
      `spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0`,
    ],
  },
  {
    name: "requests fit their limits",
    patch: {
      spec: {
        containers: [
          { name: "oar", image: "busybox:1.36", resources: { limits: { memory: "1Gi" }, requests: { memory: "2Gi" } } },
        ],
      },
    },
    errors: [
      `spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi`,
    ],
  },
  {
    name: "a resource is a standard one, or has a domain",
    patch: { spec: { containers: [{ name: "oar", image: "busybox:1.36", resources: { requests: { gold: "1" } } }] } },
    errors: [
      `spec.containers[0].resources.requests[gold]: Invalid value: "gold": must be a standard resource type or fully qualified`,
      `spec.containers[0].resources.requests[gold]: Invalid value: "gold": must be a standard resource for containers`,
    ],
  },
  {
    name: "storage is no resource of containers",
    patch: {
      spec: { containers: [{ name: "oar", image: "busybox:1.36", resources: { requests: { storage: "1Gi" } } }] },
    },
    errors: [
      `spec.containers[0].resources.requests[storage]: Invalid value: "storage": must be a standard resource for containers`,
    ],
  },
  {
    name: "what cannot be shared is requested as limited",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            resources: { limits: { "example.com/gpu": "2" }, requests: { "example.com/gpu": "1" } },
          },
        ],
      },
    },
    errors: [`spec.containers[0].resources.requests: Invalid value: "1": must be equal to example.com/gpu limit of 2`],
  },
  {
    name: "what cannot be shared has a limit",
    patch: {
      spec: {
        containers: [{ name: "oar", image: "busybox:1.36", resources: { requests: { "example.com/gpu": "1" } } }],
      },
    },
    errors: ["spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources"],
  },
  {
    name: "a device is whole",
    patch: {
      spec: {
        containers: [{ name: "oar", image: "busybox:1.36", resources: { limits: { "example.com/gpu": "500m" } } }],
      },
    },
    errors: [
      `spec.containers[0].resources.limits[example.com/gpu]: Invalid value: "500m": must be an integer`,
      `spec.containers[0].resources.requests[example.com/gpu]: Invalid value: "500m": must be an integer`,
    ],
  },
  {
    name: "huge pages need cpu or memory",
    patch: {
      spec: { containers: [{ name: "oar", image: "busybox:1.36", resources: { limits: { "hugepages-2Mi": "2Mi" } } }] },
    },
    errors: ["spec.containers[0].resources: Forbidden: HugePages require cpu or memory"],
  },
  {
    name: "a probe asks in one way",
    patch: { spec: { containers: [{ name: "oar", image: "busybox:1.36", livenessProbe: {} }] } },
    errors: ["spec.containers[0].livenessProbe: Required value: must specify a handler type"],
  },
  {
    name: "a probe asks in only one way",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            livenessProbe: { exec: { command: ["true"] }, tcpSocket: { port: 80 } },
          },
        ],
      },
    },
    errors: ["spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type"],
  },
  {
    name: "a command has words",
    patch: { spec: { containers: [{ name: "oar", image: "busybox:1.36", readinessProbe: { exec: {} } }] } },
    errors: ["spec.containers[0].readinessProbe.exec.command: Required value"],
  },
  {
    name: "a port of a probe is a port",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            startupProbe: { httpGet: { port: 0, scheme: "FTP", httpHeaders: [{ name: "a b", value: "c" }] } },
          },
        ],
      },
    },
    errors: [
      "spec.containers[0].startupProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive",
      `spec.containers[0].startupProbe.httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"`,
      `spec.containers[0].startupProbe.httpGet.httpHeaders: Invalid value: "a b": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')`,
    ],
  },
  {
    name: "a probe counts from zero",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            readinessProbe: {
              exec: { command: ["true"] },
              initialDelaySeconds: -1,
              periodSeconds: -1,
              failureThreshold: -2,
              timeoutSeconds: -3,
            },
          },
        ],
      },
    },
    errors: [
      "spec.containers[0].readinessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0",
      "spec.containers[0].readinessProbe.timeoutSeconds: Invalid value: -3: must be greater than or equal to 0",
      "spec.containers[0].readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0",
      "spec.containers[0].readinessProbe.failureThreshold: Invalid value: -2: must be greater than or equal to 0",
    ],
  },
  {
    name: "one success means alive",
    patch: {
      spec: {
        containers: [
          { name: "oar", image: "busybox:1.36", livenessProbe: { exec: { command: ["true"] }, successThreshold: 2 } },
        ],
      },
    },
    errors: ["spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1"],
  },
  {
    name: "a readiness probe kills nobody",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            readinessProbe: { exec: { command: ["true"] }, terminationGracePeriodSeconds: 1 },
          },
        ],
      },
    },
    errors: [
      "spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 1: must not be set for readinessProbes",
    ],
  },
  {
    name: "a grace period of a probe is positive",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            livenessProbe: { exec: { command: ["true"] }, terminationGracePeriodSeconds: 0 },
          },
        ],
      },
    },
    errors: [
      "spec.containers[0].livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0",
    ],
  },
  {
    name: "a hook does something",
    patch: { spec: { containers: [{ name: "oar", image: "busybox:1.36", lifecycle: { preStop: {} } }] } },
    errors: ["spec.containers[0].lifecycle.preStop: Required value: must specify a handler type"],
  },
  {
    name: "a hook sleeps within the grace period",
    patch: {
      spec: {
        containers: [{ name: "oar", image: "busybox:1.36", lifecycle: { preStop: { sleep: { seconds: 60 } } } }],
      },
    },
    errors: [
      "spec.containers[0].lifecycle.preStop.sleep: Invalid value: 60: must be non-negative and less than terminationGracePeriodSeconds (30)",
    ],
  },
  {
    name: "an init container has no hooks",
    patch: {
      spec: {
        initContainers: [
          {
            name: "bail",
            image: "busybox:1.36",
            lifecycle: { preStop: { exec: { command: ["true"] } } },
            readinessProbe: { exec: { command: ["true"] } },
          },
        ],
      },
    },
    errors: [
      "spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always",
      "spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always",
    ],
  },
  {
    name: "a sidecar has",
    patch: {
      spec: {
        initContainers: [
          {
            name: "bail",
            image: "busybox:1.36",
            restartPolicy: "Always",
            readinessProbe: { exec: { command: ["true"] } },
          },
        ],
      },
    },
    errors: [],
  },
  {
    name: "a container's own restart policy is one of three",
    patch: { spec: { initContainers: [{ name: "bail", image: "busybox:1.36", restartPolicy: "Often" }] } },
    errors: [
      `spec.initContainers[0].restartPolicy: Unsupported value: "Often": supported values: "Always", "Never", "OnFailure"`,
    ],
  },
  {
    name: "rules of restarting need a policy of the container",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            restartPolicyRules: [{ action: "Restart", exitCodes: { operator: "In", values: [1] } }],
          },
        ],
      },
    },
    errors: [
      "spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used",
    ],
  },
  {
    name: "a rule of restarting has an action and exit codes",
    patch: {
      spec: {
        containers: [
          {
            name: "oar",
            image: "busybox:1.36",
            restartPolicy: "Never",
            restartPolicyRules: [{ action: "Stop", exitCodes: { operator: "Is", values: [1] } }, { action: "Restart" }],
          },
        ],
      },
    },
    errors: [
      `spec.containers[0].restartPolicyRules[0].action: Unsupported value: "Stop": supported values: "Restart", "RestartAllContainers"`,
      `spec.containers[0].restartPolicyRules[0].exitCodes.operator: Unsupported value: "Is": supported values: "In", "NotIn"`,
      "spec.containers[0].restartPolicyRules[1].exitCodes: Required value: must be specified",
    ],
  },
  {
    name: "a user is a number of 31 bits",
    patch: {
      spec: {
        containers: [
          { name: "oar", image: "busybox:1.36", securityContext: { runAsUser: -1, runAsGroup: 2147483648 } },
        ],
      },
    },
    errors: [
      "spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive",
      "spec.containers[0].securityContext.runAsGroup: Invalid value: 2147483648: must be between 0 and 2147483647, inclusive",
    ],
  },
  {
    name: "a profile is of a known type",
    patch: {
      spec: {
        containers: [{ name: "oar", image: "busybox:1.36", securityContext: { seccompProfile: { type: "Odd" } } }],
      },
    },
    errors: [
      `spec.containers[0].securityContext.seccompProfile.type: Unsupported value: "Odd": supported values: "Localhost", "RuntimeDefault", "Unconfined"`,
    ],
  },
  {
    name: "a local profile is named",
    patch: {
      spec: {
        containers: [
          { name: "oar", image: "busybox:1.36", securityContext: { seccompProfile: { type: "Localhost" } } },
        ],
      },
    },
    errors: [
      "spec.containers[0].securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost",
    ],
  },
  {
    name: "groups are numbers of 31 bits",
    patch: { spec: { securityContext: { fsGroup: -1, supplementalGroups: [1, -2] } } },
    errors: [
      "spec.securityContext.fsGroup: Invalid value: -1: must be between 0 and 2147483647, inclusive",
      "spec.securityContext.supplementalGroups[1]: Invalid value: -2: must be between 0 and 2147483647, inclusive",
    ],
  },
  {
    name: "sysctls have names",
    patch: {
      spec: {
        securityContext: {
          sysctls: [
            { name: "", value: "1" },
            { name: "A", value: "1" },
            { name: "kernel.a", value: "1" },
            { name: "kernel.a", value: "1" },
          ],
        },
      },
    },
    errors: [
      "spec.securityContext.sysctls[0].name: Required value",
      `spec.securityContext.sysctls[1].name: Invalid value: "A": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$`,
      `spec.securityContext.sysctls[3].name: Duplicate value: "kernel.a"`,
    ],
  },
  {
    name: "the restart policy is one of three",
    patch: { spec: { restartPolicy: "Seldom" } },
    errors: [`spec.restartPolicy: Unsupported value: "Seldom": supported values: "Always", "OnFailure", "Never"`],
  },
  {
    name: "the DNS policy is one of four",
    patch: { spec: { dnsPolicy: "Cluster" } },
    errors: [
      `spec.dnsPolicy: Unsupported value: "Cluster": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"`,
    ],
  },
  {
    name: "no DNS needs servers of one's own",
    patch: { spec: { dnsPolicy: "None" } },
    errors: ["spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"],
  },
  {
    name: "servers of one's own are some",
    patch: { spec: { dnsPolicy: "None", dnsConfig: { nameservers: [] } } },
    errors: [
      "spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None",
    ],
  },
  {
    name: "servers have addresses, three at most",
    patch: {
      spec: {
        dnsConfig: { nameservers: ["a", "1.1.1.1", "1.1.1.2", "1.1.1.3"], searches: ["A"], options: [{ value: "1" }] },
      },
    },
    errors: [
      `spec.dnsConfig.nameservers: Invalid value: ["a","1.1.1.1","1.1.1.2","1.1.1.3"]: must not have more than 3 nameservers`,
      `spec.dnsConfig.nameservers[0]: Invalid value: "a": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)`,
      `spec.dnsConfig.searches[0]: Invalid value: "A": ${subdomain.replace("'-' or", "'_', '-' or").replace(/'\[a-z0-9\].*$/, "'_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')")}`,
      "spec.dnsConfig.options[0]: Required value: must not be empty",
    ],
  },
  {
    name: "the node selector has labels",
    patch: { spec: { nodeSelector: { "a b": "c d" } } },
    errors: [
      `spec.nodeSelector: Invalid value: "a b": ${keyName}`,
      `spec.nodeSelector: Invalid value: "c d": ${labelValue}`,
    ],
  },
  {
    name: "names of accounts and nodes are subdomains",
    patch: { spec: { serviceAccountName: "Pilot", nodeName: "Node" } },
    errors: [
      `spec.serviceAccountName: Invalid value: "Pilot": ${subdomain}`,
      `spec.nodeName: Invalid value: "Node": ${subdomain}`,
    ],
  },
  {
    name: "the deadline is positive",
    patch: { spec: { activeDeadlineSeconds: 0 } },
    errors: ["spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive"],
  },
  {
    name: "host names are labels",
    patch: { spec: { hostname: "a.b", subdomain: "C" } },
    errors: [
      `spec.hostname: Invalid value: "a.b": must not contain dots`,
      `spec.subdomain: Invalid value: "C": ${label}`,
    ],
  },
  {
    name: "aliases have addresses and names",
    patch: { spec: { hostAliases: [{ ip: "300.1.1.1", hostnames: ["A"] }] } },
    errors: [
      `spec.hostAliases[0].ip: Invalid value: "300.1.1.1": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)`,
      `spec.hostAliases[0].hostnames[0]: Invalid value: "A": ${subdomain}`,
    ],
  },
  {
    name: "classes are subdomains",
    patch: { spec: { priorityClassName: "High", runtimeClassName: "Fast" } },
    errors: [
      `spec.priorityClassName: Invalid value: "High": ${subdomain}`,
      `spec.runtimeClassName: Invalid value: "Fast": ${subdomain}`,
    ],
  },
  {
    name: "the preemption policy is one of two",
    patch: { spec: { preemptionPolicy: "Always" } },
    errors: [`spec.preemptionPolicy: Unsupported value: "Always": supported values: "PreemptLowerPriority", "Never"`],
  },
  {
    name: "the system is one of two",
    patch: { spec: { os: { name: "dos" } } },
    errors: [`spec.os: Unsupported value: "dos": supported values: "linux", "windows"`],
  },
  {
    name: "a toleration's operator is one of two",
    patch: { spec: { tolerations: [{ key: "a", operator: "Like", value: "b" }] } },
    errors: [`spec.tolerations[0].operator: Unsupported value: "Like": supported values: "Equal", "Exists"`],
  },
  {
    name: "a toleration of all keys has Exists",
    patch: { spec: { tolerations: [{ operator: "Equal", value: "b" }] } },
    errors: [
      `spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when \`key\` is empty, which means "match all values and all keys"`,
    ],
  },
  {
    name: "Exists has no value",
    patch: { spec: { tolerations: [{ key: "a", operator: "Exists", value: "b" }] } },
    errors: [`spec.tolerations[0].operator: Invalid value: "b": value must be empty when \`operator\` is 'Exists'`],
  },
  {
    name: "seconds are for NoExecute",
    patch: { spec: { tolerations: [{ key: "a", operator: "Exists", effect: "NoSchedule", tolerationSeconds: 3 }] } },
    errors: [
      `spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be 'NoExecute' when \`tolerationSeconds\` is set`,
    ],
  },
  {
    name: "a toleration's effect is one of three",
    patch: { spec: { tolerations: [{ key: "a", operator: "Exists", effect: "Never" }] } },
    errors: [
      `spec.tolerations[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"`,
    ],
  },
  {
    name: "spreading needs a skew, a key and an action",
    patch: { spec: { topologySpreadConstraints: [{ maxSkew: 0, topologyKey: "", whenUnsatisfiable: "Wait" }] } },
    errors: [
      "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
      "spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty",
      `spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Wait": supported values: "DoNotSchedule", "ScheduleAnyway"`,
    ],
  },
  {
    name: "domains are for DoNotSchedule",
    patch: {
      spec: {
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "ScheduleAnyway", minDomains: 2 },
        ],
      },
    },
    errors: [
      "spec.topologySpreadConstraints[0].minDomains: Invalid value: 2: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway",
    ],
  },
  {
    name: "two constraints differ",
    patch: {
      spec: {
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "ScheduleAnyway" },
          { maxSkew: 2, topologyKey: "zone", whenUnsatisfiable: "ScheduleAnyway" },
        ],
      },
    },
    errors: [
      `spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{zone, ScheduleAnyway}"`,
    ],
  },
  {
    name: "node affinity has terms",
    patch: {
      spec: {
        affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
      },
    },
    errors: [
      "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term",
    ],
  },
  {
    name: "node affinity has operators and values",
    patch: {
      spec: {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                {
                  matchExpressions: [
                    { key: "a", operator: "In" },
                    { key: "b", operator: "Exists", values: ["x"] },
                    { key: "c", operator: "Gt", values: [] },
                    { key: "d", operator: "Is" },
                  ],
                  matchFields: [{ key: "spec.x", operator: "In", values: ["a"] }],
                },
              ],
            },
          },
        },
      },
    },
    errors: [
      "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
      "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
      "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[2].values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'",
      `spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[3].operator: Invalid value: "Is": not a valid selector operator`,
      `spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].key: Invalid value: "spec.x": not a valid field selector key`,
    ],
  },
  {
    name: "weights are between 1 and 100",
    patch: {
      spec: {
        affinity: {
          nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, preference: {} }] },
        },
      },
    },
    errors: [
      "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100",
    ],
  },
  {
    name: "Pod affinity has a topology key",
    patch: {
      spec: {
        affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "" }] } },
      },
    },
    errors: [
      "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty",
      `spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "": name part must be non-empty`,
      `spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "": ${keyName}`,
    ],
  },
  {
    name: "users of one's own share no namespaces of the host",
    patch: { spec: { hostUsers: false, hostNetwork: true, hostPID: true } },
    errors: [
      "spec.hostNetwork: Forbidden: when `hostUsers` is false",
      "spec.HostPID: Forbidden: when `hostUsers` is false",
    ],
  },
  {
    name: "readiness gates are named",
    patch: { spec: { readinessGates: [{ conditionType: "a b" }] } },
    errors: [`spec.readinessGates[0].conditionType: Invalid value: "a b": ${keyName}`],
  },
  {
    name: "scheduling gates are named once",
    patch: { spec: { schedulingGates: [{ name: "example.com/a" }, { name: "example.com/a" }] } },
    errors: [`spec.schedulingGates[1]: Duplicate value: "example.com/a"`],
  },
  {
    name: "the cost of deletion is a number",
    patch: { metadata: { annotations: { "controller.kubernetes.io/pod-deletion-cost": "cheap" } } },
    errors: [
      `metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "cheap": must be a 32bit integer`,
    ],
  },
];

describe("a new Pod of version 1.36", () => {
  it.each(cases)("$name", ({ patch, errors }) => {
    const found = validatePod(defaultPod(merge(pod, patch)), { version: "1.36" });
    expect(found.map(({ field, message }) => `${field}: ${message}`)).toEqual(errors);
  });
});
