import { expect, it, describe as suite } from "vitest";
import type { Event, Job, Node, Pod, Service } from "../../src/api/generated/types.js";
import { describe, describeAll, relatedNeeded } from "../../src/printers/describe/describe.js";

const now = Date.parse("2026-05-01T10:05:00Z");
const created = "2026-05-01T10:00:00Z";

/** Without the padding that ends a line. */
function trimmed(text: string): string[] {
  return text.split("\n").map((line) => line.trimEnd());
}

function event(reason: string, at: string, more: Partial<Event> = {}): Event {
  return {
    metadata: { name: reason },
    involvedObject: { kind: "Job", name: "churn" },
    type: "Normal",
    reason,
    message: `${reason}!\n`,
    source: { component: "job-controller" },
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
    ...more,
  };
}

const churn: Job = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: {
    name: "churn",
    namespace: "dairy",
    labels: { b: "2", a: "1" },
    annotations: {
      long: "x".repeat(150),
      short: "milk",
      "kubectl.kubernetes.io/last-applied-configuration": "{}",
    },
    ownerReferences: [{ apiVersion: "batch/v1", kind: "CronJob", name: "daily", uid: "u", controller: true }],
  },
  spec: {
    parallelism: 2,
    completions: 4,
    completionMode: "Indexed",
    suspend: false,
    backoffLimit: 6,
    activeDeadlineSeconds: 90,
    selector: { matchLabels: { uid: "u" } },
    template: {
      metadata: { labels: { uid: "u" } },
      spec: {
        containers: [
          {
            name: "butter",
            image: "busybox:1.36",
            command: ["sh", "-c", "true\nfalse"],
            ports: [{ containerPort: 80, protocol: "TCP", name: "web" }],
            resources: { limits: { cpu: "2", memory: "64Mi" } },
            livenessProbe: {
              tcpSocket: { port: 80 },
              timeoutSeconds: 1,
              periodSeconds: 10,
              successThreshold: 1,
              failureThreshold: 3,
            },
            env: [
              { name: "A", value: "one\ntwo" },
              { name: "CPU", valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "0" } } },
              { name: "MEM", valueFrom: { resourceFieldRef: { resource: "limits.memory", divisor: "1Mi" } } },
              { name: "KEY", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
            ],
            volumeMounts: [{ mountPath: "/data", name: "data", subPath: "x" }],
          },
        ],
        volumes: [{ name: "data", emptyDir: {} }],
        tolerations: [{ key: "k", operator: "Exists", effect: "NoExecute", tolerationSeconds: 5 }],
      },
    },
  },
  status: {
    startTime: created,
    completionTime: "2026-05-01T10:02:43Z",
    active: 0,
    ready: 0,
    succeeded: 4,
    completedIndexes: "0-3",
  },
};

