import type { Status } from "../api/generated/types.js";
import type { EpochMs, KubeObject } from "../api/meta/object.js";
import { badRequest } from "../api/meta/status.js";
import { apiVersionOf, type Resource } from "../api/resources.js";
import type { ObjectList } from "../client/api-client.js";
import { tableFor } from "../printers/table-for.js";
import { withManagedFields } from "../registry/managed-fields/tracking.js";
import type { Accepted } from "./negotiation.js";

/** What a Table shows beside its cells. */
export type IncludeObject = "None" | "Metadata" | "Object";

/** How objects are to look in an answer. */
export interface Look {
  readonly accepted: Accepted;
  readonly includeObject: IncludeObject;
  readonly version: string;
  readonly now: EpochMs;
}

/** @throws StatusError BadRequest */
export function includeObjectOf(query: URLSearchParams): IncludeObject {
  const value = query.get("includeObject") || "Metadata";
  if (value === "None" || value === "Metadata" || value === "Object") return value;
  throw badRequest(`unrecognized includeObject value: ${JSON.stringify(value)}`);
}

/** One object as the client wants it. A Status is always itself. */
export function shownObject(object: KubeObject | Status, resource: Resource, look: Look): unknown {
  if (isStatus(object)) return object;
  switch (look.accepted.as) {
    case "object":
      return object;
    case "partial":
      return partial(object, look.accepted.version);
    case "table":
      return table([object], resource, { resourceVersion: object.metadata.resourceVersion ?? "" }, look, true);
  }
}

/** A list as the client wants it. Items of a plain list leave out their kind, which is the list's. */
export function shownList(list: ObjectList, resource: Resource, look: Look): unknown {
  switch (look.accepted.as) {
    case "object":
      return { ...list, items: list.items.map(withManagedFields).map(({ kind: _k, apiVersion: _v, ...rest }) => rest) };
    case "partial": {
      const { version } = look.accepted;
      const items = list.items.map((object) => partial(withManagedFields(object), version));
      return {
        kind: "PartialObjectMetadataList",
        apiVersion: `meta.k8s.io/${version}`,
        metadata: list.metadata,
        items,
      };
    }
    case "table":
      return table(list.items, resource, list.metadata, look, true);
  }
}

/** The object of a watch event. Only the first Table of a watch says what its columns are. */
export function shownEventObject(object: KubeObject, resource: Resource, look: Look, isFirst: boolean): unknown {
  if (look.accepted.as !== "table") return shownObject(withManagedFields(object), resource, look);
  return table([object], resource, { resourceVersion: object.metadata.resourceVersion ?? "" }, look, isFirst);
}

/** What a bookmark carries: nothing but a revision, in the shape of everything else in the watch. */
export function bookmarkObject(
  resource: Resource,
  look: Look,
  revision: number,
  annotations: Readonly<Record<string, string>> | undefined,
): unknown {
  const metadata = {
    resourceVersion: String(revision),
    ...(annotations === undefined ? {} : { annotations }),
  };
  if (look.accepted.as === "table") {
    return {
      kind: "Table",
      apiVersion: `meta.k8s.io/${look.accepted.version}`,
      metadata,
      columnDefinitions: [],
      rows: [],
    };
  }
  if (look.accepted.as === "partial") {
    return { kind: "PartialObjectMetadata", apiVersion: `meta.k8s.io/${look.accepted.version}`, metadata };
  }
  return { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata };
}

function partial(object: KubeObject, version: string): unknown {
  return { kind: "PartialObjectMetadata", apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata };
}

/** Rows leave out managedFields, which nobody looks for there and which cost much to write for long lists. */
function table(
  objects: readonly KubeObject[],
  resource: Resource,
  metadata: Readonly<Record<string, unknown>>,
  { accepted, includeObject, version, now }: Look,
  hasHeader: boolean,
): unknown {
  const { columns, rows } = tableFor(resource.kind, objects, { now, version, wide: true });
  return {
    kind: "Table",
    apiVersion: `meta.k8s.io/${accepted.version}`,
    metadata,
    columnDefinitions: hasHeader ? columns.map((column) => ({ ...column, description: "" })) : null,
    rows: rows.map(({ cells, object }) => ({
      cells,
      ...(includeObject === "None"
        ? {}
        : { object: includeObject === "Object" ? object : partial(object, accepted.version) }),
    })),
  };
}

function isStatus(object: KubeObject | Status): object is Status {
  return (object as KubeObject).kind === "Status" && (object as KubeObject).apiVersion === "v1";
}
