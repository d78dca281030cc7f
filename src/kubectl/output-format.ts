import { UsageError } from "./errors.js";

/** The formats of `-o`; those that take an argument take it after `=`. */
export const outputFormats = [
  "custom-columns",
  "custom-columns-file",
  "go-template",
  "go-template-file",
  "json",
  "jsonpath",
  "jsonpath-as-json",
  "jsonpath-file",
  "kyaml",
  "name",
  "template",
  "templatefile",
  "wide",
  "yaml",
] as const;

export type OutputFormat = (typeof outputFormats)[number];

/** `-o` taken apart. */
export interface Output {
  /** "" where there is no `-o`. */
  readonly format: OutputFormat | "";
  /** What stands behind `=`, or in `--template`; "" for nothing. */
  readonly argument: string;
}

const onlyOfGet: ReadonlySet<OutputFormat> = new Set(["custom-columns", "custom-columns-file", "wide"]);

/**
 * Reads `-o` and `--template`. `isForTables` allows what only `get` can print.
 * @see kubernetes v1.36 staging/src/k8s.io/cli-runtime/pkg/genericclioptions/print_flags.go
 */
export function parseOutput(
  { output, template = "" }: { readonly output: string; readonly template?: string },
  { isForTables = false }: { readonly isForTables?: boolean } = {},
): Output {
  if (output === "") return { format: template === "" ? "" : "go-template", argument: template };
  const equals = output.indexOf("=");
  const name = equals === -1 ? output : output.slice(0, equals);
  const argument = equals === -1 ? template : output.slice(equals + 1);
  const allowed = outputFormats.filter((format) => isForTables || !onlyOfGet.has(format));
  const format = allowed.find((each) => each === name || (isOfAnyCase(each) && each === name.toLowerCase()));
  // With --template, what stands behind `=` is part of a name that no format has.
  const isTwofold = equals !== -1 && template !== "";
  if (format === undefined || isTwofold || (equals !== -1 && !takesArgument(format))) {
    throw new UsageError(
      `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${allowed.join(",")}`,
    );
  }
  if (takesArgument(format) && argument === "") {
    throw new UsageError(
      format.startsWith("custom-columns")
        ? "custom-columns format specified but no custom columns given"
        : "template format specified but no template given",
    );
  }
  return { format, argument };
}

/** `-o JSON` is `-o json`; the other formats are told apart by case. */
function isOfAnyCase(format: OutputFormat): boolean {
  return ["json", "kyaml", "name", "yaml"].includes(format);
}

function takesArgument(format: OutputFormat): boolean {
  return !["json", "kyaml", "name", "wide", "yaml"].includes(format);
}
