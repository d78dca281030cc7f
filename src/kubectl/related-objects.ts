import type { EndpointSlice, Event, Lease, Pod, StatefulSet } from "../api/generated/types.js";
import { formatLabelSelector } from "../api/meta/label-selector.js";
import type { KubeObject } from "../api/meta/object.js";
import { type Resource, resources } from "../api/resources.js";
import type { ApiClient } from "../client/api-client.js";
import type { Related, RelatedKind } from "../printers/describe/describe.js";
import { fetchList } from "./selection.js";
import { getOrNull } from "./wait-until-gone.js";

/** Fetches what a description of an object needs beside it. */
export async function fetchRelated(
  object: KubeObject,
  needed: readonly RelatedKind[],
  client: ApiClient,
  { showEvents }: { readonly showEvents: boolean },
): Promise<Related> {
  const related: { -readonly [Key in keyof Related]: Related[Key] } = {};
  const { name = "", namespace = "" } = object.metadata;
  for (const kind of needed) {
    switch (kind) {
      case "events":
        if (showEvents) related.events = await eventsOf(object, client);
        break;
      case "podsOnNode":
        related.pods = await podsWith(client, {
          namespace: "",
          fieldSelector: `spec.nodeName=${name},status.phase!=Succeeded,status.phase!=Failed`,
        });
        break;
      case "podsOfSelector":
        related.pods = await podsWith(client, {
          namespace,
          labelSelector: formatLabelSelector((object as StatefulSet).spec?.selector),
        });
        break;
      case "podsOfNamespace":
        related.pods = await podsWith(client, { namespace });
        break;
      case "endpointSlices":
        related.endpointSlices = (await listOf(client, resources.endpointslices, {
          namespace,
          labelSelector: `kubernetes.io/service-name=${name}`,
        })) as readonly EndpointSlice[];
        break;
      case "lease": {
        const lease = await getOrNull(resources.leases, "kube-node-lease", name, client);
        if (lease !== null) related.lease = lease as Lease;
        break;
      }
    }
  }
  return related;
}

interface Where {
  readonly namespace: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

async function eventsOf(object: KubeObject, client: ApiClient): Promise<readonly Event[]> {
  const { name = "", namespace = "", uid = "" } = object.metadata;
  const kind = object.kind ?? "";
  const terms = [`involvedObject.name=${name}`, `involvedObject.kind=${kind}`];
  if (namespace !== "") terms.push(`involvedObject.namespace=${namespace}`);
  // A kubelet names its node by name where others use the UID, so a Node's events are not told apart by it.
  if (kind !== "Node") terms.push(`involvedObject.uid=${uid}`);
  return (await listOf(client, resources.events, { namespace, fieldSelector: terms.join(",") })) as readonly Event[];
}

async function podsWith(client: ApiClient, where: Where): Promise<readonly Pod[]> {
  return (await listOf(client, resources.pods, where)) as readonly Pod[];
}

async function listOf(client: ApiClient, resource: Resource, where: Where): Promise<readonly KubeObject[]> {
  const { namespace, labelSelector = "", fieldSelector = "" } = where;
  return (await fetchList({ resource, namespace, labelSelector, fieldSelector, chunkSize: 0 }, client)).items;
}