suite("describing a Job", () => {
  it("prints every line as kubectl does", () => {
    const events = [
      event("Completed", "2026-05-01T10:04:40Z"),
      event("SuccessfulCreate", created, { lastTimestamp: "2026-05-01T10:04:00Z", count: 7 }),
    ];
    expect(trimmed(describe(churn, { events }, { now, zone: () => -300 }))).toEqual([
      "Name:                     churn",
      "Namespace:                dairy",
      "Selector:                 uid=u",
      "Labels:                   a=1",
      "                          b=2",
      "Annotations:              long:",
      `                            ${"x".repeat(138)}...`,
      "                          short: milk",
      "Controlled By:            CronJob/daily",
      "Parallelism:              2",
      "Completions:              4",
      "Completion Mode:          Indexed",
      "Suspend:                  false",
      "Backoff Limit:            6",
      "Start Time:               Fri, 01 May 2026 05:00:00 -0500",
      "Completed At:             Fri, 01 May 2026 05:02:43 -0500",
      "Duration:                 2m43s",
      "Active Deadline Seconds:  90s",
      "Pods Statuses:            0 Active (0 Ready) / 4 Succeeded / 0 Failed",
      "Completed Indexes:        0-3",
      "Pod Template:",
      "  Labels:  uid=u",
      "  Containers:",
      "   butter:",
      "    Image:      busybox:1.36",
      "    Port:       80/TCP (web)",
      "    Host Port:  0/TCP (web)",
      "    Command:",
      "      sh",
      "      -c",
      "      true",
      "      false",
      "    Limits:",
      "      cpu:     2",
      "      memory:  64Mi",
      "    Liveness:  tcp-socket :80 delay=0s timeout=1s period=10s #success=1 #failure=3",
      "    Environment:",
      "      A:    one",
      "            two",
      "      CPU:  2 (limits.cpu)",
      "      MEM:  64 (limits.memory)",
      "      KEY:  <set to the key 'k' in secret 's'>  Optional: false",
      "    Mounts:",
      '      /data from data (rw,path="x")',
      "  Volumes:",
      "   data:",
      "    Type:          EmptyDir (a temporary directory that shares a pod's lifetime)",
      "    Medium:",
      "    SizeLimit:     <unset>",
      "  Node-Selectors:  <none>",
      "  Tolerations:     k:NoExecute op=Exists for 5s",
      "Events:",
      "  Type    Reason            Age               From            Message",
      "  ----    ------            ----              ----            -------",
      "  Normal  SuccessfulCreate  60s (x7 over 5m)  job-controller  SuccessfulCreate!",
      "  Normal  Completed         20s               job-controller  Completed!",
      "",
    ]);
  });

  it("prints fewer lines in older versions", () => {
    const old = describe(churn, {}, { now, version: "1.23" });
    expect(old).toContain("0 Active / 4 Succeeded / 0 Failed");
    for (const line of ["Suspend:", "Backoff Limit:", "Node-Selectors:", "Tolerations:", "Events:"]) {
      expect(old).not.toContain(line);
    }
  });

  it("cuts long lists of indexes at a comma", () => {
    const completedIndexes = Array.from({ length: 40 }, (_, index) => index * 2).join(",");
    const text = describe({ ...churn, status: { ...churn.status, completedIndexes } } as Job, {}, { now });
    expect(/Completed Indexes: +(.*)/.exec(text)?.[1]).toBe("0,2,4,6,8,10,12,14,16,18,20,22,24,26,28,30,32,34,36,...");
  });
});

suite("describing a Pod", () => {
  const pod: Pod = {
    kind: "Pod",
    metadata: { name: "cow", namespace: "dairy" },
    spec: {
      nodeName: "barn",
      priority: 0,
      serviceAccountName: "default",
      containers: [
        {
          name: "moo",
          image: "alpine",
          env: [{ name: "ME", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } } }],
        },
      ],
      volumes: [
        {
          name: "t",
          projected: {
            sources: [
              { configMap: { name: "ca" } },
              { serviceAccountToken: { path: "token", expirationSeconds: 3607 } },
            ],
          },
        },
      ],
    },
    status: {
      phase: "Running",
      hostIP: "10.0.0.9",
      podIP: "10.244.0.5",
      podIPs: [{ ip: "10.244.0.5" }],
      conditions: [{ type: "Ready", status: "False" }],
      containerStatuses: [
        {
          name: "moo",
          image: "alpine",
          imageID: "sha",
          containerID: "containerd://1",
          ready: false,
          restartCount: 2,
          state: { waiting: { reason: "CrashLoopBackOff" } },
          lastState: { terminated: { exitCode: 1, reason: "Error", startedAt: created, finishedAt: created } },
        },
      ],
    },
  };

  it("prints states, conditions and volumes", () => {
    const lines = trimmed(describe(pod, { events: [] }, { now }));
    expect(lines.slice(0, 12)).toEqual([
      "Name:             cow",
      "Namespace:        dairy",
      "Priority:         0",
      "Service Account:  default",
      "Node:             barn/10.0.0.9",
      "Labels:           <none>",
      "Annotations:      <none>",
      "Status:           Running",
      "IP:               10.244.0.5",
      "IPs:",
      "  IP:  10.244.0.5",
      "Containers:",
    ]);
    expect(lines).toContain("    Last State:     Terminated");
    expect(lines).toContain("      Started:      Fri, 01 May 2026 10:00:00 +0000");
    expect(lines.some((line) => /^ {6}ME: +cow \(v1:metadata\.name\)$/.test(line))).toBe(true);
    expect(lines).toContain("    TokenExpirationSeconds:  3607");
    expect(lines).toContain("QoS Class:                   BestEffort");
    expect(lines.at(-2)).toBe("Events:                      <none>");
  });

  it("names optional sources as older versions did", () => {
    expect(describe(pod, {}, { now, version: "1.32" })).toContain("ConfigMapOptional:       <nil>");
    expect(describe(pod, {}, { now, version: "1.25" })).not.toContain("Service Account:");
  });

  it("says how long it has been terminating", () => {
    const metadata = { ...pod.metadata, deletionTimestamp: "2026-05-01T10:04:50Z", deletionGracePeriodSeconds: 30 };
    const lines = trimmed(describe({ ...pod, metadata } as Pod, {}, { now }));
    expect(lines).toContain("Status:                    Terminating (lasts 10s)");
    expect(lines).toContain("Termination Grace Period:  30s");
  });
});

