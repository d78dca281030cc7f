import type { Step } from "../container/program.js";
import { SIGINT, SIGQUIT } from "../container/signals.js";
import { expandFields, expandPattern, expandString } from "./expand.js";
import { waitForChild } from "./jobs.js";
import { Pattern } from "./pattern.js";
import { RedirectionFault, redirect, undoRedirections } from "./redirect.js";
import { errorTrap, type Shell } from "./shell.js";
import { announceSignal, evaluateSimple } from "./simple-command.js";
import { runSubshell } from "./subshell.js";
import type { AndOr, Case, For, Group, If, List, Node, Pipeline, Statement, While } from "./syntax.js";
import { evaluateTestCommand } from "./test-command.js";
import { runErrorTrap, runPendingTraps } from "./traps.js";

/** Runs commands one after the other. `isLast`: nothing comes after them, so the last may take the shell's place. */
export function* evaluateList(shell: Shell, list: List, isLast: boolean): Step<void> {
  const { statements } = list;
  for (let index = 0; index < statements.length; index++) {
    const statement = statements[index];
    if (!statement) break;
    yield* evaluateStatement(shell, statement, isLast && index === statements.length - 1);
    if (shell.flow) return;
  }
}

function* evaluateStatement(shell: Shell, statement: Statement, isLast: boolean): Step<void> {
  if (statement.isBackground) startInBackground(shell, statement.node);
  else yield* evaluateNode(shell, statement.node, isLast);
  if (shell.pendingTraps.length > 0) yield* runPendingTraps(shell);
}

export function* evaluateNode(shell: Shell, node: Node, isLast: boolean): Step<void> {
  if (shell.options.has("n")) return;
  switch (node.kind) {
    case "simple":
      yield* evaluateSimple(shell, node, isLast);
      break;
    case "pipeline":
      yield* evaluatePipeline(shell, node);
      if (node.isNegated) return;
      break;
    case "andOr":
      yield* evaluateAndOr(shell, node, isLast);
      return;
    case "if":
      yield* evaluateIf(shell, node, isLast);
      return;
    case "for":
      yield* evaluateFor(shell, node);
      return;
    case "while":
      yield* evaluateWhile(shell, node);
      return;
    case "case":
      yield* evaluateCase(shell, node, isLast);
      return;
    case "group":
      yield* evaluateGroup(shell, node, isLast);
      if (!node.isSubshell && node.redirections.length === 0) return;
      break;
    case "function":
      shell.functions.set(node.name, node.body);
      shell.status = 0;
      return;
    case "test":
      yield* evaluateTestCommand(shell, node);
      break;
  }
  if (shell.status !== 0 && shell.testedDepth === 0 && shell.flow === null) yield* onError(shell);
}

/** The trap of ERR, and `set -e`. */
function* onError(shell: Shell): Step<void> {
  if (shell.traps.has(errorTrap) && shell.functionDepth === 0) yield* runErrorTrap(shell);
  if (shell.options.has("e")) shell.flow = "exit";
}

function* evaluateTested(shell: Shell, run: () => Step<void>): Step<boolean> {
  shell.testedDepth++;
  yield* run();
  shell.testedDepth--;
  return shell.status === 0;
}

function* evaluateAndOr(shell: Shell, node: AndOr, isLast: boolean): Step<void> {
  let current = node.first;
  for (const { operator, node: next } of node.rest) {
    const runs = current;
    if (runs !== skipped) yield* evaluateTested(shell, () => evaluateNode(shell, runs, false));
    if (shell.flow) return;
    current = (operator === "&&") === (shell.status === 0) ? next : skipped;
  }
  if (current !== skipped) yield* evaluateNode(shell, current, isLast);
}

/** Stands for a command of an and-or list that is not run. */
const skipped: Node = { kind: "group", isSubshell: false, body: { statements: [] }, redirections: [] };

function* evaluateIf(shell: Shell, node: If, isLast: boolean): Step<void> {
  for (const { condition, body } of node.branches) {
    const holds = yield* evaluateTested(shell, () => evaluateList(shell, condition, false));
    if (shell.flow) return;
    if (holds) {
      yield* evaluateList(shell, body, isLast);
      return;
    }
  }
  if (node.otherwise) yield* evaluateList(shell, node.otherwise, isLast);
  else shell.status = 0;
}

/** Whether the loop goes on after its body. */
function goesOn(shell: Shell): boolean {
  if (shell.flow === null) return true;
  if (shell.flow !== "break" && shell.flow !== "continue") return false;
  if (--shell.flowCount > 0) return false;
  const goesOn = shell.flow === "continue";
  shell.flow = null;
  return goesOn;
}

