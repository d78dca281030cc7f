import { isReason } from "../../api/meta/status.js";
import { fileFlags, selectorFlag } from "../common-flags.js";
import { throwCollected, UsageError } from "../errors.js";
import { boolFlag, integerFlag } from "../flags.js";
import { fileArguments } from "../manifest-files.js";
import { type Fetched, type FetchResult, fetchPlan, planSelection, type Selection } from "../selection.js";
import { defineVerb, type Invocation, type VerbContext } from "../verb.js";

const flags = {
  ...fileFlags,
  allNamespaces: boolFlag("If present, list the requested object(s) across all namespaces", { short: "A" }),
  chunkSize: integerFlag("Return large lists in chunks rather than all at once. Pass 0 to disable.", { default: 500 }),
  selector: selectorFlag,
  showEvents: boolFlag("If true, display events related to the described object", { default: true }),
} as const;

interface DescribeVerbOptions {
  readonly selection: Selection;
  readonly showEvents: boolean;
  readonly isShowEventsGiven: boolean;
}

export const describeVerb = defineVerb({
  name: "describe",
  usage: "(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
  about: "Show details of a specific resource or group of resources, with the events about it.",
  examples: `# Describe a Job
kubectl describe job pi

# Describe all Pods of a Job
kubectl describe pods -l job-name=pi

# Describe every Job whose name begins with a word
kubectl describe jobs report`,
  flags,
  complete,
  run,
});

function complete({ flags: values, given, args }: Invocation<typeof flags>): DescribeVerbOptions {
  if (args.length === 0 && values.filename.length === 0 && values.kustomize === "") {
    throw new UsageError(
      'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
    );
  }
  return {
    selection: {
      args,
      files: fileArguments(values),
      labelSelector: values.selector,
      allNamespaces: values.allNamespaces,
      allowEmptySelector: true,
      chunkSize: values.chunkSize,
    },
    showEvents: values.showEvents,
    isShowEventsGiven: given.has("showEvents"),
  };
}

async function run(options: DescribeVerbOptions, context: VerbContext): Promise<void> {
  const plan = await planSelection(options.selection, context);
  const result = await fetchPlan(plan, await context.client());
  // Of several objects the events are left out, unless they are asked for.
  const isSeveral = result.errors.length > 0 || result.items.length > 1;
  const showEvents = options.isShowEventsGiven ? options.showEvents : options.showEvents && !isSeveral;
  const [error] = result.errors;
  if (options.selection.args.length === 2 && isReason(error, "NotFound") && result.errors.length === 1) {
    return describeByPrefix(error, options, showEvents, context);
  }
  const describeOne = await loadDescriber(context, showEvents);
  let isFirst = true;
  for (const item of result.items) {
    const text = await describeOne(item);
    context.edge.out(isFirst ? text : `\n\n${text}`);
    isFirst = false;
  }
  sayNothingFound(result, options, context);
  throwCollected(result.errors);
}

function sayNothingFound(
  { items, errors }: FetchResult,
  { selection }: DescribeVerbOptions,
  context: VerbContext,
): void {
  if (items.length > 0 || errors.length > 0) return;
  const where = selection.allNamespaces === true ? "" : ` in ${context.namespace} namespace.`;
  context.edge.err(`No resources found${where}\n`);
}

/** What is not the name of an object may be how the names of some begin. */
async function describeByPrefix(
  notFound: Error,
  { selection }: DescribeVerbOptions,
  showEvents: boolean,
  context: VerbContext,
): Promise<void> {
  const [type = "", prefix = ""] = selection.args;
  const plan = await planSelection({ args: [type], allowEmptySelector: true, isSingleType: true }, context);
  const { items, errors } = await fetchPlan(plan, await context.client());
  throwCollected(errors);
  const matching = items.filter(({ name }) => name.startsWith(prefix));
  if (matching.length === 0) throw notFound;
  const describeOne = await loadDescriber(context, showEvents);
  for (const item of matching) context.edge.out(`${await describeOne(item)}\n`);
}

async function loadDescriber(context: VerbContext, showEvents: boolean): Promise<(item: Fetched) => Promise<string>> {
  const { describe, relatedNeeded } = await import("../../printers/describe/describe.js");
  const { fetchRelated } = await import("../related-objects.js");
  const client = await context.client();
  const version = await context.edge.version();
  return async ({ object }) => {
    const related = await fetchRelated(object, relatedNeeded(object.kind ?? ""), client, { showEvents });
    return describe(object, related, { now: client.now(), version, zone: context.edge.timezoneOffset });
  };
}
