import { describe, expect, it } from "vitest";
import tableColumns from "../../src/api/generated/table-columns.json" with { type: "json" };
import type { Job, Pod, PodStatus } from "../../src/api/generated/types.js";
import type { KubeObject } from "../../src/api/meta/object.js";
import { summarizePod } from "../../src/printers/pod-status.js";
import { plainTableFor, tableFor } from "../../src/printers/table-for.js";
import type { TablePrintOptions } from "../../src/printers/table-printer.js";
import { printTables, TablePrinter } from "../../src/printers/table-printer.js";

const now = Date.parse("2026-05-01T10:00:30Z");
const created = "2026-05-01T10:00:00Z";

function job(name: string, status: Job["status"] = {}, spec: Partial<Job["spec"]> = {}): Job {
  const template = { spec: { containers: [{ name: "c", image: "busybox:1.36" }] } };
  const metadata = { name, namespace: "mill", creationTimestamp: created, labels: { wheel: name } };
  return { apiVersion: "batch/v1", kind: "Job", metadata, spec: { template, completions: 1, ...spec }, status };
}

function text(kind: string, objects: readonly KubeObject[], options: TablePrintOptions = {}, version = "1.36"): string {
  let output = "";
  const table = tableFor(kind, objects, { now, version, wide: options.wide ?? false });
  printTables([{ table, options }], (chunk) => {
    output += chunk;
  });
  return output;
}

describe("columns", () => {
  const kinds: Readonly<Record<string, string>> = {
    "apis/batch/v1/jobs": "Job",
    "apis/batch/v1/cronjobs": "CronJob",
    "api/v1/pods": "Pod",
    "api/v1/services": "Service",
    "api/v1/configmaps": "ConfigMap",
    "api/v1/secrets": "Secret",
    "api/v1/namespaces": "Namespace",
    "api/v1/events": "Event",
    "api/v1/nodes": "Node",
    "api/v1/endpoints": "Endpoints",
    "apis/apps/v1/statefulsets": "StatefulSet",
    "apis/discovery.k8s.io/v1/endpointslices": "EndpointSlice",
    "api/v1/persistentvolumeclaims": "PersistentVolumeClaim",
    "api/v1/serviceaccounts": "ServiceAccount",
  };

  it.each(Object.entries(tableColumns))("of %s are those of a real server", (path, want) => {
    const { columns } = tableFor(kinds[path] ?? "", [], { now });
    expect(columns).toEqual(want);
  });

  it("come and go with the version", () => {
    const names = (kind: string, version: string) =>
      tableFor(kind, [], { now, version }).columns.map(({ name }) => name);
    expect(names("Job", "1.30")).not.toContain("Status");
    expect(names("Job", "1.31")).toContain("Status");
    expect(names("CronJob", "1.23")).not.toContain("Timezone");
    expect(names("ServiceAccount", "1.23")).toContain("Secrets");
    expect(names("ServiceAccount", "1.36")).not.toContain("Secrets");
  });
});

