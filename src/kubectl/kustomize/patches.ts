import type { KubeObject } from "../../api/meta/object.js";
import { manifestDocuments } from "../../manifest/documents.js";
import { type JsonPatchOperation, jsonPatch } from "../../registry/patch/json-patch.js";
import type { JsonObject } from "../../registry/patch/json-value.js";
import { matchesLabels } from "../match-labels.js";
import type { PatchArgs, PatchTarget } from "./kustomization.js";
import {
  apiVersionIn,
  type BuiltObject,
  idText,
  isObject,
  KustomizeError,
  kindOf,
  metadataOf,
  nameOf,
  namespaceOf,
} from "./resource-map.js";
import { mergePatch } from "./strategic.js";

type Objects = readonly BuiltObject[];

/** Applies one patch: a strategic one to the object that it names, or either kind to all that its target means. */
export function applyPatch(objects: Objects, text: string, { target, options = {}, path }: PatchArgs): Objects {
  const documents = [...manifestDocuments(text, path ?? "patch")].map(({ value }) => value);
  const [first] = documents;
  if (documents.length === 1 && Array.isArray(first)) {
    if (target === undefined) throw new KustomizeError(`must specify a target for JSON patch ${described(path, text)}`);
    const operations = first as readonly JsonPatchOperation[];
    return replaceAll(objects, matching(objects, target), (built) => {
      const object = jsonPatch(built.object, operations) as JsonObject;
      const name = options.allowNameChange === true ? nameOf(object) : nameOf(built.object);
      return { ...built, object: { ...object, metadata: { ...metadataOf(object), name } } };
    });
  }
  return documents.filter(isObject).reduce((changed, patch) => {
    if (target !== undefined) {
      return replaceAll(changed, matching(changed, target), (built) => withPatch(built, patch, options));
    }
    return replaceAll(changed, [named(changed, patch)], (built) => withPatch(built, patch, options));
  }, objects);
}

function described(path: string | undefined, text: string): string {
  return path === undefined ? JSON.stringify(text) : path;
}

function withPatch(
  built: BuiltObject,
  patch: JsonObject,
  options: NonNullable<PatchArgs["options"]>,
): BuiltObject | null {
  const object = mergePatch(built.object, patch);
  if (object === null) return null;
  const kind = options.allowKindChange === true ? kindOf(patch) : kindOf(built.object);
  const name = options.allowNameChange === true && nameOf(patch) !== "" ? nameOf(patch) : nameOf(built.object);
  return { ...built, object: { ...object, kind, metadata: { ...metadataOf(object), name } } };
}

function replaceAll(
  objects: Objects,
  chosen: readonly BuiltObject[],
  change: (built: BuiltObject) => BuiltObject | null,
): Objects {
  return objects.flatMap((built) => {
    if (!chosen.includes(built)) return [built];
    const changed = change(built);
    return changed === null ? [] : [changed];
  });
}

/** The one object that a patch names. */
function named(objects: Objects, patch: JsonObject): BuiltObject {
  const found = objects.filter(({ object, names }) => {
    if (kindOf(object) !== kindOf(patch) || apiVersionIn(object) !== apiVersionIn(patch)) return false;
    const namespace = namespaceOf(patch) || "default";
    return names.includes(nameOf(patch)) && (namespaceOf(object) || "default") === namespace;
  });
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const id = idText(patch);
  throw new KustomizeError(
    `no resource matches strategic merge patch ${JSON.stringify(id)}: no matches for Id ${id}; failed to find unique target for patch ${id}`,
  );
}

/** What a target means; its group, version, kind, name and namespace are regular expressions. */
function matching(objects: Objects, target: PatchTarget): readonly BuiltObject[] {
  const { group, version, kind, name, namespace, labelSelector = "", annotationSelector = "" } = target;
  return objects.filter(({ object, names }) => {
    const [ownVersion = "", ownGroup = ""] = apiVersionIn(object).split("/").reverse();
    return (
      fits(group, ownGroup) &&
      fits(version, ownVersion) &&
      fits(kind, kindOf(object)) &&
      names.some((each) => fits(name, each)) &&
      fits(namespace, namespaceOf(object)) &&
      (labelSelector === "" || matchesLabels(object as unknown as KubeObject, labelSelector)) &&
      (annotationSelector === "" || matchesLabels(annotationsAsLabels(object), annotationSelector))
    );
  });
}

function annotationsAsLabels(object: JsonObject): KubeObject {
  const { annotations } = metadataOf(object);
  return { metadata: { labels: (isObject(annotations) ? annotations : {}) as Record<string, string> } };
}

function fits(pattern: string | undefined, text: string): boolean {
  return pattern === undefined || pattern === "" || new RegExp(`^(?:${pattern})$`).test(text);
}
