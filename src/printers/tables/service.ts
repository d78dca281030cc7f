import type { Service } from "../../api/generated/types.js";
import { ageColumn, formatLabels, nameColumn } from "../cell-text.js";
import type { CellContext, Column } from "../table.js";

export const serviceColumns: readonly Column<Service>[] = [
  nameColumn,
  { name: "Type", cell: (service) => service.spec?.type ?? "" },
  { name: "Cluster-IP", cell: (service) => service.spec?.clusterIPs?.[0] ?? (service.spec?.clusterIP || "<none>") },
  { name: "External-IP", cell: externalIp },
  { name: "Port(s)", cell: ports },
  ageColumn,
  { name: "Selector", priority: 1, cell: (service) => formatLabels(service.spec?.selector) },
];

const loadBalancerWidth = 16;

function externalIp({ spec, status }: Service, { wide }: CellContext): string {
  const external = spec?.externalIPs ?? [];
  switch (spec?.type) {
    case "ClusterIP":
    case "NodePort":
      return external.join(",") || "<none>";
    case "LoadBalancer": {
      const ingress = status?.loadBalancer?.ingress ?? [];
      const all = [...new Set(ingress.map(({ ip, hostname }) => ip || hostname || "").filter((each) => each !== ""))]
        .sort()
        .join(",");
      const shown = !wide && all.length > loadBalancerWidth ? `${all.slice(0, loadBalancerWidth - 3)}...` : all;
      return [...(shown === "" ? [] : [shown]), ...external].join(",") || "<pending>";
    }
    case "ExternalName":
      return spec.externalName ?? "";
    default:
      return "<unknown>";
  }
}

function ports({ spec }: Service): string {
  const texts = (spec?.ports ?? []).map(({ port, nodePort, protocol }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return texts.join(",") || "<none>";
}
