import type { KubeObject } from "../api/meta/object.js";
import type { Resource } from "../api/resources.js";
import { withManagedFields } from "../registry/managed-fields/tracking.js";
import { type Selection, watchedEvent } from "../registry/requests.js";
import type { StoreChange } from "../store/store.js";
import { type Look, shownEventObject } from "./representation.js";
import { type Piece, pieceOf } from "./unread-bytes.js";

/** One event of a watch, as what has changed calls for it. */
export interface ObjectEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: KubeObject;
}

/** What a watch is to be told of. */
export interface Scope {
  readonly resource: Resource;
  readonly namespace: string;
  /** "" for a whole collection. */
  readonly name: string;
  readonly selection: Selection;
}

/** The events that changes are for a watch; nothing where they are none of its business. */
export function eventsOf(changes: readonly StoreChange[], scope: Scope): readonly ObjectEvent[] {
  const { resource, namespace, name, selection } = scope;
  const events: ObjectEvent[] = [];
  for (const change of changes) {
    const event = watchedEvent(change, resource, namespace, selection);
    if (event === null) continue;
    const object = event.object as KubeObject;
    if (name === "" || object.metadata.name === name) events.push({ type: event.type as ObjectEvent["type"], object });
  }
  return events;
}

/** An event as a line of JSON. Only the first Table of a watch says what its columns are. */
export function eventLine({ type, object }: ObjectEvent, resource: Resource, look: Look, isFirst: boolean): string {
  if (look.accepted.as === "object")
    return `{"type":"${type}","object":${JSON.stringify(withManagedFields(object))}}\n`;
  return `${JSON.stringify({ type, object: shownEventObject(object, resource, look, isFirst) })}\n`;
}

/** What was made of the changes of one commit: by what it looks like, and of what objects in it. */
interface Made {
  readonly pieces: Map<string, Piece | null>;
  readonly lines: Map<string, string>;
}

/** Dropped with the changes, which are told once and forgotten. */
const madeOf = new WeakMap<readonly StoreChange[], Made>();

/**
 * The events that the changes of one commit are for a watch, as one piece; null where there are none. Watches that ask for
 * the same, which `view` tells, share the piece; those that are sent the same objects share the work of writing them.
 */
export function sharedPiece(
  changes: readonly StoreChange[],
  { scope, look, view }: { readonly scope: Scope; readonly look: () => Look; readonly view: string },
): Piece | null {
  let made = madeOf.get(changes);
  if (made === undefined) {
    made = { pieces: new Map(), lines: new Map() };
    madeOf.set(changes, made);
  }
  let piece = made.pieces.get(view);
  if (piece === undefined) {
    piece = pieceOfChanges(changes, scope, look(), made.lines);
    made.pieces.set(view, piece);
  }
  return piece;
}

function pieceOfChanges(
  changes: readonly StoreChange[],
  scope: Scope,
  look: Look,
  lines: Map<string, string>,
): Piece | null {
  const { accepted, includeObject } = look;
  let text = "";
  for (const event of eventsOf(changes, scope)) {
    const key = `${accepted.as} ${accepted.version} ${includeObject} ${event.type} ${event.object.metadata.resourceVersion}`;
    let line = lines.get(key);
    if (line === undefined) {
      line = eventLine(event, scope.resource, look, false);
      lines.set(key, line);
    }
    text += line;
  }
  return text === "" ? null : pieceOf(text);
}
