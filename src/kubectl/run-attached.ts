import type { Pod } from "../api/generated/types.js";
import { isReason } from "../api/meta/status.js";
import { resources } from "../api/resources.js";
import { isAtLeast } from "../api/versions/emulated-version.js";
import type { ApiClient } from "../client/api-client.js";
import { ExitError, UsageError } from "./errors.js";
import { followObject } from "./follow.js";
import type { VerbContext } from "./verb.js";

export interface AttachOptions {
  readonly name: string;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
  /** Whether the Pod is deleted afterwards. */
  readonly removes: boolean;
  readonly restartPolicy: "Always" | "OnFailure" | "Never";
  readonly podRunningTimeoutMs: number;
}

/**
 * Stays with a Pod that was just made: passes its output on, and what is typed to it, and ends with its exit status.
 * @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/run/run.go, handleAttachPod
 */
export async function attachToNewPod(options: AttachOptions, context: VerbContext): Promise<void> {
  const client = await context.client();
  try {
    const untilMs = client.now() + options.podRunningTimeoutMs;
    const pod = await waitForPod(options.name, isUnderWay, untilMs, context);
    if (pod === null) throw new UsageError("timed out waiting for the condition");
    await passOutputOn(pod, options, context);
    if (options.restartPolicy !== "Always") await endAsThePod(options, context);
  } finally {
    if (options.removes) await removePod(options.name, client, context);
  }
}

function isUnderWay({ status }: Pod): boolean {
  return status?.phase === "Running" || isOver(status?.phase);
}

function isOver(phase: string | undefined): boolean {
  return phase === "Succeeded" || phase === "Failed";
}

async function waitForPod(
  name: string,
  isReached: (pod: Pod) => boolean,
  untilMs: number | undefined,
  { client: open, namespace }: VerbContext,
): Promise<Pod | null> {
  const client = await open();
  const current = (await client.get(resources.pods, namespace, name)) as Pod;
  if (isReached(current)) return current;
  const events = followObject(client, resources.pods, current, untilMs === undefined ? {} : { untilMs });
  for await (const { type, object } of events) {
    if (type === "DELETED") throw new UsageError(`pod ${namespace}/${name} was deleted`);
    if ((type === "ADDED" || type === "MODIFIED") && isReached(object as Pod)) return object as Pod;
  }
  return null;
}

/** What a container wrote before one could attach to it is in its log; it is only left to attach where it is typed to. */
async function passOutputOn(pod: Pod, options: AttachOptions, context: VerbContext): Promise<void> {
  const { edge, namespace } = context;
  const client = await context.client();
  const untilMs = await context.untilMs();
  const limit = untilMs === undefined ? {} : { untilMs };
  if (!options.stdin || isOver(pod.status?.phase)) {
    for await (const line of client.logs(namespace, options.name, {
      container: options.name,
      follow: true,
      ...limit,
    })) {
      edge.out(line);
    }
    return;
  }
  if (!options.quiet) edge.err("If you don't see a command prompt, try pressing enter.\n");
  await client.attach(
    namespace,
    options.name,
    { container: options.name, stdin: edge.stdin(), tty: options.tty, ...limit },
    (chunk) => edge.pass(chunk),
  );
}

async function endAsThePod({ name }: AttachOptions, context: VerbContext): Promise<void> {
  const pod = await waitForPod(name, ({ status }) => isOver(status?.phase), await context.untilMs(), context);
  if (pod?.status?.phase !== "Failed") return;
  const terminated = pod.status.containerStatuses?.[0]?.state?.terminated;
  const { exitCode = 1, reason = "Error" } = terminated ?? {};
  throw new ExitError(`pod ${context.namespace}/${name} terminated (${reason})`, exitCode === 0 ? 1 : exitCode);
}

async function removePod(name: string, client: ApiClient, { edge, namespace }: VerbContext): Promise<void> {
  try {
    await client.delete(resources.pods, namespace, name, { propagationPolicy: "Background" });
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
  }
  const where = isAtLeast(await edge.version(), "1.34") ? ` from ${namespace} namespace` : "";
  edge.out(`pod ${JSON.stringify(name)} deleted${where}\n`);
}
