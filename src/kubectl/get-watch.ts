import type { EpochMs, KubeObject } from "../api/meta/object.js";
import { isReason, StatusError } from "../api/meta/status.js";
import type { Resource } from "../api/resources.js";
import type { ApiClient, ListOptions, WatchedEvent } from "../client/api-client.js";
import type { WatchEventType } from "../printers/table-printer.js";
import { UsageError } from "./errors.js";
import { follow } from "./follow.js";
import { loadPrinterOf, tableOptions } from "./get-output.js";
import { fetchList, fetchPlan, type ListTarget, type Plan, planSelection } from "./selection.js";
import type { VerbContext } from "./verb.js";
import type { GetOptions } from "./verbs/get.js";

/** What is there when the watch begins, and from where it goes on. */
interface Start {
  readonly resource: Resource;
  readonly objects: readonly KubeObject[];
  readonly resourceVersion: string;
  readonly target: ListTarget;
}

/** Several objects by name: they are printed, and then there is nothing to watch. */
interface Several {
  readonly resource: Resource;
  readonly objects: readonly KubeObject[];
}

/** Prints one object of a watch, as a row or in the format asked for. */
type EventPrinter = (object: KubeObject, type: WatchEventType, now: EpochMs) => void;

/**
 * `get -w`: prints what is there, then every change, until the person, `--request-timeout` or the server ends it.
 * @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/get/get.go, watch
 */
export async function watchObjects(options: GetOptions, context: VerbContext): Promise<void> {
  const client = await context.client();
  const plan = await planSelection(options.selection, context);
  if (plan.kind === "lists" && plan.lists.length > 1) return watchLists(plan.lists, options, context);
  const start = await findStart(plan, options, client);
  if (start === null) return;
  const { print, flush } = await loadEventPrinter(start.resource, options, context, options.printing.withKind);
  if (!options.watchOnly) {
    for (const object of start.objects) print(object, "ADDED", client.now());
    flush();
  }
  if (!("target" in start)) {
    throw new UsageError("you may only watch a single resource or type of resource at a time");
  }
  const untilMs = await context.untilMs();
  const limits = { ...selectionOptions(start.target), ...(untilMs === undefined ? {} : { untilMs }) };
  for await (const { type, object } of follow(client, start.resource, limits, start)) {
    if (context.edge.signal?.aborted === true) return;
    if (type === "BOOKMARK" || type === "ERROR") continue;
    print(object as KubeObject, type, client.now());
    flush();
  }
}

/**
 * Several kinds at once, in the order in which things happen, each with a header of its own: kjob's own, for `-A`. kubectl
 * refuses it, and so does kjob where the server is a real one.
 */
async function watchLists(lists: readonly ListTarget[], options: GetOptions, context: VerbContext): Promise<void> {
  const client = await context.client();
  if (client.watchSeveral === undefined) throw new UsageError("you may only specify a single resource type");
  const printers = new Map<Resource, { readonly print: EventPrinter; readonly flush: () => void }>();
  let resourceVersion = "";
  for (const target of lists) {
    const { resource } = target;
    const list = await fetchList(target, client);
    // Nothing happens between two lists: all of them are of one revision.
    resourceVersion = list.metadata.resourceVersion ?? "";
    const printer = await loadEventPrinter(resource, options, context, true);
    printers.set(resource, printer);
    if (options.watchOnly) continue;
    for (const object of list.items) printer.print(object, "ADDED", client.now());
    printer.flush();
  }
  const untilMs = await context.untilMs();
  const watched = lists.map(({ resource, namespace, labelSelector, fieldSelector }) => ({
    resource,
    options: selectionOptions({ namespace, labelSelector, fieldSelector }),
  }));
  const events = client.watchSeveral(watched, { resourceVersion, ...(untilMs === undefined ? {} : { untilMs }) });
  for await (const event of events) {
    if (context.edge.signal?.aborted === true) return;
    if (event.type === "BOOKMARK") continue;
    const printer = printers.get(event.resource);
    printer?.print(objectOf(event), event.type, client.now());
    printer?.flush();
  }
}

/** The selection of a list for a watch: what is not asked for is left out. */
function selectionOptions({
  namespace,
  labelSelector,
  fieldSelector,
}: Pick<ListTarget, "namespace" | "labelSelector" | "fieldSelector">): ListOptions {
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(labelSelector === "" ? {} : { labelSelector }),
    ...(fieldSelector === "" ? {} : { fieldSelector }),
  };
}

function objectOf({ type, object }: WatchedEvent): KubeObject {
  if (type !== "ERROR") return object as KubeObject;
  const { message = "the watch has ended", reason } = object as { message?: string; reason?: string };
  throw new StatusError(reason === "Expired" ? "Expired" : "InternalError", message);
}

async function findStart(plan: Plan, { printing }: GetOptions, client: ApiClient): Promise<Start | Several | null> {
  if (plan.kind === "lists") {
    const [target] = plan.lists;
    if (target === undefined) throw new UsageError("you must specify a resource type");
    const list = await fetchList(target, client);
    return {
      resource: target.resource,
      objects: list.items,
      resourceVersion: list.metadata.resourceVersion ?? "",
      target,
    };
  }
  const [first, ...more] = plan.targets;
  if (first === undefined) throw plan.errors[0] ?? new UsageError("no objects passed to get");
  const { resource, namespace, name } = first;
  if (more.length > 0) {
    const { items, errors } = await fetchPlan(plan, client);
    if (errors[0] !== undefined) throw errors[0];
    return { resource, objects: items.map(({ object }) => object) };
  }
  try {
    const object = await client.get(resource, namespace, name);
    const target: ListTarget = {
      resource,
      namespace: resource.namespaced ? namespace : undefined,
      labelSelector: "",
      fieldSelector: `metadata.name=${name}`,
      chunkSize: 0,
    };
    return { resource, objects: [object], resourceVersion: object.metadata.resourceVersion ?? "", target };
  } catch (error) {
    if (printing.ignoreNotFound && isReason(error, "NotFound")) return null;
    throw error;
  }
}

async function loadEventPrinter(
  resource: Resource,
  { printing, outputWatchEvents }: GetOptions,
  context: VerbContext,
  withKind: boolean,
): Promise<{ readonly print: EventPrinter; readonly flush: () => void }> {
  const { edge } = context;
  if (!printing.isTable) {
    const printer = await loadPrinterOf(printing, context);
    const print: EventPrinter = (object, type) => {
      edge.out(printer(outputWatchEvents ? watchEvent(object, type) : object));
    };
    return { print, flush: () => {} };
  }
  const { loadPainter } = await import("./paint.js");
  const paint = await loadPainter(context.isColored);
  const { tableFor, plainTableFor } = await import("../printers/table-for.js");
  const { TablePrinter } = await import("../printers/table-printer.js");
  const version = await edge.version();
  const wide = printing.output.format === "wide";
  const printer = new TablePrinter(tableOptions(resource, printing, withKind), (text) => edge.out(paint(text)));
  const print: EventPrinter = (object, type, now) => {
    const table = printing.serverPrint
      ? tableFor(resource.kind, [object], { now, version, wide })
      : plainTableFor([object], { now, version, wide });
    printer.print(table, outputWatchEvents ? type : undefined);
  };
  return { print, flush: () => printer.flush() };
}

/** `{ type, object }`, which carries no metadata of its own; printers of formats take any JSON. */
function watchEvent(object: KubeObject, type: WatchEventType): KubeObject {
  return { type, object } as unknown as KubeObject;
}
