import type { KubeObject } from "../api/meta/object.js";
import { evaluateTemplate } from "../printers/jsonpath/evaluate.js";
import { parseJsonPath } from "../printers/jsonpath/jsonpath-printer.js";

export { relaxedPath } from "../printers/jsonpath/relaxed-path.js";

/** What a path such as `{.status.phase}` leads to in an object; a path that leads nowhere finds nothing. */
export function findAll(expression: string): (object: KubeObject) => readonly unknown[] {
  const paths = parseJsonPath(expression, "");
  return (object) => evaluateTemplate(paths, object, { allowMissingKeys: true })[0] ?? [];
}
