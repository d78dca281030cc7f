import type { Pod } from "../../api/generated/types.js";
import type { KubeObject } from "../../api/meta/object.js";
import { parseTime } from "../../api/meta/object.js";
import { isReason, StatusError } from "../../api/meta/status.js";
import { resources } from "../../api/resources.js";
import type { ApiClient, LogOptions } from "../../client/api-client.js";
import { selectorFlag } from "../common-flags.js";
import { UsageError } from "../errors.js";
import { boolFlag, durationFlag, integerFlag, textFlag } from "../flags.js";
import { containersOf, defaultContainer, findContainer } from "../pod-containers.js";
import { podsBehind } from "../pods-behind.js";
import { parseResourceArguments } from "../resource-arguments.js";
import { fetchList } from "../selection.js";
import { defineVerb, type Invocation, type VerbContext } from "../verb.js";

const usage = `expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.
POD or TYPE/NAME is a required argument for the logs command`;

const flags = {
  allContainers: boolFlag("Get all containers' logs in the pod(s)"),
  allPods: boolFlag("Get logs from all pod(s). Sets prefix to true."),
  container: textFlag("Print the logs of this container", { short: "c" }),
  follow: boolFlag("Specify if the logs should be streamed", { short: "f" }),
  ignoreErrors: boolFlag("If watching / following pod logs, allow for any errors that occur to be non-fatal"),
  insecureSkipTlsVerifyBackend: boolFlag("There is no connection to a kubelet", { isHidden: true }),
  limitBytes: integerFlag("Maximum bytes of logs to return. Defaults to no limit.", { default: 0 }),
  maxLogRequests: integerFlag("Maximum number of logs to follow at once", { default: 5 }),
  podRunningTimeout: durationFlag("The length of time to wait until at least one pod is running", {
    defaultMs: 20_000,
    shown: "20s",
  }),
  prefix: boolFlag("Prefix each log line with the log source (pod name and container name)"),
  previous: boolFlag("Print the logs of the previous instance of the container, if it exists", { short: "p" }),
  selector: selectorFlag,
  since: durationFlag("Only return logs newer than a relative duration like 5s, 2m, or 3h", {
    defaultMs: 0,
    shown: "0s",
  }),
  sinceTime: textFlag("Only return logs after a specific date (RFC3339)"),
  tail: integerFlag("Lines of recent log file to display; -1 for all, and 10 if a selector is used", { default: -1 }),
  timestamps: boolFlag("Include timestamps on each line in the log output"),
} as const;

interface LogsOptions {
  readonly source: { readonly kind: "selector"; readonly selector: string } | ObjectSource;
  readonly container: string;
  readonly allContainers: boolean;
  readonly allPods: boolean;
  readonly prefix: boolean;
  readonly follow: boolean;
  readonly ignoreErrors: boolean;
  readonly maxLogRequests: number;
  readonly podRunningTimeoutMs: number;
  readonly log: LogOptions;
}

interface ObjectSource {
  readonly kind: "object";
  /** `pods/x`, `job/x`, or `x` for a Pod. */
  readonly written: string;
}

export const logsVerb = defineVerb({
  name: "logs",
  usage: "[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER] [flags]",
  about:
    "Print the logs for a container in a pod or specified resource. If the pod has only one container, the container name is optional.",
  examples: `# Print what the Pod of a Job has written
kubectl logs job/pi

# Print the logs of all containers, each line with its Pod and container in front
kubectl logs job/pi --all-containers --prefix

# Begin streaming the logs of a Pod, the last 20 lines first
kubectl logs -f --tail=20 pi-x7k2p

# Print the logs of all Pods with a label
kubectl logs -l job-name=pi`,
  flags,
  complete,
  validate: ({ container, allContainers, log }) => {
    if (allContainers && container !== "") {
      throw new UsageError(`--all-containers=true should not be specified with container name ${container}`);
    }
    if (log.tailLines !== undefined && log.tailLines < -1)
      throw new UsageError("--tail must be greater than or equal to -1");
    if (log.sinceSeconds !== undefined && log.sinceTime !== undefined) {
      throw new UsageError("at most one of `sinceTime` or `sinceSeconds` may be specified");
    }
    if (log.sinceSeconds !== undefined && log.sinceSeconds < 0) throw new UsageError("--since must be greater than 0");
  },
  run,
});

function complete({ flags: values, given, args }: Invocation<typeof flags>): LogsOptions {
  const hasSelector = values.selector !== "";
  if (args.length === 0 && !hasSelector) throw new UsageError(usage, "examples");
  if (args.length > 0 && hasSelector) {
    throw new UsageError("only a selector (-l) or a POD name is allowed", "examples");
  }
  if (args.length > 2) throw new UsageError(usage, "examples");
  const [written = "", second = ""] = args;
  if (second !== "" && values.container !== "") {
    throw new UsageError("only one of -c or an inline [CONTAINER] arg is allowed", "examples");
  }
  if (values.sinceTime !== "" && Number.isNaN(parseTime(values.sinceTime))) {
    throw new UsageError(
      `parsing time ${JSON.stringify(values.sinceTime)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(values.sinceTime)} as "2006"`,
    );
  }
  // With a selector there may be many Pods, so only their last lines are shown unless asked otherwise.
  const tail = hasSelector && !given.has("tail") ? 10 : values.tail;
  if (tail < -1) throw new UsageError("--tail must be greater than or equal to -1");
  if (values.limitBytes < 0) throw new UsageError("--limit-bytes must be greater than 0");
  if (values.podRunningTimeout <= 0) throw new UsageError("--pod-running-timeout must be higher than zero");
  return {
    source: hasSelector ? { kind: "selector", selector: values.selector } : { kind: "object", written },
    container: second === "" ? values.container : second,
    allContainers: values.allContainers,
    allPods: values.allPods,
    prefix: values.prefix || values.allPods,
    follow: values.follow,
    ignoreErrors: values.ignoreErrors,
    maxLogRequests: values.maxLogRequests,
    podRunningTimeoutMs: values.podRunningTimeout,
    log: {
      ...(values.follow ? { follow: true } : {}),
      ...(values.previous ? { previous: true } : {}),
      ...(values.timestamps ? { timestamps: true } : {}),
      ...(tail === -1 ? {} : { tailLines: tail }),
      ...(values.limitBytes > 0 ? { limitBytes: values.limitBytes } : {}),
      ...(values.since === 0 ? {} : { sinceSeconds: Math.round(values.since / 1000) }),
      ...(values.sinceTime === "" ? {} : { sinceTime: values.sinceTime }),
    },
  };
}

