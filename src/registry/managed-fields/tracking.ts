import type { ManagedFieldsEntry } from "../../api/generated/types.js";
import type { EpochMs, KubeObject } from "../../api/meta/object.js";
import { typeOfKind } from "../../api/schema/schemas.js";
import { ownersOf, recordable } from "./control-plane.js";
import {
  contentOf,
  type Owner,
  ownedChanges,
  ownersAfterUpdate,
  readOwners,
  sameOwners,
  withEntries,
  writeOwners,
} from "./managers.js";

/** Writes down who owns what: an object as it is about to be stored, and as it was before. */
export type Track = (next: KubeObject, previous: KubeObject | undefined) => KubeObject;

/** Who asks for a write, and when. */
export interface WriterRequest {
  /** The name that a client gives itself. */
  readonly manager: string;
  /** "" for the object itself. */
  readonly subresource: string;
  readonly nowMs: EpochMs;
}

/** The name of a client that does not give itself one. @see apimachinery managedfields buildmanagerinfo.go */
const unknownManager = "unknown";

/**
 * Records a create, an update or a patch: what it changes belongs to the writer from now on.
 * @see k8s.io/apimachinery pkg/util/managedfields/internal/fieldmanager.go, Update
 */
export function trackUpdate({ manager, subresource, nowMs }: WriterRequest): Track {
  return (next, previous) => {
    const { apiVersion = "", kind = "" } = next;
    const typeName = typeOfKind(apiVersion, kind);
    if (typeName === undefined) return next;
    const live = previous?.metadata.managedFields;
    const known = previous === undefined ? new Map<string, Owner>() : ownersOf(previous);
    const sent = next.metadata.managedFields;
    const isSent = subresource === "" && sent !== live;
    if (isSent && isReset(sent)) return withEntries(next, []);
    const given = isSent ? readOwners(sent) : known;
    const owners = given.size > 0 ? given : known;
    // Nobody owns anything since somebody asked for that: it stays so until something is applied.
    if (previous !== undefined && owners.size === 0) return withEntries(next, live);
    const before = previous === undefined ? undefined : contentOf(previous);
    const changes = ownedChanges(before, contentOf(next), typeName, subresource);
    const writer = { manager: manager || unknownManager, operation: "Update", apiVersion, subresource } as const;
    const after = ownersAfterUpdate(owners, changes, writer, nowMs);
    const isChanged = !(changes.added.isEmpty && changes.modified.isEmpty && changes.removed.isEmpty);
    if (!isChanged && sameOwners(after, known)) return withEntries(next, live);
    return withEntries(next, writeOwners(recordable(after, kind)));
  };
}

/** A list with one empty entry asks to forget all owners. */
function isReset(entries: readonly ManagedFieldsEntry[] | undefined): boolean {
  if (entries === undefined || entries.length > 1) return false;
  return entries.every((entry) => Object.keys(entry).length === 0);
}

/**
 * The object as clients get it, with all entries of managedFields. They are worked out when somebody looks at them: most
 * answers are printed without.
 */
export function withManagedFields<T extends KubeObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata;
  let entries: readonly ManagedFieldsEntry[] | undefined;
  Object.defineProperty(metadata, "managedFields", {
    enumerable: true,
    configurable: true,
    get: () => {
      entries ??= writeOwners(ownersOf(object));
      return entries.length === 0 ? undefined : entries;
    },
  });
  return { ...object, metadata };
}
