import type { Container, Pod } from "../api/generated/types.js";
import { parseQuantity } from "../api/meta/quantity.js";

/** What fields of a Pod say that only its node knows. */
export interface PodPlace {
  readonly ip: string | null;
  readonly hostIp: string;
}

/**
 * A field of a Pod as text, as environment variables and downward API volumes have it.
 * @see kubernetes v1.36 pkg/fieldpath/fieldpath.go and pkg/kubelet/kubelet_pods.go, podFieldSelectorRuntimeValue
 */
export function podField(pod: Pod, place: PodPlace, fieldPath: string): string {
  const [, map, key] = /^metadata\.(annotations|labels)\['(.*)'\]$/.exec(fieldPath) ?? [];
  if (map !== undefined && key !== undefined) return pod.metadata[map as "annotations" | "labels"]?.[key] ?? "";
  switch (fieldPath) {
    case "metadata.annotations":
      return formatMap(pod.metadata.annotations);
    case "metadata.labels":
      return formatMap(pod.metadata.labels);
    case "metadata.name":
      return pod.metadata.name ?? "";
    case "metadata.namespace":
      return pod.metadata.namespace ?? "";
    case "metadata.uid":
      return pod.metadata.uid ?? "";
    case "spec.nodeName":
      return pod.spec?.nodeName ?? "";
    case "spec.serviceAccountName":
      return pod.spec?.serviceAccountName ?? "";
    case "status.hostIP":
    case "status.hostIPs":
      return place.hostIp;
    case "status.podIP":
    case "status.podIPs":
      return place.ip ?? "";
    default:
      throw new Error(`unsupported fieldPath: ${fieldPath}`);
  }
}

/** `key="value"` lines in order of keys, values as Go's %q. */
function formatMap(map: { readonly [key: string]: string } | undefined): string {
  return Object.entries(map ?? {})
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join("\n");
}

/** What a node can give to a container that sets no limit. */
export interface Allocatable {
  readonly [resource: string]: string | number | undefined;
}

/** A container's request or limit as text: in whole cores or bytes, or in units of the divisor, rounded up. */
export function containerResource(
  container: Container,
  selector: { readonly resource: string; readonly divisor?: string | number },
  allocatable: Allocatable,
): string {
  const [kind = "", ...rest] = selector.resource.split(".");
  const name = rest.join(".");
  const { limits, requests } = container.resources ?? {};
  // Without a limit a container may have what the node has. @see pkg/api/v1/resource/helpers.go, MergeContainerResourceLimits
  const value = kind === "limits" ? (limits?.[name] ?? allocatable[name] ?? "0") : (requests?.[name] ?? "0");
  const divisor = parseQuantity(selector.divisor ?? "0").nano;
  const by = divisor === 0n ? nanoPerUnit : divisor;
  return String((parseQuantity(value).nano + by - 1n) / by);
}

const nanoPerUnit = 1_000_000_000n;
