import { renameSync, writeFileSync } from "node:fs";

/** Writes a file whole or not at all: into one beside it, which then takes its place. */
export function replaceFile(path: string, text: string, options: { readonly mode?: number } = {}): void {
  const beside = `${path}.${process.pid}.tmp`;
  writeFileSync(beside, text, options);
  renameSync(beside, path);
}
