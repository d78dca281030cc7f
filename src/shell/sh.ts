import { errnoTexts, type Process, type Program, type Step, SystemError } from "../container/program.js";
import { setOptions } from "./builtins/set.js";
import { evaluateList } from "./evaluate.js";
import { lacksHereDocumentEnd } from "./here-document.js";
import { type ParsedScript, parseScript } from "./parse.js";
import { Shell, ShellFailure } from "./shell.js";
import { attempt, runToExit } from "./subshell.js";

/** What the shell was called with. */
interface Call {
  readonly command: string | null;
  readonly file: string | null;
}

/** `sh`, as busybox's ash: `sh -c COMMAND [NAME [ARG…]]`, `sh FILE [ARG…]`, or commands from standard input. */
export const sh: Program = function* (process) {
  const shell = new Shell(process);
  const call = yield* prepare(shell);
  if (typeof call === "number") return call;
  if (call.command !== null) {
    const { command } = call;
    return yield* runToExit(shell, () => runScript(shell, parseScript(command), true));
  }
  if (call.file !== null) {
    const text = yield* readFile(process, shell.name, call.file);
    if (typeof text === "number") return text;
    shell.commandName = shell.name;
    shell.tracksLines = true;
    return yield* runToExit(shell, () => runScript(shell, parseScript(text), true));
  }
  return yield* runToExit(shell, () => runInput(shell));
};

/** Options and parameters from the arguments, and the variables a shell sets for itself. */
function* prepare(shell: Shell): Step<Call | number> {
  const { process } = shell;
  const args = process.argv.slice(1);
  let command: string | null = null;
  let hasCommand = false;
  try {
    const words: string[] = [];
    while (args.length > 0) {
      const word = args[0] ?? "";
      if (word === "--" || word === "-") {
        args.shift();
        break;
      }
      if (!/^[-+]./.test(word) || word === "--login") {
        if (word !== "--login") break;
        args.shift();
        continue;
      }
      args.shift();
      if (word === "-c") {
        hasCommand = true;
        continue;
      }
      if (word.startsWith("-") && word.includes("c")) hasCommand = true;
      const others = word.replace(/(?<=^-.*)[cl]/g, "");
      if (others.length > 1) words.push(others);
      if (others.endsWith("o") && args.length > 0) words.push(args.shift() ?? "");
    }
    setOptions(shell, words);
    if (hasCommand) {
      command = args.shift() ?? null;
      if (command === null) throw shell.failure("-c requires an argument");
      shell.options.add("c");
    }
  } catch (error) {
    if (!(error instanceof ShellFailure)) throw error;
    yield* process.err(`${error.message}\n`);
    return error.status;
  }
  const isFromInput = command === null && (args.length === 0 || shell.options.has("s"));
  let file: string | null = null;
  if (command === null && !isFromInput) file = args[0] ?? null;
  if (!isFromInput && args.length > 0) {
    shell.name = args.shift() ?? shell.name;
    if (command !== null) shell.commandName = shell.name;
  }
  if (isFromInput) shell.options.add("s");
  if (isFromInput && process.isTerminal(0)) shell.options.add("i");
  shell.parameters = args;
  setOwnVariables(shell);
  return { command, file };
}

function setOwnVariables(shell: Shell): void {
  const { process, variables } = shell;
  const level = Number(variables.get("SHLVL") ?? 0);
  variables.set("SHLVL", String((Number.isInteger(level) ? level : 0) + 1), true);
  if (variables.get("PWD") !== process.cwd) variables.set("PWD", process.cwd, true);
  variables.set("IFS", " \t\n", false);
  variables.set("OPTIND", "1");
  variables.set("PS1", "\\w \\$ ");
  variables.set("PS2", "> ");
  variables.set("PS4", "+ ");
  variables.set("PPID", String(process.parentPid));
}

function* readFile(process: Process, name: string, path: string): Step<string | number> {
  try {
    return process.files.read(path);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    yield* process.err(`${process.argv[0] ?? name}: can't open '${path}': ${errnoTexts[error.errno]}\n`);
    return error.errno === "ENOENT" ? 2 : 126;
  }
}

function* runScript(shell: Shell, script: ParsedScript, isLast: boolean): Step<void> {
  const { list, fault } = script;
  yield* evaluateList(shell, list, isLast && fault === null);
  if (!fault || shell.flow !== null) return;
  shell.line = fault.line;
  throw shell.failure(`syntax error: ${fault.message}`);
}

/** Commands from standard input, one whole command at a time, so that they may read what follows them. */
function* runInput(shell: Shell): Step<void> {
  const { process } = shell;
  const isInteractive = shell.options.has("i");
  if (isInteractive) yield* prompt(shell, "PS1");
  let text = "";
  for (;;) {
    const line = yield* process.readLine(0);
    text += line;
    if (line === "") {
      if (text !== "") yield* runScript(shell, parseScript(text), false);
      if (isInteractive) yield* process.err("\n");
      return;
    }
    const script = parseScript(text);
    if (script.fault?.isIncomplete || lacksHereDocumentEnd(text)) {
      if (isInteractive) yield* prompt(shell, "PS2");
      continue;
    }
    text = "";
    if (isInteractive) yield* attempt(shell, () => runScript(shell, script, false));
    else yield* runScript(shell, script, false);
    if (shell.flow === "exit") return;
    shell.flow = null;
    if (isInteractive) yield* prompt(shell, "PS1");
  }
}

/** `\w` is the working directory, `\$` the sign of root, `\h` the host. */
function* prompt(shell: Shell, variable: "PS1" | "PS2"): Step<void> {
  const { process } = shell;
  const home = shell.get("HOME");
  const cwd = home !== undefined && process.cwd === home ? "~" : process.cwd;
  const text = (shell.get(variable) ?? "").replace(/\\([wWh$u])/g, (_, letter: string) => {
    if (letter === "w") return cwd;
    if (letter === "W") return cwd.split("/").at(-1) || "/";
    if (letter === "h") return process.hostname;
    if (letter === "u") return process.uid === 0 ? "root" : String(process.uid);
    return process.uid === 0 ? "#" : "$";
  });
  yield* process.err(text);
}