describe("jobs", () => {
  it.each([
    ["Running", {}],
    [
      "Complete",
      {
        conditions: [
          { type: "SuccessCriteriaMet", status: "True" },
          { type: "Complete", status: "True" },
        ],
      },
    ],
    [
      "Failed",
      {
        conditions: [
          { type: "FailureTarget", status: "True" },
          { type: "Failed", status: "True" },
        ],
      },
    ],
    ["Suspended", { conditions: [{ type: "Suspended", status: "True" }] }],
    ["Running", { conditions: [{ type: "Suspended", status: "False" }] }],
    ["SuccessCriteriaMet", { conditions: [{ type: "SuccessCriteriaMet", status: "True" }] }],
    ["FailureTarget", { conditions: [{ type: "FailureTarget", status: "True" }] }],
  ])("are %s", (want, status) => {
    expect(tableFor("Job", [job("a", status)], { now }).rows[0]?.cells[1]).toBe(want);
  });

  it("show completions, or the parallelism of a work queue", () => {
    const cell = (spec: Partial<Job["spec"]>) =>
      tableFor("Job", [job("a", { succeeded: 2 }, spec)], { now }).rows[0]?.cells[2];
    expect(cell({ completions: 5 })).toBe("2/5");
    expect(cell({ completions: undefined, parallelism: 4 })).toBe("2/1 of 4");
    expect(cell({ completions: undefined, parallelism: 1 })).toBe("2/1");
  });

  it("are printed with widths of their longest cells", () => {
    const started = { startTime: "2026-05-01T10:00:05Z" };
    expect(
      text("Job", [job("grind", started), job("sift", { conditions: [{ type: "Suspended", status: "True" }] })]),
    ).toBe(
      [
        "NAME    STATUS      COMPLETIONS   DURATION   AGE",
        "grind   Running     0/1           25s        30s",
        "sift    Suspended   0/1                      30s",
        "",
      ].join("\n"),
    );
  });

  it("take flags", () => {
    const options = {
      withNamespace: true,
      kindPrefix: "job.batch",
      labelColumns: ["x.io/wheel", "wheel"],
      showLabels: true,
    };
    expect(text("Job", [job("a")], options, "1.23")).toBe(
      [
        "NAMESPACE   NAME          COMPLETIONS   DURATION   AGE   WHEEL   WHEEL   LABELS",
        "mill        job.batch/a   0/1                      30s           a       wheel=a",
        "",
      ].join("\n"),
    );
    expect(text("Job", [job("a")], { noHeaders: true })).toBe("a     Running   0/1         30s\n");
  });

  it("are named and aged alone by the client", () => {
    expect(plainTableFor([job("a")], { now }).rows[0]?.cells).toEqual(["a", "30s"]);
  });
});

describe("a watch", () => {
  it("prints the header once, and never gets narrower", () => {
    const chunks: string[] = [];
    const printer = new TablePrinter({}, (chunk) => chunks.push(chunk));
    const show = (name: string) => {
      printer.print(
        tableFor("ConfigMap", [{ kind: "ConfigMap", metadata: { name, creationTimestamp: created } }], { now }),
        "ADDED",
      );
      printer.flush();
    };
    show("a-long-name");
    show("b");
    expect(chunks).toEqual([
      "EVENT      NAME          DATA   AGE\nADDED      a-long-name   0      30s\n",
      "ADDED      b             0      30s\n",
    ]);
  });
});

describe("several kinds", () => {
  it("have a blank line between them and columns of their own", () => {
    let output = "";
    const group = (kind: string, name: string) => ({
      table: tableFor(kind, [{ kind, metadata: { name, creationTimestamp: created } }], { now }),
      options: { kindPrefix: kind.toLowerCase() },
    });
    const hasPrinted = printTables(
      [
        group("ConfigMap", "pan"),
        { ...group("Secret", "x"), table: tableFor("Secret", [], { now }) },
        group("Namespace", "n"),
      ],
      (chunk) => {
        output += chunk;
      },
    );
    expect(hasPrinted).toBe(true);
    expect(output).toBe(
      "NAME            DATA   AGE\nconfigmap/pan   0      30s\n\nNAME          STATUS   AGE\nnamespace/n            30s\n",
    );
  });
});

