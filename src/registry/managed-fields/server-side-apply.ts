import { type FieldSet, pathText } from "../../api/meta/field-set.js";
import { type EpochMs, formatTime, type KubeObject } from "../../api/meta/object.js";
import { badRequest, StatusError } from "../../api/meta/status.js";
import { decodeAs } from "../../api/schema/decode.js";
import { typeOfKind } from "../../api/schema/schemas.js";
import { isJsonObject, type JsonObject } from "../patch/json-value.js";
import { goJsonText, lastAppliedAnnotation, lastAppliedOf } from "../patch/last-applied.js";
import { UnexplainedError } from "../patch/patch-error.js";
import { compareObjects } from "./compare.js";
import { ConfigurationFault, configurationSet } from "./configuration-set.js";
import { ownersOf, recordable } from "./control-plane.js";
import {
  contentOf,
  type Owner,
  type Owners,
  ownableSet,
  ownedChanges,
  ownerKey,
  ownersAfterUpdate,
  sameContent,
  sameOwners,
  type Writer,
  withEntries,
  withoutSets,
  writeOwners,
} from "./managers.js";
import { mergeConfiguration, removePaths, withParents } from "./merge.js";
import type { Track, WriterRequest } from "./tracking.js";

/** A configuration that is to be applied: the fields that the applier wants to own, and their values. */
interface ApplyRequest extends WriterRequest {
  readonly configuration: JsonObject;
  /** Takes fields from their owners instead of being refused. */
  readonly force: boolean;
}

/** What an apply makes of an object. */
interface Applied {
  /** In canonical form, before defaulting and validation. */
  readonly object: KubeObject;
  readonly track: Track;
}

/** kubectl's own applier keeps the annotation of its client-side apply up to date, and inherits what that owned. */
const kubectlManager = "kubectl";

/** Owns what was there before anything was applied, where nobody else does. */
const beforeFirstApply = "before-first-apply";

/**
 * An object with a configuration applied: merged by the schema's lists and maps, without the fields that the same applier
 * has set before and sets no more. `live` is undefined where there is no object yet.
 * @throws StatusError Conflict where others own fields that would change; BadRequest
 * @see k8s.io/apimachinery pkg/util/managedfields/internal; sigs.k8s.io/structured-merge-diff merge/update.go, Updater.Apply
 */
export function applyConfiguration(
  live: KubeObject | undefined,
  kind: { readonly apiVersion: string; readonly kind: string },
  request: ApplyRequest,
): Applied {
  const typeName = typeOfKind(kind.apiVersion, kind.kind);
  if (typeName === undefined) throw new Error(`no schema to apply a ${kind.apiVersion} ${kind.kind} by`);
  const configuration = checkedConfiguration(request.configuration, kind, typeName);
  const { manager, subresource } = request;
  const writer = { manager, operation: "Apply", apiVersion: kind.apiVersion, subresource } as const;
  const apply: Application = { configuration, typeName, writer, nowMs: request.nowMs };
  if (live === undefined) {
    const { object, owners } = merged({ ...kind, metadata: {} }, new Map(), apply, true);
    return { object, track: (next) => withEntries(next, writeOwners(owners)) };
  }
  const before = ownersOf(live);
  const known = before.size > 0 ? before : ownedBeforeFirstApply(live, apply);
  const result = merged(live, known, apply, request.force || isInherited(live, known, apply));
  const { owners } = result;
  const object = manager === kubectlManager ? withCurrentAnnotation(result.object, configuration) : result.object;
  return {
    object,
    track: (next, previous) =>
      previous !== undefined && sameOwners(owners, before) && sameContent(next, previous)
        ? withEntries(next, previous.metadata.managedFields)
        : withEntries(next, writeOwners(recordable(owners, kind.kind))),
  };
}

interface Application {
  readonly configuration: JsonObject;
  readonly typeName: string;
  readonly writer: Writer;
  readonly nowMs: EpochMs;
}

