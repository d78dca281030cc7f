import type { ManagedFieldsEntry } from "../../api/generated/types.js";
import { FieldSet } from "../../api/meta/field-set.js";
import { type EpochMs, formatTime, type KubeObject } from "../../api/meta/object.js";
import { schemaOf } from "../../api/schema/schemas.js";
import { type JsonObject, jsonEqual } from "../patch/json-value.js";
import { type Comparison, compareObjects } from "./compare.js";
import { zeroOf } from "./shapes.js";

/** Who writes: one entry of managedFields, without what it owns. */
export interface Writer {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  /** "" for the object itself. */
  readonly subresource: string;
}

/** A writer, with what it owns and since when. */
export interface Owner extends Writer {
  readonly set: FieldSet;
  readonly time: string | undefined;
}

/** Owners by {@link ownerKey}. */
export type Owners = ReadonlyMap<string, Owner>;

/** An applier is one whatever version it applies in; an updater is one a version. */
export function ownerKey({ manager, operation, apiVersion, subresource }: Writer): string {
  return JSON.stringify([operation, manager, operation === "Apply" ? "" : apiVersion, subresource]);
}

/** Fields that nobody owns: what an object is, and what the server alone sets. @see apimachinery managedfields stripmeta.go */
const ownerless: readonly (readonly string[])[] = [
  ["f:apiVersion"],
  ["f:kind"],
  ["f:metadata"],
  ...[
    "name",
    "namespace",
    "creationTimestamp",
    "selfLink",
    "uid",
    "clusterName",
    "generation",
    "managedFields",
    "resourceVersion",
  ].map((name) => ["f:metadata", `f:${name}`]),
];

const ownerlessSet = new FieldSet();
for (const path of ownerless) ownerlessSet.insert(path);

/** More updaters than this are too many to be told apart: the oldest become one. @see fieldmanager.go, DefaultMaxUpdateManagers */
const updatersMax = 10;
const ancientManager = "ancient-changes";

export function readOwners(entries: readonly ManagedFieldsEntry[] | undefined): Map<string, Owner> {
  const owners = new Map<string, Owner>();
  for (const entry of entries ?? []) {
    if (entry.operation !== "Apply" && entry.operation !== "Update") continue;
    const owner: Owner = {
      manager: entry.manager ?? "",
      operation: entry.operation,
      apiVersion: entry.apiVersion ?? "",
      subresource: entry.subresource ?? "",
      set: FieldSet.fromFields(entry.fieldsV1),
      time: entry.time,
    };
    if (!owner.set.isEmpty) owners.set(ownerKey(owner), owner);
  }
  return owners;
}

/** Appliers first, then by time, then by name. @see managedfields.go, sortEncodedManagedFields */
export function writeOwners(owners: Owners): readonly ManagedFieldsEntry[] {
  const order = (owner: Owner) => [
    owner.operation,
    owner.time ?? "",
    owner.manager,
    owner.apiVersion,
    owner.subresource,
  ];
  const sorted = [...owners.values()].sort((a, b) => compareKeys(order(a), order(b)));
  return sorted.map(({ manager, operation, apiVersion, subresource, set, time }) => ({
    apiVersion,
    fieldsType: "FieldsV1",
    fieldsV1: set.toFields() as ManagedFieldsEntry["fieldsV1"],
    manager,
    operation,
    ...(subresource === "" ? {} : { subresource }),
    ...(time === undefined ? {} : { time }),
  }));
}

function compareKeys(left: readonly string[], right: readonly string[]): number {
  for (const [at, text] of left.entries()) {
    const other = right[at] ?? "";
    if (text !== other) return text < other ? -1 : 1;
  }
  return 0;
}

export function sameOwners(left: Owners, right: Owners): boolean {
  if (left.size !== right.size) return false;
  for (const [key, owner] of left) {
    const other = right.get(key);
    if (other === undefined || !owner.set.equals(other.set)) return false;
  }
  return true;
}

/** What changes between two objects, as far as it has owners in a request to this subresource. */
export function ownedChanges(
  previous: JsonObject | undefined,
  next: JsonObject,
  typeName: string,
  subresource: string,
): Comparison {
  const { added, modified, removed } = compareObjects(previous ?? zeroOf(typeName), next, typeName);
  const keep = (set: FieldSet) => ownableSet(set, typeName, subresource);
  return { added: keep(added), modified: keep(modified), removed: keep(removed) };
}

/** A write of an object leaves its status alone, one of its status all the rest. */
export function ownableSet(set: FieldSet, typeName: string, subresource: string): FieldSet {
  if (subresource !== "") return set.only("f:status", true);
  const hasStatus = Object.hasOwn(schemaOf(typeName).fields, "status");
  return (hasStatus ? set.only("f:status", false) : set).difference(ownerlessSet);
}

/**
 * The owners after an update: who has changed or added a field owns it, and nobody else does.
 * @see sigs.k8s.io/structured-merge-diff merge/update.go, Updater.Update; apimachinery managedfieldsupdater.go
 */
export function ownersAfterUpdate(
  owners: Owners,
  changes: Comparison,
  writer: Writer,
  nowMs: EpochMs,
): Map<string, Owner> {
  const taken = changes.modified.union(changes.added);
  const result = withoutSets(owners, taken, changes.removed);
  if (taken.isEmpty) return result;
  const key = ownerKey(writer);
  const held = result.get(key)?.set ?? new FieldSet();
  result.set(key, { ...writer, set: held.union(taken), time: formatTime(nowMs) });
  return withFewUpdaters(result);
}

/** The owners once some fields have been taken from all of them, and some are no more. */
export function withoutSets(owners: Owners, taken: FieldSet, removed: FieldSet): Map<string, Owner> {
  const gone = taken.union(removed);
  if (gone.isEmpty) return new Map(owners);
  const result = new Map<string, Owner>();
  for (const [key, owner] of owners) {
    const set = owner.set.difference(gone);
    if (!set.isEmpty) result.set(key, { ...owner, set });
  }
  return result;
}

/** @see apimachinery managedfields capmanagers.go */
function withFewUpdaters(owners: Map<string, Owner>): Map<string, Owner> {
  const updaters = [...owners].filter(([, { operation }]) => operation === "Update");
  const surplus = updaters.length - updatersMax;
  if (surplus <= 0) return owners;
  updaters.sort(([a, one], [b, other]) => compareKeys([one.time ?? "", a], [other.time ?? "", b]));
  for (const [key, oldest] of updaters.slice(0, surplus + 1)) {
    owners.delete(key);
    const writer: Writer = { ...oldest, manager: ancientManager, subresource: "" };
    const set = owners.get(ownerKey(writer))?.set.union(oldest.set) ?? oldest.set;
    owners.set(ownerKey(writer), { ...writer, set, time: oldest.time });
  }
  return owners;
}

/** An object with these entries; without the field where there are none. */
export function withEntries<T extends KubeObject>(object: T, entries: readonly ManagedFieldsEntry[] | undefined): T {
  if (object.metadata.managedFields === entries) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata: entries === undefined ? metadata : { ...metadata, managedFields: entries } };
}

/** An object's own content as JSON, without who owns it. */
export function contentOf(object: KubeObject): JsonObject {
  return withEntries(object, undefined) as unknown as JsonObject;
}

/** Whether two objects are the same but for who owns them. */
export function sameContent(left: KubeObject, right: KubeObject): boolean {
  return jsonEqual(contentOf(left), contentOf(right));
}
