import type { FileStat, Process } from "./program.js";

/** Whether a process may read (4), write (2) or execute (1) a file; root may all, but execute only where anyone may. */
export function mayAccess(process: Process, stat: FileStat, bit: 1 | 2 | 4): boolean {
  if (process.uid === 0) return bit !== 1 || stat.type === "directory" || (stat.mode & 0o111) !== 0;
  const shift = stat.uid === process.uid ? 6 : stat.gid === process.gid ? 3 : 0;
  return ((stat.mode >> shift) & bit) !== 0;
}
