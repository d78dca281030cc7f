import type { Pod } from "../../api/generated/types.js";
import { controllerOf, type EpochMs, type KubeObject, parseTime } from "../../api/meta/object.js";
import { isReason } from "../../api/meta/status.js";
import { resources } from "../../api/resources.js";
import type { ApiClient } from "../../client/api-client.js";
import { type DryRun, dryRunFlag, parseDryRun, selectorFlag } from "../common-flags.js";
import { asError, UsageError } from "../errors.js";
import { boolFlag, durationFlag, integerFlag, textFlag } from "../flags.js";
import { dryRunSuffix } from "../result-line.js";
import { fetchList } from "../selection.js";
import { defineVerb, type VerbContext } from "../verb.js";
import { waitUntilGone } from "../wait-until-gone.js";
import { checkNodeArguments, findNodes, setUnschedulable } from "./cordon.js";

interface DrainOptions {
  readonly chunkSize: number;
  /** Pods that have been going for longer are not waited for; 0: all are. */
  readonly skipsGoingAfterMs: number;
  readonly names: readonly string[];
  readonly selector: string;
  readonly podSelector: string;
  readonly dryRun: DryRun;
  readonly force: boolean;
  readonly deletesEmptyDirData: boolean;
  readonly deletes: boolean;
  readonly gracePeriodSeconds: number;
  readonly timeoutMs: number;
}

/** How long an eviction that is refused for now is put off. */
const retryMs = 5_000;
const forEverMs = 7 * 24 * 3_600_000;

export const drainVerb = defineVerb({
  name: "drain",
  usage: "NODE",
  about: "Empty a node for maintenance: it is cordoned, and its Pods are evicted.",
  examples: `# Empty a node
kubectl drain node-1

# Also of Pods that nobody makes again
kubectl drain node-1 --force --delete-emptydir-data`,
  flags: {
    chunkSize: integerFlag("Return large lists in chunks rather than all at once", { default: 500 }),
    deleteEmptydirData: boolFlag("Continue even if there are pods using emptyDir"),
    disableEviction: boolFlag("Delete the Pods instead of evicting them"),
    dryRun: dryRunFlag,
    force: boolFlag("Continue even if there are pods that do not declare a controller"),
    gracePeriod: integerFlag("Seconds that each pod has to end; a negative number: as it says itself", { default: -1 }),
    ignoreDaemonsets: boolFlag("There are no daemon sets", { isHidden: true }),
    podSelector: textFlag("Label selector of the Pods that are evicted"),
    selector: selectorFlag,
    skipWaitForDeleteTimeout: integerFlag("Do not wait for Pods that have been going for so many seconds", {
      default: 0,
    }),
    timeout: durationFlag("How long to wait before giving up, in cluster time. Zero is for ever.", {
      defaultMs: 0,
      shown: "0s",
    }),
  },
  complete: ({ flags, args }): DrainOptions => {
    checkNodeArguments(args, flags.selector, "drain");
    return {
      names: args,
      selector: flags.selector,
      podSelector: flags.podSelector,
      dryRun: parseDryRun(flags.dryRun),
      force: flags.force,
      deletesEmptyDirData: flags.deleteEmptydirData,
      deletes: flags.disableEviction,
      chunkSize: flags.chunkSize,
      skipsGoingAfterMs: flags.skipWaitForDeleteTimeout * 1000,
      gracePeriodSeconds: flags.gracePeriod,
      timeoutMs: flags.timeout === 0 ? forEverMs : flags.timeout,
    };
  },
  run: async (options, context) => {
    const nodes = await findNodes(options, context);
    for (const node of nodes) await setUnschedulable(node, true, options.dryRun, context);
    for (const { name } of nodes) {
      const pods = await podsToEvict(name, options, context);
      for (const pod of pods) await evict(pod, options, context);
      context.edge.out(`node/${name} drained${dryRunSuffix(options.dryRun)}\n`);
    }
  },
});

