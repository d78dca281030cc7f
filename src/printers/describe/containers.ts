import type {
  Container,
  ContainerPort,
  ContainerState,
  ContainerStatus,
  EnvVar,
  Pod,
  ResourceFieldSelector,
  ResourceRequirements,
} from "../../api/generated/types.js";
import { compareQuantities, milliValue, unitValue } from "../../api/meta/quantity.js";
import { type DescribeWriter, formatBool } from "./describe-writer.js";
import { describeProbe } from "./probe.js";

interface ContainerList {
  readonly title: string;
  readonly containers: readonly Container[];
  readonly statuses?: readonly ContainerStatus[];
  /** The Pod whose fields variables may name; none inside a template. */
  readonly pod?: Pod;
  /** `  ` inside a template: names are then indented by one space more. */
  readonly indent?: string;
}

/** @see kubectl pkg/describe/describe.go, describeContainers */
export function describeContainers(writer: DescribeWriter, list: ContainerList): void {
  const { title, containers, statuses = [], pod, indent = "" } = list;
  writer.text(`${indent}${title}:${containers.length === 0 ? " <none>" : ""}\n`);
  for (const container of containers) {
    const status = statuses.find(({ name }) => name === container.name);
    writer.line(1, `${indent === "" ? "" : " "}${container.name}:`);
    describeImageAndPorts(writer, container, status);
    describeLines(writer, "Command", container.command);
    describeLines(writer, "Args", container.args);
    if (status !== undefined) {
      describeContainerStatus(writer, status);
    }
    describeResources(writer, container.resources, 2);
    describeProbes(writer, container);
    describeEnvFrom(writer, container);
    describeEnv(writer, container, pod);
    describeMounts(writer, container);
  }
}

function describeImageAndPorts(
  writer: DescribeWriter,
  container: Container,
  status: ContainerStatus | undefined,
): void {
  if (status !== undefined) {
    writer.field(2, "Container ID", status.containerID ?? "");
  }
  writer.field(2, "Image", container.image ?? "");
  if (status !== undefined) {
    writer.field(2, "Image ID", status.imageID);
  }
  const ports = container.ports ?? [];
  const plural = ports.length > 1 ? "s" : "";
  writer.field(2, `Port${plural}`, portTexts(ports, "containerPort"));
  writer.field(2, `Host Port${plural}`, portTexts(ports, "hostPort"));
  const profile = container.securityContext?.seccompProfile;
  if (profile !== undefined) {
    writer.field(2, "SeccompProfile", profile.type);
    if (profile.type === "Localhost") {
      writer.field(3, "LocalhostProfile", profile.localhostProfile ?? "");
    }
  }
}

function portTexts(ports: readonly ContainerPort[], field: "containerPort" | "hostPort"): string {
  const texts = ports.map((port) => {
    const text = `${port[field] ?? 0}/${port.protocol ?? ""}`;
    return port.name ? `${text} (${port.name})` : text;
  });
  return texts.join(", ") || "<none>";
}

function describeLines(writer: DescribeWriter, title: string, words: readonly string[] = []): void {
  if (words.length === 0) {
    return;
  }
  writer.line(2, `${title}:`);
  for (const line of words.flatMap((word) => word.split("\n"))) {
    writer.line(3, line);
  }
}

function describeContainerStatus(writer: DescribeWriter, status: ContainerStatus): void {
  describeState(writer, "State", status.state ?? {});
  if (status.lastState?.terminated !== undefined) {
    describeState(writer, "Last State", status.lastState);
  }
  writer.field(2, "Ready", formatBool(status.ready));
  writer.field(2, "Restart Count", status.restartCount);
}

function describeState(writer: DescribeWriter, title: string, { running, waiting, terminated }: ContainerState): void {
  if (running !== undefined) {
    writer.field(2, title, "Running");
    writer.field(3, "Started", writer.time(running.startedAt));
    return;
  }
  if (waiting !== undefined || terminated === undefined) {
    writer.field(2, title, "Waiting");
    if (waiting?.reason) {
      writer.field(3, "Reason", waiting.reason);
    }
    return;
  }
  writer.field(2, title, "Terminated");
  if (terminated.reason) {
    writer.field(3, "Reason", terminated.reason);
  }
  if (terminated.message) {
    writer.field(3, "Message", terminated.message);
  }
  writer.field(3, "Exit Code", terminated.exitCode);
  if (terminated.signal) {
    writer.field(3, "Signal", terminated.signal);
  }
  writer.field(3, "Started", writer.time(terminated.startedAt));
  writer.field(3, "Finished", writer.time(terminated.finishedAt));
}

export function describeResources(
  writer: DescribeWriter,
  resources: Pick<ResourceRequirements, "limits" | "requests"> | undefined,
  level: number,
): void {
  for (const [title, amounts] of [
    ["Limits", resources?.limits ?? {}],
    ["Requests", resources?.requests ?? {}],
  ] as const) {
    const names = Object.keys(amounts).sort();
    if (names.length > 0) {
      writer.line(level, `${title}:`);
    }
    for (const name of names) {
      writer.field(level + 1, name, amounts[name] ?? "");
    }
  }
}

