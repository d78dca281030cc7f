import { limits } from "../container/limits.js";
import type { Step } from "../container/program.js";
import { waitForChild } from "./jobs.js";
import type { Shell } from "./shell.js";
import { runSubshell } from "./subshell.js";
import type { List } from "./syntax.js";

/** `$(…)`: what the commands write, without the newlines at its end. */
export function* substitute(shell: Shell, script: List): Step<string> {
  if (script.statements.length === 0) {
    shell.substitutionStatus = 0;
    return "";
  }
  const { process } = shell;
  const pipe = process.pipe();
  const fds = new Map<number, number>();
  for (const fd of process.fds()) if (fd !== pipe.read && fd !== pipe.write) fds.set(fd, fd);
  fds.set(1, pipe.write);
  let pid: number;
  try {
    pid = shell.fork((child) => runSubshell(child, script), fds);
  } finally {
    process.close(pipe.write);
  }
  let output = "";
  for (;;) {
    const part = yield* process.read(pipe.read);
    if (part === "") break;
    output += part;
    if (output.length > limits.smallBytes) shell.hold(output.length);
    if (output.length > limits.stringBytesMax) throw shell.failure("out of memory", 1);
  }
  process.close(pipe.read);
  const { status } = yield* waitForChild(process, shell.jobs, pid);
  shell.substitutionStatus = status;
  return output.replaceAll("\0", "").replace(/\n+$/, "");
}
