import type { ProjectedVolumeSource, Volume } from "../../api/generated/types.js";
import type { DescribeWriter } from "./describe-writer.js";
import { describeClaim } from "./storage.js";
import { describeOtherSource, sourceType } from "./volume-source.js";

/** @see kubectl pkg/describe/describe.go, describeVolumes */
export function describeVolumes(writer: DescribeWriter, volumes: readonly Volume[], indent = ""): void {
  if (volumes.length === 0) {
    writer.text(`${indent}Volumes:\t<none>\n`);
    return;
  }
  writer.text(`${indent}Volumes:\n`);
  for (const volume of volumes) {
    writer.line(1, `${indent === "" ? "" : " "}${volume.name}:`);
    describeVolumeSource(writer, volume);
  }
}

function describeVolumeSource(writer: DescribeWriter, volume: Volume): void {
  const { configMap, secret, projected, downwardAPI, ephemeral, persistentVolumeClaim } = volume;
  if (secret !== undefined) {
    sourceType(writer, "Secret (a volume populated by a Secret)");
    writer.field(2, "SecretName", secret.secretName ?? "");
    writer.field(2, "Optional", secret.optional ?? false);
  } else if (configMap !== undefined) {
    sourceType(writer, "ConfigMap (a volume populated by a ConfigMap)");
    writer.field(2, "Name", configMap.name ?? "");
    writer.field(2, "Optional", configMap.optional ?? false);
  } else if (projected !== undefined) {
    describeProjected(writer, projected);
  } else if (downwardAPI !== undefined) {
    sourceType(writer, "DownwardAPI (a volume populated by information about the pod)");
    writer.line(2, "Items:");
    for (const { path, fieldRef, resourceFieldRef } of downwardAPI.items ?? []) {
      writer.line(3, `${fieldRef?.fieldPath ?? resourceFieldRef?.resource ?? ""} -> ${path}`);
    }
  } else if (persistentVolumeClaim !== undefined) {
    sourceType(writer, "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)");
    writer.field(2, "ClaimName", persistentVolumeClaim.claimName);
    writer.field(2, "ReadOnly", persistentVolumeClaim.readOnly ?? false);
  } else if (ephemeral !== undefined) {
    const meaning = "an inline specification for a volume that gets created and deleted with the pod";
    sourceType(writer, `EphemeralVolume (${meaning})`);
    const { volumeClaimTemplate } = ephemeral;
    if (volumeClaimTemplate !== undefined) {
      describeClaim(writer, { metadata: volumeClaimTemplate.metadata ?? {}, spec: volumeClaimTemplate.spec }, 2);
    }
  } else {
    describeOtherSource(writer, volume);
  }
}

/** Up to 1.32 the names were these, and their values the pointer itself. */
const optionalIsPlain = { since: "1.33" };

function describeProjected(writer: DescribeWriter, { sources = [] }: ProjectedVolumeSource): void {
  sourceType(writer, "Projected (a volume that contains injected data from multiple sources)");
  const isPlain = writer.shows(optionalIsPlain);
  const optionalText = (optional: boolean | undefined) => (isPlain ? (optional ?? false) : (optional ?? "<nil>"));
  for (const { secret, downwardAPI, configMap, serviceAccountToken } of sources) {
    if (secret !== undefined) {
      writer.field(2, "SecretName", secret.name ?? "");
      writer.field(2, isPlain ? "Optional" : "SecretOptionalName", optionalText(secret.optional));
    } else if (downwardAPI !== undefined) {
      writer.field(2, "DownwardAPI", true);
    } else if (configMap !== undefined) {
      writer.field(2, "ConfigMapName", configMap.name ?? "");
      writer.field(2, isPlain ? "Optional" : "ConfigMapOptional", optionalText(configMap.optional));
    } else if (serviceAccountToken !== undefined) {
      writer.field(2, "TokenExpirationSeconds", serviceAccountToken.expirationSeconds ?? 0);
    }
  }
}
