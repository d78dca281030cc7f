import type {
  Container,
  Job,
  ObjectMeta,
  OwnerReference,
  Pod,
  PodSpec,
  PodTemplateSpec,
} from "../../api/generated/types.js";
import type { NewPod } from "./decide.js";
import type { JobBehaviour } from "./job-behaviour.js";
import {
  completionIndexAnnotation,
  completionIndexVariable,
  indexFailureCountAnnotation,
  indexIgnoredFailureCountAnnotation,
  trackingFinalizer,
} from "./job-names.js";

/** The length to which a name is cut before five random characters follow. @see apiserver/pkg/storage/names */
const generatedNamePrefixMax = 58;
/** The longest name a Pod can have. */
const podNameMax = 253;

/** Makes the Pods of Jobs. */
export interface PodFactory {
  podOf(job: Job, behaviour: JobBehaviour, pod: NewPod): Pod;
}

/** What all Pods of one template share, made once. */
interface Prepared {
  readonly spec: PodSpec | undefined;
  readonly metadata: Pick<ObjectMeta, "labels" | "annotations" | "finalizers">;
}

/**
 * A factory that remembers what it made of each template. Pods of one Job share their spec (of an Indexed Job: all of
 * it but the hostname), the very same objects, so that what is worked out for one of them holds for all.
 */
export function createPodFactory(): PodFactory {
  const preparedByTemplate = new WeakMap<PodTemplateSpec, Prepared>();
  /** Of the Job that was asked for last: its Pods share the list. */
  let owners: readonly OwnerReference[] = [];
  const ownersOf = (job: Job): readonly OwnerReference[] => {
    if (owners[0]?.uid !== job.metadata.uid) owners = [ownerReferenceOf(job)];
    return owners;
  };
  const prepare = (job: Job, behaviour: JobBehaviour): Prepared => {
    const template = job.spec?.template ?? {};
    const known = preparedByTemplate.get(template);
    if (known !== undefined) return known;
    const prepared = prepareTemplate(template, job.spec?.completionMode === "Indexed", behaviour);
    preparedByTemplate.set(template, prepared);
    return prepared;
  };
  return {
    podOf(job, behaviour, pod) {
      const { spec, metadata } = prepare(job, behaviour);
      const { namespace } = job.metadata;
      const ownerReferences = ownersOf(job);
      const { index, failures } = pod;
      if (index === undefined) {
        const generateName = podNamePrefix(job.metadata.name ?? "");
        return podWith({ generateName, namespace, ownerReferences, ...metadata }, spec);
      }
      const base = { ...metadata, namespace, ownerReferences };
      const annotations = {
        ...metadata.annotations,
        [completionIndexAnnotation]: `${index}`,
        ...(failures === undefined ? {} : { [indexFailureCountAnnotation]: `${failures.counted}` }),
        ...(failures === undefined || failures.ignored === 0
          ? {}
          : { [indexIgnoredFailureCountAnnotation]: `${failures.ignored}` }),
      };
      const labels = behaviour.indexLabel
        ? { ...metadata.labels, [completionIndexAnnotation]: `${index}` }
        : metadata.labels;
      const generateName = indexedPodNamePrefix(job.metadata.name ?? "", index);
      const hostname = `${job.metadata.name}-${index}`;
      return podWith(
        { ...base, generateName, annotations, ...(labels === undefined ? {} : { labels }) },
        { ...spec, containers: spec?.containers ?? [], hostname },
      );
    },
  };
}

export function ownerReferenceOf(job: Job): OwnerReference {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    name: job.metadata.name ?? "",
    uid: job.metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** `pi-`; without the dash where that would be too long for a name. */
function podNamePrefix(jobName: string): string {
  return jobName.length < podNameMax ? `${jobName}-` : jobName;
}

/** `pi-3-`: of a long name the Job's part is cut, never the index. */
export function indexedPodNamePrefix(jobName: string, index: number): string {
  const suffix = `-${index}-`;
  return jobName.slice(0, Math.max(0, generatedNamePrefixMax - suffix.length)) + suffix;
}

function podWith(metadata: ObjectMeta, spec: PodSpec | undefined): Pod {
  return spec === undefined
    ? { apiVersion: "v1", kind: "Pod", metadata }
    : { apiVersion: "v1", kind: "Pod", metadata, spec };
}

function prepareTemplate({ metadata, spec }: PodTemplateSpec, indexed: boolean, behaviour: JobBehaviour): Prepared {
  const finalizers = metadata?.finalizers ?? [];
  return {
    spec: spec === undefined || !indexed ? spec : withIndexVariable(spec, behaviour),
    metadata: {
      ...(metadata?.labels === undefined ? {} : { labels: metadata.labels }),
      ...(metadata?.annotations === undefined ? {} : { annotations: metadata.annotations }),
      finalizers: finalizers.includes(trackingFinalizer) ? finalizers : [...finalizers, trackingFinalizer],
    },
  };
}

function withIndexVariable(spec: PodSpec, behaviour: JobBehaviour): PodSpec {
  const fieldPath = `metadata.${behaviour.indexLabel ? "labels" : "annotations"}['${completionIndexAnnotation}']`;
  const variable = { name: completionIndexVariable, valueFrom: { fieldRef: { apiVersion: "v1", fieldPath } } };
  const extend = (container: Container): Container =>
    container.env?.some(({ name }) => name === completionIndexVariable)
      ? container
      : { ...container, env: [...(container.env ?? []), variable] };
  return {
    ...spec,
    containers: spec.containers.map(extend),
    ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(extend) }),
  };
}
