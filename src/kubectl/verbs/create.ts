import type { KubeObject } from "../../api/meta/object.js";
import type { FieldValidation, WriteOptions } from "../../client/api-client.js";
import {
  type DryRun,
  dryRunFlag,
  fieldManagerFlag,
  fileFlags,
  outputFlags,
  parseDryRun,
  parseValidation,
  selectorFlag,
  validateFlag,
  writeOptions,
} from "../common-flags.js";
import { asError, throwCollected, UsageError } from "../errors.js";
import { boolFlag, refusedFlag } from "../flags.js";
import {
  type FileArguments,
  type FileObject,
  fileArguments,
  readFileObjects,
  requireFiles,
} from "../manifest-files.js";
import { rawFlag, withRaw } from "../raw-request.js";
import { loadResultPrinter, type ResultOutput, resultOutput } from "../result-output.js";
import { withSavedConfig } from "../save-config.js";
import { addSource } from "../selection.js";
import { defineVerb, type VerbContext } from "../verb.js";

interface CreateOptions {
  readonly files: FileArguments;
  readonly labelSelector: string;
  readonly saveConfig: boolean;
  readonly dryRun: DryRun;
  readonly validation: FieldValidation;
  readonly fieldManager: string;
  readonly result: ResultOutput;
}

export const createVerb = withRaw(
  defineVerb({
    name: "create",
    usage: "-f FILENAME",
    about: "Create a resource from a file or from stdin.",
    examples: `# Create what a file describes
kubectl create -f pi.yaml

# Create a Job from an image and a command
kubectl create job hello --image=busybox -- echo Hello

# Create a Job from a CronJob, now
kubectl create job manual --from=cronjob/report`,
    flags: {
      ...fileFlags,
      ...outputFlags,
      dryRun: dryRunFlag,
      edit: refusedFlag("change the file, then create it", { isBare: true }),
      fieldManager: fieldManagerFlag("kubectl-create"),
      raw: rawFlag,
      saveConfig: boolFlag("If true, the configuration of current object will be saved in its annotation"),
      selector: selectorFlag,
      validate: validateFlag,
      windowsLineEndings: boolFlag("Only what is edited has line endings", { isHidden: true }),
    },
    complete: ({ flags, args }): CreateOptions => {
      const files = fileArguments(flags, parseValidation(flags.validate));
      if (args.length > 0) throw new UsageError(`Unexpected args: [${args.join(" ")}]`, "examples");
      requireFiles(files);
      return {
        files,
        labelSelector: flags.selector,
        saveConfig: flags.saveConfig,
        dryRun: parseDryRun(flags.dryRun),
        validation: parseValidation(flags.validate),
        fieldManager: flags.fieldManager,
        result: resultOutput(flags),
      };
    },
    run,
  }),
  "POST",
);

async function run(options: CreateOptions, context: VerbContext): Promise<void> {
  const { objects, errors: unreadable } = await readFileObjects(options.files, context, options);
  const print = await loadResultPrinter(options.result, context, options);
  const errors = [...unreadable];
  for (const item of objects) {
    try {
      const object = await createOne(item, options, context);
      print({ resource: item.resource, object, done: "created" });
    } catch (error) {
      errors.push(addSource(asError(error), "creating", item.source));
    }
  }
  throwCollected(errors);
  if (objects.length === 0) throw new UsageError("no objects passed to create");
}

async function createOne(
  { resource, namespace, object: manifest }: FileObject,
  options: CreateOptions,
  context: VerbContext,
): Promise<KubeObject> {
  const object = await withSavedConfig(manifest, options.saveConfig);
  if (options.dryRun === "client") return object;
  const client = await context.client();
  const write: WriteOptions = writeOptions(options);
  return client.create(resource, namespace, object, write);
}