/** Whether a Pod has been going for so long that nobody waits for it; 0: everybody does. */
function isLongGoing({ metadata }: Pod, afterMs: number, now: EpochMs): boolean {
  const since = metadata.deletionTimestamp;
  return afterMs > 0 && since !== undefined && now - parseTime(since) > afterMs;
}

/** The Pods of a node. Throws where some must not go without being asked for. */
async function podsToEvict(node: string, options: DrainOptions, context: VerbContext): Promise<readonly Pod[]> {
  const client = await context.client();
  const target = { resource: resources.pods, namespace: "", fieldSelector: `spec.nodeName=${node}` };
  const { podSelector: labelSelector, chunkSize } = options;
  const { items } = await fetchList({ ...target, labelSelector, chunkSize }, client);
  const pods = (items as readonly Pod[]).filter((pod) => !isLongGoing(pod, options.skipsGoingAfterMs, client.now()));
  const unmanaged = pods.filter((pod) => !isOver(pod) && controllerOf(pod) === undefined);
  const withData = pods.filter((pod) => !isOver(pod) && pod.spec?.volumes?.some((each) => each.emptyDir !== undefined));
  const problems: string[] = [];
  if (unmanaged.length > 0 && !options.force) {
    problems.push(
      `cannot delete Pods that declare no controller (use --force to override): ${unmanaged.map(placeOf).join(", ")}`,
    );
  }
  if (withData.length > 0 && !options.deletesEmptyDirData) {
    problems.push(
      `cannot delete Pods with local storage (use --delete-emptydir-data to override): ${withData.map(placeOf).join(", ")}`,
    );
  }
  if (problems.length > 0) {
    const text = problems.length === 1 ? problems[0] : `[${problems.join(", ")}]`;
    throw new UsageError(`unable to drain node "${node}" due to error: ${text}, continuing command...
There are pending nodes to be drained:
 ${node}
${problems.join("\n")}`);
  }
  if (unmanaged.length > 0) {
    context.edge.err(`Warning: deleting Pods that declare no controller: ${unmanaged.map(placeOf).join(", ")}\n`);
  }
  return pods;
}

function isOver({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

function placeOf({ metadata }: Pod): string {
  return `${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
}

async function evict(pod: Pod, options: DrainOptions, context: VerbContext): Promise<void> {
  const { name = "", namespace = "", uid } = pod.metadata;
  const doing = options.deletes ? "deleting" : "evicting";
  context.edge.out(`${doing} pod ${namespace}/${name}${dryRunSuffix(options.dryRun)}\n`);
  if (options.dryRun !== "none") return;
  const client = await context.client();
  const untilMs = client.now() + options.timeoutMs;
  await removePod(pod, options, client, untilMs);
  const isGone = await waitUntilGone({ resource: resources.pods, namespace, name, uid }, client, untilMs);
  if (!isGone) {
    throw new UsageError(
      `error when waiting for pod "${name}" in namespace "${namespace}" to terminate: global timeout reached: ${options.timeoutMs / 1000}s`,
    );
  }
  context.edge.out(`pod/${name} ${options.deletes ? "deleted" : "evicted"}\n`);
}

async function removePod(pod: Pod, options: DrainOptions, client: ApiClient, untilMs: number): Promise<void> {
  const { name = "", namespace = "" } = pod.metadata;
  const grace = options.gracePeriodSeconds < 0 ? {} : { gracePeriodSeconds: options.gracePeriodSeconds };
  for (;;) {
    try {
      if (options.deletes) {
        await client.delete(resources.pods, namespace, name, grace);
      } else {
        const eviction = {
          apiVersion: "policy/v1",
          kind: "Eviction",
          metadata: { name, namespace },
          deleteOptions: grace,
        };
        await client.create(resources.pods, namespace, eviction as KubeObject, { subresource: "eviction", name });
      }
      return;
    } catch (error) {
      if (isReason(error, "NotFound")) return;
      const isPutOff = isReason(error, "TooManyRequests") && client.now() + retryMs < untilMs;
      if (!isPutOff || !(await client.pause(retryMs))) {
        throw new UsageError(`error when evicting pods/"${name}" -n "${namespace}": ${asError(error).message}`);
      }
    }
  }
}
