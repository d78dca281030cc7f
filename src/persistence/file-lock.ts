import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from "node:fs";

/** Milliseconds: between two tries, until a lock is taken to be left behind, and until this process gives up. */
const wait = { againMs: 5, staleMs: 10_000, atMostMs: 20_000 };

/**
 * Holds a small file while something else is read, changed and written. One that a killed process left behind is taken
 * away. Waits for others, blocking; throws what the file system throws.
 */
export function takeFileLock(path: string): { release(): void } {
  for (let waitedMs = 0; ; waitedMs += wait.againMs) {
    if (tryLock(path)) return { release: () => rmSync(path, { force: true }) };
    if (waitedMs > wait.atMostMs) throw new Error(`${path} is held by another process`);
    removeStale(path);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait.againMs);
  }
}

function tryLock(path: string): boolean {
  try {
    const file = openSync(path, "wx");
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}

function removeStale(path: string): void {
  try {
    const holder = Number(readFileSync(path, "utf8"));
    const ageMs = Date.now() - statSync(path).mtimeMs;
    const isStale = holder > 0 ? !isRunning(holder) || ageMs > wait.staleMs : ageMs > wait.staleMs;
    if (!isStale) return;
    // Only one of several that found it stale moves it away.
    const away = `${path}.${process.pid}`;
    renameSync(path, away);
    rmSync(away, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** Whether there is a process with this number. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
