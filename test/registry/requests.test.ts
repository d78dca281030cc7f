import { describe, expect, test } from "vitest";
import type { Pod, Service } from "../../src/api/generated/types.js";
import { failureOf } from "./failure-of.js";
import { Cluster, job } from "./managed-fields/cluster.js";

function service(spec: object, name = "ferry") {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "default" },
    spec: { selector: { a: "b" }, ports: [{ port: 80 }], ...spec },
  };
}

describe("what is accepted with a warning", () => {
  test.each([
    [
      "a Job whose name has dots",
      { ...job(), metadata: { name: "a.b", namespace: "default" } },
      "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
    ],
    [
      "a variable that is defined twice",
      job({
        template: {
          spec: {
            restartPolicy: "Never",
            containers: [{ name: "c", image: "i", env: [{ name: "A" }, { name: "A" }] }],
          },
        },
      }),
      'spec.template.spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
    ],
  ])("%s", (_what, object, warning) => {
    const cluster = new Cluster();
    cluster.create("jobs", object);
    expect(cluster.warnings).toEqual([warning]);
  });

  test("the control plane is not warned, and a change that concerns nothing is not warned of again", () => {
    const cluster = new Cluster();
    cluster.create("jobs", { ...job(), metadata: { name: "a.b", namespace: "default" } });
    cluster.merge("jobs", "a.b", { metadata: { labels: { a: "b" } } });
    expect(cluster.warnings).toHaveLength(1);
  });
});

describe("a patch that says who the object is", () => {
  test.each<[string, object, string]>([
    [
      "stays in its namespace",
      { namespace: "other" },
      "BadRequest: the namespace of the provided object does not match the namespace sent on the request",
    ],
    [
      "does not delete it",
      { deletionTimestamp: "2020-01-01T00:00:00Z" },
      'Invalid: Job.batch "j" is invalid: metadata.deletionTimestamp: Invalid value: "2020-01-01T00:00:00Z": field is immutable',
    ],
  ])("%s", (_what, metadata, message) => {
    const cluster = new Cluster();
    cluster.create("jobs", { ...job(), metadata: { name: "j", namespace: "default" } });
    expect(failureOf(() => cluster.merge("jobs", "j", { metadata }))).toBe(message);
  });

  test("leaves it as old as it is", () => {
    const cluster = new Cluster();
    const { metadata } = cluster.create("jobs", { ...job(), metadata: { name: "j", namespace: "default" } });
    const patched = cluster.merge("jobs", "j", { metadata: { creationTimestamp: "2020-01-01T00:00:00Z" } });
    expect(patched.metadata.creationTimestamp).toBe(metadata.creationTimestamp);
  });

  test("is refused in words where it takes a Job's template away", () => {
    const cluster = new Cluster();
    cluster.create("jobs", { ...job(), metadata: { name: "j", namespace: "default" } });
    expect(failureOf(() => cluster.merge("jobs", "j", { spec: { template: null } }))).toContain(
      "spec.template.spec.containers: Required value",
    );
  });
});

describe("Services", () => {
  test("get an address of the family that there is", () => {
    const { spec } = new Cluster().create("services", service({})) as Service;
    expect(spec).toMatchObject({ ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack", clusterIPs: [spec?.clusterIP] });
  });

  test("of type NodePort get a free port, and keep it", () => {
    const cluster = new Cluster();
    const { spec } = cluster.create("services", service({ type: "NodePort" })) as Service;
    const [port] = spec?.ports ?? [];
    expect(port?.nodePort).toBeGreaterThanOrEqual(30_086);
    const replaced = cluster.replace("services", service({ type: "NodePort" })) as Service;
    expect(replaced.spec?.ports?.[0]?.nodePort).toBe(port?.nodePort);
    const inside = cluster.replace("services", service({ type: "ClusterIP" })) as Service;
    expect(inside.spec?.ports).toEqual([{ port: 80, protocol: "TCP", targetPort: 80 }]);
  });

  test.each([
    [
      { type: "NodePort", ports: [{ port: 80, nodePort: 80 }] },
      "spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767",
    ],
    [
      { type: "NodePort", ports: [{ port: 80, nodePort: 30_001 }] },
      "spec.ports[0].nodePort: Invalid value: 30001: provided port is already allocated",
    ],
    [
      { clusterIP: "10.96.0.9" },
      'spec.clusterIPs: Invalid value: ["10.96.0.9"]: failed to allocate IP 10.96.0.9: provided IP is already allocated',
    ],
    [
      { ipFamilyPolicy: "RequireDualStack" },
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ],
  ])("with %j are refused", (spec, message) => {
    const cluster = new Cluster();
    const taken = { clusterIP: "10.96.0.9", type: "NodePort", ports: [{ port: 1, nodePort: 30_001 }] };
    cluster.create("services", service(taken, "other"));
    expect(failureOf(() => cluster.create("services", service(spec)))).toBe(
      `Invalid: Service "ferry" is invalid: ${message}`,
    );
  });

  test("keep their address", () => {
    const cluster = new Cluster();
    cluster.create("services", service({}));
    expect(failureOf(() => cluster.merge("services", "ferry", { spec: { clusterIP: "10.96.3.4" } }))).toBe(
      'Invalid: Service "ferry" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.3.4"]: may not change once set',
    );
  });
});

describe("an emulated version", () => {
  const manifest = job({
    successPolicy: { rules: [{ succeededCount: 1 }] },
    completionMode: "Indexed",
    completions: 2,
  });

  test("tells of fields that it does not know", () => {
    const cluster = new Cluster("1.28");
    expect(cluster.create("jobs", manifest)).not.toHaveProperty("spec.successPolicy");
    expect(cluster.warnings).toEqual(['unknown field "spec.successPolicy"']);
  });

  test("drops them in silence where servers did not check", () => {
    const cluster = new Cluster("1.23");
    expect(cluster.create("jobs", manifest)).not.toHaveProperty("spec.successPolicy");
    expect(cluster.warnings).toEqual([]);
  });
});

test("a Pod without containers is refused by validation", () => {
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "raft", namespace: "default" }, spec: {} };
  expect(failureOf(() => new Cluster().create("pods", pod as Pod))).toBe(
    'Invalid: Pod "raft" is invalid: spec.containers: Required value',
  );
});
