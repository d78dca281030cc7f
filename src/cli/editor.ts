import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Opens a text in the person's editor (KUBE_EDITOR, EDITOR, else vi) and returns what they saved. */
export function editText(text: string, extension: string, env: (name: string) => string | undefined): string {
  const command = env("KUBE_EDITOR") || env("EDITOR") || "vi";
  const folder = mkdtempSync(join(tmpdir(), "kjob-edit-"));
  try {
    const path = join(folder, `kjob-edit${extension}`);
    writeFileSync(path, text);
    const { status, error } = spawnSync(`${command} "$0"`, [path], { shell: true, stdio: "inherit" });
    if (error) throw new Error(`unable to launch the editor "${command}": ${error.message}`);
    if (status !== 0) throw new Error(`there was a problem with the editor "${command}"`);
    return readFileSync(path, "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
