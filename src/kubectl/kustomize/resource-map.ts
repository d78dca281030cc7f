import type { JsonObject } from "../../registry/patch/json-value.js";

/** An object on its way through a build, with the names it has had. */
export interface BuiltObject {
  readonly object: JsonObject;
  /** Every name that it had, the first one first. */
  readonly names: readonly string[];
  /** A generated object whose name gets a hash of its content in the end. */
  readonly needsHash: boolean;
}

/** What a build says that cannot be built; the words are kustomize's. */
export class KustomizeError extends Error {
  override readonly name = "KustomizeError";
}

export function kindOf(object: JsonObject): string {
  return typeof object.kind === "string" ? object.kind : "";
}

export function apiVersionIn(object: JsonObject): string {
  return typeof object.apiVersion === "string" ? object.apiVersion : "";
}

export function metadataOf(object: JsonObject): JsonObject {
  return isObject(object.metadata) ? object.metadata : {};
}

export function nameOf(object: JsonObject): string {
  const { name } = metadataOf(object);
  return typeof name === "string" ? name : "";
}

export function namespaceOf(object: JsonObject): string {
  const { namespace } = metadataOf(object);
  return typeof namespace === "string" ? namespace : "";
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object under another name. */
export function renamed(built: BuiltObject, name: string): BuiltObject {
  if (nameOf(built.object) === name) return built;
  return {
    ...built,
    object: { ...built.object, metadata: { ...metadataOf(built.object), name } },
    names: [...built.names, name],
  };
}

/** `Job.v1.batch/paint.[noNs]` @see sigs.k8s.io/kustomize/kyaml/resid ResId.String */
export function idText(object: JsonObject): string {
  const [version = "", group] = apiVersionIn(object).split("/").reverse();
  const kind = `${kindOf(object)}.${version}.${group ?? "[noGrp]"}`;
  return `${kind}/${nameOf(object) || "[noName]"}.${namespaceOf(object) || "[noNs]"}`;
}

/**
 * A copy with the value at a path replaced by what `change` makes of it, in every element of the lists on the way. What is
 * not there stays away unless `creates`; lists, whose step is written `name[]`, are never made.
 */
export function changeAt(
  value: unknown,
  path: readonly string[],
  change: (value: unknown) => unknown,
  { creates }: { readonly creates: boolean },
): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (Array.isArray(value)) return value.map((item) => changeAt(item, path, change, { creates }));
  const isList = step.endsWith("[]");
  const key = isList ? step.slice(0, -2) : step;
  const object = isObject(value) ? value : {};
  if (!Object.hasOwn(object, key) && (!creates || isList)) return value;
  return { ...object, [key]: changeAt(object[key], rest, change, { creates }) };
}
