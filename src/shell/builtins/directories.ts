import { errnoTexts, type Step, SystemError } from "../../container/program.js";
import type { Shell } from "../shell.js";

/** `cd [-LP] [DIR]`: HOME without a directory, the one before for `-`, also through $CDPATH. */
export function* cd(shell: Shell, args: readonly string[]): Step<number> {
  const rest = args.filter((word) => !/^-[LP]+$/.test(word) && word !== "--");
  const isPhysical = args.includes("-P");
  const wanted = rest[0] ?? shell.get("HOME") ?? "";
  const target = wanted === "-" ? (shell.get("OLDPWD") ?? "") : wanted;
  if (target === "") return 0;
  const path = isPhysical ? physical(shell, target) : viaPath(shell, target);
  const isShown = wanted === "-" || (!isPhysical && path !== absolute(shell, target));
  enter(shell, path, target);
  if (isShown) yield* shell.process.out(`${shell.process.cwd}\n`);
  return 0;
}

function absolute(shell: Shell, path: string): string {
  return shell.process.files.absolute(path);
}

function physical(shell: Shell, path: string): string {
  const { files } = shell.process;
  return files.exists(path) ? files.realpath(path) : absolute(shell, path);
}

function viaPath(shell: Shell, target: string): string {
  const { files } = shell.process;
  if (!/^(?:\/|\.\.?(?:\/|$))/.test(target)) {
    for (const directory of (shell.get("CDPATH") ?? "").split(":")) {
      if (directory === "") continue;
      const path = files.absolute(`${directory}/${target}`);
      if (files.exists(path) && files.stat(path).type === "directory") return path;
    }
  }
  return absolute(shell, target);
}

function enter(shell: Shell, path: string, shown: string): void {
  const { process } = shell;
  const old = process.cwd;
  try {
    if (process.files.stat(path).type !== "directory") throw new SystemError("ENOTDIR");
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw shell.failure(`can't cd to ${shown}: ${errnoTexts[error.errno]}`);
  }
  process.cwd = path;
  shell.set("OLDPWD", shell.get("PWD") ?? old, true);
  shell.set("PWD", path, true);
}

export function* pwd(shell: Shell, args: readonly string[]): Step<number> {
  const { process } = shell;
  yield* process.out(`${args.includes("-P") ? process.files.realpath(process.cwd) : process.cwd}\n`);
  return 0;
}
