import { isReason } from "../../api/meta/status.js";
import { fileFlags, outputFlags, selectorFlag } from "../common-flags.js";
import { SeveralErrors, throwCollected, UsageError } from "../errors.js";
import { boolFlag, integerFlag, listFlag, textFlag } from "../flags.js";
import { printFetched } from "../get-output.js";
import { fileArguments } from "../manifest-files.js";
import { type Output, parseOutput } from "../output-format.js";
import { rawFlag, withRaw } from "../raw-request.js";
import { fetchPlan, planSelection, type Selection } from "../selection.js";
import { defineVerb, type Invocation, type VerbContext } from "../verb.js";

const flags = {
  ...fileFlags,
  ...outputFlags,
  output: textFlag(
    "Output format. One of: (json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file, custom-columns, custom-columns-file, wide)",
    { short: "o" },
  ),
  allNamespaces: boolFlag("If present, list the requested object(s) across all namespaces", { short: "A" }),
  chunkSize: integerFlag("Return large lists in chunks rather than all at once. Pass 0 to disable.", { default: 500 }),
  fieldSelector: textFlag("Selector (field query) to filter on, supports '=', '==', and '!='"),
  ignoreNotFound: boolFlag("If set to true, suppresses NotFound error for specific objects that do not exist"),
  labelColumns: listFlag("Comma-separated list of labels that are going to be presented as columns", { short: "L" }),
  live: boolFlag("With --watch, on a terminal: draw the table again where it stands, with its ages"),
  noHeaders: boolFlag("When using the default output format, don't print headers"),
  outputWatchEvents: boolFlag("Output watch event objects when --watch or --watch-only is used"),
  raw: rawFlag,
  selector: selectorFlag,
  serverPrint: boolFlag("If true, have the server return the appropriate table output", { default: true }),
  showKind: boolFlag("If present, list the resource type for the requested object(s)"),
  showLabels: boolFlag("When printing, show all labels as the last column"),
  sortBy: textFlag("If non-empty, sort list types using this field specification, a JSONPath expression"),
  subresource: textFlag("If specified, gets the subresource of the requested object"),
  watch: boolFlag("After listing/getting the requested object, watch for changes", { short: "w" }),
  watchOnly: boolFlag("Watch for changes to the requested object(s), without listing/getting first"),
} as const;

/** How objects are printed. */
export interface GetPrinting {
  readonly output: Output;
  readonly isTable: boolean;
  readonly withNamespace: boolean;
  readonly withKind: boolean;
  readonly noHeaders: boolean;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
  readonly serverPrint: boolean;
  readonly showManagedFields: boolean;
  readonly allowMissingTemplateKeys: boolean;
  readonly ignoreNotFound: boolean;
  readonly sortBy: string;
}

export interface GetOptions {
  readonly selection: Selection;
  readonly printing: GetPrinting;
  readonly watch: boolean;
  /** One table that is drawn again and again; on a terminal alone. */
  readonly live: boolean;
  readonly watchOnly: boolean;
  readonly outputWatchEvents: boolean;
  readonly isLiveAsked: boolean;
}

export const getVerb = withRaw(
  defineVerb({
    name: "get",
    usage:
      "[(-o|--output=)(json|yaml|kyaml|name|go-template|jsonpath|custom-columns|wide|...)] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]",
    about:
      "Display one or many resources. Prints a table of the most important information about the specified resources.",
    examples: `# List all Jobs in a table
kubectl get jobs

# Watch the Pods of a Job as they come and go
kubectl get pods -l job-name=pi -w

# Print how many Pods of a Job have succeeded
kubectl get job pi -o jsonpath='{.status.succeeded}'

# List Jobs and Pods together
kubectl get jobs,pods -o wide`,
    flags,
    complete,
    validate,
    run,
  }),
  "GET",
);

