import document from "../api/generated/discovery.json" with { type: "json" };
import { apiVersionOf, type Resource, servedResources } from "../api/resources.js";
import { reviewResources } from "./reviews.js";

/** One line of an APIResourceList. */
interface ListedResource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly group?: string;
  readonly version?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly storageVersionHash?: string;
}

const statusVerbs = ["get", "patch", "update"];

/**
 * The groups in the order of their priorities, in which clients print what they find of several.
 * @see kubernetes cmd/kube-apiserver/app/aggregator.go, DefaultGenericAPIServicePriorities
 */
const groupOrder = [
  ...["", "apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "autoscaling", "batch"],
  ...["certificates.k8s.io", "networking.k8s.io", "policy", "rbac.authorization.k8s.io", "storage.k8s.io"],
  ...["scheduling.k8s.io", "coordination.k8s.io", "node.k8s.io", "discovery.k8s.io"],
];

/** The group versions that are served, each with its resources; "v1" is the core group's. */
let served: ReadonlyMap<string, readonly ListedResource[]> | undefined;

function servedGroupVersions(): ReadonlyMap<string, readonly ListedResource[]> {
  if (served !== undefined) return served;
  const lists = new Map<string, ListedResource[]>();
  for (const resource of servedResources) {
    const list = lists.get(apiVersionOf(resource)) ?? [];
    lists.set(apiVersionOf(resource), list);
    list.push(listed(resource, ""));
    for (const subresource of resource.subresources) list.push(listed(resource, subresource));
  }
  for (const { groupVersion, name, kind } of reviewResources) {
    const list = lists.get(groupVersion) ?? [];
    lists.set(groupVersion, list);
    list.push({ name, singularName: kind.toLowerCase(), namespaced: false, kind, verbs: ["create"] });
  }
  for (const list of lists.values()) list.sort((left, right) => (left.name < right.name ? -1 : 1));
  const rank = (groupVersion: string) => {
    const at = groupOrder.indexOf(split(groupVersion).group);
    return at < 0 ? groupOrder.length : at;
  };
  served = new Map([...lists].toSorted(([left], [right]) => rank(left) - rank(right)));
  return served;
}

/** The addresses below which something is served. */
export function servedPaths(): readonly string[] {
  const paths = new Set(["/api", "/apis", "/openapi/v2", "/openapi/v3", "/version"]);
  for (const groupVersion of servedGroupVersions().keys()) {
    const { group } = split(groupVersion);
    if (group !== "") paths.add(`/apis/${group}`);
    paths.add(group === "" ? `/api/${groupVersion}` : `/apis/${groupVersion}`);
  }
  return [...paths];
}

/** As a real server lists it, where it is known how; the other ones by the same rules. */
function listed(resource: Resource, subresource: string): ListedResource {
  const name = subresource === "" ? resource.name : `${resource.name}/${subresource}`;
  const recorded = document.resources.find(
    (each) => each.name === name && each.groupVersion === apiVersionOf(resource),
  ) as (ListedResource & { readonly groupVersion: string }) | undefined;
  if (recorded !== undefined) {
    const { groupVersion: _groupVersion, ...rest } = recorded;
    return subresource === "" ? { ...rest, verbs: resource.verbs } : rest;
  }
  const { singular, namespaced, kind, shortNames, categories, verbs } = resource;
  if (subresource !== "") return { name, singularName: "", namespaced, kind, verbs: statusVerbs };
  return {
    name,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
  };
}

function split(groupVersion: string): { readonly group: string; readonly version: string } {
  const [group = "", version = ""] = groupVersion.includes("/") ? groupVersion.split("/") : ["", groupVersion];
  return { group, version };
}

/** `batch/v1` for all that are served, the core group's `v1` among them. */
export function groupVersions(): readonly string[] {
  return [...servedGroupVersions().keys()];
}

/** GET /api */
export function apiVersions(serverAddress: string): unknown {
  return {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress }],
  };
}

/** GET /apis */
export function apiGroupList(): unknown {
  const groups = groupVersions()
    .filter((groupVersion) => groupVersion !== "v1")
    .map((groupVersion) => groupOf(groupVersion));
  return { kind: "APIGroupList", apiVersion: "v1", groups };
}

/** GET /apis/GROUP; undefined where there is none. */
export function apiGroup(name: string): unknown {
  const groupVersion = groupVersions().find((each) => split(each).group === name);
  if (groupVersion === undefined || name === "") return undefined;
  return { kind: "APIGroup", apiVersion: "v1", ...groupOf(groupVersion) };
}

function groupOf(groupVersion: string) {
  const { group, version } = split(groupVersion);
  const only = { groupVersion, version };
  return { name: group, versions: [only], preferredVersion: only };
}

/** GET /api/v1 and /apis/GROUP/VERSION; undefined where there is none. */
export function apiResourceList(groupVersion: string): unknown {
  const list = servedGroupVersions().get(groupVersion);
  if (list === undefined) return undefined;
  return {
    kind: "APIResourceList",
    ...(groupVersion === "v1" ? {} : { apiVersion: "v1" }),
    groupVersion,
    resources: list,
  };
}

/** GET /api or /apis of a client that wants all in one answer. @see k8s.io/api/apidiscovery/v2/types.go */
export function aggregated(root: "api" | "apis", version: string): unknown {
  const items = [...servedGroupVersions()]
    .filter(([groupVersion]) => (groupVersion === "v1") === (root === "api"))
    .map(([groupVersion, list]) => {
      const { group, version: of } = split(groupVersion);
      const versions = [{ version: of, resources: aggregatedResources(list, group, of), freshness: "Current" }];
      return { metadata: group === "" ? {} : { name: group }, versions };
    });
  return { kind: "APIGroupDiscoveryList", apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {}, items };
}

function aggregatedResources(list: readonly ListedResource[], group: string, version: string) {
  const responseKind = (resource: ListedResource) => ({
    group: resource.group ?? group,
    version: resource.version ?? version,
    kind: resource.kind,
  });
  return list
    .filter(({ name }) => !name.includes("/"))
    .map((resource) => {
      const subresources = list
        .filter(({ name }) => name.startsWith(`${resource.name}/`))
        .map((each) => ({
          subresource: each.name.slice(resource.name.length + 1),
          responseKind: responseKind(each),
          verbs: each.verbs,
        }));
      return {
        resource: resource.name,
        responseKind: responseKind(resource),
        scope: resource.namespaced ? "Namespaced" : "Cluster",
        singularResource: resource.singularName,
        verbs: resource.verbs,
        ...(resource.shortNames === undefined ? {} : { shortNames: resource.shortNames }),
        ...(resource.categories === undefined ? {} : { categories: resource.categories }),
        ...(subresources.length === 0 ? {} : { subresources }),
      };
    });
}
