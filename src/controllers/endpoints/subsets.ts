import type { EndpointAddress, EndpointSubset, Service } from "../../api/generated/types.js";
import { type Backend, type BackendPort, hasBackends, hostnameIn, portsOn, targetOf } from "./backend.js";

/** Addresses that an Endpoints object takes. */
const addressesMax = 1000;

interface Subset {
  readonly ports: readonly BackendPort[];
  ready: EndpointAddress[];
  notReady: EndpointAddress[];
}

/**
 * The subsets of a Service's Endpoints: Pods with the same ports together, ready ones apart from the others; at most a
 * thousand addresses, of which `truncated` tells.
 * @see kubernetes v1.36 pkg/controller/endpoint/endpoints_controller.go; pkg/api/v1/endpoints/util.go, RepackSubsets
 */
export function subsetsOf(
  service: Service,
  backends: readonly Backend[],
): { readonly subsets: readonly EndpointSubset[]; readonly truncated: boolean } {
  if (!hasBackends(service)) return { subsets: [], truncated: false };
  const published = service.spec?.publishNotReadyAddresses === true;
  const byPorts = new Map<string, Subset>();
  for (const backend of backends) {
    if (backend.isTerminating && !published) continue;
    const ports = portsOn(service, backend);
    if (ports.length === 0 && (service.spec?.ports?.length ?? 0) > 0) continue;
    const key = JSON.stringify(ports);
    let subset = byPorts.get(key);
    if (subset === undefined) {
      subset = { ports, ready: [], notReady: [] };
      byPorts.set(key, subset);
    }
    (published || backend.isReady ? subset.ready : subset.notReady).push(addressOf(service, backend));
  }
  const subsets = [...byPorts.values()];
  const truncated = truncate(subsets);
  return { subsets: subsets.map(toWire), truncated };
}

function addressOf(service: Service, backend: Backend): EndpointAddress {
  const hostname = hostnameIn(service, backend);
  return {
    ip: backend.ip,
    ...(hostname === undefined ? {} : { hostname }),
    ...(backend.nodeName === undefined ? {} : { nodeName: backend.nodeName }),
    targetRef: targetOf(backend),
  };
}

/** Ready addresses come first; of those that are too many each subset keeps its share, rounded up. */
function truncate(subsets: readonly Subset[]): boolean {
  const ready = subsets.reduce((sum, subset) => sum + subset.ready.length, 0);
  const notReady = subsets.reduce((sum, subset) => sum + subset.notReady.length, 0);
  if (ready + notReady <= addressesMax) return false;
  const which = ready > addressesMax ? "ready" : "notReady";
  const total = which === "ready" ? ready : notReady;
  const room = which === "ready" ? addressesMax : addressesMax - ready;
  let left = room;
  for (const subset of subsets) {
    const share = Math.min(left, Math.ceil((subset[which].length / total) * room));
    subset[which] = subset[which].slice(0, share);
    if (which === "ready") subset.notReady = [];
    left -= subset[which].length;
  }
  return true;
}

function toWire({ ready, notReady, ports }: Subset): EndpointSubset {
  return {
    ...(ready.length === 0 ? {} : { addresses: ready.toSorted(byAddress) }),
    ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady.toSorted(byAddress) }),
    ...(ports.length === 0 ? {} : { ports }),
  };
}

/** As text, which is how upstream sorts addresses. */
function byAddress(a: EndpointAddress, b: EndpointAddress): number {
  return a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : 0;
}
