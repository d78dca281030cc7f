import type { Node } from "../generated/types.js";

/** On a node whose machine has failed: since when, as the API writes times. `kjob node fail` sets it. */
export const downSinceAnnotation = "kjob.dev/down-since";

/** Since when a node's machine is gone; undefined while it is there. */
export function downSince(node: Node | undefined): string | undefined {
  return node?.metadata.annotations?.[downSinceAnnotation];
}
