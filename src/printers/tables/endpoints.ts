import type { DiscoveryEndpointPort, EndpointSlice, Endpoints } from "../../api/generated/types.js";
import { ageColumn, firstThree, joinHostPort, nameColumn } from "../cell-text.js";
import type { Column } from "../table.js";

export const endpointsColumns: readonly Column<Endpoints>[] = [
  nameColumn,
  { name: "Endpoints", cell: formatEndpoints },
  ageColumn,
];

export const endpointSliceColumns: readonly Column<EndpointSlice>[] = [
  nameColumn,
  { name: "AddressType", cell: (slice) => slice.addressType },
  { name: "Ports", cell: (slice) => firstThree((slice.ports ?? []).map(portText)) || "<unset>" },
  {
    name: "Endpoints",
    cell: (slice) => firstThree((slice.endpoints ?? []).flatMap(({ addresses }) => addresses ?? [])) || "<unset>",
  },
  ageColumn,
];

/** `10.0.0.1:80,10.0.0.2:80`, at most three; `<none>` without subsets. */
function formatEndpoints(endpoints: Endpoints): string {
  const subsets = endpoints.subsets ?? [];
  if (subsets.length === 0) {
    return "<none>";
  }
  const texts = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => addresses.map(({ ip }) => joinHostPort(ip, port))),
  );
  return firstThree(texts);
}

function portText({ port, name }: DiscoveryEndpointPort): string {
  return port === undefined ? (name ?? "*") : String(port);
}
