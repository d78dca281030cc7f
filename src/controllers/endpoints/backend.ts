import type { ObjectReference, Pod, Service, ServicePort } from "../../api/generated/types.js";

/** What of a Pod matters to the Services that select it. */
export interface Backend {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly ip: string;
  readonly nodeName: string | undefined;
  readonly hostname: string | undefined;
  readonly subdomain: string | undefined;
  /** Condition Ready is True. */
  readonly isReady: boolean;
  /** When condition Ready last changed, in the wire's form. */
  readonly readyChangedAt: string | undefined;
  readonly isTerminating: boolean;
  readonly containers: NonNullable<Pod["spec"]>["containers"];
}

/**
 * A Pod as its Services see it; undefined as long as it has no address, and again when it has ended.
 * @see kubernetes v1.36 staging/src/k8s.io/endpointslice/util/controller_utils.go, ShouldPodBeInEndpoints
 */
export function backendOf({ metadata, spec, status }: Pod): Backend | undefined {
  const ip = status?.podIP;
  if (!ip || status?.phase === "Succeeded" || status?.phase === "Failed") return undefined;
  const ready = status.conditions?.find(({ type }) => type === "Ready");
  return {
    namespace: metadata.namespace ?? "",
    name: metadata.name ?? "",
    uid: metadata.uid ?? "",
    ip,
    nodeName: spec?.nodeName,
    hostname: spec?.hostname,
    subdomain: spec?.subdomain,
    isReady: ready?.status === "True",
    readyChangedAt: ready?.lastTransitionTime,
    isTerminating: metadata.deletionTimestamp !== undefined,
    containers: spec?.containers ?? [],
  };
}

/** Whether the Services of a Pod would be told the same of both. */
export function isSameBackend(a: Backend | undefined, b: Backend | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.uid === b.uid &&
    a.ip === b.ip &&
    a.nodeName === b.nodeName &&
    a.isReady === b.isReady &&
    a.isTerminating === b.isTerminating &&
    a.hostname === b.hostname &&
    a.subdomain === b.subdomain
  );
}

/** The name under the Service's own that leads to this Pod alone. */
export function hostnameIn(service: Service, backend: Backend): string | undefined {
  return backend.hostname && backend.subdomain === service.metadata.name ? backend.hostname : undefined;
}

export function targetOf(backend: Backend): ObjectReference {
  return { kind: "Pod", namespace: backend.namespace, name: backend.name, uid: backend.uid };
}

/** A port of a Service as a Pod has it. */
export interface BackendPort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: NonNullable<ServicePort["protocol"]>;
  readonly appProtocol?: string;
}

/** The ports of a Service on a Pod; target ports whose name no container has are left out. */
export function portsOn(service: Service, backend: Backend): readonly BackendPort[] {
  const found: BackendPort[] = [];
  for (const port of service.spec?.ports ?? []) {
    const protocol = port.protocol ?? "TCP";
    const number = portNumber(port.targetPort ?? port.port, protocol, backend);
    if (number === undefined) continue;
    found.push({
      ...(port.name === undefined || port.name === "" ? {} : { name: port.name }),
      port: number,
      protocol,
      ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }),
    });
  }
  return found;
}

function portNumber(target: number | string, protocol: string, { containers }: Backend): number | undefined {
  if (typeof target === "number") return target;
  for (const { ports = [] } of containers) {
    const port = ports.find(({ name, protocol: own = "TCP" }) => name === target && own === protocol);
    if (port !== undefined) return port.containerPort;
  }
  return undefined;
}

export function isHeadless({ spec }: Service): boolean {
  return spec?.clusterIP === "None";
}

/** A Service without ports leads to its Pods only where it is headless: then by their names. */
export function hasBackends(service: Service): boolean {
  return isHeadless(service) || (service.spec?.ports?.length ?? 0) > 0;
}
