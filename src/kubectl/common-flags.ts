import type { FieldValidation, WriteOptions } from "../client/api-client.js";
import { UsageError } from "./errors.js";
import { boolFlag, listFlag, readBool, textFlag } from "./flags.js";

/** `-f`, `-R`, `-k` */
export const fileFlags = {
  filename: listFlag("Filename, directory, or - for standard input, identifying the resources", { short: "f" }),
  recursive: boolFlag("Process the directory used in -f, --filename recursively", { short: "R" }),
  kustomize: textFlag("Process a kustomization directory", { short: "k" }),
} as const;

/** `-o` and what belongs to it, for verbs whose result is one line unless asked otherwise. */
export const outputFlags = {
  output: textFlag(
    "Output format. One of: (json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file)",
    { short: "o" },
  ),
  template: textFlag("Template string or path to template file to use when -o=go-template, -o=go-template-file"),
  showManagedFields: boolFlag("If true, keep the managedFields when printing objects in JSON or YAML format"),
  allowMissingTemplateKeys: boolFlag("If true, ignore any errors in templates when a field or map key is missing", {
    default: true,
  }),
} as const;

export const selectorFlag = textFlag("Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'", {
  short: "l",
});

const bareDryRun = "unchanged";

export const dryRunFlag = textFlag(
  'Must be "none", "server", or "client". With client, nothing is sent; with server, nothing is kept.',
  { default: "none", bare: bareDryRun },
);

export const validateFlag = textFlag(
  "Must be one of: strict (or true), warn, ignore (or false): what happens to unknown and duplicate fields",
  { default: "strict", bare: "strict" },
);

export const fieldManagerFlag = (name: string) =>
  textFlag("Name of the manager used to track field ownership", { default: name });

/** The manager of server-side apply where none is named; it takes over from client-side apply. */
export const serverSideManager = "kubectl";

export type DryRun = "none" | "client" | "server";

/** Throws a UsageError for what is no strategy. What older versions took has a {@link dryRunWarning}. */
export function parseDryRun(text: string): DryRun {
  if (text === bareDryRun) return "client";
  const isAsked = readBool(text);
  if (isAsked !== undefined) return isAsked ? "client" : "none";
  switch (text) {
    case "none":
    case "client":
    case "server":
      return text;
    default:
      throw new UsageError(`Invalid dry-run value (${text}). Must be "none", "server", or "client".`);
  }
}

/**
 * What kubectl's log says of a `--dry-run` as older versions had it; undefined for one of today.
 * @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go, GetDryRunStrategy
 */
export function dryRunWarning(text: string): { readonly place: string; readonly message: string } | undefined {
  if (text === bareDryRun) {
    return { place: "helpers.go:719", message: "--dry-run is deprecated and can be replaced with --dry-run=client." };
  }
  const isAsked = readBool(text);
  if (isAsked === undefined) return undefined;
  const now = isAsked ? "client" : "none";
  return {
    place: `helpers.go:${isAsked ? 733 : 736}`,
    message: `--dry-run=${text} is deprecated (boolean value) and can be replaced with --dry-run=${now}.`,
  };
}

/** Throws a UsageError for what is no directive. */
export function parseValidation(text: string): FieldValidation {
  const isStrict = readBool(text);
  if (isStrict !== undefined) return isStrict ? "Strict" : "Ignore";
  switch (text) {
    case "strict":
      return "Strict";
    case "warn":
      return "Warn";
    case "ignore":
      return "Ignore";
    default:
      throw new UsageError(
        `invalid - validate option ${JSON.stringify(text)}; must be one of: strict (or true), warn, ignore (or false)`,
      );
  }
}

/** What a write sends along. */
export function writeOptions(options: {
  readonly dryRun: DryRun;
  readonly fieldManager?: string;
  readonly validation?: FieldValidation;
}): WriteOptions {
  return {
    ...(options.dryRun === "server" ? { dryRun: true } : {}),
    ...(options.fieldManager === undefined ? {} : { fieldManager: options.fieldManager }),
    ...(options.validation === undefined ? {} : { fieldValidation: options.validation }),
  };
}
