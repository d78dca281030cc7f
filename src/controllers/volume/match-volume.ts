import type { PersistentVolume, PersistentVolumeClaim } from "../../api/generated/types.js";
import { selects } from "../../api/meta/label-selector.js";
import { milliValue } from "../../api/meta/quantity.js";

/**
 * The volume for a claim among those that exist: one that was made for it, else the smallest that has its class, its
 * access modes, its labels and enough room. undefined: none is free.
 * @see kubernetes v1.36 pkg/controller/volume/persistentvolume/index.go and pkg/volume/persistentvolume/volume_binder
 */
export function matchVolume(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
): PersistentVolume | undefined {
  const { volumeName, accessModes = [], selector, storageClassName = "", volumeMode } = claim.spec ?? {};
  if (volumeName) {
    return volumes.find((volume) => volume.metadata.name === volumeName && isFreeFor(claim, volume));
  }
  const reserved = volumes.find((volume) => volume.spec?.claimRef !== undefined && isFreeFor(claim, volume));
  if (reserved !== undefined) return reserved;
  const wanted = storageOf(claim.spec?.resources?.requests);
  const fitting = volumes.filter((volume) => {
    const { spec, metadata } = volume;
    return (
      spec?.claimRef === undefined &&
      metadata.deletionTimestamp === undefined &&
      (spec?.storageClassName ?? "") === storageClassName &&
      (spec?.volumeMode ?? "Filesystem") === (volumeMode ?? "Filesystem") &&
      accessModes.every((mode) => spec?.accessModes?.includes(mode)) &&
      (selector === undefined || selects(selector, metadata.labels)) &&
      storageOf(spec?.capacity) >= wanted
    );
  });
  return fitting.reduce<PersistentVolume | undefined>(
    (best, volume) =>
      best === undefined || storageOf(volume.spec?.capacity) < storageOf(best.spec?.capacity) ? volume : best,
    undefined,
  );
}

/** Nobody's, or reserved for this very claim. */
function isFreeFor({ metadata }: PersistentVolumeClaim, { spec }: PersistentVolume): boolean {
  const reference = spec?.claimRef;
  if (reference === undefined) return true;
  return (
    reference.namespace === metadata.namespace &&
    reference.name === metadata.name &&
    (reference.uid === undefined || reference.uid === metadata.uid)
  );
}

function storageOf(amounts: { readonly [resource: string]: string | number } | undefined): number {
  return milliValue(amounts?.storage ?? 0);
}
