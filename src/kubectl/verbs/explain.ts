import { apiVersionOf, type Resource } from "../../api/resources.js";
import { ExitError, UsageError } from "../errors.js";
import { goResourceText, lookUpResource } from "../find-resource.js";
import { boolFlag, integerFlag, textFlag } from "../flags.js";
import { defineVerb } from "../verb.js";

interface ExplainOptions {
  readonly resource: Resource;
  readonly fieldPath: readonly string[];
  readonly recursive: boolean;
  /** 0 for any. */
  readonly maxDepth: number;
  readonly isOldLayout: boolean;
}

export const explainVerb = defineVerb({
  name: "explain",
  usage: "TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2]",
  about: "Describe the fields of a type of objects, or what one field is for: TYPE.FIELD.FIELD.",
  examples: `# What a Job is made of
kubectl explain job

# What its spec can say
kubectl explain job.spec

# One field
kubectl explain job.spec.backoffLimit

# The names of all fields of fields
kubectl explain job.spec --recursive --max-depth=2`,
  flags: {
    apiVersion: textFlag("Explain this version of the API (group/version)"),
    maxDepth: integerFlag("How deep --recursive goes; 0 is to the bottom", { default: 0 }),
    output: textFlag("Layout. One of: (plaintext, plaintext-openapiv2)", { short: "o", default: "plaintext" }),
    recursive: boolFlag("Print the names of fields of fields", { short: "R" }),
  },
  complete: ({ flags, args }): ExplainOptions => {
    const [path, ...more] = args;
    if (path === undefined) {
      throw new UsageError(
        'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.\n',
      );
    }
    if (more.length > 0) throw new UsageError("We accept only this format: explain RESOURCE\n");
    if (flags.maxDepth > 0 && !flags.recursive) throw new UsageError("--max-depth requires --recursive");
    if (flags.maxDepth < 0) throw new UsageError("--max-depth must be non-negative");
    const { resource, fieldPath } = splitPath(path);
    if (flags.output !== "plaintext" && flags.output !== "plaintext-openapiv2") {
      throw new UsageError(`unrecognized format: ${flags.output}`);
    }
    const { apiVersion } = flags;
    if (apiVersion.split("/").length > 2) throw new UsageError(`unexpected GroupVersion string: ${apiVersion}`);
    if (apiVersion !== "" && apiVersion !== apiVersionOf(resource)) {
      const [version = "", group = ""] = apiVersion.split("/").reverse();
      const text = goResourceText({ ...resource, group, version });
      throw new UsageError(`couldn't find resource for ${JSON.stringify(text)}`);
    }
    return {
      resource,
      fieldPath,
      recursive: flags.recursive,
      maxDepth: flags.maxDepth,
      isOldLayout: flags.output === "plaintext-openapiv2",
    };
  },
  run: async (options, { edge }) => {
    const { explain } = await import("../explain.js");
    const { text, missingField } = explain(options);
    edge.out(text);
    if (missingField !== undefined) throw new UsageError(`field ${JSON.stringify(missingField)} does not exist`);
  },
});

/** `jobs.spec`, `jobs.batch.spec`: as much as names the type, and the fields behind it. */
function splitPath(path: string): Pick<ExplainOptions, "resource" | "fieldPath"> {
  if (path.startsWith(".") || path.includes("..")) {
    throw new UsageError("invalid jsonpath syntax, first node must be field node");
  }
  const [type = "", ...rest] = path.split(".").filter((part) => part !== "");
  for (let count = rest.length; count > 0; count -= 1) {
    const suffix = rest.slice(0, count).join(".");
    const found = lookUpResource(`${type}.${suffix}`);
    if (found === undefined || found.group === "") continue;
    if (suffix === found.group) {
      return { resource: found, fieldPath: rest.slice(count) };
    }
  }
  const resource = lookUpResource(type);
  if (resource === undefined) {
    throw new ExitError(`the server doesn't have a resource type ${JSON.stringify(type)}`, 1);
  }
  return { resource, fieldPath: rest };
}
