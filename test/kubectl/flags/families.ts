/** What a flag makes different: words that are added to the verb's base command, or two commands, without and with it. */
export type FlagCase = string | readonly [without: string, withFlag: string];

export interface VerbCases {
  /** A command that works, which flags are added to. */
  readonly base: string;
  /** The same for objects of files: FILES stands for the flags that name them, of the family that follows. */
  readonly files?: readonly [command: string, family: "crons" | "sets" | "pods" | "fresh" | "changed"];
  /** What each flag does, where it is not what the flag of that name does everywhere. */
  readonly flags?: Readonly<Record<string, FlagCase>>;
  readonly stdin?: string;
}

/** The case of a flag that means the same wherever it is; undefined where it is particular to the verb. */
export function commonCase(flag: string, { base, files }: VerbCases): FlagCase | undefined {
  const at = base.indexOf(" -- ");
  const add = (words: string) => (at === -1 ? `${base} ${words}` : `${base.slice(0, at)} ${words}${base.slice(at)}`);
  const ofFiles = (words: string) => files?.[0].replace("FILES", words) ?? "";
  const family = files?.[1] ?? "";
  switch (flag) {
    case "output":
      return "-o yaml";
    case "template":
      return [add("-o go-template --template={{.kind}}"), add("-o go-template --template={{.apiVersion}}")];
    case "showManagedFields":
      return [add("-o json"), add("-o json --show-managed-fields")];
    case "allowMissingTemplateKeys":
      return [add("-o jsonpath={.none.here}"), add("-o jsonpath={.none.here} --allow-missing-template-keys=false")];
    case "dryRun":
      return "--dry-run=client";
    case "fieldManager":
      return "--field-manager=somebody";
    case "saveConfig":
      return "--save-config";
    case "validate":
      return "--validate=ignore";
    case "filename":
      return [ofFiles(`-f ${family}/one.yaml`), ofFiles(`-f ${family}/other.yaml`)];
    case "recursive":
      return [ofFiles(`-f ${family}/tree`), ofFiles(`-f ${family}/tree -R`)];
    case "kustomize":
      return [ofFiles(`-f ${family}/other.yaml`), ofFiles(`-k ${family}/overlay`)];
    default:
      return undefined;
  }
}

/** Two commands, without a flag and with it. */
export function commandsOf(found: FlagCase, { base }: VerbCases): readonly [string, string] {
  if (typeof found !== "string") return found;
  const at = base.indexOf(" -- ");
  return [base, at === -1 ? `${base} ${found}` : `${base.slice(0, at)} ${found}${base.slice(at)}`];
}
