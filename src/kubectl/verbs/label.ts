import { labelValueProblems } from "../../api/meta/identifiers.js";
import type { KubeObject } from "../../api/meta/object.js";
import {
  type DryRun,
  dryRunFlag,
  fieldManagerFlag,
  fileFlags,
  outputFlags,
  parseDryRun,
  selectorFlag,
  writeOptions,
} from "../common-flags.js";
import { asError, throwCollected, UsageError } from "../errors.js";
import { boolFlag, textFlag } from "../flags.js";
import { fileArguments, hasFiles } from "../manifest-files.js";
import { loadResultPrinter, type ResultOutput, resultOutput } from "../result-output.js";
import { type Fetched, fetchLocally, fetchPlan, planSelection, type Selection } from "../selection.js";
import { defineVerb, type Invocation, type VerbContext } from "../verb.js";

/** What labels and annotations have in common, and what they have not. */
interface Dialect {
  readonly verb: "label" | "annotate";
  /** The field of the metadata. */
  readonly field: "labels" | "annotations";
  readonly noun: "label" | "annotation";
  /** What is said of an object by what happened to it. */
  readonly done: (changes: { readonly hasAdded: boolean; readonly hasRemoved: boolean }) => string;
}

const labelDialect: Dialect = {
  verb: "label",
  field: "labels",
  noun: "label",
  done: ({ hasAdded, hasRemoved }) => {
    if (hasAdded && hasRemoved) return "modified";
    if (hasAdded) return "labeled";
    return hasRemoved ? "unlabeled" : "not labeled";
  },
};

const annotateDialect: Dialect = {
  verb: "annotate",
  field: "annotations",
  noun: "annotation",
  done: () => "annotated",
};

const flags = {
  ...fileFlags,
  ...outputFlags,
  all: boolFlag("Select all resources, in the namespace of the specified resource types"),
  allNamespaces: boolFlag("If true, check the specified action in all namespaces", { short: "A" }),
  dryRun: dryRunFlag,
  fieldManager: fieldManagerFlag("kubectl-label"),
  fieldSelector: textFlag("Selector (field query) to filter on, supports '=', '==', and '!='"),
  list: boolFlag("If true, display what a given resource has"),
  local: boolFlag("If true, the API server is not asked: what the files have is changed and printed"),
  overwrite: boolFlag("If true, allow values to be overwritten, otherwise reject updates that overwrite existing ones"),
  resourceVersion: textFlag("If non-empty, the update will only succeed if this is the current resource-version"),
  selector: selectorFlag,
} as const;

interface ChangeOptions {
  readonly selection: Selection;
  readonly added: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
  readonly overwrite: boolean;
  readonly list: boolean;
  readonly local: boolean;
  readonly resourceVersion: string;
  readonly dryRun: DryRun;
  readonly fieldManager: string;
  readonly result: ResultOutput;
}

export const labelVerb = defineVerb({
  name: "label",
  usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
  about: "Update the labels on a resource.",
  examples: `# Add a label to a Job
kubectl label job pi team=maths

# Change it
kubectl label --overwrite job pi team=physics

# Remove it
kubectl label job pi team-`,
  flags,
  complete: (invocation) => complete(invocation, labelDialect),
  run: (options, context) => run(options, labelDialect, context),
});

export const annotateVerb = defineVerb({
  name: "annotate",
  usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
  about: "Update the annotations on a resource.",
  examples: `# Add an annotation to a Job
kubectl annotate job pi note='digits of pi'

# Change it
kubectl annotate --overwrite job pi note='many digits of pi'

# Remove it
kubectl annotate job pi note-`,
  flags: { ...flags, fieldManager: fieldManagerFlag("kubectl-annotate") },
  complete: (invocation) => complete(invocation, annotateDialect),
  run: (options, context) => run(options, annotateDialect, context),
});

