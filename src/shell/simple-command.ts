import { type Program, type Step, SystemError } from "../container/program.js";
import { SIGINT, SIGPIPE, signalInfo } from "../container/signals.js";
import { type Builtin, builtins, specialBuiltins } from "./builtins.js";
import { evaluateNode } from "./evaluate.js";
import { expandFields, expandString } from "./expand.js";
import { type ChildStatus, waitForChild } from "./jobs.js";
import { parseScript } from "./parse.js";
import { RedirectionFault, redirect, undoRedirections } from "./redirect.js";
import { type Shell, ShellFailure } from "./shell.js";
import type { Node, SimpleCommand, Word } from "./syntax.js";
import type { Variables } from "./variables.js";

/** Builtins whose arguments of the form `name=value` are expanded as assignments are. */
const assigningBuiltins = new Set(["export", "readonly", "local", "alias"]);

/** What the name of a command leads to. */
type Target =
  | { readonly kind: "builtin"; readonly run: Builtin; readonly isSpecial: boolean }
  | { readonly kind: "function"; readonly body: Node }
  | { readonly kind: "program" };

export function* evaluateSimple(shell: Shell, command: SimpleCommand, isLast: boolean): Step<void> {
  yield* shell.beforeCommand();
  if (shell.tracksLines) shell.line = command.line;
  shell.substitutionStatus = null;
  const fields = yield* expandCommand(shell, command);
  const name = fields[0];
  const target = name === undefined ? null : targetOf(shell, name);
  if (command.redirections.length === 0) {
    yield* run(shell, command, fields, target, isLast);
    return;
  }
  const saved: Parameters<typeof redirect>[2] = [];
  try {
    yield* redirect(shell, command.redirections, saved);
  } catch (error) {
    undoRedirections(shell, saved);
    if (!(error instanceof RedirectionFault)) throw error;
    if (target?.kind === "builtin" && target.isSpecial) throw shell.failure(error.message, 1);
    shell.status = yield* shell.complain(error.message);
    return;
  }
  // `exec` without a command keeps its redirections.
  const isKept = name === "exec" && fields.length === 1;
  try {
    yield* run(shell, command, fields, target, isLast);
  } finally {
    if (!isKept) undoRedirections(shell, saved);
    else for (const [, stashed] of saved) discard(shell, stashed);
  }
}

/** Closes what was set aside: it is put where a descriptor is free, and closed. */
function discard(shell: Shell, stashed: Parameters<typeof undoRedirections>[1][number][1]): void {
  if (stashed === null) return;
  const used = new Set(shell.process.fds());
  let free = 0;
  while (used.has(free)) free++;
  shell.process.unstash(free, stashed);
  shell.process.close(free);
}

function* expandCommand(shell: Shell, command: SimpleCommand): Step<string[]> {
  const words = shell.aliases.size > 0 ? withoutAlias(shell, command.words) : command.words;
  const first = words[0]?.literal;
  if (first && assigningBuiltins.has(first) && !shell.functions.has(first)) {
    const fields: string[] = [];
    for (const word of words) {
      if (word.assignment) fields.push(`${word.assignment.name}=${yield* expandString(shell, word.assignment.value)}`);
      else fields.push(...(yield* expandFields(shell, [word])));
    }
    return fields;
  }
  return yield* expandFields(shell, words);
}

function withoutAlias(shell: Shell, words: readonly Word[]): readonly Word[] {
  const [first, ...rest] = words;
  const [part] = first?.parts ?? [];
  if (first?.parts.length !== 1 || part?.kind !== "text" || part.isQuoted) return words;
  const alias = shell.aliases.get(part.text);
  if (alias === undefined) return words;
  const node = parseScript(alias).list.statements[0]?.node;
  return node?.kind === "simple" ? [...node.words, ...rest] : words;
}

function targetOf(shell: Shell, name: string): Target {
  const isSpecial = specialBuiltins.has(name);
  if (!isSpecial) {
    const body = shell.functions.get(name);
    if (body) return { kind: "function", body };
  }
  const builtin = builtins.get(name);
  return builtin ? { kind: "builtin", run: builtin, isSpecial } : { kind: "program" };
}

function* run(
  shell: Shell,
  command: SimpleCommand,
  fields: readonly string[],
  target: Target | null,
  isLast: boolean,
): Step<void> {
  if (!target) {
    for (const { name, value } of command.assignments) {
      const text = yield* expandString(shell, value);
      if (shell.options.has("x")) yield* trace(shell, [`${name}=${traceQuoted(text)}`]);
      shell.set(name, text);
    }
    shell.status = shell.substitutionStatus ?? 0;
    return;
  }
  const assigned: [string, string][] = [];
  for (const { name, value } of command.assignments) assigned.push([name, yield* expandString(shell, value)]);
  if (shell.options.has("x")) {
    yield* trace(shell, [
      ...assigned.map(([name, value]) => `${name}=${traceQuoted(value)}`),
      ...fields.map(traceQuoted),
    ]);
  }
  const isPlain = assigned.length === 0;
  if (target.kind === "builtin") {
    if (isPlain) yield* runBuiltin(shell, target, fields);
    else if (target.isSpecial) {
      for (const [name, value] of assigned) shell.set(name, value);
      yield* runBuiltin(shell, target, fields);
    } else yield* withVariables(shell, assigned, () => runBuiltin(shell, target, fields));
  } else if (target.kind === "function") {
    if (isPlain) yield* callFunction(shell, target.body, fields);
    else yield* withVariables(shell, assigned, () => callFunction(shell, target.body, fields));
  } else if (isPlain) yield* runProgram(shell, fields, isLast && command.redirections.length === 0);
  else {
    yield* withVariables(shell, assigned, () => runProgram(shell, fields, false));
  }
}

