import { fileFlags, selectorFlag } from "./common-flags.js";
import { UsageError } from "./errors.js";
import { fileArguments, hasFiles } from "./manifest-files.js";
import { type FetchResult, fetchPlan, planSelection, type Selection } from "./selection.js";
import type { VerbContext } from "./verb.js";

/** The flags by which every `rollout …` finds its objects. */
export const rolloutFlags = { ...fileFlags, selector: selectorFlag } as const;

interface RolloutFlagValues {
  readonly filename: readonly string[];
  readonly recursive: boolean;
  readonly kustomize: string;
  readonly selector: string;
}

/** Which objects a rollout is about. Throws a UsageError where none are named. */
export function rolloutSelection(flags: RolloutFlagValues, args: readonly string[]): Selection {
  const files = fileArguments(flags);
  if (args.length === 0 && !hasFiles(files)) throw new UsageError("required resource not specified");
  return { args, files, labelSelector: flags.selector, allowEmptySelector: true };
}

/** The objects, as the server has them. */
export async function fetchRollouts(selection: Selection, context: VerbContext): Promise<FetchResult> {
  return fetchPlan(await planSelection(selection, context), await context.client());
}

/** Throws what is wrong with a revision's number. */
export function checkRevision(revision: number): void {
  if (revision < 0) throw new UsageError(`revision must be a positive integer: ${revision}`);
}