function complete({ flags: values, args }: Invocation<typeof flags>, dialect: Dialect): ChangeOptions {
  const { resources, pairs } = splitPairs(args, dialect);
  const files = fileArguments(values);
  const dryRun = parseDryRun(values.dryRun);
  const { added, removed } = parsePairs(pairs, dialect);
  if (values.list && values.output !== "") {
    throw new UsageError("--list and --output may not be specified together");
  }
  if (values.all && values.selector !== "") throw new UsageError("cannot set --all and --selector at the same time");
  if (values.all && values.fieldSelector !== "") {
    throw new UsageError("cannot set --all and --field-selector at the same time");
  }
  if (values.local) requireLocal({ dryRun, resources, hasFiles: hasFiles(files) }, dialect);
  else if (resources.length === 0 && !hasFiles(files)) {
    throw new UsageError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
  }
  if (Object.keys(added).length === 0 && removed.length === 0 && !values.list) {
    throw new UsageError(`at least one ${dialect.noun} update is required`);
  }
  return {
    selection: {
      args: resources,
      files,
      labelSelector: values.selector,
      fieldSelector: values.fieldSelector,
      allowEmptySelector: values.all,
      allNamespaces: values.allNamespaces,
    },
    added,
    removed,
    overwrite: values.overwrite,
    list: values.list,
    local: values.local,
    resourceVersion: values.resourceVersion,
    dryRun,
    fieldManager: values.fieldManager,
    result: resultOutput(values),
  };
}

function requireLocal(
  given: { readonly dryRun: DryRun; readonly resources: readonly string[]; readonly hasFiles: boolean },
  { noun }: Dialect,
): void {
  const example = noun === "label" ? "pod" : "rsrc";
  if (given.dryRun === "server") {
    throw new UsageError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
  }
  if (given.resources.length > 0) {
    throw new UsageError(
      `can only use local files by -f ${example}.yaml or --filename=${example}.json when --local=true is set`,
    );
  }
  if (!given.hasFiles) {
    throw new UsageError(`one or more files must be specified as -f ${example}.yaml or --filename=${example}.json`);
  }
}

/** Resources come first, then `KEY=VALUE` and `KEY-`; no resource may stand behind a pair. */
function splitPairs(args: readonly string[], { noun }: Dialect) {
  const isPair = (arg: string) => (arg.includes("=") && !arg.startsWith("=")) || (arg.endsWith("-") && arg !== "-");
  const first = args.findIndex(isPair);
  if (first === -1) return { resources: args, pairs: [] };
  const pairs = args.slice(first);
  const stray = pairs.find((arg) => !isPair(arg));
  if (stray !== undefined) throw new UsageError(`all resources must be specified before ${noun} changes: ${stray}`);
  return { resources: args.slice(0, first), pairs };
}

function parsePairs(pairs: readonly string[], { noun }: Dialect) {
  const added: Record<string, string> = {};
  const removed: string[] = [];
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    if (equals === -1) {
      removed.push(pair.slice(0, -1));
      continue;
    }
    const value = pair.slice(equals + 1);
    if (noun === "label") requireLabelValue(pair, value);
    added[pair.slice(0, equals)] = value;
  }
  if (removed.some((key) => Object.hasOwn(added, key))) {
    throw new UsageError(
      noun === "label"
        ? "can not both modify and remove a label in the same command"
        : "can not both modify and remove the following annotation(s) in the same command: " +
            removed.filter((key) => Object.hasOwn(added, key)).join(", "),
    );
  }
  return { added, removed };
}

function requireLabelValue(pair: string, value: string): void {
  if (value.includes("=")) throw new UsageError(`invalid label spec: ${pair}`);
  const problems = labelValueProblems(value);
  if (problems.length > 0) {
    throw new UsageError(`invalid label value: ${JSON.stringify(pair)}: ${problems.join(";")}`);
  }
}

