import { describe, expect, it } from "vitest";
import {
  defaultNamespace,
  defaultPersistentVolumeClaim,
  defaultSecret,
} from "../../../src/api/core/cluster-defaults.js";
import {
  validateConfigMap,
  validateConfigMapUpdate,
  validateNamespace,
  validateNode,
  validateSecret,
  validateSecretUpdate,
} from "../../../src/api/core/cluster-validation.js";
import { defaultPod } from "../../../src/api/core/pod-defaults.js";
import { validatePodUpdate } from "../../../src/api/core/pod-update-validation.js";
import { defaultService } from "../../../src/api/core/service-defaults.js";
import { validateService, validateServiceUpdate } from "../../../src/api/core/service-validation.js";
import { validatePersistentVolumeClaim } from "../../../src/api/core/volume-claim-validation.js";
import type { Pod, Service } from "../../../src/api/generated/types.js";
import type { FieldError } from "../../../src/api/meta/field-error.js";
import { merge } from "../merge.js";
import { configKey, label, labelValue } from "../words.js";

const texts = (errors: readonly FieldError[]) => errors.map(({ field, message }) => `${field}: ${message}`);
const named = (name: string) => ({ name, namespace: "river" });

const service: Service = { metadata: named("dock"), spec: { selector: { side: "left" }, ports: [{ port: 80 }] } };

