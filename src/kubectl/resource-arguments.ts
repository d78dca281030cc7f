import type { Resource } from "../api/resources.js";
import { UsageError } from "./errors.js";
import { expandCategory, findResource } from "./find-resource.js";

/** What the arguments of a verb name: objects by name, or types of objects. */
export type ResourceArguments =
  | { readonly kind: "none" }
  | { readonly kind: "objects"; readonly objects: readonly ObjectArgument[]; readonly areTuples: boolean }
  | { readonly kind: "types"; readonly types: readonly Resource[] };

export interface ObjectArgument {
  readonly resource: Resource;
  readonly name: string;
}

/**
 * Reads `TYPE[,TYPE…]`, `TYPE NAME…`, `TYPE,TYPE NAME` and `TYPE/NAME …`. Throws a UsageError in kubectl's words.
 * @see kubernetes v1.36 staging/src/k8s.io/cli-runtime/pkg/resource/builder.go, ResourceTypeOrNameArgs
 */
export function parseResourceArguments(written: readonly string[]): ResourceArguments {
  const args = spreadTypesOverNames(written);
  const slashes = args.filter((arg) => arg.includes("/")).length;
  if (slashes > 0) {
    if (slashes !== args.length) {
      throw new UsageError(
        "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
      );
    }
    const tuples = args.map(splitTuple);
    return {
      kind: "objects",
      objects: tuples.map(({ type, name }) => ({ resource: findResource(type), name })),
      areTuples: true,
    };
  }
  const [types = "", ...names] = args;
  if (args.length === 0) return { kind: "none" };
  const found = distinct(types.split(",").flatMap((type) => expandCategory(type) ?? [findResource(type)]));
  if (names.length === 0) return { kind: "types", types: found };
  const [resource] = found;
  if (resource === undefined || found.length > 1) throw new UsageError("you must specify only one resource");
  return { kind: "objects", objects: names.map((name) => ({ resource, name })), areTuples: false };
}

/** `a,b c` is `a/c b/c`. */
function spreadTypesOverNames(args: readonly string[]): readonly string[] {
  const [types = "", ...names] = args;
  const parts = types.split(",");
  if (names.length === 0 || parts.length < 2) return args;
  return parts.flatMap((type) => names.map((name) => `${type}/${name}`));
}

function splitTuple(text: string): { readonly type: string; readonly name: string } {
  const [type = "", name = "", ...more] = text.split("/");
  if (more.length > 0) throw new UsageError("arguments in resource/name form may not have more than one slash");
  if (type === "" || name === "" || type.includes(",")) {
    throw new UsageError("arguments in resource/name form must have a single resource and name");
  }
  return { type, name };
}

function distinct(types: readonly Resource[]): readonly Resource[] {
  return [...new Set(types)];
}

/** The words for a command that names nothing to work on. */
export const missingResourceMessage = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;
