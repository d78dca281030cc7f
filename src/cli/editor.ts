import { type SpawnSyncReturns, spawnSync } from "node:child_process";
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
    const { status, error } = launch(command, path);
    if (error) throw new Error(`unable to launch the editor "${command}": ${error.message}`);
    if (status !== 0) throw new Error(`there was a problem with the editor "${command}"`);
    return readFileSync(path, "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The command may have arguments and quotes, so a shell reads it; the path is handed over beside it, and is the only file that
 * the editor is given. (With Node's own `shell`, arguments become part of the text, and "$0" is the shell itself.)
 */
function launch(command: string, path: string): SpawnSyncReturns<Buffer> {
  if (process.platform === "win32") return spawnSync(`${command} "${path}"`, { shell: true, stdio: "inherit" });
  return spawnSync("/bin/sh", ["-c", `${command} "$0"`, path], { stdio: "inherit" });
}