function complete({ flags: values, args }: Invocation<typeof flags>, context: VerbContext): GetOptions {
  const { edge } = context;
  if (values.sortBy !== "" && values.watch) {
    edge.err("warning: --watch requested, --sort-by will be ignored for watch events received\n");
  } else if (values.sortBy !== "" && values.watchOnly) {
    edge.err("warning: --watch-only requested, --sort-by will be ignored\n");
  }
  if (
    !values.watch &&
    !values.watchOnly &&
    args.length === 0 &&
    values.filename.length === 0 &&
    values.kustomize === ""
  ) {
    edge.err(
      'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n',
    );
    throw new UsageError(
      'Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).',
      "examples",
    );
  }
  if (values.showLabels && values.output !== "" && values.output !== "wide") {
    throw new UsageError(`--show-labels option cannot be used with ${values.output} printer`);
  }
  const output = parseOutput(values, { isForTables: true });
  const isWatch = values.watch || values.watchOnly;
  return {
    selection: {
      args,
      files: fileArguments(values),
      labelSelector: values.selector,
      fieldSelector: values.fieldSelector,
      allNamespaces: values.allNamespaces,
      allowEmptySelector: true,
      subresource: values.subresource,
      chunkSize: values.sortBy === "" ? values.chunkSize : 0,
      // kjob's own: over all namespaces several kinds are watched at once.
      isSingleType: isWatch && !values.allNamespaces,
      managedFields: showsManagedFields(output.format, values.showManagedFields),
    },
    printing: {
      output,
      isTable: output.format === "" || output.format === "wide",
      withNamespace: values.allNamespaces,
      withKind: values.showKind || namesSeveralTypes(args),
      noHeaders: values.noHeaders,
      showLabels: values.showLabels,
      labelColumns: values.labelColumns,
      serverPrint: values.serverPrint,
      showManagedFields: values.showManagedFields,
      allowMissingTemplateKeys: values.allowMissingTemplateKeys,
      ignoreNotFound: values.ignoreNotFound,
      sortBy: values.sortBy,
    },
    watch: values.watch,
    live: values.live && values.watch && edge.isTerminal.out && (output.format === "" || output.format === "wide"),
    watchOnly: values.watchOnly,
    outputWatchEvents: values.outputWatchEvents,
    isLiveAsked: values.live,
  };
}

/** JSON and YAML leave managed fields out unless asked; templates and paths see all that the server sends. */
function showsManagedFields(format: Output["format"], isAsked: boolean): boolean {
  switch (format) {
    case "":
    case "wide":
    case "name":
      return false;
    case "json":
    case "yaml":
    case "kyaml":
      return isAsked;
    default:
      return true;
  }
}

/** Several kinds asked for are told apart even where only one of them has objects. */
function namesSeveralTypes(args: readonly string[]): boolean {
  return args.length === 1 && args[0] === "all";
}

function validate(options: GetOptions): void {
  if (options.isLiveAsked && !options.watch) throw new UsageError("--live can only be used with --watch");
  if (options.outputWatchEvents && !options.watch && !options.watchOnly) {
    throw new UsageError("--output-watch-events option can only be used with --watch or --watch-only");
  }
}

async function run(options: GetOptions, context: VerbContext): Promise<void> {
  if (options.live) {
    const { drawLive } = await import("../get-live.js");
    await drawLive(options, context);
    return;
  }
  if (options.watch || options.watchOnly) {
    const { watchObjects } = await import("../get-watch.js");
    await watchObjects(options, context);
    return;
  }
  const { printing } = options;
  const plan = await planSelection(options.selection, context);
  const client = await context.client();
  const result = await fetchPlan(plan, client);
  const errors = printing.ignoreNotFound
    ? result.errors.filter((error) => !isReason(error, "NotFound"))
    : result.errors;
  await printFetched({ ...result, errors }, printing, context);
  // Behind a table even a single error is one of a list, which says nothing in front of it.
  if (printing.isTable && errors.length > 0) throw new SeveralErrors(errors);
  throwCollected(errors);
}
