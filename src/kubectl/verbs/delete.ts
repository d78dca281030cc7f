import type { DeleteOptions } from "../../api/generated/types.js";
import { isReason } from "../../api/meta/status.js";
import { isAtLeast } from "../../api/versions/emulated-version.js";
import type { ApiClient } from "../../client/api-client.js";
import { type DryRun, dryRunFlag, fileFlags, parseDryRun, selectorFlag } from "../common-flags.js";
import type { KubectlEdge } from "../edge.js";
import { asError, throwCollected, UsageError } from "../errors.js";
import { qualifiedSingular } from "../find-resource.js";
import { boolFlag, durationFlag, integerFlag, readBool, textFlag } from "../flags.js";
import { fileArguments } from "../manifest-files.js";
import { rawFlag, withRaw } from "../raw-request.js";
import { readStdinText } from "../read-file.js";
import { dryRunSuffix, objectName } from "../result-line.js";
import { addSource, fetchPlan, planSelection, type Selection, type Target } from "../selection.js";
import { defineVerb, type Invocation, type VerbContext } from "../verb.js";
import { waitUntilGone } from "../wait-until-gone.js";

export const cascadeFlag = textFlag(
  'Must be "background", "orphan", or "foreground": what happens to the objects that the deleted one owns',
  { default: "background", bare: "background" },
);

const flags = {
  raw: rawFlag,
  ...fileFlags,
  all: boolFlag("Delete all resources, in the namespace of the specified resource types"),
  allNamespaces: boolFlag("If present, list the requested object(s) across all namespaces", { short: "A" }),
  cascade: cascadeFlag,
  dryRun: dryRunFlag,
  fieldSelector: textFlag("Selector (field query) to filter on, supports '=', '==', and '!='"),
  force: boolFlag("If true, immediately remove resources from API and bypass graceful deletion"),
  gracePeriod: integerFlag("Period of time in seconds given to the resource to terminate gracefully", { default: -1 }),
  ignoreNotFound: boolFlag('Treat "resource not found" as a successful delete'),
  interactive: boolFlag("If true, delete resource only when user confirms", { short: "i" }),
  now: boolFlag("If true, resources are signaled for immediate shutdown (same as --grace-period=1)"),
  output: textFlag('Output mode. Use "-o name" for shorter output (resource/name).', { short: "o" }),
  selector: selectorFlag,
  timeout: durationFlag("The length of time to wait before giving up on a delete, zero means no timeout", {
    defaultMs: 0,
    shown: "0s",
  }),
  wait: boolFlag("If true, wait for resources to be gone before returning", { default: true }),
} as const;

interface DeleteVerbOptions {
  readonly selection: Selection;
  readonly propagationPolicy: "Background" | "Foreground" | "Orphan";
  /** -1 for what the object itself says. */
  readonly gracePeriodSeconds: number;
  readonly force: boolean;
  readonly ignoreNotFound: boolean;
  readonly interactive: boolean;
  readonly output: string;
  readonly dryRun: DryRun;
  readonly wait: boolean;
  readonly timeoutMs: number;
}

export const deleteVerb = withRaw(
  defineVerb({
    name: "delete",
    usage: "([-f FILENAME] | TYPE [(NAME | -l label | --all)])",
    about: "Delete resources by file names, stdin, resources and names, or by resources and label selector.",
    examples: `# Delete a Job and, in the background, its Pods
kubectl delete job pi

# Delete a Job and leave its Pods alone
kubectl delete job pi --cascade=orphan

# Delete what a file has made
kubectl delete -f pi.yaml

# Delete a Pod with little delay
kubectl delete pod pi-x7k2p --now`,
    flags,
    complete,
    run,
  }),
  "DELETE",
);

function complete({ flags: values, given, args }: Invocation<typeof flags>, { edge }: VerbContext): DeleteVerbOptions {
  const propagationPolicy = parseCascade(values.cascade, edge);
  if (values.now && values.gracePeriod !== -1) {
    throw new UsageError("--now and --grace-period cannot be specified together");
  }
  let gracePeriodSeconds = values.now ? 1 : values.gracePeriod;
  // To be gone at once is dangerous, so that it takes --force too; 0 alone means 1.
  if (gracePeriodSeconds === 0 && !values.force) gracePeriodSeconds = 1;
  if (values.force && gracePeriodSeconds < 0) gracePeriodSeconds = 0;
  const dryRun = parseDryRun(values.dryRun);
  if (values.output !== "" && values.output !== "name") {
    throw new UsageError(`unexpected -o output mode: ${values.output}. We only support '-o name'`);
  }
  if (values.force && gracePeriodSeconds > 0) {
    throw new UsageError("--force and --grace-period greater than 0 cannot be specified together");
  }
  const selects = values.all || values.selector !== "" || values.fieldSelector !== "";
  if (values.force && gracePeriodSeconds === 0) {
    edge.err(
      "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n",
    );
  }
  return {
    selection: {
      args,
      files: fileArguments(values),
      labelSelector: values.selector,
      fieldSelector: values.fieldSelector,
      all: values.all,
      allNamespaces: values.allNamespaces,
    },
    propagationPolicy,
    gracePeriodSeconds,
    force: values.force,
    ignoreNotFound: values.ignoreNotFound || (selects && !given.has("ignoreNotFound")),
    interactive: values.interactive,
    output: values.output,
    dryRun,
    wait: values.wait,
    timeoutMs: values.timeout,
  };
}