/** Runs something with variables set, and exported, for it alone. */
function* withVariables(shell: Shell, assigned: readonly [string, string][], what: () => Step<void>): Step<void> {
  const saved: [string, ReturnType<Variables["save"]>][] = [];
  for (const [name, value] of assigned) {
    saved.push([name, shell.variables.save(name)]);
    shell.set(name, value, true);
  }
  try {
    yield* what();
  } finally {
    for (const [name, value] of saved.reverse()) {
      shell.variables.restore(name, value);
      if (name === "PATH" && value?.value != null) shell.process.env.set("PATH", value.value);
    }
  }
}

function* runBuiltin(
  shell: Shell,
  target: Extract<Target, { kind: "builtin" }>,
  fields: readonly string[],
): Step<void> {
  const { commandName } = shell;
  const name = fields[0] ?? "";
  // `exec` with a command does not come back: what it says is still in its own name.
  shell.commandName = name;
  try {
    const result = target.run(shell, fields.slice(1), name);
    shell.status = typeof result === "number" ? result : yield* result;
  } catch (error) {
    if (error instanceof ShellFailure && !target.isSpecial) {
      yield* shell.process.err(`${error.message}\n`);
      shell.status = error.status;
      return;
    }
    if (!(error instanceof SystemError)) throw error;
    if (error.errno !== "EBADF") throw new ShellFailure(`${shell.prefix}${error.message}`, 1);
    shell.status = 1;
  } finally {
    shell.commandName = commandName;
  }
}

function* callFunction(shell: Shell, body: Node, fields: readonly string[]): Step<void> {
  const { parameters, loopDepth, optionIndex, functionName } = shell;
  shell.enter();
  shell.parameters = fields.slice(1);
  shell.functionName = fields[0] ?? "";
  shell.loopDepth = 0;
  shell.functionDepth++;
  shell.optionIndex = { argument: 1, character: 0 };
  shell.locals.push([]);
  try {
    yield* evaluateNode(shell, body, false);
  } finally {
    for (const { name, saved } of (shell.locals.pop() ?? []).reverse()) shell.variables.restore(name, saved);
    shell.parameters = parameters;
    shell.functionName = functionName;
    shell.loopDepth = loopDepth;
    shell.optionIndex = optionIndex;
    shell.functionDepth--;
    shell.leave();
  }
  if (shell.flow === "return") shell.flow = null;
}

/** Runs a program of the image, in the place of the shell where nothing comes after it. */
export function* runProgram(shell: Shell, fields: readonly string[], isLast: boolean): Step<void> {
  const { process } = shell;
  const program = yield* findProgram(shell, fields[0] ?? "");
  if (typeof program === "number") {
    shell.status = program;
    return;
  }
  const env = shell.variables.environment();
  if (isLast && shell.traps.size === 0 && shell.pendingTraps.length === 0) {
    shell.status = yield* replaceShell(shell, program, fields);
    return;
  }
  const pid = shell.spawn(() => process.spawn({ argv: fields, program, env }));
  const ended = yield* waitForChild(process, shell.jobs, pid);
  if (ended.signal > 0) yield* announceSignal(shell, ended);
  shell.status = ended.status;
}

/** The process goes on as another program, as by exec; the shell is over. */
export function* replaceShell(shell: Shell, program: Program, fields: readonly string[]): Step<number> {
  const { process } = shell;
  process.become(fields, shell.variables.environment());
  shell.flow = "exit";
  shell.traps.clear();
  return yield* program(process);
}

/** A program by its name; where there is none, says so and gives the status. */
export function* findProgram(shell: Shell, name: string): Step<Program | number> {
  try {
    const found = name === "" ? null : shell.process.find(name);
    if (found) return found.program;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return yield* shell.complain(`${name}: Permission denied`, 126);
  }
  return yield* shell.complain(`${name}: not found`, 127);
}

/** `Terminated`, `Killed`, … on standard error, of a command that was waited for. */
export function* announceSignal(shell: Shell, ended: ChildStatus): Step<void> {
  if (ended.signal === 0 || ended.signal === SIGINT || ended.signal === SIGPIPE) return;
  yield* shell.process.err(`${signalInfo(ended.signal)?.text ?? `Signal ${ended.signal}`}\n`);
}

function* trace(shell: Shell, words: readonly string[]): Step<void> {
  const prompt = shell.get("PS4") ?? "+ ";
  yield* shell.process.err(`${prompt}${words.join(" ")}\n`);
}

/** As ash shows a word in a trace: in quotes where it has a letter that means something to a shell. */
function traceQuoted(text: string): string {
  if (!/[^+,\-./0-9:@A-Z\]^_a-z]/.test(text)) return text;
  return `'${text.replaceAll("'", "'\"'\"'")}'`;
}
