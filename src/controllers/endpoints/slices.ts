import type { DiscoveryEndpointPort, Endpoint, EndpointSlice, Service } from "../../api/generated/types.js";
import { type Backend, hasBackends, hostnameIn, isHeadless, portsOn, targetOf } from "./backend.js";

/** Endpoints that a slice takes. */
const sliceLengthMax = 100;

/** Endpoints that share one slice, or several: those with the same ports. */
export interface PortGroup {
  readonly ports: readonly DiscoveryEndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

/** What is to be done so that slices say what they should. */
export interface SlicePlan {
  readonly create: readonly PortGroup[];
  readonly update: readonly { readonly slice: EndpointSlice; readonly group: PortGroup }[];
  readonly remove: readonly EndpointSlice[];
}

/** The endpoints of a Service, by the ports that its Pods have for it. */
export function portGroups(
  service: Service,
  backends: readonly Backend[],
  zoneOf: (nodeName: string) => string | undefined,
): readonly PortGroup[] {
  if (!hasBackends(service)) return [];
  const groups = new Map<string, { ports: readonly DiscoveryEndpointPort[]; endpoints: Endpoint[] }>();
  for (const backend of backends) {
    const ports = portsOn(service, backend).map((port) => ({ name: "", ...port }));
    // A Service that has ports leads only to Pods that have one of them.
    if (ports.length === 0 && !(isHeadless(service) && (service.spec?.ports?.length ?? 0) === 0)) continue;
    const key = portsKey(ports);
    let group = groups.get(key);
    if (group === undefined) {
      group = { ports, endpoints: [] };
      groups.set(key, group);
    }
    group.endpoints.push(endpointOf(service, backend, zoneOf));
  }
  return [...groups.values()];
}

function endpointOf(service: Service, backend: Backend, zoneOf: (nodeName: string) => string | undefined): Endpoint {
  const { isReady, isTerminating, nodeName } = backend;
  const hostname = hostnameIn(service, backend);
  const zone = nodeName === undefined ? undefined : zoneOf(nodeName);
  const published = service.spec?.publishNotReadyAddresses === true;
  return {
    addresses: [backend.ip],
    conditions: { ready: published || (isReady && !isTerminating), serving: isReady, terminating: isTerminating },
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === undefined ? {} : { nodeName }),
    targetRef: targetOf(backend),
    ...(zone === undefined ? {} : { zone }),
  };
}

/**
 * Brings slices to what they should hold with few writes: endpoints stay where they are, new ones fill slices that have
 * room, a slice that is left over becomes one that is missing. One slice, if an empty one, there always is.
 * @see kubernetes v1.36 staging/src/k8s.io/endpointslice/reconciler.go, reconcile and finalize
 */
export function planSlices(existing: readonly EndpointSlice[], wanted: readonly PortGroup[]): SlicePlan {
  const update: { slice: EndpointSlice; group: PortGroup }[] = [];
  const create: PortGroup[] = [];
  const left = new Map<string, EndpointSlice[]>();
  for (const slice of existing) {
    const key = portsKey(slice.ports ?? []);
    const same = left.get(key);
    if (same === undefined) left.set(key, [slice]);
    else same.push(slice);
  }
  const remove: EndpointSlice[] = [];
  for (const group of wanted) {
    const key = portsKey(group.ports);
    planGroup(group, left.get(key) ?? [], { update, create, remove });
    left.delete(key);
  }
  for (const slices of left.values()) remove.push(...slices);
  return withPlaceholder(existing.length, { create, update, remove });
}

function planGroup(
  group: PortGroup,
  slices: readonly EndpointSlice[],
  plan: { update: { slice: EndpointSlice; group: PortGroup }[]; create: PortGroup[]; remove: EndpointSlice[] },
): void {
  const pending = new Map(group.endpoints.map((endpoint) => [endpoint.targetRef?.uid, endpoint]));
  const kept = slices.map((slice) => {
    const before = slice.endpoints ?? [];
    const endpoints: Endpoint[] = [];
    let changed = false;
    for (const endpoint of before) {
      const now = pending.get(endpoint.targetRef?.uid);
      if (now === undefined) {
        changed = true;
        continue;
      }
      pending.delete(endpoint.targetRef?.uid);
      const same = isSameEndpoint(endpoint, now);
      if (!same) changed = true;
      endpoints.push(same ? endpoint : now);
    }
    return { slice, endpoints, changed };
  });
  const added = [...pending.values()];
  // Slices that are written anyway are filled first.
  for (const entry of [...kept.filter(({ changed }) => changed), ...kept.filter(({ changed }) => !changed)]) {
    const room = sliceLengthMax - entry.endpoints.length;
    if (added.length === 0 || room <= 0) continue;
    entry.endpoints.push(...added.splice(0, room));
    entry.changed = true;
  }
  for (const { slice, endpoints, changed } of kept) {
    if (endpoints.length === 0) plan.remove.push(slice);
    else if (changed) plan.update.push({ slice, group: { ports: group.ports, endpoints } });
  }
  while (added.length > 0) plan.create.push({ ports: group.ports, endpoints: added.splice(0, sliceLengthMax) });
}

function withPlaceholder(
  existingCount: number,
  plan: { create: PortGroup[]; update: { slice: EndpointSlice; group: PortGroup }[]; remove: EndpointSlice[] },
): SlicePlan {
  const { create, update, remove } = plan;
  if (remove.length === existingCount && create.length === 0) {
    const [only] = remove;
    const isPlaceholder = only !== undefined && (only.ports ?? []).length + (only.endpoints ?? []).length === 0;
    if (remove.length === 1 && isPlaceholder) return { create, update, remove: [] };
    create.push({ ports: [], endpoints: [] });
  }
  const reused = Math.min(create.length, remove.length);
  for (let at = 0; at < reused; at++) {
    // Both lists are at least `reused` long.
    update.push({ slice: remove[at] as EndpointSlice, group: create[at] as PortGroup });
  }
  return { create: create.slice(reused), update, remove: remove.slice(reused) };
}

function portsKey(ports: readonly DiscoveryEndpointPort[]): string {
  return ports
    .map(({ name = "", port, protocol, appProtocol = "" }) => `${name}/${port}/${protocol}/${appProtocol}`)
    .sort()
    .join(",");
}

function isSameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return (
    a.addresses[0] === b.addresses[0] &&
    a.conditions?.ready === b.conditions?.ready &&
    a.conditions?.serving === b.conditions?.serving &&
    a.conditions?.terminating === b.conditions?.terminating &&
    a.hostname === b.hostname &&
    a.nodeName === b.nodeName &&
    a.zone === b.zone
  );
}