/** One container whose log is printed. */
interface LogRequest {
  readonly pod: Pod;
  readonly container: string;
}

async function run(options: LogsOptions, context: VerbContext): Promise<void> {
  const client = await context.client();
  const pods = await findPods(options, client, context);
  if (pods === null) return;
  const requests = pods.flatMap((pod) => requestsFor(pod, options, context));
  if (!options.follow) {
    for (const request of requests) await printLog(request, options, client, context);
    return;
  }
  if (requests.length > options.maxLogRequests) {
    throw new UsageError(
      `you are attempting to follow ${requests.length} log streams, but maximum allowed concurrency is ${options.maxLogRequests}, use --max-log-requests to increase the limit`,
    );
  }
  await Promise.all(requests.map((request) => printLog(request, options, client, context)));
}

/** The Pods to print the logs of; null where there are none and that has been said. */
async function findPods(options: LogsOptions, client: ApiClient, context: VerbContext): Promise<readonly Pod[] | null> {
  const { namespace, edge } = context;
  if (options.source.kind === "selector") {
    const list = await fetchList(
      {
        resource: resources.pods,
        namespace,
        labelSelector: options.source.selector,
        fieldSelector: "",
        chunkSize: 0,
      },
      client,
    );
    if (list.items.length === 0) {
      edge.err(`No resources found in ${namespace} namespace.\n`);
      return null;
    }
    return list.items as readonly Pod[];
  }
  const { written } = options.source;
  const parsed = parseResourceArguments(written.includes("/") ? [written] : ["pods", written]);
  const target = parsed.kind === "objects" ? parsed.objects[0] : undefined;
  if (target === undefined) throw new UsageError(usage, "examples");
  const object = await getNamed(client, { ...target, namespace });
  if (target.resource.name === "pods") return [object as Pod];
  const pods = await podsBehind({ object, resource: target.resource, namespace }, client, {
    waitMs: options.podRunningTimeoutMs,
    order: "logs",
  });
  const [first] = pods;
  if (first === undefined) throw new UsageError("timed out waiting for the condition");
  if (options.allPods) return pods;
  if (pods.length > 1) {
    edge.err(`Found ${pods.length} pods, using pod/${first.metadata.name ?? ""}\n`);
  }
  return [first];
}

/** What is not there is told with the place that was looked at. */
async function getNamed(
  client: ApiClient,
  target: { readonly resource: Parameters<ApiClient["get"]>[0]; readonly name: string; readonly namespace: string },
): Promise<KubeObject> {
  try {
    return await client.get(target.resource, target.resource.namespaced ? target.namespace : "", target.name);
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
    throw new UsageError(
      `error from server (NotFound): ${error.message} in namespace ${JSON.stringify(target.namespace)}`,
    );
  }
}

function requestsFor(pod: Pod, options: LogsOptions, { edge }: VerbContext): readonly LogRequest[] {
  if (options.allContainers) return containersOf(pod).map(({ name }) => ({ pod, container: name }));
  if (options.container !== "") {
    return [{ pod, container: findContainer(pod, options.container) }];
  }
  const { name, notice } = defaultContainer(pod);
  if (notice !== undefined && !options.allPods) edge.err(notice);
  return [{ pod, container: name }];
}

async function printLog(
  { pod, container }: LogRequest,
  options: LogsOptions,
  client: ApiClient,
  context: VerbContext,
): Promise<void> {
  const { name = "", namespace = "" } = pod.metadata;
  const prefix = options.prefix ? `[pod/${name}/${container}] ` : "";
  const untilMs = await context.untilMs();
  const log = { ...options.log, container, ...(untilMs === undefined ? {} : { untilMs }) };
  const retryUntilMs = client.now() + options.podRunningTimeoutMs;
  for (;;) {
    let isLineStart = true;
    try {
      for await (const text of client.logs(namespace, name, log)) {
        context.edge.out(prefix !== "" && isLineStart ? prefix + text : text);
        isLineStart = text.endsWith("\n");
      }
      return;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (options.ignoreErrors) {
        context.edge.out(`error: ${error.message}\n`);
        return;
      }
      // A container that is about to start is worth waiting for, if its output is to be followed.
      if (!options.follow) throw error;
      context.edge.err(`${error.message}\n`);
      if (client.now() >= retryUntilMs || !(await client.pause(1000))) {
        throw new UsageError("timed out waiting for the condition");
      }
    }
  }
}