function checkedConfiguration(
  configuration: JsonObject,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  typeName: string,
): JsonObject {
  const { metadata } = configuration;
  if ((configuration.kind ?? "") === "") throw badRequest("error decoding patch: Object 'Kind' is missing");
  if (configuration.apiVersion !== apiVersion) {
    throw badRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${configuration.apiVersion ?? ""}, expected: ${apiVersion}`,
    );
  }
  if (isJsonObject(metadata) && metadata.managedFields !== undefined && metadata.managedFields !== null) {
    throw badRequest("metadata.managedFields must be nil");
  }
  try {
    configurationSet(configuration, typeName);
  } catch (error) {
    if (!(error instanceof ConfigurationFault)) throw error;
    const { namespace = "", name = "" } = isJsonObject(metadata) ? metadata : {};
    const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
    throw new UnexplainedError(
      `failed to create typed patch object (${namespace}/${name}; ${group}/${version}, Kind=${kind}): ${error.message}`,
    );
  }
  return configuration;
}

/** The object and its owners after the apply. @throws StatusError Conflict */
function merged(
  live: KubeObject,
  owners: Owners,
  apply: Application,
  force: boolean,
): { readonly object: KubeObject; readonly owners: Map<string, Owner> } {
  const { typeName, writer, nowMs, configuration } = apply;
  const before = contentOf(live);
  const key = ownerKey(writer);
  const last = owners.get(key);
  const configured = configurationSet(configuration, typeName);
  const set = ownableSet(configured, typeName, writer.subresource);
  const others = new Map(owners);
  others.delete(key);
  const wanted = mergeConfiguration(before, configuration, typeName);
  const held = [...others.values()].reduce((all, owner) => all.union(owner.set), configured);
  const pruned = last === undefined ? wanted : withoutAbandoned(wanted, last.set, held, typeName);
  const { object: decoded, error } = decodeAs(typeName, pruned);
  if (error !== undefined) throw new UnexplainedError(`unable to convert the applied object: ${error}`);
  const object = decoded as KubeObject;
  const changes = ownedChanges(before, object as unknown as JsonObject, typeName, writer.subresource);
  const changed = changes.modified.union(changes.added);
  if (!force) refuseConflicts(conflictsOf(others, changed));
  const result = withoutSets(others, changed, changes.removed);
  if (!set.isEmpty) {
    const isSame = last?.set.equals(set) === true && changed.isEmpty && changes.removed.isEmpty;
    result.set(key, { ...writer, set, time: isSame ? last.time : formatTime(nowMs) });
  }
  return { object, owners: result };
}

/** Without what the applier has set last time and does not set now, unless somebody else holds it. */
function withoutAbandoned(object: JsonObject, last: FieldSet, held: FieldSet, typeName: string): JsonObject {
  const shape = { kind: "struct", typeName } as const;
  const abandoned = withParents(last, shape).difference(withParents(held, shape));
  return removePaths(object, abandoned, typeName);
}

interface Conflict {
  readonly owner: Owner;
  readonly path: readonly string[];
}

function conflictsOf(others: Owners, changed: FieldSet): readonly Conflict[] {
  return [...others.values()].flatMap((owner) =>
    owner.set
      .intersection(changed)
      .paths()
      .map((path) => ({ owner, path })),
  );
}

/** @see apimachinery managedfields conflict.go */
function refuseConflicts(conflicts: readonly Conflict[]): void {
  const [first] = conflicts;
  if (first === undefined) return;
  const named = conflicts
    .map(({ owner, path }) => ({ key: ownerKey(owner), manager: managerText(owner), field: pathText(path) }))
    .sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1));
  const lines = named.flatMap(({ key, manager, field }, at) =>
    named[at - 1]?.key === key ? [`- ${field}`] : [`conflicts with ${manager}:`, `- ${field}`],
  );
  const message =
    named.length === 1
      ? `Apply failed with 1 conflict: conflict with ${managerText(first.owner)}: ${pathText(first.path)}`
      : `Apply failed with ${named.length} conflicts: ${lines.join("\n")}`;
  throw new StatusError("Conflict", message, {
    causes: named.map(({ manager, field }) => ({
      reason: "FieldManagerConflict",
      message: `conflict with ${manager}`,
      field,
    })),
  });
}

/** An applier by its name alone, an updater with the version it wrote in. */
function managerText({ manager, operation, apiVersion, subresource }: Writer): string {
  const name = JSON.stringify(manager) + (subresource === "" ? "" : ` with subresource ${JSON.stringify(subresource)}`);
  return operation === "Update" ? `${name} using ${apiVersion}` : name;
}

function ownedBeforeFirstApply(live: KubeObject, { typeName, writer, nowMs }: Application): Map<string, Owner> {
  const changes = ownedChanges(undefined, contentOf(live), typeName, "");
  const { apiVersion } = writer;
  const everything: Writer = { manager: beforeFirstApply, operation: "Update", apiVersion, subresource: "" };
  return ownersAfterUpdate(new Map(), changes, everything, nowMs);
}

/**
 * Whether kubectl may take all fields that others own: its client-side apply set them to what they still are.
 * @see apimachinery managedfields lastappliedmanager.go
 */
function isInherited(live: KubeObject, owners: Owners, apply: Application): boolean {
  if (apply.writer.manager !== kubectlManager) return false;
  const inherited = inheritedSet(live, apply.typeName);
  if (inherited === undefined) return false;
  try {
    merged(live, owners, apply, false);
    return false;
  } catch (error) {
    if (!(error instanceof StatusError) || error.reason !== "Conflict") throw error;
  }
  // Conflicts with what was inherited are none; if others are left, only they are told.
  const others = new Map([...owners].filter(([key]) => key !== ownerKey(apply.writer)));
  const { object } = merged(live, owners, apply, true);
  const changes = ownedChanges(
    contentOf(live),
    object as unknown as JsonObject,
    apply.typeName,
    apply.writer.subresource,
  );
  const conflicts = conflictsOf(others, changes.modified.union(changes.added));
  refuseConflicts(conflicts.filter(({ path }) => !inherited.has(path)));
  return true;
}

function inheritedSet(live: KubeObject, typeName: string): FieldSet | undefined {
  const content = contentOf(live);
  const text = lastAppliedOf(content);
  if (text === undefined || text === "") return undefined;
  try {
    const last: unknown = JSON.parse(text);
    if (!isJsonObject(last) || last.apiVersion !== live.apiVersion) return undefined;
    const { added, modified, removed } = compareObjects(last, content, typeName);
    return configurationSet(last, typeName).difference(modified.union(added).union(removed));
  } catch (error) {
    // An annotation that somebody has spoilt gives nothing to inherit.
    if (error instanceof SyntaxError || error instanceof ConfigurationFault) return undefined;
    throw error;
  }
}

/** @see apimachinery managedfields lastappliedupdater.go */
function withCurrentAnnotation(object: KubeObject, configuration: JsonObject): KubeObject {
  if (!lastAppliedOf(object as unknown as JsonObject)) return object;
  const metadata = isJsonObject(configuration.metadata) ? configuration.metadata : {};
  const { annotations, ...rest } = metadata;
  const { [lastAppliedAnnotation]: _, ...others } = isJsonObject(annotations) ? annotations : {};
  const plain = annotations === undefined ? rest : { ...rest, annotations: others };
  const text = `${goJsonText({ ...configuration, metadata: plain })}\n`;
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [lastAppliedAnnotation]: text } },
  };
}
