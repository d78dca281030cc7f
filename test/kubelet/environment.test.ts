import { describe, expect, test } from "vitest";
import type { Container, Pod, Service } from "../../src/api/generated/types.js";
import { environmentOf } from "../../src/kubelet/environment.js";
import { expand } from "../../src/kubelet/expand.js";

const pod: Pod = {
  metadata: { name: "p", namespace: "ns", uid: "u", labels: { a: "1" }, annotations: { b: 'x"y' } },
  spec: { containers: [], nodeName: "node-1", serviceAccountName: "robot" },
};

const kubernetes: Service = {
  metadata: { name: "kubernetes", namespace: "default" },
  spec: { clusterIP: "10.96.0.1", ports: [{ name: "https", port: 443, protocol: "TCP" }] },
};

function build(container: Partial<Container>, more: { services?: readonly Service[] } = {}) {
  const env = environmentOf({
    pod,
    container: { name: "main", ...container },
    place: { ip: "10.244.1.2", hostIp: "172.18.0.2" },
    allocatable: { cpu: "4", memory: "8Gi" },
    configMap: (name) => (name === "cm" ? { metadata: {}, data: { one: "1", two: "2" } } : undefined),
    secret: (name) => (name === "s" ? { metadata: {}, data: { key: btoa("hush") } } : undefined),
    services: (namespace) => (namespace === "default" ? [kubernetes] : (more.services ?? [])),
  });
  return Object.fromEntries([...env].filter(([name]) => !name.startsWith("KUBERNETES_")));
}

const ref = (fieldPath: string) => [{ name: "X", valueFrom: { fieldRef: { fieldPath } } }];

describe("the environment of a container", () => {
  const cases: { name: string; container: Partial<Container>; env: Record<string, string> }[] = [
    { name: "a plain value", container: { env: [{ name: "X", value: "1" }] }, env: { X: "1" } },
    {
      name: "a reference to a variable before it",
      container: {
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "$(A)$(C) $$(A)" },
        ],
      },
      env: { A: "1", B: "1$(C) $(A)" },
    },
    { name: "a label", container: { env: ref("metadata.labels['a']") }, env: { X: "1" } },
    { name: "all annotations", container: { env: ref("metadata.annotations") }, env: { X: 'b="x\\"y"' } },
    { name: "the address", container: { env: ref("status.podIP") }, env: { X: "10.244.1.2" } },
    { name: "the service account", container: { env: ref("spec.serviceAccountName") }, env: { X: "robot" } },
    {
      name: "a limit in units of a divisor, rounded up",
      container: {
        resources: { limits: { memory: "65Mi" } },
        env: [{ name: "X", valueFrom: { resourceFieldRef: { resource: "limits.memory", divisor: "10Mi" } } }],
      },
      env: { X: "7" },
    },
    {
      name: "without a limit, what the node has",
      container: { env: [{ name: "X", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } }] },
      env: { X: "4" },
    },
    {
      name: "a whole ConfigMap with a prefix, and a variable that wins over it",
      container: {
        envFrom: [{ prefix: "P_", configMapRef: { name: "cm" } }],
        env: [{ name: "P_two", value: "own" }],
      },
      env: { P_one: "1", P_two: "own" },
    },
    {
      name: "a key of a Secret",
      container: { env: [{ name: "X", valueFrom: { secretKeyRef: { name: "s", key: "key" } } }] },
      env: { X: "hush" },
    },
    {
      name: "an optional key that is not there",
      container: { env: [{ name: "X", valueFrom: { configMapKeyRef: { name: "no", key: "k", optional: true } } }] },
      env: {},
    },
  ];
  test.each(cases)("$name", ({ container, env }) => {
    expect(build(container)).toEqual(env);
  });

  const failures: { name: string; container: Partial<Container>; message: string }[] = [
    {
      name: "a ConfigMap that is not there",
      container: { env: [{ name: "X", valueFrom: { configMapKeyRef: { name: "no", key: "k" } } }] },
      message: 'configmap "no" not found',
    },
    {
      name: "a key that is not there",
      container: { env: [{ name: "X", valueFrom: { configMapKeyRef: { name: "cm", key: "k" } } }] },
      message: "couldn't find key k in ConfigMap ns/cm",
    },
    {
      name: "a Secret that is not there",
      container: { envFrom: [{ secretRef: { name: "no" } }] },
      message: 'secret "no" not found',
    },
  ];
  test.each(failures)("$name", ({ container, message }) => {
    expect(() => build(container)).toThrow(message);
  });

  test("Services give their address and ports", () => {
    const service: Service = {
      metadata: { name: "my-db", namespace: "ns" },
      spec: { clusterIP: "10.96.0.9", ports: [{ name: "sql", port: 5432, protocol: "TCP" }] },
    };
    expect(build({}, { services: [service] })).toEqual({
      MY_DB_SERVICE_HOST: "10.96.0.9",
      MY_DB_SERVICE_PORT: "5432",
      MY_DB_SERVICE_PORT_SQL: "5432",
      MY_DB_PORT: "tcp://10.96.0.9:5432",
      MY_DB_PORT_5432_TCP: "tcp://10.96.0.9:5432",
      MY_DB_PORT_5432_TCP_PROTO: "tcp",
      MY_DB_PORT_5432_TCP_PORT: "5432",
      MY_DB_PORT_5432_TCP_ADDR: "10.96.0.9",
    });
  });
});

test.each([
  ["$(A)", "1"],
  ["$(B)", "$(B)"],
  ["$$(A)", "$(A)"],
  ["$A $", "$A $"],
  ["$(A", "$(A"],
  ["a$(A)b$(A)", "a1b1"],
])("%s expands to %s", (text, wanted) => {
  expect(expand(text, (name) => (name === "A" ? "1" : undefined))).toBe(wanted);
});
