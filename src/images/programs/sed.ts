import type { Step } from "../../container/program.js";
import { type Applet, applet, Failure, reasonOf, UsageFailure } from "../applet.js";
import { Input } from "../input.js";
import type { Match, Regex } from "../regex/regex.js";
import { parseSed, type SedAddress, type SedCommand, type Substitute } from "./sed-script.js";

/** Longest pattern or hold space: a script that doubles it for ever must end. */
const spaceMax = 16 * 1024 * 1024;

export const sed = applet("sed [-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...", function* (self) {
  const options = self.options("i::rEne:f:", {
    "in-place": "i",
    "regexp-extended": "r",
    quiet: "n",
    silent: "n",
    expression: "e",
    file: "f",
  });
  const operands = options.operands.slice();
  const scripts = options.all("e").slice();
  for (const path of options.all("f")) {
    try {
      scripts.push((yield* self.readFile(path)).replace(/\n$/, ""));
    } catch (error) {
      throw new Failure(`${path}: ${reasonOf(error)}`);
    }
  }
  if (!options.has("e") && !options.has("f")) {
    const script = operands.shift();
    if (script === undefined) throw new UsageFailure();
    scripts.push(script);
  }
  // A first line `#n` of the script is the option -n.
  const script = scripts.join("\n");
  const quiet = options.has("n") || /^#n(\n|$)/.test(script);
  const commands = parseSed(script, { extended: options.has("r") || options.has("E") });
  const suffix = options.get("i");
  const run = new SedRun(self, commands, quiet, suffix !== undefined);
  const paths = operands.length > 0 ? operands : ["-"];
  if (suffix === undefined) {
    yield* run.process(paths, null);
  } else {
    for (const path of paths) {
      yield* run.process([path], suffix);
      if (run.quit) break;
    }
  }
  run.close();
  return run.status;
});

/** Ends a cycle of the script. */
type Outcome = "end" | "delete" | "restart" | "quit";

class SedRun {
  readonly #self: Applet;
  readonly #commands: readonly SedCommand[];
  readonly #quiet: boolean;
  readonly #separate: boolean;
  readonly #ranges = new Map<SedCommand, number>();
  readonly #outputs = new Map<string, number>();
  #paths: string[] = [];
  #input: Input | null = null;
  #fd = 0;
  #line = 0;
  #space = "";
  #hold = "";
  #terminated = true;
  #missingNewline = false;
  #lastRegex: Regex | null = null;
  #substituted = false;
  #appended: ({ readonly text: string } | { readonly file: string })[] = [];
  #edited: string[] | null = null;
  quit = false;
  status = 0;

  constructor(self: Applet, commands: readonly SedCommand[], quiet: boolean, separate: boolean) {
    this.#self = self;
    this.#commands = commands;
    this.#quiet = quiet;
    this.#separate = separate;
  }

