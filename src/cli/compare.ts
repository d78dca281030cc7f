import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { ComparedSide } from "../kubectl/edge.js";

/** Runs `PROGRAM LIVE MERGED` on folders that are there as long as it runs; its words may have options. */
export function compareWith(program: string, sides: readonly ComparedSide[]): number {
  const root = mkdtempSync(join(tmpdir(), "kjob-diff-"));
  try {
    const paths = sides.map(({ folder, files }) => {
      const path = join(root, basename(folder));
      mkdirSync(path);
      for (const { name, text } of files) writeFileSync(join(path, name), text);
      return path;
    });
    const [command = "", ...args] = program.split(/\s+/).filter((word) => word !== "");
    const { status, error } = spawnSync(command, [...args, ...paths], { stdio: "inherit" });
    if (error) throw new Error(`failed to run "${program}": ${error.message}`);
    return status ?? 2;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
