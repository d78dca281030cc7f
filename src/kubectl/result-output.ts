import type { KubeObject } from "../api/meta/object.js";
import type { Resource } from "../api/resources.js";
import type { DryRun } from "./common-flags.js";
import { loadObjectPrinter } from "./object-printer.js";
import { type Output, parseOutput } from "./output-format.js";
import { resultLine } from "./result-line.js";
import type { VerbContext } from "./verb.js";

/** What `-o` and its companions say about the result of a write. */
export interface ResultOutput {
  readonly output: Output;
  readonly showManagedFields: boolean;
  readonly allowMissingTemplateKeys: boolean;
}

/** Reads the output flags. Throws a UsageError for an unknown format. */
export function resultOutput(flags: {
  readonly output: string;
  readonly template: string;
  readonly showManagedFields: boolean;
  readonly allowMissingTemplateKeys: boolean;
}): ResultOutput {
  return {
    output: parseOutput(flags),
    showManagedFields: flags.showManagedFields,
    allowMissingTemplateKeys: flags.allowMissingTemplateKeys,
  };
}

/** An object after a write, and what was done to it. */
export interface WriteResult {
  readonly resource: Resource;
  readonly object: KubeObject;
  /** `created`, `configured`, … */
  readonly done: string;
}

/** Prints the result of one write: a line, or the object in the format asked for. */
export type ResultPrinter = (result: WriteResult) => void;

/** Makes the printer of a verb's results; formats are loaded only where they are asked for. */
export async function loadResultPrinter(
  { output, ...options }: ResultOutput,
  context: VerbContext,
  { dryRun, keepsOrder = false }: { readonly dryRun: DryRun; readonly keepsOrder?: boolean },
): Promise<ResultPrinter> {
  const { edge } = context;
  if (output.format === "") {
    return ({ resource, object, done }) => edge.out(resultLine(resource, object.metadata.name ?? "", done, dryRun));
  }
  const printer = await loadObjectPrinter(output, context, { ...options, keepsOrder });
  return ({ object }) => edge.out(printer(object));
}
