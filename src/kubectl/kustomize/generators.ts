import type { JsonObject } from "../../registry/patch/json-value.js";
import { base64Of, textOf } from "../data-sources.js";
import type { GeneratorArgs, GeneratorSettings } from "./kustomization.js";
import { type BuiltObject, isObject, KustomizeError, kindOf, metadataOf, namespaceOf } from "./resource-map.js";

/** Reads a file of the kustomization. */
export type ReadFile = (path: string) => Uint8Array;

type Kind = "ConfigMap" | "Secret";

/** Adds what a generator makes to what is there, or changes that. */
export function generate(
  objects: readonly BuiltObject[],
  kind: Kind,
  args: GeneratorArgs,
  common: GeneratorSettings | undefined,
  readFile: ReadFile,
): readonly BuiltObject[] {
  const { name = "", behavior = "create" } = args;
  if (name === "") throw new KustomizeError(`a ${kind}Args must have a name`);
  const settings = mergeSettings(common, args.options);
  const made: BuiltObject = {
    object: objectOf(kind, args, settings, readFile),
    names: [name],
    needsHash: settings.disableNameSuffixHash !== true,
  };
  const at = objects.findIndex(({ object, names }) => {
    return kindOf(object) === kind && names.includes(name) && namespaceOf(object) === (args.namespace ?? "");
  });
  const before = objects[at];
  switch (behavior) {
    case "":
    case "create":
      if (before !== undefined) {
        throw new KustomizeError(
          `id resid.ResId{Gvk:resid.Gvk{Group:"", Version:"v1", Kind:"${kind}", isClusterScoped:false}, Name:"${name}", Namespace:"${args.namespace ?? ""}"} exists; behavior must be merge or replace`,
        );
      }
      return [...objects, made];
    case "merge":
    case "replace": {
      if (before === undefined) {
        throw new KustomizeError(
          `id resid.ResId{Gvk:resid.Gvk{Group:"", Version:"v1", Kind:"${kind}", isClusterScoped:false}, Name:"${name}", Namespace:"${args.namespace ?? ""}"} does not exist; cannot merge or replace`,
        );
      }
      return objects.with(at, behavior === "merge" ? merged(before, made) : replaced(before, made));
    }
    default:
      throw new KustomizeError(`unknown behavior ${behavior}`);
  }
}

function merged(before: BuiltObject, { object, needsHash }: BuiltObject): BuiltObject {
  const content = { ...replaced(before, { ...before, object, needsHash }).object } as Record<string, unknown>;
  for (const field of ["data", "binaryData"]) {
    const [old, added] = [before.object[field], object[field]];
    if (isObject(old) || isObject(added)) {
      content[field] = { ...(isObject(old) ? old : {}), ...(isObject(added) ? added : {}) };
    }
  }
  return { ...before, object: content, needsHash: before.needsHash || needsHash };
}

/** The new content, under the old name, with the labels and annotations of both. */
function replaced(before: BuiltObject, { object, needsHash }: BuiltObject): BuiltObject {
  const metadata: Record<string, unknown> = { ...metadataOf(before.object) };
  for (const field of ["labels", "annotations"]) {
    const [old, added] = [metadata[field], metadataOf(object)[field]];
    if (isObject(added)) metadata[field] = { ...(isObject(old) ? old : {}), ...added };
  }
  return { ...before, object: { ...object, metadata }, needsHash: before.needsHash || needsHash };
}

function mergeSettings(common: GeneratorSettings = {}, own: GeneratorSettings = {}): GeneratorSettings {
  return {
    ...common,
    ...own,
    labels: { ...common.labels, ...own.labels },
    annotations: { ...common.annotations, ...own.annotations },
    disableNameSuffixHash: common.disableNameSuffixHash === true || own.disableNameSuffixHash === true,
    immutable: common.immutable === true || own.immutable === true,
  };
}

function objectOf(kind: Kind, args: GeneratorArgs, settings: GeneratorSettings, readFile: ReadFile): JsonObject {
  const { name, namespace } = args;
  const { labels = {}, annotations = {} } = settings;
  const content = readContent(args, readFile);
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  for (const [key, value] of content) {
    const text = kind === "Secret" ? undefined : textOf(value);
    if (text !== undefined) data[key] = text;
    else if (kind === "Secret") data[key] = linesOf(base64Of(value));
    else binaryData[key] = linesOf(base64Of(value));
  }
  return {
    apiVersion: "v1",
    ...(Object.keys(data).length === 0 ? {} : { data }),
    ...(Object.keys(binaryData).length === 0 ? {} : { binaryData }),
    ...(settings.immutable === true ? { immutable: true } : {}),
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    ...(kind === "Secret" ? { type: args.type || "Opaque" } : {}),
  };
}

const base64LineLength = 70;

/** Long values are cut into lines. @see sigs.k8s.io/kustomize/api/internal/generators/utils.go, encodeBase64 */
function linesOf(text: string): string {
  if (text.length < base64LineLength) return text;
  let lines = "";
  for (let at = 0; at < text.length; at += base64LineLength) lines += `${text.slice(at, at + base64LineLength)}\n`;
  return lines;
}

function readContent(args: GeneratorArgs, readFile: ReadFile): ReadonlyMap<string, Uint8Array> {
  const content = new Map<string, Uint8Array>();
  const add = (key: string, value: Uint8Array) => {
    if (content.has(key)) throw new KustomizeError(`configmap ${args.name} illegally repeats the key \`${key}\``);
    content.set(key, value);
  };
  const encode = (text: string) => new TextEncoder().encode(text);
  for (const path of [...(args.envs ?? []), ...(args.env === undefined ? [] : [args.env])]) {
    for (const raw of new TextDecoder().decode(readFile(path)).split("\n")) {
      const line = raw.trimStart().replace(/\r$/, "");
      if (line === "" || line.startsWith("#")) continue;
      const equals = line.indexOf("=");
      add(equals === -1 ? line : line.slice(0, equals), encode(equals === -1 ? "" : line.slice(equals + 1)));
    }
  }
  for (const source of args.literals ?? []) {
    const equals = source.indexOf("=");
    if (equals < 1)
      throw new KustomizeError(`literal values pair: ${source}: invalid literal source ${source}, expected key=value`);
    const value = source.slice(equals + 1);
    add(source.slice(0, equals), encode(value.replace(/^(["'])(.*)\1$/s, "$2")));
  }
  for (const source of args.files ?? []) {
    const equals = source.indexOf("=");
    const path = source.slice(equals + 1);
    add(equals === -1 ? path.slice(path.lastIndexOf("/") + 1) : source.slice(0, equals), readFile(path));
  }
  return content;
}
