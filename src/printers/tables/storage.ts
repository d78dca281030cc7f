import type { PersistentVolume, PersistentVolumeClaim } from "../../api/generated/types.js";
import { ageColumn, formatAccessModes, nameColumn, storageClassOf } from "../cell-text.js";
import type { Column } from "../table.js";

export const persistentVolumeColumns: readonly Column<PersistentVolume>[] = [
  nameColumn,
  { name: "Capacity", cell: ({ spec }) => String(spec?.capacity?.storage ?? "0") },
  { name: "Access Modes", cell: ({ spec }) => formatAccessModes(spec?.accessModes) },
  { name: "Reclaim Policy", cell: ({ spec }) => spec?.persistentVolumeReclaimPolicy ?? "" },
  { name: "Status", cell: phase },
  {
    name: "Claim",
    cell: ({ spec }) =>
      spec?.claimRef === undefined ? "" : `${spec.claimRef.namespace ?? ""}/${spec.claimRef.name ?? ""}`,
  },
  { name: "StorageClass", cell: (volume) => storageClassOf(volume, volume.spec?.storageClassName) },
  {
    name: "VolumeAttributesClass",
    since: "1.29",
    cell: ({ spec }) => spec?.volumeAttributesClassName ?? "<unset>",
  },
  { name: "Reason", cell: ({ status }) => status?.reason ?? "" },
  ageColumn,
  { name: "VolumeMode", priority: 1, cell: ({ spec }) => spec?.volumeMode ?? "<unset>" },
];

export const persistentVolumeClaimColumns: readonly Column<PersistentVolumeClaim>[] = [
  nameColumn,
  { name: "Status", cell: phase },
  { name: "Volume", cell: ({ spec }) => spec?.volumeName ?? "" },
  {
    name: "Capacity",
    cell: ({ spec, status }) => (spec?.volumeName ? String(status?.capacity?.storage ?? "0") : ""),
  },
  {
    name: "Access Modes",
    cell: ({ spec, status }) => (spec?.volumeName ? formatAccessModes(status?.accessModes) : ""),
  },
  { name: "StorageClass", cell: (claim) => storageClassOf(claim, claim.spec?.storageClassName) },
  {
    name: "VolumeAttributesClass",
    since: "1.29",
    cell: ({ spec }) => spec?.volumeAttributesClassName ?? "<unset>",
  },
  ageColumn,
  { name: "VolumeMode", priority: 1, cell: ({ spec }) => spec?.volumeMode ?? "<unset>" },
];

function phase({ metadata, status }: PersistentVolume | PersistentVolumeClaim): string {
  return metadata.deletionTimestamp === undefined ? (status?.phase ?? "") : "Terminating";
}