function* evaluateFor(shell: Shell, node: For): Step<void> {
  const values = node.words ? yield* expandFields(shell, node.words) : shell.parameters;
  let status = 0;
  shell.loopDepth++;
  for (const value of values) {
    yield* shell.beforeCommand();
    shell.set(node.variable, value);
    yield* evaluateList(shell, node.body, false);
    status = shell.status;
    if (!goesOn(shell)) break;
  }
  shell.loopDepth--;
  shell.status = status;
}

function* evaluateWhile(shell: Shell, node: While): Step<void> {
  let status = 0;
  shell.loopDepth++;
  for (;;) {
    yield* shell.beforeCommand();
    const holds = yield* evaluateTested(shell, () => evaluateList(shell, node.condition, false));
    if (shell.flow !== null && !goesOn(shell)) {
      if (shell.flow !== null) status = shell.status;
      break;
    }
    if (holds === node.isUntil) break;
    yield* evaluateList(shell, node.body, false);
    status = shell.status;
    if (!goesOn(shell)) break;
  }
  shell.loopDepth--;
  shell.status = status;
}

function* evaluateCase(shell: Shell, node: Case, isLast: boolean): Step<void> {
  const text = yield* expandString(shell, node.word);
  for (const { patterns, body } of node.items) {
    for (const word of patterns) {
      if (!new Pattern(yield* expandPattern(shell, word)).matches(text)) continue;
      shell.status = 0;
      yield* evaluateList(shell, body, isLast);
      return;
    }
  }
  shell.status = 0;
}

function* evaluateGroup(shell: Shell, node: Group, isLast: boolean): Step<void> {
  if (!node.isSubshell && node.redirections.length === 0) {
    yield* evaluateList(shell, node.body, isLast);
    return;
  }
  const saved: Parameters<typeof redirect>[2] = [];
  try {
    yield* redirect(shell, node.redirections, saved);
  } catch (error) {
    undoRedirections(shell, saved);
    if (!(error instanceof RedirectionFault)) throw error;
    shell.status = yield* shell.complain(error.message);
    return;
  }
  try {
    if (node.isSubshell) {
      const pid = shell.fork((child) => runSubshell(child, node.body));
      const ended = yield* waitForChild(shell.process, shell.jobs, pid);
      yield* announceSignal(shell, ended);
      shell.status = ended.status;
    } else yield* evaluateList(shell, node.body, false);
  } finally {
    undoRedirections(shell, saved);
  }
}

function* evaluatePipeline(shell: Shell, node: Pipeline): Step<void> {
  const [only] = node.commands;
  if (node.commands.length === 1 && only) {
    yield* evaluateTested(shell, () => evaluateNode(shell, only, false));
  } else {
    const pids = startPipeline(shell, node);
    let status = 0;
    for (const [index, pid] of pids.entries()) {
      const ended = yield* waitForChild(shell.process, shell.jobs, pid);
      if (index === pids.length - 1) yield* announceSignal(shell, ended);
      if (index === pids.length - 1 && !shell.options.has("pipefail")) status = ended.status;
      else if (ended.status !== 0 && shell.options.has("pipefail")) status = ended.status;
    }
    shell.status = status;
  }
  if (node.isNegated && shell.flow === null) shell.status = shell.status === 0 ? 1 : 0;
}

/** Starts the commands of a pipeline, each in a process of its own, and gives their numbers. */
function startPipeline(shell: Shell, node: Pipeline): number[] {
  const { process } = shell;
  const pids: number[] = [];
  const outer = process.fds();
  let input: number | null = null;
  try {
    for (const [index, command] of node.commands.entries()) {
      const fds = new Map(outer.map((fd) => [fd, fd]));
      if (input !== null) fds.set(0, input);
      const pipe = index < node.commands.length - 1 ? process.pipe() : null;
      if (pipe) fds.set(1, pipe.write);
      try {
        pids.push(shell.fork((child) => runSubshell(child, command), fds));
      } finally {
        if (input !== null) process.close(input);
        if (pipe) process.close(pipe.write);
        input = pipe?.read ?? null;
      }
    }
  } finally {
    if (input !== null) process.close(input);
  }
  return pids;
}

function startInBackground(shell: Shell, node: Node): void {
  if (node.kind === "pipeline" && node.commands.length > 1 && !node.isNegated) {
    const pids = startPipeline(shell, node);
    shell.jobs.add(pids);
    shell.lastBackgroundPid = pids.at(-1) ?? null;
  } else {
    const pid = shell.fork((child) => {
      detach(child);
      return runSubshell(child, node);
    });
    shell.jobs.add([pid]);
    shell.lastBackgroundPid = pid;
  }
  shell.status = 0;
}

/** Without job control a background command reads nothing, and the terminal's interrupts are not for it. */
function detach(shell: Shell): void {
  const { process } = shell;
  process.onSignal(SIGINT, "ignore");
  process.onSignal(SIGQUIT, "ignore");
  const input = process.open("/dev/null", { read: true });
  if (input === 0) return;
  process.dup(input, 0);
  process.close(input);
}
