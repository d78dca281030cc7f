import type { Event } from "../../api/generated/types.js";
import type { EpochMs } from "../../api/meta/object.js";
import { parseTime } from "../../api/meta/object.js";
import { apiVersionOf, type Resource, resources } from "../../api/resources.js";
import { humanDuration } from "../../printers/durations.js";
import { goSort } from "../../printers/go-sort.js";
import { TabWriter } from "../../printers/tab-writer.js";
import { escapeTerminal } from "../../printers/table-printer.js";
import { outputFlags } from "../common-flags.js";
import { asError, SeveralErrors, UsageError } from "../errors.js";
import { findResource } from "../find-resource.js";
import { boolFlag, integerFlag, listFlag, textFlag } from "../flags.js";
import { follow } from "../follow.js";
import { loadObjectPrinter, type Printable } from "../object-printer.js";
import { type Output, parseOutput } from "../output-format.js";
import { fetchList } from "../selection.js";
import { defineVerb, type Invocation, type VerbContext } from "../verb.js";

const flags = {
  ...outputFlags,
  allNamespaces: boolFlag("If present, list the requested object(s) across all namespaces", { short: "A" }),
  chunkSize: integerFlag("Return large lists in chunks rather than all at once. Pass 0 to disable.", { default: 500 }),
  for: textFlag("Filter events to only those pertaining to the specified resource"),
  noHeaders: boolFlag("When using the default output format, don't print headers"),
  types: listFlag("Output only events of given types"),
  watch: boolFlag("After listing the requested events, watch for more events", { short: "w" }),
} as const;

interface EventsOptions {
  readonly printing: { readonly showManagedFields: boolean; readonly allowMissingTemplateKeys: boolean };
  readonly fieldSelector: string;
  /** In lower case; none for all. */
  readonly types: readonly string[];
  readonly allNamespaces: boolean;
  readonly noHeaders: boolean;
  readonly watch: boolean;
  readonly chunkSize: number;
  readonly output: Output;
}

export const eventsVerb = defineVerb({
  name: "events",
  usage: "[(-o|--output=)json|yaml|...] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]",
  about: "Display events, the latest last.",
  examples: `# List recent events
kubectl events

# List recent events about one Job
kubectl events --for job/pi

# List only warnings
kubectl events --types=Warning`,
  flags,
  complete,
  run,
});

function complete({ flags: values }: Invocation<typeof flags>): EventsOptions {
  const wrong = values.types.find((type) => !["normal", "warning"].includes(type.toLowerCase()));
  const fieldSelector = values.for === "" ? "" : selectorFor(values.for);
  if (wrong !== undefined) throw new UsageError("valid --types are Normal or Warning");
  return {
    fieldSelector,
    types: values.types.map((type) => type.toLowerCase()),
    allNamespaces: values.allNamespaces,
    noHeaders: values.noHeaders,
    watch: values.watch,
    chunkSize: values.chunkSize,
    output: parseOutput(values),
    printing: {
      showManagedFields: values.showManagedFields,
      allowMissingTemplateKeys: values.allowMissingTemplateKeys,
    },
  };
}

function selectorFor(target: string): string {
  const [type = "", name = "", ...more] = target.split("/");
  if (!target.includes("/")) throw new UsageError("--for must be in resource/name form");
  if (more.length > 0) throw new UsageError("arguments in resource/name form may not have more than one slash");
  if (type === "" || name === "") {
    throw new UsageError("arguments in resource/name form must have a single resource and name");
  }
  const resource = typeNamed(type);
  return `involvedObject.kind=${resource.kind},involvedObject.apiVersion=${apiVersionOf(resource)},involvedObject.name=${name}`;
}

function typeNamed(type: string): Resource {
  try {
    return findResource(type);
  } catch (error) {
    // kubectl's discovery says it, and nothing stands in front.
    throw new SeveralErrors([asError(error)]);
  }
}

