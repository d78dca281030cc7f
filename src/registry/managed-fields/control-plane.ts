import type { Event, Pod } from "../../api/generated/types.js";
import { FieldSet } from "../../api/meta/field-set.js";
import type { KubeObject } from "../../api/meta/object.js";
import { typeOfKind } from "../../api/schema/schemas.js";
import { isJsonObject } from "../patch/json-value.js";
import { compareObjects } from "./compare.js";
import { contentOf, type Owner, type Owners, ownableSet, ownerKey, readOwners, type Writer } from "./managers.js";
import { zeroOf } from "./shapes.js";

/**
 * Who owns what in an object, control plane included.
 *
 * Only what clients write is recorded when it is written. The control plane writes far more, hundreds of thousands of times
 * for one large Job, and what it owns can be told from the object alone: status belongs to the component that reports it, and
 * an object on which nobody has left a record was made by a controller. So these entries are made when somebody asks for
 * them, or when a client's write has to know whom it takes fields from; a Pod that nobody asks about never pays for them.
 */
export function ownersOf(object: KubeObject): Map<string, Owner> {
  const typeName = typeOfKind(object.apiVersion ?? "", object.kind ?? "");
  const recorded = readOwners(object.metadata.managedFields);
  if (typeName === undefined) return recorded;
  const all = everythingIn(object, typeName);
  const owners = new Map<string, Owner>();
  // A controller removes fields without a record: what is not there any more has no owner.
  for (const [key, owner] of recorded) {
    const set = owner.set.intersection(all);
    if (!set.isEmpty) owners.set(key, { ...owner, set });
  }
  if (object.metadata.managedFields === undefined) addMaker(owners, object, all, typeName);
  addReporters(owners, object, all);
  return owners;
}

/** Every path in an object. */
function everythingIn(object: KubeObject, typeName: string): FieldSet {
  return compareObjects({}, contentOf(object), typeName).added;
}

function add(owners: Map<string, Owner>, writer: Writer, set: FieldSet, time: string | undefined): void {
  let free = set;
  for (const owner of owners.values()) free = free.difference(owner.set);
  if (free.isEmpty) return;
  const key = ownerKey(writer);
  const known = owners.get(key);
  owners.set(key, { ...writer, set: known === undefined ? free : known.set.union(free), time: known?.time ?? time });
}

function addMaker(owners: Map<string, Owner>, object: KubeObject, all: FieldSet, typeName: string): void {
  const zero = compareObjects({}, zeroOf(typeName), typeName).added;
  const set = ownableSet(all.difference(zero), typeName, "").difference(admitted(object));
  const { apiVersion = "" } = object;
  const writer: Writer = { manager: makerOf(object), operation: "Update", apiVersion, subresource: "" };
  add(owners, writer, set, object.metadata.creationTimestamp);
}

/** Objects that the API server itself makes, the nodes' own, and else those of controllers. */
function makerOf(object: KubeObject): string {
  switch (object.kind) {
    case "Node":
      return "kubelet";
    case "Namespace":
      return "kube-apiserver";
    case "Service":
    case "Endpoints":
      return object.metadata.name === "kubernetes" && object.metadata.namespace === "default"
        ? "kube-apiserver"
        : "kube-controller-manager";
    case "Event": {
      const { source, reportingComponent } = object as Event;
      const component = source?.component || reportingComponent || "";
      if (component === "kubelet") return component;
      return component.endsWith("-scheduler") ? "kube-scheduler" : "kube-controller-manager";
    }
    default:
      return "kube-controller-manager";
  }
}