const services = [
  { name: "a valid one", patch: {}, errors: [] },
  { name: "a name may begin with a digit", patch: { metadata: { name: "9-docks" } }, errors: [] },
  {
    name: "a name has no capitals",
    patch: { metadata: { name: "Dock" } },
    errors: [`metadata.name: Invalid value: "Dock": ${label}`],
  },
  { name: "it has ports", patch: { spec: { ports: null } }, errors: ["spec.ports: Required value"] },
  { name: "without an address it needs none", patch: { spec: { ports: null, clusterIP: "None" } }, errors: [] },
  {
    name: "a port is a port, and so is its target",
    patch: { spec: { ports: [{ port: 70000, targetPort: 0 }] } },
    errors: [
      "spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive",
      "spec.ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
    ],
  },
  {
    name: "several ports have names",
    patch: { spec: { ports: [{ port: 1 }, { port: 2, name: "b" }, { port: 3, name: "b" }] } },
    errors: ["spec.ports[0].name: Required value", 'spec.ports[2].name: Duplicate value: "b"'],
  },
  {
    name: "the same port is given once",
    patch: {
      spec: {
        ports: [
          { port: 1, name: "a" },
          { port: 1, name: "b" },
        ],
      },
    },
    errors: [
      'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":1,"TargetPort":0,"NodePort":0}',
    ],
  },
  {
    name: "the selector has label values",
    patch: { spec: { selector: { side: "far left" } } },
    errors: [`spec.selector: Invalid value: "far left": ${labelValue}`],
  },
  {
    name: "the affinity is one of two",
    patch: { spec: { sessionAffinity: "Cookie" } },
    errors: ['spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"'],
  },
  {
    name: "the type is one of four",
    patch: { spec: { type: "Boat" } },
    errors: [
      'spec.type: Unsupported value: "Boat": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ],
  },
  {
    name: "an external name is given",
    patch: { spec: { type: "ExternalName" } },
    errors: ["spec.externalName: Required value"],
  },
  {
    name: "an address is an address",
    patch: { spec: { clusterIP: "300.1.1.1" } },
    errors: [
      'spec.clusterIPs[0]: Invalid value: "300.1.1.1": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
  },
  {
    name: "a port of the nodes needs a type that has some",
    patch: { spec: { ports: [{ port: 80, nodePort: 30080 }] } },
    errors: ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
  },
];

describe("a new Service of version 1.36", () => {
  it.each(services)("$name", ({ patch, errors }) => {
    const options = { version: "1.36" } as const;
    expect(texts(validateService(defaultService(merge(service, patch), options), options))).toEqual(errors);
  });

  it("begins with a letter in older versions", () => {
    const old = defaultService(merge(service, { metadata: { name: "9-docks" } }), { version: "1.30" });
    expect(texts(validateService(old, { version: "1.30" }))).toHaveLength(1);
  });

  it("keeps its address", () => {
    const previous = merge(defaultService(service, { version: "1.36" }), {
      metadata: { resourceVersion: "1" },
      spec: { clusterIP: "10.96.0.9", clusterIPs: ["10.96.0.9"] },
    });
    const next = merge(previous, { spec: { clusterIP: "10.96.3.4", clusterIPs: ["10.96.3.4"] } });
    expect(texts(validateServiceUpdate(next, previous, { version: "1.36" }))).toEqual([
      'spec.clusterIPs[0]: Invalid value: ["10.96.3.4"]: may not change once set',
    ]);
  });
});

describe("small objects", () => {
  it("a ConfigMap has keys that are file names, each once", () => {
    const config = { metadata: named("c"), data: { "a b": "x", map: "y" }, binaryData: { map: "eA==" } };
    expect(texts(validateConfigMap(config))).toEqual([
      `data[a b]: Invalid value: "a b": ${configKey}`,
      'data[map]: Invalid value: "map": duplicate of key present in binaryData',
    ]);
  });

  it("a ConfigMap holds a mebibyte", () => {
    const config = { metadata: named("c"), data: { a: "x".repeat(1024 * 1024 + 1) } };
    expect(texts(validateConfigMap(config))).toEqual([": Too long: may not be more than 1048576 bytes"]);
  });

  it("an immutable ConfigMap stays as it is", () => {
    const previous = { metadata: { ...named("c"), resourceVersion: "1" }, data: { a: "1" }, immutable: true };
    expect(texts(validateConfigMapUpdate({ ...previous, data: { a: "2" }, immutable: false }, previous))).toEqual([
      "immutable: Forbidden: field is immutable when `immutable` is set",
      "data: Forbidden: field is immutable when `immutable` is set",
    ]);
  });

  it("a Secret has what its type asks for, and keeps the type", () => {
    const secret = defaultSecret({ metadata: { ...named("s"), resourceVersion: "1" }, type: "kubernetes.io/tls" });
    expect(texts(validateSecret(secret))).toEqual(["data[tls.crt]: Required value", "data[tls.key]: Required value"]);
    expect(texts(validateSecretUpdate({ ...secret, type: "Opaque" }, secret))).toEqual([
      'type: Invalid value: "Opaque": field is immutable',
    ]);
  });

  it("a Secret for a registry holds JSON, which no message shows", () => {
    const data = { ".dockerconfigjson": Buffer.from("nope").toString("base64") };
    const secret = defaultSecret({ metadata: named("s"), type: "kubernetes.io/dockerconfigjson", data });
    expect(texts(validateSecret(secret))).toEqual([
      `data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": invalid character 'o' in literal null (expecting 'u')`,
    ]);
  });

  it("a Namespace's own finalizers are known, or have a prefix", () => {
    const namespace = { metadata: { name: "a" }, spec: { finalizers: ["kubernetes", "mine", "example.com/mine"] } };
    expect(texts(validateNamespace(namespace))).toEqual([
      'spec.finalizers: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ]);
  });

  it("a Node has each taint once", () => {
    const taints = [
      { key: "a", effect: "NoSchedule" as const },
      { key: "a", value: "b", effect: "NoSchedule" as const },
    ];
    expect(texts(validateNode({ metadata: { name: "n" }, spec: { taints } }))).toEqual([
      'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"b","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair',
    ]);
  });

  it("a Namespace is a label, and in no namespace", () => {
    expect(texts(validateNamespace(defaultNamespace({ metadata: { name: "Attic" } })))).toContain(
      `metadata.name: Invalid value: "Attic": ${label}`,
    );
    expect(texts(validateNamespace(defaultNamespace({ metadata: named("a") })))).toEqual([
      "metadata.namespace: Forbidden: not allowed on this type",
    ]);
  });

  it("a Node has taints of known effects", () => {
    const node = { metadata: { name: "n" }, spec: { taints: [{ key: "a", effect: "Never" as "NoExecute" }] } };
    expect(texts(validateNode(node))).toEqual([
      'metadata.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ]);
  });

  it("a claim says how much, and for whom", () => {
    const claim = defaultPersistentVolumeClaim({ metadata: named("p"), spec: {} });
    expect(texts(validatePersistentVolumeClaim(claim))).toEqual([
      "spec.accessModes: Required value: at least 1 access mode is required",
      "spec.resources[storage]: Required value",
    ]);
  });
});

describe("a Pod that replaces another", () => {
  const previous: Pod = defaultPod({
    metadata: { ...named("raft"), resourceVersion: "1" },
    spec: { restartPolicy: "Never", containers: [{ name: "oar", image: "busybox:1.36", command: ["sleep", "5"] }] },
  });
  const update = (patch: object) => texts(validatePodUpdate(merge(previous, patch), previous, { version: "1.36" }));
  const oar = previous.spec?.containers[0];

  it("may have another image, a deadline and more tolerations", () => {
    expect(
      update({
        spec: {
          containers: [{ ...oar, image: "busybox:1.37" }],
          activeDeadlineSeconds: 5,
          tolerations: [{ operator: "Exists" }],
        },
      }),
    ).toEqual([]);
  });

  it("has no other containers", () => {
    expect(update({ spec: { containers: [oar, { ...oar, name: "rudder" }] } })).toEqual([
      "spec.containers: Forbidden: pod updates may not add or remove containers",
    ]);
  });

  it("shows the lines that may not change", () => {
    const [error = ""] = update({ spec: { containers: [{ ...oar, command: ["sleep", "6"] }] } });
    expect(error).toContain("pod updates may not change fields other than `spec.containers[*].image`,");
    expect(error).toContain('\n-    "5"\n+    "6"\n');
    const [other = ""] = update({ spec: { restartPolicy: "OnFailure" } });
    expect(other).toContain('\n- "RestartPolicy": "Never",\n+ "RestartPolicy": "OnFailure",\n');
  });
});
