import { matchesLabels as matches } from "../api/meta/label-selector.js";
import { parseLabelSelector } from "../api/meta/label-selector-parser.js";
import type { KubeObject } from "../api/meta/object.js";
import { UsageError } from "./errors.js";

/** Whether an object of a file has the labels that `-l` asks for. Throws a UsageError for a selector that does not parse. */
export function matchesLabels(object: KubeObject, selector: string): boolean {
  return matches(parse(selector), object.metadata.labels);
}

function parse(selector: string): ReturnType<typeof parseLabelSelector> {
  try {
    return parseLabelSelector(selector);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`the provided selector ${JSON.stringify(selector)} is not valid: ${why}`);
  }
}
