import type { Endpoint, EndpointSlice, Endpoints, Event, Service, ServicePort } from "../../api/generated/types.js";
import { formatLabels, joinHostPort } from "../cell-text.js";
import { describeIdentity } from "./config.js";
import type { DescribeWriter } from "./describe-writer.js";
import { describeEvents } from "./events.js";

/** @see kubectl pkg/describe/describe.go, describeService */
export function describeService(
  writer: DescribeWriter,
  service: Service,
  related: { readonly endpointSlices: readonly EndpointSlice[]; readonly events: readonly Event[] | undefined },
): void {
  const { spec, status } = service;
  describeIdentity(writer, service);
  writer.field(0, "Selector", formatLabels(spec?.selector));
  writer.field(0, "Type", spec?.type ?? "");
  writer.optionalField("IP Family Policy", spec?.ipFamilyPolicy);
  writer.field(0, "IP Families", (spec?.ipFamilies ?? []).join(",") || "<none>");
  writer.field(0, "IP", spec?.clusterIP ?? "");
  writer.field(0, "IPs", (spec?.clusterIPs ?? []).join(",") || "<none>");
  writer.optionalField("External IPs", (spec?.externalIPs ?? []).join(","));
  writer.optionalField("Desired LoadBalancer IP", spec?.loadBalancerIP);
  writer.optionalField("External Name", spec?.externalName);
  const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname, ipMode }) =>
    ip ? `${ip}${ipMode === undefined ? "" : ` (${ipMode})`}` : (hostname ?? ""),
  );
  writer.optionalField("LoadBalancer Ingress", ingress.join(", "));
  for (const port of spec?.ports ?? []) {
    describePort(writer, port, related.endpointSlices);
  }
  writer.field(0, "Session Affinity", spec?.sessionAffinity ?? "");
  writer.optionalField("External Traffic Policy", spec?.externalTrafficPolicy);
  writer.optionalField("Internal Traffic Policy", spec?.internalTrafficPolicy, { since: "1.31" });
  writer.optionalField("HealthCheck NodePort", spec?.healthCheckNodePort);
  writer.optionalField("LoadBalancer Source Ranges", (spec?.loadBalancerSourceRanges ?? []).join(","));
  writer.optionalField("Traffic Distribution", spec?.trafficDistribution);
  describeEvents(writer, related.events);
}

function describePort(writer: DescribeWriter, port: ServicePort, slices: readonly EndpointSlice[]): void {
  const name = port.name || "<unset>";
  const { protocol = "" } = port;
  writer.field(0, "Port", `${name}\t${port.port}/${protocol}`);
  writer.field(0, "TargetPort", `${port.targetPort ?? 0}/${protocol}`);
  writer.optionalField("AppProtocol", port.appProtocol);
  if (port.nodePort) {
    writer.field(0, "NodePort", `${name}\t${port.nodePort}/${protocol}`);
  }
  writer.field(0, "Endpoints", endpointTexts(slices, port.name ?? ""));
}

const endpointsMax = 3;

/** The ready endpoints of a port; empty where there are slices without any, `<none>` where there are no slices. */
function endpointTexts(slices: readonly EndpointSlice[], portName: string): string {
  if (slices.length === 0) {
    return "<none>";
  }
  const texts = slices.flatMap(({ ports = [], endpoints = [] }) => {
    const addresses = endpoints.filter(isReady).map((endpoint) => endpoint.addresses?.[0] ?? "");
    return ports.length === 0
      ? addresses
      : ports
          .filter(({ name = "" }) => name === portName)
          .flatMap(({ port = 0 }) => addresses.map((address) => joinHostPort(address, port)));
  });
  const shown = texts.slice(0, endpointsMax).join(",");
  return texts.length > endpointsMax ? `${shown} + ${texts.length - endpointsMax} more...` : shown;
}

/** An endpoint whose readiness nobody knows counts as ready. */
function isReady({ conditions }: Endpoint): boolean {
  return conditions?.ready ?? true;
}

/** @see kubectl pkg/describe/describe.go, describeEndpoints */
export function describeEndpoints(
  writer: DescribeWriter,
  endpoints: Endpoints,
  events: readonly Event[] | undefined,
): void {
  describeIdentity(writer, endpoints);
  writer.line(0, "Subsets:");
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of endpoints.subsets ?? []) {
    writer.field(1, "Addresses", addresses.map(({ ip }) => ip).join(",") || "<none>");
    writer.field(1, "NotReadyAddresses", notReadyAddresses.map(({ ip }) => ip).join(",") || "<none>");
    if (ports.length > 0) {
      writer.line(1, "Ports:");
      writer.line(2, "Name\tPort\tProtocol");
      writer.line(2, "----\t----\t--------");
      for (const { name, port, protocol } of ports) {
        writer.line(2, `${name || "<unset>"}\t${port}\t${protocol ?? ""}`);
      }
    }
    writer.text("\n");
  }
  describeEvents(writer, events);
}

/** @see kubectl pkg/describe/describe.go, describeEndpointSliceV1 */
export function describeEndpointSlice(
  writer: DescribeWriter,
  slice: EndpointSlice,
  events: readonly Event[] | undefined,
): void {
  describeIdentity(writer, slice);
  writer.field(0, "AddressType", slice.addressType);
  const { ports = [], endpoints = [] } = slice;
  writer.line(0, ports.length === 0 ? "Ports: <unset>" : "Ports:");
  if (ports.length > 0) {
    writer.line(1, "Name\tPort\tProtocol");
    writer.line(1, "----\t----\t--------");
    for (const { name, port, protocol } of ports) {
      writer.line(1, `${name || "<unset>"}\t${port ?? "<unset>"}\t${protocol ?? ""}`);
    }
  }
  writer.line(0, endpoints.length === 0 ? "Endpoints: <none>" : "Endpoints:");
  for (const { addresses, conditions, hostname, targetRef, nodeName, zone } of endpoints) {
    writer.line(1, `- Addresses:\t${(addresses ?? []).join(", ") || "<none>"}`);
    writer.line(2, "Conditions:");
    writer.field(3, "Ready", conditions?.ready ?? "<unset>");
    writer.field(2, "Hostname", hostname ?? "<unset>");
    if (targetRef !== undefined) {
      writer.field(2, "TargetRef", `${targetRef.kind ?? ""}/${targetRef.name ?? ""}`);
    }
    writer.field(2, "NodeName", nodeName ?? "<unset>");
    writer.field(2, "Zone", zone ?? "<unset>");
  }
  describeEvents(writer, events);
}