async function run(options: EventsOptions, context: VerbContext): Promise<void> {
  const client = await context.client();
  const { edge } = context;
  const namespace = options.allNamespaces ? "" : context.namespace;
  const isWanted = ({ type = "" }: Event) => options.types.length === 0 || options.types.includes(type.toLowerCase());
  const list = await fetchList(
    {
      resource: resources.events,
      namespace,
      labelSelector: "",
      fieldSelector: options.fieldSelector,
      chunkSize: options.chunkSize,
      managedFields: options.printing.showManagedFields,
    },
    client,
  );
  const events = goSort(
    (list.items as readonly Event[]).filter(isWanted),
    (left, right) => lastSeen(left) < lastSeen(right),
  );
  const print = await loadEventPrinter(options, context);
  if (events.length === 0 && !options.watch) {
    edge.err(options.allNamespaces ? "No events found.\n" : `No events found in ${namespace} namespace.\n`);
    return;
  }
  if (events.length > 0) print(events, client.now());
  if (!options.watch) return;
  const untilMs = await context.untilMs();
  const watched = follow(
    client,
    resources.events,
    {
      namespace,
      ...(options.fieldSelector === "" ? {} : { fieldSelector: options.fieldSelector }),
      ...(untilMs === undefined ? {} : { untilMs }),
    },
    { objects: list.items, resourceVersion: list.metadata.resourceVersion ?? "" },
  );
  for await (const { type, object } of watched) {
    if (edge.signal?.aborted === true) return;
    // An event that is deleted has only grown old.
    if (type !== "ADDED" && type !== "MODIFIED") continue;
    if (isWanted(object as Event)) print([object as Event], client.now());
  }
}

type EventsPrinter = (events: readonly Event[], now: EpochMs) => void;

async function loadEventPrinter(
  { output, printing, noHeaders, allNamespaces }: EventsOptions,
  context: VerbContext,
): Promise<EventsPrinter> {
  const { edge } = context;
  // The names of events say nothing, and kubectl prints none of them.
  if (output.format === "name") return () => {};
  if (output.format !== "") {
    const printer = await loadObjectPrinter(output, context, printing);
    return (events) => {
      const list = { apiVersion: "v1", items: events, kind: "EventList", metadata: {} };
      edge.out(printer(list as unknown as Printable));
    };
  }
  const writer = new TabWriter((text) => edge.out(text));
  if (!noHeaders) writer.write(`${allNamespaces ? "NAMESPACE\t" : ""}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n`);
  return (events, now) => {
    for (const event of events) writer.write(`${rowOf(event, now, allNamespaces)}\n`);
    writer.flush();
  };
}

function rowOf(event: Event, now: EpochMs, withNamespace: boolean): string {
  const { involvedObject, type = "", reason = "", message = "" } = event;
  const cells = [type, reason, `${involvedObject.kind ?? ""}/${involvedObject.name ?? ""}`, message.trim()];
  const namespace = withNamespace ? [event.metadata.namespace ?? ""] : [];
  return [...namespace, intervalOf(event, now), ...cells.map(escapeTerminal)].join("\t");
}

/** `5s`, or `5s (x7 over 4m)` for what has happened several times. */
function intervalOf(event: Event, now: EpochMs): string {
  const age = (time: string | null | undefined) => (time ? humanDuration(now - parseTime(time)) : "<unknown>");
  const first = event.eventTime ? age(event.eventTime) : age(event.firstTimestamp);
  if (event.series) return `${age(event.series.lastObservedTime)} (x${event.series.count ?? 0} over ${first})`;
  const { count = 0 } = event;
  return count > 1 ? `${age(event.lastTimestamp)} (x${count} over ${first})` : first;
}

function lastSeen({ series, lastTimestamp, eventTime, firstTimestamp }: Event): EpochMs {
  const time = series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? firstTimestamp;
  return time ? parseTime(time) : 0;
}
