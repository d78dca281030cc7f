import { describe, expect, test } from "vitest";
import { behaviourOf } from "../../../src/controllers/job/job-behaviour.js";
import { createPodFactory, indexedPodNamePrefix } from "../../../src/controllers/job/pod-factory.js";
import { job } from "./samples.js";

const behaviour = behaviourOf("1.36");
const template = {
  metadata: { labels: { "job-name": "pi" }, annotations: { note: "yes" } },
  spec: { restartPolicy: "Never" as const, containers: [{ name: "main" }], initContainers: [{ name: "init" }] },
};

describe("the Pods of a Job", () => {
  test("have its labels, an owner, the finalizer and a generated name", () => {
    const pod = createPodFactory().podOf(job({ template }), behaviour, {});
    expect(pod.metadata).toEqual({
      namespace: "default",
      generateName: "pi-",
      labels: { "job-name": "pi" },
      annotations: { note: "yes" },
      finalizers: ["batch.kubernetes.io/job-tracking"],
      ownerReferences: [
        { apiVersion: "batch/v1", kind: "Job", name: "pi", uid: "job-uid", controller: true, blockOwnerDeletion: true },
      ],
    });
  });

  test("share one spec, so that what holds for one holds for all", () => {
    const factory = createPodFactory();
    const sample = job({ template });
    const later = { ...sample, status: { active: 1 } };
    expect(factory.podOf(sample, behaviour, {}).spec).toBe(factory.podOf(later, behaviour, {}).spec);
    const indexed = job({ template, completionMode: "Indexed" });
    const [one, two] = [0, 1].map((index) => factory.podOf(indexed, behaviour, { index }).spec?.containers);
    expect(one).toBe(two);
  });

  test("of an Indexed Job know their index by name, hostname, annotation, label and environment", () => {
    const pod = createPodFactory().podOf(job({ template, completionMode: "Indexed" }), behaviour, { index: 3 });
    const key = "batch.kubernetes.io/job-completion-index";
    expect(pod.metadata).toMatchObject({ generateName: "pi-3-", annotations: { [key]: "3" }, labels: { [key]: "3" } });
    expect(pod.spec?.hostname).toBe("pi-3");
    const variable = {
      name: "JOB_COMPLETION_INDEX",
      valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: `metadata.labels['${key}']` } },
    };
    expect(pod.spec?.containers[0]?.env).toEqual([variable]);
    expect(pod.spec?.initContainers?.[0]?.env).toEqual([variable]);
  });

  test("have no index label before 1.28: the variable reads the annotation", () => {
    const indexed = job({ template, completionMode: "Indexed" });
    const pod = createPodFactory().podOf(indexed, behaviourOf("1.23"), { index: 3 });
    expect(pod.metadata.labels).toEqual({ "job-name": "pi" });
    expect(pod.spec?.containers[0]?.env?.[0]?.valueFrom?.fieldRef?.fieldPath).toBe(
      "metadata.annotations['batch.kubernetes.io/job-completion-index']",
    );
  });

  test("keep a variable of that name that the template sets", () => {
    const env = [{ name: "JOB_COMPLETION_INDEX", value: "mine" }];
    const indexed = job({ completionMode: "Indexed", template: { spec: { containers: [{ name: "main", env }] } } });
    expect(createPodFactory().podOf(indexed, behaviour, { index: 0 }).spec?.containers[0]?.env).toBe(env);
  });

  test("with a limit per index carry the failures before them", () => {
    const failures = { counted: 2, ignored: 1 };
    const pod = createPodFactory().podOf(job({ completionMode: "Indexed" }), behaviour, { index: 0, failures });
    expect(pod.metadata.annotations).toMatchObject({
      "batch.kubernetes.io/job-index-failure-count": "2",
      "batch.kubernetes.io/job-index-ignored-failure-count": "1",
    });
  });

  test("a long name is cut before the index", () => {
    expect(indexedPodNamePrefix("j".repeat(60), 12)).toBe(`${"j".repeat(54)}-12-`);
    expect(indexedPodNamePrefix("short", 12)).toBe("short-12-");
  });
});