async function run(options: ChangeOptions, dialect: Dialect, context: VerbContext): Promise<void> {
  const { items, errors: missing, isSingle } = await objectsToChange(options, context);
  if (!isSingle && options.resourceVersion !== "") {
    throw new UsageError("--resource-version may only be used with a single resource");
  }
  const print = await loadResultPrinter(options.result, context, options);
  const errors = [...missing];
  for (const item of items) {
    try {
      const { object, done } = await changeOne(item, options, dialect, context);
      if (options.list) listOne({ ...item, object }, dialect, isSingle, context);
      else print({ resource: item.resource, object, done });
    } catch (error) {
      errors.push(asError(error));
    }
  }
  throwCollected(errors);
}

async function objectsToChange({ selection, local }: ChangeOptions, context: VerbContext) {
  if (local && selection.files !== undefined) {
    const { filenames } = selection.files;
    return { ...(await fetchLocally(selection.files, context)), isSingle: filenames.length === 1 };
  }
  return fetchPlan(await planSelection(selection, context), await context.client());
}

function listOne({ object }: Fetched, { field, noun }: Dialect, isSingle: boolean, { edge }: VerbContext): void {
  const { name = "" } = object.metadata;
  const group = object.apiVersion?.includes("/") ? (object.apiVersion.split("/")[0] ?? "") : "";
  if (!isSingle) edge.out(`Listing ${noun}s for ${object.kind ?? ""}.${group}/${name}:\n`);
  const pairs = object.metadata[field] ?? {};
  for (const key of Object.keys(pairs).sort()) edge.out(`${isSingle ? "" : " "}${key}=${pairs[key]}\n`);
}

async function changeOne(
  { resource, namespace, name, object }: Fetched,
  options: ChangeOptions,
  dialect: Dialect,
  context: VerbContext,
): Promise<{ readonly object: KubeObject; readonly done: string }> {
  const before = object.metadata[dialect.field] ?? {};
  const isLocal = options.dryRun === "client" || options.list || options.local;
  if (!isLocal && dialect.noun === "label") {
    for (const key of options.removed) {
      if (!Object.hasOwn(before, key)) context.edge.out(`label ${JSON.stringify(key)} not found.\n`);
    }
  }
  if (!options.overwrite) refuseOverwrites(before, options.added, dialect);
  const changed = Object.entries(options.added).filter(([key, value]) => before[key] !== value);
  const removed = options.removed.filter((key) => Object.hasOwn(before, key));
  const done = dialect.done({ hasAdded: changed.length > 0, hasRemoved: removed.length > 0 });
  const after = { ...before, ...options.added };
  for (const key of removed) delete after[key];
  const local = { ...object, metadata: { ...object.metadata, [dialect.field]: after } };
  const hasChanges = changed.length > 0 || removed.length > 0;
  if (isLocal || !hasChanges) return { object: local, done };
  const values = { ...Object.fromEntries(changed), ...Object.fromEntries(removed.map((key) => [key, null])) };
  const metadata = {
    [dialect.field]: values,
    ...(options.resourceVersion === "" ? {} : { resourceVersion: options.resourceVersion }),
  };
  const client = await context.client();
  const body = JSON.stringify({ metadata });
  const answer = await client.patch(resource, namespace, name, { type: "merge", body }, writeOptions(options));
  return { object: answer, done };
}

function refuseOverwrites(
  before: Readonly<Record<string, string>>,
  added: Readonly<Record<string, string>>,
  { noun }: Dialect,
): void {
  const taken = Object.entries(added)
    .filter(([key, value]) => Object.hasOwn(before, key) && before[key] !== value)
    .map(([key]) => `'${key}' already has a value (${before[key]})`);
  if (taken.length === 0) return;
  if (noun === "label") {
    throwCollected(taken.map((each) => new UsageError(`${each}, and --overwrite is false`)));
  }
  throw new UsageError(`--overwrite is false but found the following declared annotation(s): ${taken.join("; ")}`);
}
