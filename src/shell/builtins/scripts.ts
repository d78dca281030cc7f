import { errnoTexts, type Step, SystemError } from "../../container/program.js";
import { evaluateList } from "../evaluate.js";
import { parseScript } from "../parse.js";
import type { Shell } from "../shell.js";

/** Runs the text of `eval`, a trap or a file; a syntax error is one of the shell's. */
function* runText(shell: Shell, text: string): Step<number> {
  const { list, fault } = parseScript(text);
  shell.enter();
  shell.status = 0;
  yield* evaluateList(shell, list, false);
  shell.leave();
  if (fault && shell.flow === null) {
    if (shell.tracksLines) shell.line = fault.line;
    throw shell.failure(`syntax error: ${fault.message}`);
  }
  return shell.status;
}

export function* evalBuiltin(shell: Shell, args: readonly string[]): Step<number> {
  const { tracksLines } = shell;
  shell.tracksLines = false;
  const status = yield* runText(shell, args.join(" "));
  shell.tracksLines = tracksLines;
  return status;
}

/** `.` and `source`: arguments after the file are its parameters. */
export function* dot(shell: Shell, args: readonly string[]): Step<number> {
  const [name, ...parameters] = args;
  if (name === undefined) throw shell.failure("filename argument required");
  const text = readScript(shell, name);
  const outer = {
    parameters: shell.parameters,
    name: shell.commandName,
    tracksLines: shell.tracksLines,
    line: shell.line,
  };
  if (parameters.length > 0) shell.parameters = parameters;
  shell.commandName = name;
  shell.tracksLines = true;
  shell.sourceDepth++;
  const status = yield* runText(shell, text);
  shell.sourceDepth--;
  shell.tracksLines = outer.tracksLines;
  shell.line = outer.line;
  shell.commandName = outer.name;
  if (parameters.length > 0) shell.parameters = outer.parameters;
  if (shell.flow === "return") shell.flow = null;
  return status;
}

function readScript(shell: Shell, name: string): string {
  const { files } = shell.process;
  try {
    if (name.includes("/")) return files.read(name);
    for (const directory of (shell.get("PATH") ?? "").split(":")) {
      const path = `${directory === "" ? "." : directory}/${name}`;
      if (files.exists(path) && files.stat(path).type === "file") return files.read(path);
    }
    if (files.exists(name)) return files.read(name);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw shell.failure(`can't open '${name}': ${errnoTexts[error.errno]}`);
  }
  throw shell.failure(`${name}: not found`);
}