/** What admission and binding have added to a Pod has no owner. */
function admitted(object: KubeObject): FieldSet {
  const set = new FieldSet();
  if (object.kind !== "Pod") return set;
  const { spec } = object as Pod;
  const names = ["nodeName", "preemptionPolicy", "priority", "serviceAccount", "serviceAccountName"];
  for (const name of names) set.insert(["f:spec", `f:${name}`]);
  const isOfAdmission = (key: string | undefined) => key?.startsWith("node.kubernetes.io/") === true;
  if (spec?.tolerations?.every(({ key }) => isOfAdmission(key))) set.insert(["f:spec", "f:tolerations"]);
  const isToken = (name: string) => name.startsWith("kube-api-access-");
  const addBelow = (path: readonly string[], value: unknown, isListAlone: boolean) => {
    if (isListAlone) set.insert(path.slice(0, -1));
    for (const below of leavesBelow(value)) set.insert([...path, ...below]);
    set.insert(path);
  };
  for (const volume of spec?.volumes ?? []) {
    const path = ["f:spec", "f:volumes", `k:${JSON.stringify({ name: volume.name })}`];
    if (isToken(volume.name)) addBelow(path, volume, spec?.volumes?.length === 1);
  }
  for (const list of ["initContainers", "containers"] as const) {
    for (const container of spec?.[list] ?? []) {
      const parent = ["f:spec", `f:${list}`, `k:${JSON.stringify({ name: container.name })}`, "f:volumeMounts"];
      for (const mount of container.volumeMounts ?? []) {
        const path = [...parent, `k:${JSON.stringify({ mountPath: mount.mountPath })}`];
        if (isToken(mount.name)) addBelow(path, mount, container.volumeMounts?.length === 1);
      }
    }
  }
  return set;
}

function leavesBelow(value: unknown): readonly (readonly string[])[] {
  if (!isJsonObject(value)) return [];
  return Object.keys(value).flatMap((name) => [
    [`f:${name}`],
    ...leavesBelow(value[name]).map((path) => [`f:${name}`, ...path]),
  ]);
}

/** The components that write a kind's status. */
const reporters: { readonly [kind: string]: string | undefined } = {
  Node: "kubelet",
  Pod: "kubelet",
  Job: "kube-controller-manager",
  CronJob: "kube-controller-manager",
  StatefulSet: "kube-controller-manager",
  PersistentVolume: "kube-controller-manager",
  PersistentVolumeClaim: "kube-controller-manager",
};

function addReporters(owners: Map<string, Owner>, object: KubeObject, all: FieldSet): void {
  const manager = reporters[object.kind ?? ""];
  const { status } = object as { readonly status?: unknown };
  if (manager === undefined || !isJsonObject(status)) return;
  const { apiVersion = "" } = object;
  const writer: Writer = { manager, operation: "Update", apiVersion, subresource: "status" };
  let set = all.only("f:status", true).difference(statusItself);
  if (object.kind === "Pod") {
    set = set.difference(podStatusOfServer);
    const scheduled = partBelow(set, podScheduledCondition);
    set = set.difference(scheduled);
    const isUnschedulable = (object as Pod).status?.conditions?.some(
      ({ type, status }) => type === "PodScheduled" && status === "False",
    );
    if (isUnschedulable) add(owners, { ...writer, manager: "kube-scheduler" }, scheduled, newestTime(status));
    if (status.startTime === undefined) return;
  }
  add(owners, writer, set, newestTime(status) ?? object.metadata.creationTimestamp);
}

const statusItself = setOf(["f:status"]);
/** What a Pod's status says from its creation on. */
const podStatusOfServer = setOf(["f:status", "f:qosClass"]);
const podScheduledCondition = ["f:status", "f:conditions", 'k:{"type":"PodScheduled"}'];

function setOf(path: readonly string[]): FieldSet {
  const set = new FieldSet();
  set.insert(path);
  return set;
}

/** The part of a set that is at and below a path. */
function partBelow(set: FieldSet, path: readonly string[]): FieldSet {
  const result = new FieldSet();
  for (const each of set.paths()) if (path.every((element, at) => each[at] === element)) result.insert(each);
  return result;
}

/** The latest instant that a status speaks of: when it was written, as far as can be told. */
function newestTime(value: unknown): string | undefined {
  let newest: string | undefined;
  const visit = (part: unknown) => {
    if (typeof part === "string") {
      if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(part) && (newest === undefined || part > newest)) newest = part;
    } else if (typeof part === "object" && part !== null) for (const inner of Object.values(part)) visit(inner);
  };
  visit(value);
  return newest;
}

/** The owners without those that can be told from the object at any time. */
export function recordable(owners: Owners, kind: string): Map<string, Owner> {
  const names = new Set([reporters[kind], "kube-scheduler"]);
  return new Map([...owners].filter(([, { manager, subresource }]) => subresource !== "status" || !names.has(manager)));
}
