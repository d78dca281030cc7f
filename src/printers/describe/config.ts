import type { ConfigMap, Event, Namespace, Secret, ServiceAccount } from "../../api/generated/types.js";
import type { KubeObject } from "../../api/meta/object.js";
import type { DescribeWriter } from "./describe-writer.js";
import { describeEvents } from "./events.js";

/** Name, namespace, labels, annotations: how most descriptions begin. */
export function describeIdentity(writer: DescribeWriter, { metadata }: KubeObject): void {
  writer.field(0, "Name", metadata.name ?? "");
  writer.field(0, "Namespace", metadata.namespace ?? "");
  writer.labels("Labels", metadata.labels);
  writer.annotations(metadata.annotations);
}

/** @see kubectl pkg/describe/describe.go, ConfigMapDescriber */
export function describeConfigMap(
  writer: DescribeWriter,
  configMap: ConfigMap,
  events: readonly Event[] | undefined,
): void {
  describeIdentity(writer, configMap);
  writer.text("\nData\n====\n");
  for (const [key, value] of sortedEntries(configMap.data)) {
    writer.text(`${key}:\n----\n${value}\n`);
    // Older kubectl left the values without a blank line between them.
    writer.text(writer.shows({ since: "1.31" }) ? "\n" : "");
  }
  writer.text("\nBinaryData\n====\n");
  for (const [key, value] of sortedEntries(configMap.binaryData)) {
    writer.text(`${key}: ${base64Length(value)} bytes\n`);
  }
  writer.text("\n");
  describeEvents(writer, events);
}

/** @see kubectl pkg/describe/describe.go, describeSecret */
export function describeSecret(writer: DescribeWriter, secret: Secret): void {
  describeIdentity(writer, secret);
  writer.text(`\nType:\t${secret.type ?? ""}\n`);
  writer.text("\nData\n====\n");
  for (const [key, value] of sortedEntries(secret.data)) {
    const isToken = key === "token" && secret.type === "kubernetes.io/service-account-token";
    writer.field(0, key, isToken ? Buffer.from(value, "base64").toString() : `${base64Length(value)} bytes`);
  }
}

/** @see kubectl pkg/describe/describe.go, describeNamespace; quotas and limit ranges are not among kjob's kinds */
export function describeNamespace(writer: DescribeWriter, namespace: Namespace): void {
  const { metadata, status } = namespace;
  writer.field(0, "Name", metadata.name ?? "");
  writer.labels("Labels", metadata.labels);
  writer.annotations(metadata.annotations);
  writer.field(0, "Status", status?.phase ?? "");
  const conditions = status?.conditions ?? [];
  if (conditions.length > 0) {
    writer.line(0, "Conditions:");
    writer.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage");
    writer.line(1, "----\t------\t------------------\t------\t-------");
    for (const { type, status: state, lastTransitionTime, reason = "", message = "" } of conditions) {
      writer.line(1, `${type}\t${state}\t${writer.time(lastTransitionTime)}\t${reason}\t${message}`);
    }
  }
  writer.text("\nNo resource quota.\n\nNo LimitRange resource.\n");
}

/** @see kubectl pkg/describe/describe.go, describeServiceAccount */
export function describeServiceAccount(
  writer: DescribeWriter,
  account: ServiceAccount,
  events: readonly Event[] | undefined,
): void {
  describeIdentity(writer, account);
  describeNames(writer, "Image pull secrets:", account.imagePullSecrets);
  if (writer.shows({ until: "1.35" })) {
    describeNames(writer, "Mountable secrets: ", account.secrets);
    describeNames(writer, "Tokens:            ", []);
  }
  describeEvents(writer, events);
}

function describeNames(
  writer: DescribeWriter,
  title: string,
  references: readonly { readonly name?: string }[] = [],
): void {
  const names = references.map(({ name }) => name ?? "");
  for (const [index, name] of (names.length === 0 ? ["<none>"] : names).entries()) {
    writer.text(`${index === 0 ? title : " ".repeat(title.length)}\t${name}\n`);
  }
}

function sortedEntries(data: { readonly [key: string]: string } | undefined): [string, string][] {
  return Object.entries(data ?? {}).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function base64Length(text: string): number {
  return Buffer.byteLength(text, "base64");
}
