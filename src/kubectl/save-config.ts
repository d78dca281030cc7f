import type { KubeObject } from "../api/meta/object.js";

/** A manifest with what it says kept in its annotation, where `--save-config` asks for it. */
export async function withSavedConfig(manifest: KubeObject, isAsked: boolean): Promise<KubeObject> {
  if (!isAsked) return manifest;
  const { withLastApplied } = await import("../registry/patch/last-applied.js");
  return withLastApplied({ ...manifest }) as unknown as KubeObject;
}