suite("describing other kinds", () => {
  it("prints a Service with at most three endpoints", () => {
    const service: Service = {
      kind: "Service",
      metadata: { name: "milk", namespace: "dairy" },
      spec: {
        type: "ClusterIP",
        clusterIP: "10.0.0.1",
        ports: [{ name: "w", port: 80, protocol: "TCP", targetPort: "web" }],
      },
    };
    const endpoints = [1, 2, 3, 4, 5].map((host) => ({
      addresses: [`10.1.0.${host}`],
      conditions: { ready: host !== 2 },
    }));
    const slice = { metadata: {}, addressType: "IPv4" as const, ports: [{ name: "w", port: 8080 }], endpoints };
    const lines = trimmed(describe(service, { endpointSlices: [slice] }, { now }));
    expect(lines).toContain("Port:              w  80/TCP");
    expect(lines).toContain("TargetPort:        web/TCP");
    expect(lines).toContain("Endpoints:         10.1.0.1:8080,10.1.0.3:8080,10.1.0.4:8080 + 1 more...");
    expect(trimmed(describe(service, {}, { now }))).toContain("Endpoints:         <none>");
  });

  it("prints a ConfigMap's values in full, a Secret's in bytes", () => {
    const configMap = {
      kind: "ConfigMap",
      metadata: { name: "c" },
      data: { b: "two\nlines\n" },
      binaryData: { x: "AAEC" },
    };
    expect(describe(configMap, { events: [] }, { now })).toContain(
      "\nData\n====\nb:\n----\ntwo\nlines\n\n\n\nBinaryData\n====\nx: 3 bytes\n\nEvents:  <none>\n",
    );
    const secret = { kind: "Secret", metadata: { name: "s" }, type: "Opaque", data: { k: "aGk=" } };
    expect(describe(secret, {}, { now })).toMatch(/\nType: {2}Opaque\n\nData\n====\nk: {2}2 bytes\n$/);
  });

  it("adds up what Pods ask of a Node", () => {
    const node: Node = {
      kind: "Node",
      metadata: { name: "barn" },
      status: { allocatable: { cpu: "2", memory: "1Gi", pods: "110" } },
    };
    const pod = (name: string): Pod => ({
      metadata: { name, namespace: "dairy", creationTimestamp: created },
      spec: {
        containers: [
          { name: "c", resources: { requests: { cpu: "500m", memory: "256Mi" }, limits: { memory: "512Mi" } } },
        ],
      },
    });
    const lines = trimmed(describe(node, { pods: [pod("a"), pod("b")] }, { now }));
    expect(lines.some((line) => /^Non-terminated Pods: +\(2 in total\)$/.test(line))).toBe(true);
    expect(lines.find((line) => line.includes("dairy"))?.split(/ {2,}/)).toEqual([
      "",
      "dairy",
      "a",
      "500m (25%)",
      "0 (0%)",
      "256Mi (25%)",
      "512Mi (50%)",
      "5m",
    ]);
    expect(lines.find((line) => line.startsWith("  memory "))?.split(/ {2,}/)).toEqual([
      "",
      "memory",
      "512Mi (50%)",
      "1Gi (100%)",
    ]);
  });

  it("prints any other kind field by field", () => {
    const lease = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "l", uid: "u", creationTimestamp: created },
      spec: { leaseDurationSeconds: 40 },
    };
    expect(trimmed(describe(lease, {}, { now }))).toEqual([
      "Name:         l",
      "Namespace:",
      "Labels:       <none>",
      "Annotations:  <none>",
      "API Version:  coordination.k8s.io/v1",
      "Kind:         Lease",
      "Metadata:",
      `  Creation Timestamp:  ${created}`,
      "  UID:                 u",
      "Spec:",
      "  Lease Duration Seconds:  40",
      "",
    ]);
  });

  it("says what it needs", () => {
    expect(relatedNeeded("Node")).toEqual(["events", "podsOnNode", "lease"]);
    expect(relatedNeeded("Secret")).toEqual([]);
    expect(relatedNeeded("Gadget")).toEqual(["events"]);
    expect(describeAll(["a\n", "b\n"])).toBe("a\n\n\nb\n");
  });
});
