import { limits } from "../container/limits.js";
import {
  type Errno,
  errnoTexts,
  type OpenOptions,
  type StashedDescriptor,
  type Step,
  SystemError,
} from "../container/program.js";
import { expandString } from "./expand.js";
import type { Shell } from "./shell.js";
import type { Redirection } from "./syntax.js";

/** Descriptors as they were before redirections, to be put back. */
type Saved = readonly (readonly [number, StashedDescriptor | null])[];

/** Why a redirection was not made; the message is what ash says after its name. */
export class RedirectionFault {
  constructor(readonly message: string) {}
}

/**
 * Makes redirections in their order; what the descriptors were is remembered in `saved` as it goes, so that a failure
 * in the middle can be undone as well. Throws RedirectionFault.
 */
export function* redirect(
  shell: Shell,
  redirections: readonly Redirection[],
  saved: (readonly [number, StashedDescriptor | null])[],
): Step<void> {
  for (const redirection of redirections) {
    switch (redirection.kind) {
      case "file":
        openTo(shell, redirection.fd, yield* expandString(shell, redirection.target), redirection.operator, saved);
        break;
      case "both":
        openBoth(shell, yield* expandString(shell, redirection.target), redirection.isAppending ? ">>" : ">", saved);
        break;
      case "here":
        hereDocument(shell, redirection.fd, yield* expandString(shell, redirection.body), saved);
        break;
      case "duplicate":
        duplicate(shell, redirection.fd, yield* expandString(shell, redirection.target), redirection.operator, saved);
        break;
    }
  }
}

/** Puts descriptors back, the last one first. */
export function undoRedirections(shell: Shell, saved: Saved): void {
  for (let index = saved.length - 1; index >= 0; index--) {
    const entry = saved[index];
    if (entry) shell.process.unstash(...entry);
  }
}

type SavedSoFar = (readonly [number, StashedDescriptor | null])[];

function save(shell: Shell, fd: number, saved: SavedSoFar): void {
  saved.push([fd, shell.process.stash(fd)]);
}

const openOptions: Readonly<Record<"<" | ">" | ">>" | "<>" | ">|", OpenOptions>> = {
  "<": { read: true },
  ">": { write: true, create: true, truncate: true },
  ">|": { write: true, create: true, truncate: true },
  ">>": { write: true, append: true, create: true },
  "<>": { read: true, write: true, create: true },
};

function openTo(shell: Shell, fd: number, path: string, operator: keyof typeof openOptions, saved: SavedSoFar): void {
  const opened = open(shell, path, operator);
  if (opened === fd) {
    saved.push([fd, null]);
    return;
  }
  save(shell, fd, saved);
  shell.process.dup(opened, fd);
  shell.process.close(opened);
}

function open(shell: Shell, path: string, operator: keyof typeof openOptions): number {
  const { process } = shell;
  const isCreating = operator !== "<";
  try {
    if (operator === ">" && shell.options.has("C") && process.files.exists(path)) {
      if (process.files.stat(path).type === "file") throw new SystemError("EEXIST");
    }
    return process.open(path, openOptions[operator]);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const what = isCreating ? "create" : "open";
    throw new RedirectionFault(`can't ${what} ${path}: ${reason(error.errno, isCreating)}`);
  }
}

function reason(errno: Errno, isCreating: boolean): string {
  if (errno === "ENOENT") return isCreating ? "nonexistent directory" : "no such file";
  if (errno === "ENOTDIR") return isCreating ? "nonexistent directory" : "no such file";
  return errnoTexts[errno];
}

function openBoth(shell: Shell, path: string, operator: ">" | ">>", saved: SavedSoFar): void {
  openTo(shell, 1, path, operator, saved);
  save(shell, 2, saved);
  shell.process.dup(1, 2);
}

function duplicate(shell: Shell, fd: number, target: string, operator: "<&" | ">&", saved: SavedSoFar): void {
  if (target === "-") {
    save(shell, fd, saved);
    return;
  }
  if (!/^\d+$/.test(target)) {
    if (operator === ">&" && fd === 1) openBoth(shell, target, ">", saved);
    else throw new RedirectionFault("ambiguous redirect");
    return;
  }
  const from = Number(target);
  if (from === fd) return;
  if (from >= limits.openFilesMax || !shell.process.fds().includes(from)) {
    throw new RedirectionFault(`${target}: Bad file descriptor`);
  }
  save(shell, fd, saved);
  shell.process.dup(from, fd);
}

function hereDocument(shell: Shell, fd: number, text: string, saved: SavedSoFar): void {
  const { process } = shell;
  const from = process.textInput(text);
  if (from === fd) {
    saved.push([fd, null]);
    return;
  }
  save(shell, fd, saved);
  process.dup(from, fd);
  process.close(from);
}
