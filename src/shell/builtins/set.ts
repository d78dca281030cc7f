import type { Step } from "../../container/program.js";
import { optionNames, type Shell } from "../shell.js";
import { singleQuoted } from "../variables.js";
import { countOf } from "./options.js";

const letters: ReadonlySet<string> = new Set(
  optionNames.map(([, letter]) => letter).filter((letter) => letter.length === 1),
);

/** Turns options of words such as `-eu`, `+x` and `-o pipefail` on and off; gives how many words it took. */
export function setOptions(shell: Shell, args: readonly string[]): number {
  let index = 0;
  for (; index < args.length; index++) {
    const word = args[index] ?? "";
    if (word === "--" || word === "-") return index + 1;
    if (!/^[-+]./.test(word)) break;
    const isOn = word.startsWith("-");
    for (const letter of word.slice(1)) {
      if (letter !== "o") setLetter(shell, letter, isOn, `${word[0]}${letter}`);
      else if (args[index + 1] !== undefined) setNamed(shell, args[++index] ?? "", isOn);
    }
  }
  return index;
}

function setLetter(shell: Shell, letter: string, isOn: boolean, shown: string): void {
  if (!letters.has(letter)) throw shell.failure(`illegal option ${shown}`);
  if (isOn) shell.options.add(letter);
  else shell.options.delete(letter);
}

/** An unknown name; unlike an unknown letter it does not end the shell. */
class UnknownOption {
  constructor(readonly name: string) {}
}

function setNamed(shell: Shell, name: string, isOn: boolean): void {
  const letter = optionNames.find(([known]) => known === name)?.[1];
  if (letter === undefined) throw new UnknownOption(name);
  if (isOn) shell.options.add(letter);
  else shell.options.delete(letter);
}

export function* set(shell: Shell, args: readonly string[]): Step<number> {
  if (args.length === 0) {
    for (const { name, value } of shell.variables.list()) {
      if (value !== null) yield* shell.process.out(`${name}=${singleQuoted(value)}\n`);
    }
    return 0;
  }
  if (args.length === 1 && (args[0] === "-o" || args[0] === "+o")) {
    for (const [name, letter] of optionNames) {
      if (name === "interactive" || name === "stdin") continue;
      const isOn = shell.options.has(letter);
      yield* shell.process.out(
        args[0] === "-o" ? `${name.padEnd(16)}${isOn ? "on" : "off"}\n` : `set ${isOn ? "-" : "+"}o ${name}\n`,
      );
    }
    return 0;
  }
  let taken: number;
  try {
    taken = setOptions(shell, args);
  } catch (error) {
    if (!(error instanceof UnknownOption)) throw error;
    return yield* shell.complain(`illegal option -o ${error.name}`);
  }
  const rest = args.slice(taken);
  if (rest.length > 0 || args[taken - 1] === "--") {
    shell.parameters = rest;
    shell.optionIndex = { argument: 1, character: 0 };
  }
  return 0;
}

export function shift(shell: Shell, args: readonly string[]): number {
  const count = args[0] === undefined ? 1 : countOf(shell, args[0]);
  if (count > shell.parameters.length) return 1;
  shell.parameters = shell.parameters.slice(count);
  return 0;
}
