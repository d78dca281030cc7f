import type { Step, Wait } from "../../container/program.js";
import type { Shell } from "../shell.js";
import { isName } from "../variables.js";
import { parseOptions } from "./options.js";

/** How often a read with a time limit looks whether something has come. */
const pollMs = 100;

/** `read [-r] [-p PROMPT] [-n COUNT] [-t SECONDS] [-d DELIMITER] [-u FD] [NAME…]`. */
export function* read(shell: Shell, args: readonly string[]): Step<number> {
  const parsed = yield* parse(shell, args);
  if (typeof parsed === "number") return parsed;
  const { options, rest } = parsed;
  const names = rest.length > 0 ? rest : ["REPLY"];
  const bad = names.find((name) => !isName(name));
  if (bad !== undefined) {
    yield* shell.process.err(`${shell.name}: read: '${bad}': bad variable name\n`);
    return 1;
  }
  const { process } = shell;
  const fd = Number(options.get("u") ?? 0);
  const prompt = options.get("p");
  if (prompt !== undefined && process.isTerminal(fd)) yield* process.err(prompt);
  const seconds = options.get("t");
  const line = yield* readInput(shell, fd, {
    isRaw: options.has("r"),
    countMax: options.has("n") ? Number(options.get("n")) : null,
    delimiter: options.has("d") ? (options.get("d") ?? "").slice(0, 1) || "\0" : "\n",
    deadlineMs: seconds === undefined ? null : process.nowMs() + Number(seconds) * 1000,
  });
  assign(shell, names, line, rest.length === 0);
  return line.isWhole ? 0 : 1;
}

/** A bad option of read is an error of the command, not of the shell. */
function* parse(shell: Shell, args: readonly string[]): Step<ReturnType<typeof parseOptions> | number> {
  const bad = args.find((word) => /^-[^rpntdsu-]/.test(word));
  if (bad !== undefined) return yield* shell.complain(`illegal option ${bad.slice(0, 2)}`, 2);
  return parseOptions(shell, args, "rsp:n:t:d:u:");
}

interface Line {
  readonly characters: readonly { readonly character: string; readonly isEscaped: boolean }[];
  /** Whether its delimiter, or its count, was reached. */
  readonly isWhole: boolean;
}

interface Limits {
  readonly isRaw: boolean;
  readonly countMax: number | null;
  readonly delimiter: string;
  readonly deadlineMs: number | null;
}

function* readInput(shell: Shell, fd: number, limits: Limits): Step<Line> {
  const characters: { character: string; isEscaped: boolean }[] = [];
  let isEscaping = false;
  const isByLine = limits.countMax === null && limits.delimiter === "\n" && limits.deadlineMs === null;
  for (;;) {
    const part = isByLine ? yield* shell.process.readLine(fd) : yield* readOne(shell, fd, limits.deadlineMs);
    if (part === "") return { characters, isWhole: false };
    for (const character of part) {
      if (isEscaping) {
        isEscaping = false;
        if (character !== "\n") characters.push({ character, isEscaped: true });
      } else if (character === "\\" && !limits.isRaw) isEscaping = true;
      else if (character === limits.delimiter) return { characters, isWhole: true };
      else if (character !== "\0") characters.push({ character, isEscaped: false });
      if (limits.countMax !== null && characters.length >= limits.countMax) return { characters, isWhole: true };
    }
  }
}

/** One byte, or "" when the input is at its end or the time is up. */
function* readOne(shell: Shell, fd: number, deadlineMs: number | null): Step<string> {
  const { process } = shell;
  if (deadlineMs === null) return yield* process.read(fd, 1);
  for (;;) {
    const step = process.read(fd, 1);
    let next: IteratorResult<Wait, string> = step.next();
    while (!next.done && next.value.kind === "turn") {
      yield next.value;
      next = step.next();
    }
    if (next.done) return next.value;
    if (process.nowMs() >= deadlineMs) return "";
    yield { kind: "until", atMs: Math.min(deadlineMs, process.nowMs() + pollMs) };
  }
}

/** Gives each name its word, and the last one the rest. */
function assign(shell: Shell, names: readonly string[], line: Line, isReply: boolean): void {
  const separators = isReply ? "" : (shell.variables.get("IFS") ?? " \t\n");
  const { characters } = line;
  const isSeparator = (index: number): boolean => {
    const entry = characters[index];
    return entry !== undefined && !entry.isEscaped && separators.includes(entry.character);
  };
  const isBlank = (index: number): boolean => isSeparator(index) && /[ \t\n]/.test(characters[index]?.character ?? "");
  const text = (from: number, to: number): string =>
    characters
      .slice(from, to)
      .map((entry) => entry.character)
      .join("");
  let at = 0;
  while (isBlank(at)) at++;
  names.forEach((name, index) => {
    if (index === names.length - 1) {
      let end = characters.length;
      while (end > at && isBlank(end - 1)) end--;
      // One separator that ends the line is not part of the last word, where it is the only one.
      if (
        end - 1 >= at &&
        isSeparator(end - 1) &&
        !characters.slice(at, end - 1).some((_, offset) => isSeparator(at + offset))
      )
        end--;
      shell.set(name, text(at, end));
      return;
    }
    const from = at;
    while (at < characters.length && !isSeparator(at)) at++;
    shell.set(name, text(from, at));
    while (isBlank(at)) at++;
    if (isSeparator(at) && !(at > from && isBlank(at - 1) && from === at)) {
      at++;
      while (isBlank(at)) at++;
    }
  });
}
