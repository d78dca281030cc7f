import type { ControllerRevision, PodTemplateSpec, StatefulSet } from "../../api/generated/types.js";
import { semanticallyEqual } from "../../api/meta/equality.js";
import { controllerOf } from "../../api/meta/object.js";
import { isReason } from "../../api/meta/status.js";
import type { Client } from "../../client/client.js";
import { nameAlphabet } from "../../sim/random.js";
import { ownerReferenceOf } from "./stateful-pod.js";

const hashLabel = "controller.kubernetes.io/hash";
const defaultHistoryLength = 10;

/** A revision of a set, as Pods are made from it. */
export interface Revision {
  readonly name: string;
  readonly template: PodTemplateSpec;
}

export interface Revisions {
  /** What Pods that are not updated yet have. */
  readonly current: Revision;
  /** What the set's template is now. */
  readonly update: Revision;
  readonly collisionCount: number;
}

/**
 * The revisions of a set; writes a new one where its template has changed, and gives an old one that it has gone back to
 * the newest number.
 * @see kubernetes v1.36 pkg/controller/statefulset/stateful_set_control.go, getStatefulSetRevisions
 */
export function syncRevisions(set: StatefulSet, client: Client): Revisions {
  const known = revisionsOf(set, client);
  const data = dataOf(set);
  const newest = known.at(-1);
  const same = known.findLast((revision) => semanticallyEqual(revision.data, data));
  let collisionCount = set.status?.collisionCount ?? 0;
  let update = same;
  if (same === undefined) {
    ({ revision: update, collisionCount } = createRevision(set, data, {
      number: (newest?.revision ?? 0) + 1,
      collisionCount,
      client,
    }));
  } else if (same !== newest) {
    update = client.update("controllerrevisions", { ...same, revision: (newest?.revision ?? 0) + 1 });
  }
  const latest = asRevision(update as ControllerRevision); // one of the three branches has set it
  const current = known.find(({ metadata }) => metadata.name === set.status?.currentRevision);
  return { current: current === undefined ? latest : asRevision(current), update: latest, collisionCount };
}

/** Deletes what is beyond the history's length and no Pod has any more, oldest first. */
export function trimHistory(set: StatefulSet, inUse: ReadonlySet<string | undefined>, client: Client): void {
  const unused = revisionsOf(set, client).filter(({ metadata }) => !inUse.has(metadata.name));
  const surplus = unused.length - (set.spec?.revisionHistoryLimit ?? defaultHistoryLength);
  for (const { metadata } of unused.slice(0, Math.max(0, surplus))) {
    client.delete("controllerrevisions", metadata.namespace ?? "", metadata.name ?? "");
  }
}

function revisionsOf(set: StatefulSet, client: Client): readonly ControllerRevision[] {
  return client
    .byIndex("controllerrevisions", "owner", set.metadata.uid ?? "")
    .filter((revision) => controllerOf(revision)?.uid === set.metadata.uid)
    .toSorted((a, b) => a.revision - b.revision);
}

/** The patch that makes a set of this revision: its whole template. */
function dataOf({ spec }: StatefulSet): unknown {
  return { spec: { template: { ...spec?.template, $patch: "replace" } } };
}

function asRevision({ metadata, data }: ControllerRevision): Revision {
  const { $patch: _how, ...template } = (data as { spec: { template: PodTemplateSpec & { $patch?: string } } }).spec
    .template;
  return { name: metadata.name ?? "", template };
}

/**
 * A name that another revision has already is left to it: the next try hashes another number in. But one that says the
 * same and belongs to nobody is taken over: a set that was deleted without its Pods left it behind.
 */
function createRevision(
  set: StatefulSet,
  data: unknown,
  { number, collisionCount, client }: { number: number; collisionCount: number; client: Client },
): { readonly revision: ControllerRevision; readonly collisionCount: number } {
  const { name = "", namespace = "", annotations } = set.metadata;
  for (let collisions = collisionCount; ; collisions++) {
    const owned = { ownerReferences: [ownerReferenceOf(set)] };
    const hash = hashText(JSON.stringify(data) + (collisions === 0 ? "" : collisions));
    try {
      const revision = client.create("controllerrevisions", {
        metadata: {
          name: `${name.slice(0, 223)}-${hash}`,
          namespace,
          labels: { ...set.spec?.template.metadata?.labels, [hashLabel]: hash },
          ...(annotations === undefined ? {} : { annotations }),
          ...owned,
        },
        data,
        revision: number,
      });
      return { revision, collisionCount: collisions };
    } catch (error) {
      if (!isReason(error, "AlreadyExists")) throw error;
      const other = client.get("controllerrevisions", namespace, `${name.slice(0, 223)}-${hash}`);
      if (other === undefined || controllerOf(other) !== undefined || !semanticallyEqual(other.data, data)) continue;
      const revision = client.update("controllerrevisions", { ...other, metadata: { ...other.metadata, ...owned } });
      return { revision, collisionCount: collisions };
    }
  }
}

/** FNV-1, in the letters of generated names. @see kubernetes pkg/controller/history, HashControllerRevision */
function hashText(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash, 0x01000193) ^ text.charCodeAt(at);
  return [...String(hash >>> 0)].map((digit) => nameAlphabet[digit.charCodeAt(0) % nameAlphabet.length]).join("");
}
