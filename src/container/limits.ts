/** What one container may use, all in one place. Where a real container meets its cgroup or a full disk, ours meets these. */
export const limits = {
  /** Processes alive or not yet waited for; more, and a fork fails with EAGAIN. */
  processesMax: 512,
  /** Open descriptors of one process. */
  openFilesMax: 1024,
  /** What a pipe holds before its writer waits. */
  pipeBytesMax: 65_536,
  /** Size of one file. */
  fileBytesMax: 64 * 2 ** 20,
  /** All files that one file tree holds beyond those of its image. */
  treeBytesMax: 256 * 2 ** 20,
  /** What a process really keeps of what it has read; one that wants more than this has no limit that would let it. */
  heldBytesMax: 256 * 2 ** 20,
  /** Less than this is not worth counting against a container's memory. */
  smallBytes: 2 ** 20,
  /** Longest text that a shell variable or an expansion may become. */
  stringBytesMax: 16 * 2 ** 20,
  /** Bytes to standard output and error at one instant; a program that goes on is parked. */
  outputBytesPerInstantMax: 4 * 2 ** 20,
  /** Standard input that waits to be read. */
  stdinBytesMax: 16 * 2 ** 20,
  /** Turns a process may take without time passing, some 10 microseconds of our processor each; then it is parked. */
  turnsPerInstantMax: 20_000,
  /** Turns that all processes of a container may take together without time passing. */
  turnsOfContainerPerInstantMax: 100_000,
  /** Processes that may be started without time passing. */
  spawnsPerInstantMax: 20_000,
  /** Nested function calls, `eval`, `.` and substitutions of a shell; deeper is a stack overflow, which ends it by SIGSEGV. */
  shellDepthMax: 200,
  /** Symbolic links followed in one path. */
  linksMax: 40,
  /** One name in a directory. */
  nameBytesMax: 255,
  /** Parsed scripts that are kept for the next container. */
  parsedScriptsMax: 256,
} as const;
