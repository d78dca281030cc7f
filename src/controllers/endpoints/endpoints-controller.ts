import type { EndpointSlice, Endpoints, Service } from "../../api/generated/types.js";
import { semanticallyEqual } from "../../api/meta/equality.js";
import { isNamespaceTerminating } from "../../api/meta/status.js";
import { isAtLeast } from "../../api/versions/emulated-version.js";
import { type Component, type Context, watch } from "../../client/component.js";
import { apiServerService, reconcileApiServer } from "./api-server.js";
import { type Backend, backendOf, isHeadless, isSameBackend } from "./backend.js";
import { ServiceBackends } from "./service-backends.js";
import { type PortGroup, planSlices, portGroups } from "./slices.js";
import { subsetsOf } from "./subsets.js";

const serviceNameLabel = "kubernetes.io/service-name";
const sliceManagerLabel = "endpointslice.kubernetes.io/managed-by";
const sliceManager = "endpointslice-controller.k8s.io";
const headlessLabel = "service.kubernetes.io/headless";
const endpointsManagerLabel = "endpoints.kubernetes.io/managed-by";
/** Since this version an Endpoints object says who keeps it. */
const endpointsManagerSince = "1.33";
const triggerTimeAnnotation = "endpoints.kubernetes.io/last-change-trigger-time";
const overCapacityAnnotation = "endpoints.kubernetes.io/over-capacity";

/** Milliseconds in which the changes of Pods are gathered: those of a large Job come close together. */
const batchMs = 40;

/**
 * Keeps, for each Service with a selector, its EndpointSlices and its Endpoints. Keys: `namespace/service`.
 * @see kubernetes v1.36 pkg/controller/endpoint and pkg/controller/endpointslice
 */
export function endpointsController(): Component {
  const cache = new ServiceBackends();
  return {
    name: "endpoints-controller",
    watches: [
      watch("services", ({ type, object, previous }, enqueue) => {
        const { namespace = "", name } = object.metadata;
        if (type !== "MODIFIED" || !semanticallyEqual(object.spec, previous?.spec)) cache.forget(namespace);
        enqueue(`${namespace}/${name}`);
      }),
      watch("pods", ({ type, object, previous }, enqueue, { client }) => {
        const isGone = type === "DELETED";
        const services = cache.note(object, previous, isGone, client);
        if (services.length === 0 || !isNews(object, previous, isGone)) return;
        for (const service of services) enqueue(`${object.metadata.namespace}/${service}`, batchMs);
      }),
      watch("endpoints", ({ type, object: { metadata } }, enqueue) => {
        if (type === "DELETED") enqueue(`${metadata.namespace}/${metadata.name}`);
      }),
      watch("endpointslices", ({ type, object: { metadata } }, enqueue) => {
        const service = metadata.labels?.[serviceNameLabel];
        if (type === "DELETED" && service !== undefined) enqueue(`${metadata.namespace}/${service}`);
      }),
    ],
    reconcile(key, context) {
      if (key === apiServerService) return reconcileApiServer(context);
      const [namespace = "", name = ""] = key.split("/");
      const service = context.client.get("services", namespace, name);
      if (service === undefined) removeEndpoints(namespace, name, context);
      else if (service.spec?.type !== "ExternalName" && Object.keys(service.spec?.selector ?? {}).length > 0) {
        reconcile(service, cache.of(service, context.client), context);
      }
    },
  };
}

/** Judged by the change alone, so that what is known of the world from before plays no part. */
function isNews(
  pod: Parameters<typeof backendOf>[0],
  previous: Parameters<typeof backendOf>[0] | undefined,
  isGone: boolean,
): boolean {
  const before = previous === undefined ? undefined : backendOf(previous);
  const after = isGone ? undefined : backendOf(pod);
  if (!isSameBackend(before, after)) return true;
  return after !== undefined && previous !== undefined && previous.metadata.labels !== pod.metadata.labels;
}

/** Endpoints go with their Service; slices have it as their owner. */
function removeEndpoints(namespace: string, name: string, { client }: Context): void {
  if (client.get("endpoints", namespace, name) !== undefined) client.delete("endpoints", namespace, name);
}

function reconcile(service: Service, backends: readonly Backend[], context: Context): void {
  try {
    reconcileEndpoints(service, backends, context);
    reconcileSlices(service, backends, context);
  } catch (error) {
    if (!isNamespaceTerminating(error)) throw error;
  }
}