function describeProbes(writer: DescribeWriter, container: Container): void {
  for (const [title, probe] of [
    ["Liveness", container.livenessProbe],
    ["Readiness", container.readinessProbe],
    ["Startup", container.startupProbe],
  ] as const) {
    if (probe !== undefined) {
      writer.field(2, title, describeProbe(probe));
    }
  }
}

function describeEnvFrom(writer: DescribeWriter, { envFrom = [] }: Container): void {
  if (envFrom.length === 0) {
    return;
  }
  writer.line(2, "Environment Variables from:");
  for (const { configMapRef, secretRef, prefix } of envFrom) {
    const source = configMapRef ?? secretRef;
    const kind = configMapRef !== undefined ? "ConfigMap" : secretRef !== undefined ? "Secret" : "";
    const withPrefix = prefix ? ` with prefix '${prefix}'` : "";
    writer.line(3, `${source?.name ?? ""}\t${kind}${withPrefix}\tOptional: ${source?.optional ?? false}`);
  }
}

function describeEnv(writer: DescribeWriter, container: Container, pod: Pod | undefined): void {
  const { env = [] } = container;
  writer.line(2, `Environment:${env.length === 0 ? "\t<none>" : ""}`);
  for (const variable of env) {
    if (variable.valueFrom !== undefined) {
      const text = describeValueSource(variable, container, pod);
      if (text !== undefined) {
        writer.line(3, `${variable.name}:\t${text}`);
      }
      continue;
    }
    for (const [index, line] of (variable.value ?? "").split("\n").entries()) {
      writer.line(3, `${index === 0 ? `${variable.name}:` : ""}\t${line}`);
    }
  }
}

function describeValueSource({ valueFrom }: EnvVar, container: Container, pod: Pod | undefined): string | undefined {
  if (valueFrom?.fieldRef !== undefined) {
    const { apiVersion = "", fieldPath } = valueFrom.fieldRef;
    return `${podField(fieldPath, pod)} (${apiVersion}:${fieldPath})`;
  }
  if (valueFrom?.resourceFieldRef !== undefined) {
    const { resource } = valueFrom.resourceFieldRef;
    return `${containerResource(valueFrom.resourceFieldRef, container)} (${resource})`;
  }
  if (valueFrom?.secretKeyRef !== undefined) {
    const { key, name = "", optional = false } = valueFrom.secretKeyRef;
    return `<set to the key '${key}' in secret '${name}'>\tOptional: ${optional}`;
  }
  if (valueFrom?.configMapKeyRef !== undefined) {
    const { key, name = "", optional = false } = valueFrom.configMapKeyRef;
    return `<set to the key '${key}' of config map '${name}'>\tOptional: ${optional}`;
  }
  return undefined;
}

/** kubectl knows the values of these two fields, and prints nothing for any other. */
function podField(fieldPath: string, pod: Pod | undefined): string {
  switch (fieldPath) {
    case "metadata.name":
      return pod?.metadata.name ?? "";
    case "metadata.namespace":
      return pod?.metadata.namespace ?? "";
    default:
      return "";
  }
}

function containerResource({ resource, divisor }: ResourceFieldSelector, { resources }: Container): string {
  const [list, ...rest] = resource.split(".");
  const name = rest.join(".");
  const isKnown = ["cpu", "memory", "ephemeral-storage"].includes(name) || name.startsWith("hugepages-");
  if (!isKnown || (list !== "limits" && list !== "requests")) {
    return "";
  }
  const amount = resources?.[list]?.[name] ?? "0";
  const unit = divisor === undefined || compareQuantities(divisor, "0") === 0 ? "1" : divisor;
  const amountIn = name === "cpu" ? milliValue : unitValue;
  const value = String(Math.ceil(amountIn(amount) / amountIn(unit)));
  const isWholeNode = value === "0" && (resource === "limits.cpu" || resource === "limits.memory");
  return isWholeNode ? "node allocatable" : value;
}

function describeMounts(writer: DescribeWriter, { volumeMounts = [], volumeDevices = [] }: Container): void {
  writer.line(2, `Mounts:${volumeMounts.length === 0 ? "\t<none>" : ""}`);
  for (const mount of [...volumeMounts].sort(by(({ mountPath }) => mountPath))) {
    const access = mount.readOnly === true ? "ro" : "rw";
    const flags = mount.subPath ? `${access},path=${JSON.stringify(mount.subPath)}` : access;
    writer.line(3, `${mount.mountPath} from ${mount.name} (${flags})`);
  }
  if (volumeDevices.length > 0) {
    writer.line(2, `Devices:${volumeMounts.length === 0 ? "\t<none>" : ""}`);
    for (const device of [...volumeDevices].sort(by(({ devicePath }) => devicePath))) {
      writer.line(3, `${device.devicePath} from ${device.name}`);
    }
  }
}

/** Orders by a text, byte by byte. */
export function by<Item>(textOf: (item: Item) => string): (a: Item, b: Item) => number {
  return (a, b) => {
    const left = textOf(a);
    const right = textOf(b);
    return left < right ? -1 : left > right ? 1 : 0;
  };
}
