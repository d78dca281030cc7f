import type { PersistentVolumeSpec, Volume } from "../../api/generated/types.js";
import { unitValue } from "../../api/meta/quantity.js";
import type { DescribeWriter } from "./describe-writer.js";
import { type OtherSources, otherSourceKinds } from "./volume-kinds.js";

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

export function sourceType(writer: DescribeWriter, text: string): void {
  writer.field(2, "Type", text);
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
