import { resourceOfKind } from "../../api/resources.js";
import type { JsonObject } from "../../registry/patch/json-value.js";
import type { ImageArgs, Kustomization, LabelArgs } from "./kustomization.js";
import {
  apiVersionIn,
  type BuiltObject,
  changeAt,
  isObject,
  KustomizeError,
  kindOf,
  metadataOf,
  nameOf,
  renamed,
} from "./resource-map.js";

/** Where a field is, and whether it is made where it is not there. */
interface FieldPlace {
  readonly path: readonly string[];
  readonly creates: boolean;
  readonly kinds?: readonly string[];
}

function place(path: string, creates: boolean, ...kinds: readonly string[]): FieldPlace {
  return { path: path.split("/"), creates, ...(kinds.length === 0 ? {} : { kinds }) };
}

/** @see sigs.k8s.io/kustomize/api/internal/konfig/builtinpluginconsts/commonlabels.go */
const templateLabels = [
  place("spec/template/metadata/labels", true, "Job", "StatefulSet"),
  place("spec/jobTemplate/metadata/labels", true, "CronJob"),
  place("spec/jobTemplate/spec/template/metadata/labels", true, "CronJob"),
  place("spec/volumeClaimTemplates[]/metadata/labels", true, "StatefulSet"),
];
const selectorLabels = [
  place("spec/selector", true, "Service"),
  place("spec/selector/matchLabels", true, "StatefulSet"),
  place("spec/selector/matchLabels", false, "Job"),
  place("spec/jobTemplate/spec/selector/matchLabels", false, "CronJob"),
];
const annotationPlaces = [
  place("metadata/annotations", true),
  place("spec/template/metadata/annotations", true, "Job", "StatefulSet"),
  place("spec/jobTemplate/metadata/annotations", true, "CronJob"),
  place("spec/jobTemplate/spec/template/metadata/annotations", true, "CronJob"),
];

/** Where the containers are, in all kinds that have some. */
const podSpecPaths = ["spec", "spec/template/spec", "spec/jobTemplate/spec/template/spec"];

/** Kinds whose names stay: what they are called means something outside. */
const keepTheirNames = new Set(["CustomResourceDefinition", "APIService", "Namespace"]);

type Objects = readonly BuiltObject[];

export function withNamespace(objects: Objects, namespace: string): Objects {
  return objects.map((built) => {
    const { object } = built;
    const kind = kindOf(object);
    if (kind === "Namespace") return built;
    const resource = resourceOfKind(apiVersionIn(object), kind);
    if (resource?.namespaced === false) return built;
    return { ...built, object: { ...object, metadata: { ...metadataOf(object), namespace } } };
  });
}

export function withNames(objects: Objects, { namePrefix = "", nameSuffix = "" }: Kustomization): Objects {
  if (namePrefix === "" && nameSuffix === "") return objects;
  return objects.map((built) => {
    if (keepTheirNames.has(kindOf(built.object))) return built;
    return renamed(built, `${namePrefix}${nameOf(built.object)}${nameSuffix}`);
  });
}

export function withLabels(objects: Objects, { commonLabels, labels = [] }: Kustomization): Objects {
  const common: LabelArgs[] = commonLabels === undefined ? [] : [{ pairs: commonLabels, includeSelectors: true }];
  return [...labels, ...common].reduce((changed, { pairs, includeSelectors, includeTemplates }) => {
    const places = [place("metadata/labels", true)];
    if (includeSelectors === true || includeTemplates === true) places.push(...templateLabels);
    if (includeSelectors === true) places.push(...selectorLabels);
    return changed.map((built) => addAt(built, places, pairs));
  }, objects);
}

export function withAnnotations(objects: Objects, annotations: Readonly<Record<string, string>> = {}): Objects {
  if (Object.keys(annotations).length === 0) return objects;
  return objects.map((built) => addAt(built, annotationPlaces, annotations));
}

function addAt(
  built: BuiltObject,
  places: readonly FieldPlace[],
  pairs: Readonly<Record<string, string>>,
): BuiltObject {
  let object: unknown = built.object;
  for (const { path, creates, kinds } of places) {
    if (kinds !== undefined && !kinds.includes(kindOf(built.object))) continue;
    object = changeAt(object, path, (value) => ({ ...(isObject(value) ? value : {}), ...pairs }), { creates });
  }
  return { ...built, object: object as JsonObject };
}

export function withReplicas(objects: Objects, replicas: Kustomization["replicas"] = []): Objects {
  return replicas.reduce((changed, { name, count }) => {
    let isFound = false;
    const result = changed.map((built) => {
      if (kindOf(built.object) !== "StatefulSet" || !built.names.includes(name)) return built;
      isFound = true;
      const object = changeAt(built.object, ["spec", "replicas"], () => count, { creates: true }) as JsonObject;
      return { ...built, object };
    });
    if (!isFound) {
      throw new KustomizeError(
        `resource with name ${name} does not match a config with the following GVK [Deployment.[noVer].[noGrp] ReplicationController.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] StatefulSet.[noVer].[noGrp]]`,
      );
    }
    return result;
  }, objects);
}

export function withImages(objects: Objects, images: readonly ImageArgs[] = []): Objects {
  if (images.length === 0) return objects;
  const change = (value: unknown) =>
    typeof value === "string" ? images.reduce((image, args) => withImage(image, args), value) : value;
  return objects.map((built) => {
    let object: unknown = built.object;
    for (const spec of podSpecPaths) {
      for (const list of ["containers", "initContainers"]) {
        object = changeAt(object, [...spec.split("/"), list, "image"], change, { creates: false });
      }
    }
    return { ...built, object: object as JsonObject };
  });
}

function withImage(image: string, { name, newName, newTag, digest, tagSuffix }: ImageArgs): string {
  const { repository, tag, digest: oldDigest } = splitImage(image);
  if (repository !== name) return image;
  let text = newName ?? repository;
  if (digest !== undefined && digest !== "") return `${text}@${digest}`;
  if (newTag !== undefined && newTag !== "") return `${text}:${newTag}`;
  if (tag !== "") text += `:${tag}`;
  if (tagSuffix !== undefined) text += tag === "" ? `:latest${tagSuffix}` : tagSuffix;
  return oldDigest === "" ? text : `${text}@${oldDigest}`;
}

function splitImage(image: string) {
  const at = image.indexOf("@");
  const digest = at === -1 ? "" : image.slice(at + 1);
  const rest = at === -1 ? image : image.slice(0, at);
  const colon = rest.indexOf(":", rest.lastIndexOf("/") + 1);
  return colon === -1
    ? { repository: rest, tag: "", digest }
    : { repository: rest.slice(0, colon), tag: rest.slice(colon + 1), digest };
}
