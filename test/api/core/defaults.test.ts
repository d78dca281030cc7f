import { describe, expect, it } from "vitest";
import { defaultCronJob, defaultJob, withTemplateLabels } from "../../../src/api/batch/job-defaults.js";
import { generateJobSelector } from "../../../src/api/batch/job-selector.js";
import { warningsForJob } from "../../../src/api/batch/job-warnings.js";
import { defaultNamespace, defaultSecret } from "../../../src/api/core/cluster-defaults.js";
import { defaultPullPolicy, imageTag } from "../../../src/api/core/image-reference.js";
import { defaultPod } from "../../../src/api/core/pod-defaults.js";
import { defaultService } from "../../../src/api/core/service-defaults.js";
import type { Job, Pod } from "../../../src/api/generated/types.js";
import { isEnabled } from "../../../src/api/versions/feature-gates.js";
import { dropUnknownFields } from "../../../src/api/versions/known-fields.js";

const job: Job = {
  metadata: { name: "mill", namespace: "valley", uid: "u-1" },
  spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "wheel", image: "busybox" }] } } },
};

describe("the defaults of a Job", () => {
  it("are those of version 1.36", () => {
    expect(defaultJob(job, { version: "1.36" }).spec).toEqual({
      backoffLimit: 6,
      completionMode: "NonIndexed",
      completions: 1,
      manualSelector: false,
      parallelism: 1,
      podReplacementPolicy: "TerminatingOrFailed",
      suspend: false,
      template: {
        metadata: {},
        spec: {
          containers: [
            {
              name: "wheel",
              image: "busybox",
              imagePullPolicy: "Always",
              resources: {},
              terminationMessagePath: "/dev/termination-log",
              terminationMessagePolicy: "File",
            },
          ],
          dnsPolicy: "ClusterFirst",
          restartPolicy: "Never",
          schedulerName: "default-scheduler",
          securityContext: {},
          terminationGracePeriodSeconds: 30,
        },
      },
    });
  });

  it("know fewer fields in version 1.23", () => {
    const spec = defaultJob(job, { version: "1.23" }).spec ?? {};
    expect(Object.keys(spec).sort()).toEqual([
      "backoffLimit",
      "completionMode",
      "completions",
      "parallelism",
      "suspend",
      "template",
    ]);
  });

  it("leave completions open where only parallelism is given", () => {
    const queue = defaultJob({ ...job, spec: { parallelism: 3, template: {} } }, { version: "1.36" });
    expect(queue.spec?.completions).toBeUndefined();
  });

  it("change with policies", () => {
    const spec = { ...job.spec, template: {}, podFailurePolicy: { rules: [] }, backoffLimitPerIndex: 1 };
    const filled = defaultJob({ ...job, spec }, { version: "1.36" }).spec;
    expect([filled?.podReplacementPolicy, filled?.backoffLimit]).toEqual(["Failed", 2_147_483_647]);
  });

  it("are filled in once: what is whole comes back as it is", () => {
    const once = defaultJob(job, { version: "1.36" });
    expect(defaultJob(once, { version: "1.36" })).toBe(once);
  });

  it("stay with the CronJob's own where a Job is only described", () => {
    const cronJob = defaultCronJob({ metadata: { name: "bell" }, spec: { schedule: "* * * * *", jobTemplate: job } });
    expect(cronJob.spec.jobTemplate.spec?.completions).toBeUndefined();
    expect(cronJob.spec.concurrencyPolicy).toBe("Allow");
    expect(defaultCronJob(cronJob)).toBe(cronJob);
  });
});

describe("the selector of a Job", () => {
  it("is its uid, and the template's labels are the Job's in the end", () => {
    const generated = withTemplateLabels(generateJobSelector(defaultJob(job, { version: "1.36" }), "1.36"));
    expect(generated.spec?.selector).toEqual({ matchLabels: { "batch.kubernetes.io/controller-uid": "u-1" } });
    expect(generated.metadata.labels).toEqual({
      "batch.kubernetes.io/controller-uid": "u-1",
      "batch.kubernetes.io/job-name": "mill",
      "controller-uid": "u-1",
      "job-name": "mill",
    });
  });

  it("has no prefix before 1.27", () => {
    const generated = generateJobSelector(defaultJob(job, { version: "1.23" }), "1.23");
    expect(generated.spec?.selector).toEqual({ matchLabels: { "controller-uid": "u-1" } });
    expect(generated.spec?.template.metadata?.labels).toEqual({ "controller-uid": "u-1", "job-name": "mill" });
  });
});

