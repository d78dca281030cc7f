import type { TextPosition } from "./yaml-error.js";

export interface YamlDiagnosis {
  readonly problem: string;
  /** The line go-yaml names, by its own way of counting; absent on the first. */
  readonly line?: number;
  readonly position: TextPosition;
}

export function explainYaml(_text: string): YamlDiagnosis | undefined {
  return undefined;
}
