import type {
  ConfigMap,
  CronJob,
  EndpointSlice,
  Endpoints,
  Event,
  Job,
  Lease,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  Secret,
  Service,
  ServiceAccount,
  StatefulSet,
} from "../../api/generated/types.js";
import type { EpochMs, KubeObject } from "../../api/meta/object.js";
import { utcOffset, type ZoneOffset } from "../durations.js";
import { newestVersion } from "../versioned.js";
import { describeConfigMap, describeNamespace, describeSecret, describeServiceAccount } from "./config.js";
import { DescribeWriter } from "./describe-writer.js";
import { describeGeneric } from "./generic.js";
import { describeCronJob, describeJob } from "./job.js";
import { describeEndpointSlice, describeEndpoints, describeService } from "./network.js";
import { describeNode } from "./node.js";
import { describePod } from "./pod.js";
import { describeStatefulSet } from "./stateful-set.js";
import { describePersistentVolume, describePersistentVolumeClaim } from "./storage.js";

/** What else there is about a described object; the caller fetches what {@link relatedNeeded} names. */
export interface Related {
  /** Events about the object; without a list none are printed, as with `--show-events=false`. */
  readonly events?: readonly Event[];
  readonly pods?: readonly Pod[];
  readonly endpointSlices?: readonly EndpointSlice[];
  readonly lease?: Lease;
}

/**
 * What a description needs beside the object and its events:
 * - `podsOnNode`: Pods with the node's name in `spec.nodeName` whose phase is neither Succeeded nor Failed
 * - `podsOfSelector`: Pods of the namespace that `spec.selector` selects
 * - `podsOfNamespace`: all Pods of the namespace
 * - `endpointSlices`: those labelled `kubernetes.io/service-name=<name>`
 * - `lease`: the Lease of the same name in kube-node-lease
 */
export type RelatedKind = "events" | "podsOnNode" | "podsOfSelector" | "podsOfNamespace" | "endpointSlices" | "lease";

interface Describer {
  readonly needs: readonly RelatedKind[];
  readonly describe: (writer: DescribeWriter, object: KubeObject, related: Related) => void;
}

const describers: Readonly<Record<string, Describer>> = {
  ConfigMap: { needs: ["events"], describe: (w, o, { events }) => describeConfigMap(w, o as ConfigMap, events) },
  CronJob: { needs: ["events"], describe: (w, o, { events }) => describeCronJob(w, o as CronJob, events) },
  EndpointSlice: {
    needs: ["events"],
    describe: (w, o, { events }) => describeEndpointSlice(w, o as EndpointSlice, events),
  },
  Endpoints: { needs: ["events"], describe: (w, o, { events }) => describeEndpoints(w, o as Endpoints, events) },
  Job: { needs: ["events"], describe: (w, o, { events }) => describeJob(w, o as Job, events) },
  Namespace: { needs: [], describe: (w, o) => describeNamespace(w, o as Namespace) },
  Node: {
    needs: ["events", "podsOnNode", "lease"],
    describe: (w, o, { pods = [], lease, events }) => describeNode(w, o as Node, { pods, lease, events }),
  },
  PersistentVolume: {
    needs: ["events"],
    describe: (w, o, { events }) => describePersistentVolume(w, o as PersistentVolume, events),
  },
  PersistentVolumeClaim: {
    needs: ["events", "podsOfNamespace"],
    describe: (w, o, { pods = [], events }) =>
      describePersistentVolumeClaim(w, o as PersistentVolumeClaim, { pods, events }),
  },
  Pod: { needs: ["events"], describe: (w, o, { events }) => describePod(w, o as Pod, events) },
  Secret: { needs: [], describe: (w, o) => describeSecret(w, o as Secret) },
  Service: {
    needs: ["events", "endpointSlices"],
    describe: (w, o, { endpointSlices = [], events }) => describeService(w, o as Service, { endpointSlices, events }),
  },
  ServiceAccount: {
    needs: ["events"],
    describe: (w, o, { events }) => describeServiceAccount(w, o as ServiceAccount, events),
  },
  StatefulSet: {
    needs: ["events", "podsOfSelector"],
    describe: (w, o, { pods = [], events }) => describeStatefulSet(w, o as StatefulSet, { pods, events }),
  },
};

const genericDescriber: Describer = {
  needs: ["events"],
  describe: (w, o, { events }) => describeGeneric(w, o, events),
};

/** What the caller has to fetch to describe an object of this kind. */
export function relatedNeeded(kind: string): readonly RelatedKind[] {
  return describerOf(kind).needs;
}

interface DescribeOptions {
  readonly now: EpochMs;
  /** kubectl's version, such as `1.34`; default the newest. */
  readonly version?: string;
  /** The reader's time zone; default UTC. */
  readonly zone?: ZoneOffset;
}

/**
 * What `kubectl describe` prints of one object, by `object.kind`; several are separated by a blank line
 * ({@link describeAll}).
 */
export function describe(object: KubeObject, related: Related, options: DescribeOptions): string {
  const { now, version = newestVersion, zone = utcOffset } = options;
  const writer = new DescribeWriter({ now, version, zone });
  describerOf(object.kind ?? "").describe(writer, object, related);
  return writer.finish();
}

/** Descriptions one after the other, with the two line breaks between them that kubectl puts there. */
export function describeAll(descriptions: readonly string[]): string {
  return descriptions.join("\n\n");
}

function describerOf(kind: string): Describer {
  return Object.hasOwn(describers, kind) ? (describers[kind] ?? genericDescriber) : genericDescriber;
}