describe("the status of a Pod", () => {
  const container = (name: string, state: NonNullable<PodStatus["containerStatuses"]>[number]["state"], more = {}) => ({
    name,
    image: "i",
    imageID: "",
    ready: false,
    restartCount: 0,
    ...(state === undefined ? {} : { state }),
    ...more,
  });
  const pod = (status: PodStatus, more: Partial<Pod> = {}): Pod => ({
    metadata: { name: "p" },
    spec: {
      containers: [{ name: "a" }, { name: "b" }],
      initContainers: [{ name: "i" }, { name: "s", restartPolicy: "Always" }],
    },
    status,
    ...more,
  });
  const done = { terminated: { exitCode: 0, reason: "Completed" } };
  const failed = { terminated: { exitCode: 1, reason: "Error" } };
  const running = { running: {} };
  const initialized = { type: "Initialized", status: "True" };
  const cases: readonly (readonly [string, Pod, string, string?])[] = [
    ["a fresh Pod", pod({ phase: "Pending" }), "Pending"],
    [
      "a gated Pod",
      pod({ phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", reason: "SchedulingGated" }] }),
      "SchedulingGated",
    ],
    [
      "the second init container is next",
      pod({
        phase: "Pending",
        initContainerStatuses: [container("i", done), container("s", { waiting: { reason: "PodInitializing" } })],
      }),
      "Init:1/2",
    ],
    [
      "an init container failed",
      pod({ phase: "Pending", initContainerStatuses: [container("i", failed)] }),
      "Init:Error",
    ],
    [
      "an init container crashes",
      pod({ phase: "Pending", initContainerStatuses: [container("i", { waiting: { reason: "CrashLoopBackOff" } })] }),
      "Init:CrashLoopBackOff",
    ],
    [
      "an init container was killed",
      pod({ phase: "Pending", initContainerStatuses: [container("i", { terminated: { exitCode: 137, signal: 9 } })] }),
      "Init:Signal:9",
    ],
    [
      "containers are created",
      pod({ phase: "Pending", containerStatuses: [container("a", { waiting: { reason: "ContainerCreating" } })] }),
      "ContainerCreating",
    ],
    [
      "one of two completed",
      pod({
        phase: "Running",
        conditions: [initialized],
        containerStatuses: [container("a", done), container("b", running, { ready: true })],
      }),
      "NotReady",
    ],
    [
      "all completed",
      pod({ phase: "Succeeded", containerStatuses: [container("a", done), container("b", done)] }),
      "Completed",
    ],
    [
      "one failed behind one that completed",
      pod({ phase: "Failed", containerStatuses: [container("a", done), container("b", failed)] }),
      "Error",
    ],
    [
      "the same, as older servers saw it",
      pod({ phase: "Failed", containerStatuses: [container("a", done), container("b", failed)] }),
      "Completed",
      "1.34",
    ],
    ["evicted", pod({ phase: "Failed", reason: "Evicted" }), "Evicted"],
    ["being deleted", pod({ phase: "Running" }, { metadata: { deletionTimestamp: created } }), "Terminating"],
    [
      "ended, and kept by a finalizer",
      pod(
        { phase: "Succeeded", containerStatuses: [container("a", done)] },
        { metadata: { deletionTimestamp: created } },
      ),
      "Completed",
    ],
    [
      "the same, as older servers saw it, terminating",
      pod({ phase: "Succeeded" }, { metadata: { deletionTimestamp: created } }),
      "Terminating",
      "1.30",
    ],
  ];
  for (const [title, object, want, version = "1.36"] of cases) {
    it(title, () => {
      expect(summarizePod(object, version).reason).toBe(want);
    });
  }

  it("counts sidecars, and restarts with the last one's age", () => {
    const restarted = {
      restartCount: 2,
      lastState: { terminated: { exitCode: 1, finishedAt: "2026-05-01T10:00:15Z" } },
    };
    const object = pod({
      phase: "Running",
      initContainerStatuses: [container("i", done), container("s", running, { ready: true, started: true })],
      containerStatuses: [container("a", running, { ready: true, ...restarted }), container("b", running)],
    });
    expect(tableFor("Pod", [object], { now }).rows[0]?.cells.slice(1, 4)).toEqual(["2/3", "Running", "2 (15s ago)"]);
  });
});

describe("services", () => {
  it.each([
    [{ type: "ClusterIP", clusterIPs: ["None"] }, ["ClusterIP", "None", "<none>", "<none>"]],
    [
      { type: "NodePort", clusterIPs: ["10.0.0.1"], ports: [{ port: 80, nodePort: 30_080, protocol: "TCP" }] },
      ["NodePort", "10.0.0.1", "<none>", "80:30080/TCP"],
    ],
    [{ type: "ExternalName", externalName: "a.example" }, ["ExternalName", "<none>", "a.example", "<none>"]],
    [{ type: "LoadBalancer", clusterIPs: ["10.0.0.1"] }, ["LoadBalancer", "10.0.0.1", "<pending>", "<none>"]],
  ])("%j", (spec, want) => {
    const service = { kind: "Service", metadata: { name: "s" }, spec };
    expect(tableFor("Service", [service], { now }).rows[0]?.cells.slice(1, 5)).toEqual(want);
  });
});
