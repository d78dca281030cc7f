import { downSince } from "../api/core/node-down.js";
import type { Node, Pod } from "../api/generated/types.js";
import { type Component, type Context, watch } from "../client/component.js";
import { latencyMs } from "./latencies.js";
import { findAgain, losePower, startNode } from "./node-power.js";
import { newPodRow, podSpecOf, workOn } from "./pod-worker.js";
import { Runtime } from "./runtime.js";
import type { Work } from "./work.js";

const runtimes = new WeakMap<Context, Runtime>();

/** The containers of a world's nodes; made from the tables when first asked for. */
export function runtimeOf(context: Context): Runtime {
  let runtime = runtimes.get(context);
  if (runtime === undefined) {
    runtime = new Runtime(context);
    runtimes.set(context, runtime);
  }
  return runtime;
}

/** A Pod as the kubelet knows it: a Pod of the same name that is created later is another one. */
export function podKey({ metadata }: Pod): string {
  return `${metadata.namespace}/${metadata.name}/${metadata.uid}`;
}

/** The kubelets of all nodes: they run the Pods that are bound to their node, and tell their status. */
export function kubelet(): Component {
  let runtime: Runtime | null = null;
  return {
    name: "kubelet",
    watches: [
      watch("pods", ({ type, object, previous }, enqueue, context) => {
        if (!object.spec?.nodeName) return;
        if (type === "DELETED") enqueue(podKey(object));
        else if (previous?.spec?.nodeName === undefined) {
          enqueue(podKey(object), latencyMs(context.random, "admit", object.metadata.uid ?? ""));
        } else if (
          previous.spec !== object.spec ||
          previous.metadata.deletionGracePeriodSeconds !== object.metadata.deletionGracePeriodSeconds
        ) {
          enqueue(podKey(object));
        }
      }),
      watch("nodes", ({ type, object, previous }, enqueue, context) => {
        if (type === "MODIFIED" && downSince(object) !== downSince(previous)) enqueue(nodeKey(object));
        // Pods may have named a node before it was there.
        if (type === "ADDED") for (const pod of podsOf(object.metadata.name, context)) enqueue(podKey(pod));
      }),
      watch("persistentvolumes", ({ type, object }, enqueue) => {
        if (type === "DELETED") enqueue(`${volumeKeyPrefix}${object.metadata.name}`);
      }),
    ],
    reconcile(key, context) {
      if (key.startsWith(nodeKeyPrefix)) reconcileNode(key.slice(nodeKeyPrefix.length), context);
      else if (key.startsWith(volumeKeyPrefix)) runtimeOf(context).forgetVolume(key.slice(volumeKeyPrefix.length));
      else {
        runtime ??= runtimeOf(context);
        reconcile(key, runtime);
      }
    },
    prepare: (context) => runtimeOf(context).engines.prepare(),
  };
}

/** Of keys that are the name of a node; no namespace is named so. */
const nodeKeyPrefix = "node ";
/** Likewise, of a PersistentVolume that is gone. */
const volumeKeyPrefix = "volume ";

function nodeKey({ metadata }: Node): string {
  return nodeKeyPrefix + (metadata.name ?? "");
}

/** The machine of a node has failed, or is back: all of its Pods are concerned. */
function reconcileNode(name: string, context: Context): void {
  const node = context.client.get("nodes", "", name);
  if (node === undefined) return;
  if (downSince(node) === undefined) startNode(node, context);
  for (const pod of podsOf(name, context)) context.enqueue(podKey(pod));
}

function podsOf(nodeName = "", { client }: Context): readonly Pod[] {
  return client.byIndex("pods", "node-pods", nodeName);
}

function reconcile(key: string, runtime: Runtime): void {
  const { context } = runtime;
  let row = runtime.pods.get(key);
  const { namespace, name, uid } = runtime.nameOf(key, row);
  const found = context.client.get("pods", namespace, name);
  const pod = found?.metadata.uid === uid ? found : undefined;
  if (pod === undefined) {
    if (row !== undefined) runtime.release(key, row);
    runtime.logs.remove(key);
    return;
  }
  const node = context.client.get("nodes", "", pod.spec?.nodeName ?? "");
  if (downSince(node) !== undefined) {
    if (row !== undefined) losePower({ runtime, key, row, nowMs: context.now() });
    return;
  }
  // What names a node that is not there has no kubelet; a kubelet whose Node was deleted works on.
  if (row === undefined && node === undefined) return;
  // Nothing of it runs any more; only somebody's finalizer may still keep the object.
  const isLetGo = pod.metadata.deletionTimestamp !== undefined && pod.metadata.deletionGracePeriodSeconds === 0;
  if (row === undefined && (isLetGo || hasEnded(pod))) {
    remove(pod, context);
    return;
  }
  const nowMs = context.now();
  const spec = podSpecOf(pod);
  if (row === undefined) {
    row = newPodRow({ runtime, context, key, uid, pod, spec, nowMs });
    const engines = runtime.engines.add(spec);
    if (engines.length > 0) row.engines = engines;
  }
  const work: Work = { runtime, context, key, uid, pod, spec, row, nowMs };
  findAgain(work);
  const next = workOn(work);
  if (next === "gone") {
    runtime.release(key, row);
    context.recorder.conclude(pod);
    remove(pod, context);
    return;
  }
  runtime.pods.put(key, row);
  if (next !== null) context.enqueue(key, next - nowMs);
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** Lets a deleted Pod go once nothing of it runs; finalizers may still keep it. */
function remove({ metadata }: Pod, { client }: Context): void {
  const { deletionTimestamp, deletionGracePeriodSeconds, namespace = "", name = "", uid = "" } = metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === 0) return;
  client.delete("pods", namespace, name, { uid, gracePeriodSeconds: 0 });
}