/** `true` and `false` are how older versions of kubectl wrote it. Throws a UsageError for what is no strategy. */
export function parseCascade(text: string, edge: Pick<KubectlEdge, "err">): DeleteVerbOptions["propagationPolicy"] {
  const owns = readBool(text);
  if (owns !== undefined) {
    const now = owns ? "background" : "orphan";
    edge.err(`warning: --cascade=${text} is deprecated (boolean value) and can be replaced with --cascade=${now}.\n`);
    return owns ? "Background" : "Orphan";
  }
  switch (text) {
    case "background":
      return "Background";
    case "foreground":
      return "Foreground";
    case "orphan":
      return "Orphan";
    default:
      throw new UsageError(`invalid cascade value (${text}). Must be "background", "foreground", or "orphan"`);
  }
}

/** An object that goes, and the UID it had: another one of its name is not waited for. */
interface Going extends Target {
  readonly uid: string | undefined;
}

async function run(options: DeleteVerbOptions, context: VerbContext): Promise<void> {
  const plan = await planSelection(options.selection, context);
  const client = await context.client();
  const errors: Error[] = [];
  let targets: readonly Target[];
  if (plan.kind === "objects") {
    targets = plan.targets;
    errors.push(...plan.errors);
  } else {
    const listed = await fetchPlan(plan, client);
    targets = listed.items;
    errors.push(...listed.errors);
  }
  if (options.interactive) {
    if (errors.length > 0) throwCollected(errors);
    targets = await existing(targets, options, client);
    if (targets.length > 0 && !(await confirms(targets, context))) {
      context.edge.out("deletion is cancelled\n");
      return;
    }
  }
  if (context.isNamespaceExplicit && options.selection.allNamespaces !== true) warnOfClusterScope(targets, context);
  const line = await lineWriter(options, context);
  const going: Going[] = [];
  for (const target of targets) {
    try {
      const uid = options.dryRun === "client" ? undefined : await deleteOne(target, options, client);
      context.edge.out(line(target));
      going.push({ ...target, uid });
    } catch (error) {
      if (options.ignoreNotFound && isReason(error, "NotFound")) continue;
      const { fromFile } = target;
      errors.push(fromFile === undefined ? asError(error) : addSource(asError(error), "deleting", fromFile.source));
    }
  }
  throwCollected(errors);
  if (targets.length === 0) {
    context.edge.out("No resources found\n");
    return;
  }
  if (options.wait && options.dryRun === "none") await waitForAll(going, options, client);
}

/** What is asked about is there; the first that is not ends it all. */
async function existing(
  targets: readonly Target[],
  { ignoreNotFound }: DeleteVerbOptions,
  client: ApiClient,
): Promise<readonly Target[]> {
  const found: Target[] = [];
  for (const target of targets) {
    try {
      await client.get(target.resource, target.namespace, target.name);
      found.push(target);
    } catch (error) {
      if (!ignoreNotFound || !isReason(error, "NotFound")) throw error;
    }
  }
  return found;
}

async function confirms(targets: readonly Target[], { edge }: VerbContext): Promise<boolean> {
  edge.out(`You are about to delete the following ${targets.length} resource(s):\n`);
  for (const { resource, name } of targets) edge.out(`${objectName(resource, name)}\n`);
  edge.out("Do you want to continue? (y/N): ");
  await edge.flush?.();
  const [line = ""] = readStdinText(edge.files).split("\n");
  return line.trim().toLowerCase() === "y";
}

function warnOfClusterScope(targets: readonly Target[], { edge }: VerbContext): void {
  if (targets.some(({ resource }) => !resource.namespaced)) {
    edge.err("Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n");
  }
}

/** `job.batch "pi" deleted from default namespace`; older versions did not name the namespace. */
async function lineWriter(options: DeleteVerbOptions, { edge }: VerbContext): Promise<(target: Target) => string> {
  if (options.output === "name") return ({ resource, name }) => `${objectName(resource, name)}\n`;
  const namesNamespace = isAtLeast(await edge.version(), "1.34");
  const done = options.gracePeriodSeconds === 0 ? "force deleted" : "deleted";
  return ({ resource, name, namespace }) => {
    const where = namesNamespace && resource.namespaced ? ` from ${namespace} namespace` : "";
    return `${qualifiedSingular(resource)} ${JSON.stringify(name)} ${done}${where}${dryRunSuffix(options.dryRun)}\n`;
  };
}

/** The UID of what goes, as far as the server tells it. */
async function deleteOne(
  { resource, namespace, name }: Target,
  options: DeleteVerbOptions,
  client: ApiClient,
): Promise<string | undefined> {
  const request: DeleteOptions & { dryRunServer?: boolean } = {
    propagationPolicy: options.propagationPolicy,
    ...(options.gracePeriodSeconds < 0 ? {} : { gracePeriodSeconds: options.gracePeriodSeconds }),
    ...(options.dryRun === "server" ? { dryRunServer: true } : {}),
  };
  const answer = await client.delete(resource, namespace, name, request);
  if (answer.kind === "Status" && "details" in answer) return answer.details?.uid;
  return (answer as { readonly metadata?: { readonly uid?: string } }).metadata?.uid;
}

async function waitForAll(going: readonly Going[], { timeoutMs }: DeleteVerbOptions, client: ApiClient): Promise<void> {
  const weekMs = 7 * 24 * 3_600_000;
  const untilMs = client.now() + (timeoutMs === 0 ? weekMs : timeoutMs);
  const errors: Error[] = [];
  for (const { resource, namespace, name, uid } of going) {
    const isGone = await waitUntilGone({ resource, namespace, name, uid }, client, untilMs);
    if (!isGone) errors.push(new UsageError(`timed out waiting for the condition on ${resource.name}/${name}`));
  }
  throwCollected(errors);
}