  close(): void {
    for (const fd of this.#outputs.values()) this.#self.close(fd);
  }

  /** Runs the script over files as one stream; with a suffix ("" for none) the one file is edited in place. */
  *process(paths: readonly string[], suffix: string | null): Step<void> {
    this.#paths = paths.slice();
    const path = paths[0] ?? "";
    if (suffix !== null && !this.#self.process.files.exists(path)) {
      yield* this.#self.complain(`${path}: No such file or directory`);
      this.status = 1;
      return;
    }
    this.#edited = suffix === null ? null : [];
    if (this.#separate) this.#line = 0;
    let keepSpace = false;
    while (keepSpace || (yield* this.#readLine())) {
      const outcome = yield* this.#cycle();
      keepSpace = outcome === "restart";
      if (outcome === "end" || outcome === "quit") if (!this.#quiet) yield* this.#print(this.#space, this.#terminated);
      yield* this.#printAppended();
      if (outcome === "quit") {
        this.quit = true;
        if (this.#edited) yield* this.#printRest();
        break;
      }
    }
    this.#closeInput();
    if (this.#edited) this.#replace(path, this.#edited.join(""), suffix ?? "");
    this.#edited = null;
  }

  #replace(path: string, content: string, suffix: string): void {
    const { files } = this.#self.process;
    if (suffix !== "") {
      const slash = path.lastIndexOf("/") + 1;
      const backup = suffix.includes("*")
        ? path.slice(0, slash) + suffix.replaceAll("*", path.slice(slash))
        : path + suffix;
      files.write(backup, files.read(path));
    }
    files.write(path, content);
  }

  *#printRest(): Step<void> {
    for (let line = yield* this.#nextLine(); line !== null; line = yield* this.#nextLine()) {
      yield* this.#print(line, this.#terminated);
    }
  }

  /** The input, opened at the next file that has something to read; null when there is none. */
  *#ready(): Step<Input | null> {
    for (;;) {
      if (this.#input) {
        if (!(yield* this.#input.atEnd())) return this.#input;
        this.#closeInput();
      }
      const path = this.#paths.shift();
      if (path === undefined) return null;
      try {
        this.#fd = this.#self.open(path);
        this.#input = new Input(this.#self.process, this.#fd);
        yield* this.#input.atEnd();
      } catch (error) {
        const reason = reasonOf(error);
        this.#closeInput();
        if (reason === "Is a directory") continue;
        yield* this.#self.complain(`${path}: ${reason}`);
        this.status = 1;
      }
    }
  }

  #closeInput(): void {
    if (this.#input) this.#self.close(this.#fd);
    this.#input = null;
  }

  *#nextLine(): Step<string | null> {
    const input = yield* this.#ready();
    if (!input) return null;
    const line = yield* input.line();
    this.#terminated = input.terminated;
    return line;
  }

  *#readLine(): Step<boolean> {
    const line = yield* this.#nextLine();
    if (line === null) return false;
    this.#space = line;
    this.#line += 1;
    return true;
  }

  *#isLast(): Step<boolean> {
    return (yield* this.#ready()) === null;
  }

  *#print(text: string, newline = true): Step<void> {
    // A last line without its newline gets it after all when more follows.
    const output = `${this.#missingNewline ? "\n" : ""}${text}${newline ? "\n" : ""}`;
    this.#missingNewline = !newline;
    if (this.#edited) this.#edited.push(output);
    else yield* this.#self.print(output);
  }

  *#printAppended(): Step<void> {
    for (const item of this.#appended.splice(0)) {
      if ("text" in item) {
        yield* this.#print(item.text.slice(0, -1));
        continue;
      }
      if (item.file !== "/dev/stdin" && !this.#self.process.files.exists(item.file)) continue;
      const content = yield* this.#self.readFile(item.file);
      if (content !== "") yield* this.#print(content.replace(/\n$/, ""), content.endsWith("\n"));
    }
  }

  *#cycle(): Step<Outcome> {
    for (let at = 0; at < this.#commands.length; ) {
      const command = this.#commands[at];
      if (!command) break;
      yield* this.#self.work(8);
      const selected = (yield* this.#selects(command)) !== command.negated;
      if (!selected) {
        at = command.letter === "{" ? command.jump : at + 1;
        continue;
      }
      const next = yield* this.#execute(command, at);
      if (typeof next === "string") return next;
      at = next;
      if (this.#space.length > spaceMax || this.#hold.length > spaceMax) throw new Failure("out of memory");
    }
    return "end";
  }

  *#selects(command: SedCommand): Step<boolean> {
    if (!command.first) return true;
    if (!command.second) return yield* this.#matches(command.first);
    const until = this.#ranges.get(command);
    if (until === undefined) {
      // Line 0 as first address: the second may match on the first line already.
      const fromZero = command.first.kind === "line" && command.first.line === 0;
      if (fromZero && this.#line === 1) this.#ranges.set(command, Number.POSITIVE_INFINITY);
      else {
        if (!(yield* this.#matches(command.first))) return false;
        yield* this.#beginRange(command, command.second);
        return true;
      }
    }
    return yield* this.#inRange(command, command.second, this.#ranges.get(command) ?? 0);
  }

  *#beginRange(command: SedCommand, second: SedAddress): Step<void> {
    let until = Number.POSITIVE_INFINITY;
    if (second.kind === "line") until = second.line;
    else if (second.kind === "count") until = this.#line + second.count;
    else if (second.kind === "multiple") until = second.of > 0 ? Math.ceil(this.#line / second.of) * second.of : 0;
    else if (second.kind === "last" && (yield* this.#isLast())) until = this.#line;
    if (until > this.#line) this.#ranges.set(command, until);
  }

  *#inRange(command: SedCommand, second: SedAddress, until: number): Step<boolean> {
    if (until !== Number.POSITIVE_INFINITY) {
      if (this.#line >= until) this.#ranges.delete(command);
      // The range ended on a line that was never looked at: only a new first address counts.
      if (this.#line > until) return command.first !== null && (yield* this.#matches(command.first));
      return true;
    }
    if (yield* this.#matches(second)) this.#ranges.delete(command);
    return true;
  }

  *#matches(address: SedAddress): Step<boolean> {
    switch (address.kind) {
      case "line":
        return this.#line === address.line;
      case "last":
        return yield* this.#isLast();
      case "regex":
        return this.#regex(address.regex).test(this.#space);
      default:
        return false;
    }
  }

  #regex(regex: Regex | null): Regex {
    this.#lastRegex = regex ?? this.#lastRegex;
    if (!this.#lastRegex) throw new Failure("no previous regexp");
    return this.#lastRegex;
  }

  /** Runs one command; returns the index of the next, or how the cycle ends. */
  *#execute(command: SedCommand, at: number): Step<number | Outcome> {
    switch (command.letter) {
      case "=":
        yield* this.#print(String(this.#line));
        break;
      case "a":
        this.#appended.push({ text: command.text });
        break;
      case "i":
        yield* this.#print(command.text.slice(0, -1));
        break;
      case "c":
        if (!command.second || command.negated || !this.#ranges.has(command)) {
          yield* this.#print(command.text.slice(0, -1));
        }
        return "delete";
      case "d":
        return "delete";
      case "D": {
        const newline = this.#space.indexOf("\n");
        if (newline < 0) return "delete";
        this.#space = this.#space.slice(newline + 1);
        return "restart";
      }
      case "g":
        this.#space = this.#hold;
        break;
      case "G":
        this.#space += `\n${this.#hold}`;
        break;
      case "h":
        this.#hold = this.#space;
        break;
      case "H":
        this.#hold += `\n${this.#space}`;
        break;
      case "x":
        [this.#space, this.#hold] = [this.#hold, this.#space];
        break;
      case "n":
      case "N":
        return yield* this.#advance(command.letter, at);
      case "p":
        yield* this.#print(this.#space);
        break;
      case "P":
        yield* this.#print(this.#space.split("\n", 1)[0] ?? "");
        break;
      case "q":
        return "quit";
      case "r":
        this.#appended.push({ file: command.text });
        break;
      case "w":
        yield* this.#writeFile(command.text);
        break;
      case "s":
        if (command.substitute) yield* this.#substitute(command.substitute);
        break;
      case "y":
        this.#space = [...this.#space].map((char) => mapped(command, char)).join("");
        break;
      case "b":
        return command.jump;
      case "t":
      case "T": {
        const wanted = command.letter === "t";
        const jumps = this.#substituted === wanted;
        this.#substituted = false;
        return jumps ? command.jump : at + 1;
      }
      default:
        break;
    }
    return at + 1;
  }

  *#advance(letter: "n" | "N", at: number): Step<number | Outcome> {
    const last = yield* this.#isLast();
    if (letter === "n") {
      if (last) return "quit";
      if (!this.#quiet) yield* this.#print(this.#space, this.#terminated);
      yield* this.#printAppended();
      yield* this.#readLine();
      return at + 1;
    }
    if (last) return "quit";
    const before = this.#space;
    yield* this.#printAppended();
    yield* this.#readLine();
    this.#space = `${before}\n${this.#space}`;
    return at + 1;
  }

  *#writeFile(path: string): Step<void> {
    const text = `${this.#space}\n`;
    if (path === "/dev/stdout") return yield* this.#self.print(text);
    if (path === "/dev/stderr") return yield* this.#self.process.err(text);
    let fd = this.#outputs.get(path);
    if (fd === undefined) {
      fd = this.#self.process.open(path, { write: true, create: true, truncate: true });
      this.#outputs.set(path, fd);
    }
    yield* this.#self.process.write(fd, text);
  }

  *#substitute(command: Substitute): Step<void> {
    const regex = this.#regex(command.regex);
    const text = this.#space;
    let result = "";
    let copied = 0;
    let count = 0;
    let replaced = false;
    for (let from = 0; from <= text.length; ) {
      yield* this.#self.work(8);
      const found = regex.exec(text, from);
      if (!found) break;
      const [start = 0, end = 0] = found;
      // An empty match right after a match is none.
      const adjacent = start === end && start === copied && count > 0;
      if (!adjacent) {
        count += 1;
        if (count >= command.number) {
          result += text.slice(copied, start) + fill(command, text, found);
          copied = end;
          replaced = true;
          if (!command.global) break;
        } else {
          result += text.slice(copied, end);
          copied = end;
        }
      }
      from = end > start ? end : end + 1;
      if (result.length > spaceMax) throw new Failure("out of memory");
    }
    if (!replaced) return;
    this.#substituted = true;
    this.#space = result + text.slice(copied);
    if (command.print) yield* this.#print(this.#space);
    if (command.file !== null) yield* this.#writeFile(command.file);
  }
}

function mapped(command: SedCommand, char: string): string {
  const index = command.text.indexOf(char);
  return index < 0 ? char : command.target.charAt(index);
}

function fill(command: Substitute, text: string, found: Match): string {
  let result = "";
  for (const part of command.parts) {
    if (typeof part === "string") {
      result += part;
      continue;
    }
    const start = found[part * 2] ?? -1;
    const end = found[part * 2 + 1] ?? -1;
    if (start >= 0 && end >= 0) result += text.slice(start, end);
  }
  return result;
}