function reconcileSlices(service: Service, backends: readonly Backend[], { client }: Context): void {
  const { namespace = "", name = "" } = service.metadata;
  const existing = client
    .byIndex("endpointslices", "service-slices", `${namespace}/${name}`)
    .filter(({ metadata: { labels } }) => labels?.[sliceManagerLabel] === sliceManager);
  const zoneOf = (node: string) => client.get("nodes", "", node)?.metadata.labels?.["topology.kubernetes.io/zone"];
  const plan = planSlices(existing, portGroups(service, backends, zoneOf));
  const labels = sliceLabels(service);
  const written = new Set(plan.update.map(({ slice }) => slice));
  for (const { slice, group } of plan.update) {
    const trigger = triggerTime(changedBackends(slice, group, backends), undefined);
    client.update("endpointslices", {
      ...slice,
      metadata: withTrigger({ ...slice.metadata, labels }, trigger),
      ports: group.ports,
      endpoints: group.endpoints,
    });
  }
  for (const { ports, endpoints } of plan.create) {
    const trigger = triggerTime(backends, service.metadata.creationTimestamp);
    const metadata = { generateName: `${name}-`, namespace, labels, ownerReferences: [ownerReference(service)] };
    client.create("endpointslices", {
      metadata: withTrigger(metadata, trigger),
      addressType: "IPv4",
      ports,
      endpoints,
    });
  }
  for (const slice of plan.remove) {
    written.add(slice);
    client.delete("endpointslices", namespace, slice.metadata.name ?? "");
  }
  for (const slice of existing) {
    if (written.has(slice) || semanticallyEqual(slice.metadata.labels, labels)) continue;
    client.update("endpointslices", { ...slice, metadata: withTrigger({ ...slice.metadata, labels }, undefined) });
  }
}

/** The Pods that a slice did not have in the state in which it has them now. */
function changedBackends(slice: EndpointSlice, group: PortGroup, backends: readonly Backend[]): readonly Backend[] {
  const before = new Set(slice.endpoints);
  const changed = new Set<string | undefined>();
  for (const endpoint of group.endpoints) if (!before.has(endpoint)) changed.add(endpoint.targetRef?.uid);
  return backends.filter(({ uid }) => changed.has(uid));
}

function reconcileEndpoints(service: Service, backends: readonly Backend[], { client, version }: Context): void {
  const { namespace = "", name = "", creationTimestamp } = service.metadata;
  const { subsets, truncated } = subsetsOf(service, backends);
  const labels = {
    ...service.metadata.labels,
    ...(isAtLeast(version, endpointsManagerSince) ? { [endpointsManagerLabel]: "endpoint-controller" } : {}),
    ...(isHeadless(service) ? { [headlessLabel]: "" } : {}),
  };
  const current = client.get("endpoints", namespace, name);
  const isMarked = current?.metadata.annotations?.[overCapacityAnnotation] !== undefined;
  if (
    current !== undefined &&
    isMarked === truncated &&
    semanticallyEqual(current.subsets, subsets) &&
    semanticallyEqual(current.metadata.labels ?? {}, labels)
  ) {
    return;
  }
  const { ready, notReady } = uidsIn(current);
  const trigger = triggerTime(
    backends.filter(({ uid, isReady }) => !(isReady ? ready : notReady).has(uid)),
    current === undefined ? creationTimestamp : undefined,
  );
  const { subsets: _subsets, metadata: known = { name, namespace }, ...rest } = current ?? {};
  const { annotations: { [overCapacityAnnotation]: _marked, ...others } = {}, labels: _labels, ...metadata } = known;
  const annotations = truncated ? { ...others, [overCapacityAnnotation]: "truncated" } : others;
  const next: Endpoints = {
    ...rest,
    metadata: withTrigger(
      { ...metadata, ...(Object.keys(labels).length === 0 ? {} : { labels }), annotations },
      trigger,
    ),
    ...(subsets.length === 0 ? {} : { subsets }),
  };
  if (current === undefined) client.create("endpoints", next);
  else client.update("endpoints", next);
}

function uidsIn(endpoints: Endpoints | undefined) {
  const [ready, notReady] = [new Set<string | undefined>(), new Set<string | undefined>()];
  for (const { addresses = [], notReadyAddresses = [] } of endpoints?.subsets ?? []) {
    for (const { targetRef } of addresses) ready.add(targetRef?.uid);
    for (const { targetRef } of notReadyAddresses) notReady.add(targetRef?.uid);
  }
  return { ready, notReady };
}

/**
 * When what is written now became due: the first of the changes of readiness that it tells, or the Service's creation.
 * @see kubernetes v1.36 staging/src/k8s.io/endpointslice/trigger_time_tracker.go
 */
function triggerTime(changed: readonly Backend[], created: string | undefined): string | undefined {
  let first = created;
  for (const { readyChangedAt } of changed) {
    if (readyChangedAt !== undefined && (first === undefined || readyChangedAt < first)) first = readyChangedAt;
  }
  return first;
}

function withTrigger(metadata: Endpoints["metadata"], trigger: string | undefined): Endpoints["metadata"] {
  const { [triggerTimeAnnotation]: _old, ...others } = metadata.annotations ?? {};
  const annotations = trigger === undefined ? others : { ...others, [triggerTimeAnnotation]: trigger };
  const { annotations: _annotations, ...rest } = metadata;
  return Object.keys(annotations).length === 0 ? rest : { ...rest, annotations };
}

function sliceLabels(service: Service): { readonly [key: string]: string } {
  return {
    ...service.metadata.labels,
    [sliceManagerLabel]: sliceManager,
    [serviceNameLabel]: service.metadata.name ?? "",
    ...(isHeadless(service) ? { [headlessLabel]: "" } : {}),
  };
}

function ownerReference({ metadata }: Service) {
  return {
    apiVersion: "v1",
    kind: "Service",
    name: metadata.name ?? "",
    uid: metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}