describe("the defaults of a Pod", () => {
  const pod: Pod = {
    metadata: { name: "raft", namespace: "river" },
    spec: {
      serviceAccount: "pilot",
      volumes: [{ name: "a" }, { name: "b", configMap: { name: "c" } }, { name: "d", hostPath: { path: "/d" } }],
      containers: [
        {
          name: "oar",
          image: "busybox:1.36",
          env: [{ name: "ME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
          ports: [{ containerPort: 80 }],
          resources: { limits: { memory: "1024Mi", cpu: 1 } },
          livenessProbe: { httpGet: { port: 80 } },
        },
      ],
    },
  };

  it("reach into its parts", () => {
    const spec = defaultPod(pod).spec;
    expect(spec?.enableServiceLinks).toBe(true);
    expect(spec?.serviceAccountName).toBe("pilot");
    expect(spec?.volumes?.[0]).toEqual({ name: "a", emptyDir: {} });
    expect(spec?.volumes?.[1]?.configMap?.defaultMode).toBe(420);
    expect(spec?.volumes?.[2]?.hostPath?.type).toBe("");
    const container = spec?.containers[0];
    expect(container?.resources).toEqual({
      limits: { memory: "1Gi", cpu: "1" },
      requests: { memory: "1Gi", cpu: "1" },
    });
    expect(container?.env?.[0]?.valueFrom?.fieldRef?.apiVersion).toBe("v1");
    expect(container?.ports?.[0]?.protocol).toBe("TCP");
    expect(container?.livenessProbe).toEqual({
      httpGet: { port: 80, path: "/", scheme: "HTTP" },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    });
  });

  it("are filled in once", () => {
    const once = defaultPod(pod);
    expect(defaultPod(once)).toBe(once);
  });

  it.each([
    ["busybox", "latest"],
    ["busybox:1.36", "1.36"],
    ["registry:5000/busybox", "latest"],
    ["busybox@sha256:abc", ""],
  ])("%s has the tag '%s'", (reference, tag) => {
    expect(imageTag(reference)).toBe(tag);
  });
});

describe("other defaults", () => {
  it("a Service has a type, an affinity and target ports", () => {
    const service = defaultService(
      { metadata: { name: "dock" }, spec: { ports: [{ port: 80 }] } },
      { version: "1.36" },
    );
    expect(service.spec).toEqual({
      internalTrafficPolicy: "Cluster",
      ports: [{ port: 80, protocol: "TCP", targetPort: 80 }],
      sessionAffinity: "None",
      type: "ClusterIP",
    });
  });

  it("a Secret keeps its text as data", () => {
    expect(defaultSecret({ metadata: { name: "s" }, stringData: { a: "ü" } })).toEqual({
      metadata: { name: "s" },
      type: "Opaque",
      data: { a: "w7w=" },
    });
  });

  it("a Namespace carries its name", () => {
    expect(defaultNamespace({ metadata: { name: "river" } }).metadata.labels).toEqual({
      "kubernetes.io/metadata.name": "river",
    });
  });
});

describe("warnings", () => {
  it("tell of names with dots and of variables that hide others", () => {
    const env = [
      { name: "A", value: "1" },
      { name: "A", value: "2" },
    ];
    const spec = { template: { spec: { containers: [{ name: "wheel", image: "busybox", env }] } } };
    expect(warningsForJob({ metadata: { name: "mill.one" }, spec })).toEqual([
      "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; " +
        "a DNS label is recommended: [must not contain dots]",
      'spec.template.spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
    ]);
  });
});

describe("versions", () => {
  it("switch gates on as upstream did", () => {
    expect(isEnabled("JobTrackingWithFinalizers", "1.23")).toBe(true);
    expect(isEnabled("JobTrackingWithFinalizers", "1.24")).toBe(false);
    expect(isEnabled("JobPodFailurePolicy", "1.25")).toBe(false);
    expect(isEnabled("SidecarContainers", "1.29")).toBe(true);
  });

  it("drop the fields that they do not know", () => {
    const typesOfFields: { readonly [field: string]: string | undefined } = {
      "Job.spec": "JobSpec",
      "JobSpec.template": "PodTemplateSpec",
    };
    const types = { typeOf: (type: string, field: string) => typesOfFields[`${type}.${field}`] };
    const newer = { spec: { backoffLimitPerIndex: 1, completions: 2, template: {} } };
    expect(dropUnknownFields(newer, "Job", "1.27", types)).toEqual({
      object: { spec: { completions: 2, template: {} } },
      unknownPaths: ["spec.backoffLimitPerIndex"],
    });
    expect(dropUnknownFields(newer, "Job", "1.36", types).object).toBe(newer);
  });
});

it.each([
  ["busybox", "Always"],
  ["busybox:latest", "Always"],
  ["busybox:1.36", "IfNotPresent"],
  [`busybox@sha256:${"0".repeat(64)}`, "IfNotPresent"],
])("%s is pulled %s", (name, policy) => {
  expect(defaultPullPolicy(name)).toBe(policy);
});
