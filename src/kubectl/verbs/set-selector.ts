import type { Service } from "../../api/generated/types.js";
import type { KubeObject } from "../../api/meta/object.js";
import { parseDryRun, writeOptions } from "../common-flags.js";
import { throwCollected, UsageError } from "../errors.js";
import { textFlag } from "../flags.js";
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
    if (expression === undefined || !/^[^=,]+=[^,]*(,[^=,]+=[^,]*)*$/.test(expression)) {
      throw new UsageError("resources must be specified before selector changes, as KEY=VALUE,KEY=VALUE");
    }
    return {
      selection: {
        args: args.slice(0, -1),
        files: {
          filenames: values.filename,
          recursive: values.recursive,
          kustomize: values.kustomize,
          validate: false,
        },
        all: values.all,
      },
      labels: Object.fromEntries(expression.split(",").map((pair) => splitAt(pair, pair.indexOf("=")))),
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
      if (resource.name !== "services") throw new UsageError("setting a selector is only supported for Services");
      const { spec } = object as Service;
      let changed: KubeObject = { ...object, spec: { ...spec, selector: options.labels } } as Service;
      if (!options.isLocal && options.dryRun !== "client") {
        const removed = Object.keys(spec?.selector ?? {}).filter((key) => !Object.hasOwn(options.labels, key));
        const selector = { ...options.labels, ...Object.fromEntries(removed.map((key) => [key, null])) };
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

function splitAt(text: string, at: number): readonly [string, string] {
  return [text.slice(0, at), text.slice(at + 1)];
}
