import type { Service } from "../../api/generated/types.js";
import type { LabelRequirements } from "../../api/meta/label-selector.js";
import { parseLabelSelector } from "../../api/meta/label-selector-parser.js";
import type { KubeObject } from "../../api/meta/object.js";
import { parseDryRun, writeOptions } from "../common-flags.js";
import { asError, throwCollected, UsageError } from "../errors.js";
import { textFlag } from "../flags.js";
import { fileArguments } from "../manifest-files.js";
import { checkLocal, objectsToChange, setFlags } from "../pod-template-change.js";
import { loadResultPrinter, resultOutput } from "../result-output.js";
import { defineVerb } from "../verb.js";

const { selector: _, ...flags } = setFlags;

export const setSelectorVerb = defineVerb({
  name: "set selector",
  usage: "(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
  about: "Change the selector of a Service. What it had before is replaced.",
  examples: `# Let a Service find the Pods of another Job
kubectl set selector service workers job-name=pi`,
  flags: {
    ...flags,
    resourceVersion: textFlag("If not empty, the change is made only if this is the current version"),
  },
  complete: ({ flags: values, args }) => {
    const dryRun = parseDryRun(values.dryRun);
    checkLocal({ isLocal: values.local, dryRun });
    const expression = args.at(-1);
    if (expression === undefined) throw new UsageError("one selector is required");
    return {
      selection: {
        args: args.slice(0, -1),
        files: fileArguments(values),
        allowEmptySelector: values.all,
      },
      selector: parseSelector(expression),
      resourceVersion: values.resourceVersion,
      isLocal: values.local,
      dryRun,
      fieldManager: values.fieldManager,
      result: resultOutput(values),
    };
  },
  run: async (options, context) => {
    const { items, errors } = await objectsToChange(options, context);
    throwCollected(errors);
    const print = await loadResultPrinter(options.result, context, options);
    for (const { resource, namespace, name, object } of items) {
      const { labels, expressions } = options.selector;
      if (expressions.length > 0) {
        const texts = expressions.map(({ key, operator, values }) => `{${key} ${operator} [${values.join(" ")}]}`);
        throw new UsageError(`match expression [${texts.join(" ")}] not supported on this object`);
      }
      if (resource.name !== "services") throw new UsageError("setting a selector is only supported for Services");
      const { spec } = object as Service;
      let changed: KubeObject = { ...object, spec: { ...spec, selector: labels } } as Service;
      if (!options.isLocal && options.dryRun !== "client") {
        const removed = Object.keys(spec?.selector ?? {}).filter((key) => !Object.hasOwn(labels, key));
        const selector = { ...labels, ...Object.fromEntries(removed.map((key) => [key, null])) };
        const { resourceVersion } = options;
        const metadata = resourceVersion === "" ? {} : { metadata: { resourceVersion } };
        const body = JSON.stringify({ ...metadata, spec: { selector } });
        const client = await context.client();
        changed = await client.patch(resource, namespace, name, { type: "merge", body }, writeOptions(options));
      }
      print({ resource, object: changed, done: "selector updated" });
    }
  },
});

interface ParsedSelector {
  readonly labels: Readonly<Record<string, string>>;
  /** What a Service cannot have. */
  readonly expressions: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}

/** Upstream's names of the operators that are no equality. */
const expressionOperators: Readonly<Record<string, string>> = {
  in: "In",
  notin: "NotIn",
  "!=": "NotIn",
  exists: "Exists",
  "!": "DoesNotExist",
};

/** @see k8s.io/apimachinery pkg/apis/meta/v1/helpers.go, ParseToLabelSelector */
function parseSelector(text: string): ParsedSelector {
  let requirements: LabelRequirements;
  try {
    requirements = parseLabelSelector(text);
  } catch (error) {
    throw new UsageError(`couldn't parse the selector string ${JSON.stringify(text)}: ${asError(error).message}`);
  }
  const labels: Record<string, string> = {};
  const expressions: ParsedSelector["expressions"][number][] = [];
  for (const { key, operator, values } of requirements) {
    const name = expressionOperators[operator];
    if (name === undefined) labels[key] = [...values][0] ?? "";
    else expressions.push({ key, operator: name, values: [...values] });
  }
  return { labels, expressions };
}
