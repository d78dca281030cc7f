import type { PersistentVolumeSpec, ProjectedVolumeSource, Volume } from "../../api/generated/types.js";
import { unitValue } from "../../api/meta/quantity.js";
import type { DescribeWriter } from "./describe-writer.js";
import { describeClaim } from "./storage.js";
import { type OtherSources, otherSourceKinds } from "./volume-kinds.js";

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

/** The source of a volume that Pods and PersistentVolumes can both have; `<unknown>` for one that nobody knows. */
export function describeOtherSource(writer: DescribeWriter, volume: Volume | PersistentVolumeSpec): void {
  const { hostPath, emptyDir } = volume as Volume;
  if (hostPath !== undefined) {
    sourceType(writer, "HostPath (bare host directory volume)");
    writer.field(2, "Path", hostPath.path);
    writer.field(2, "HostPathType", hostPath.type ?? "<none>");
    return;
  }
  if (emptyDir !== undefined) {
    sourceType(writer, "EmptyDir (a temporary directory that shares a pod's lifetime)");
    writer.field(2, "Medium", emptyDir.medium ?? "");
    const { sizeLimit } = emptyDir;
    writer.field(2, "SizeLimit", sizeLimit !== undefined && unitValue(sizeLimit) > 0 ? sizeLimit : "<unset>");
    return;
  }
  const sources = volume as OtherSources;
  const kind = otherSourceKinds.find(({ field }) => sources[field] !== undefined);
  if (kind === undefined) {
    writer.line(1, "<unknown>");
    return;
  }
  sourceType(writer, kind.type);
  const source = sources[kind.field] ?? {};
  for (const [title, textOf] of kind.lines) {
    writer.line(2, `${title}\t${textOf(source)}`);
  }
  if (kind.field === "csi") {
    describeAttributes(writer, source.volumeAttributes as { [key: string]: string } | undefined);
  }
}

function sourceType(writer: DescribeWriter, text: string): void {
  writer.field(2, "Type", text);
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

const attributeLengthMax = 140;

function describeAttributes(writer: DescribeWriter, attributes: { readonly [key: string]: string } | undefined): void {
  const lines = Object.keys(attributes ?? {})
    .sort()
    .map((key) => `${key}=${attributes?.[key]}`)
    .map((line) => (line.length > attributeLengthMax ? `${line.slice(0, attributeLengthMax)}...` : line));
  if (lines.length === 0) {
    writer.field(2, "VolumeAttributes", "<none>");
  }
  for (const [index, line] of lines.entries()) {
    writer.line(2, `${index === 0 ? "VolumeAttributes:" : "    "}\t    ${line}`);
  }
}
