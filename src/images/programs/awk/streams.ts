/** Files and commands an awk program reads from and writes to, by name, until it closes them. */
import type { Process, Step } from "../../../container/program.js";
import { SystemError } from "../../../container/program.js";
import { type Applet, Failure, reasonOf } from "../../applet.js";
import { Input } from "../../input.js";

const bufferBytes = 4096;

interface Output {
  readonly fd: number;
  readonly pid: number | null;
  pending: string;
}

interface Source {
  readonly fd: number;
  readonly pid: number | null;
  readonly input: Input;
}

export class AwkStreams {
  readonly #self: Applet;
  readonly #outputs = new Map<string, Output>();
  readonly #inputs = new Map<string, Source>();

  constructor(self: Applet) {
    this.#self = self;
  }

  get #process(): Process {
    return this.#self.process;
  }

  *write(operator: ">" | ">>" | "|", name: string, text: string): Step<void> {
    if (operator !== "|" && (name === "/dev/stdout" || name === "-")) return yield* this.#self.print(text);
    let output = this.#outputs.get(name);
    if (!output) {
      output = operator === "|" ? yield* this.#startWriter(name) : this.#openFile(name, operator === ">>");
      this.#outputs.set(name, output);
    }
    output.pending += text;
    if (output.pending.length >= bufferBytes || name === "/dev/stderr") yield* this.#flush(output);
  }

  #openFile(name: string, append: boolean): Output {
    try {
      const fd =
        name === "/dev/stderr"
          ? this.#process.dup(2)
          : this.#process.open(name, { write: true, create: true, append, truncate: !append });
      return { fd, pid: null, pending: "" };
    } catch (error) {
      throw new Failure(`can't redirect to '${name}': ${reasonOf(error)}`);
    }
  }

  *#startWriter(command: string): Step<Output> {
    yield* this.flushAll();
    const { read, write } = this.#process.pipe();
    const pid = this.#process.spawn({
      argv: ["sh", "-c", command],
      fds: new Map([
        [0, read],
        [1, 1],
        [2, 2],
      ]),
    });
    this.#process.close(read);
    return { fd: write, pid, pending: "" };
  }

  *#flush(output: Output): Step<void> {
    const text = output.pending;
    output.pending = "";
    if (text === "") return;
    try {
      yield* this.#process.write(output.fd, text);
    } catch (error) {
      // The command has stopped reading: what it does not want is lost, as in a pipe.
      if (!(error instanceof SystemError) || error.errno !== "EPIPE") throw error;
    }
  }

  *flushAll(): Step<void> {
    yield* this.#self.flush();
    for (const output of this.#outputs.values()) yield* this.#flush(output);
  }

  /** A file or command to read from; null where the file cannot be opened. */
  *source(from: "file" | "command", name: string): Step<Input | null> {
    const known = this.#inputs.get(name);
    if (known) return known.input;
    const source = from === "file" ? this.#openSource(name) : yield* this.#startReader(name);
    if (!source) return null;
    this.#inputs.set(name, source);
    return source.input;
  }

  #openSource(name: string): Source | null {
    try {
      const fd = name === "-" ? 0 : this.#process.open(name, { read: true });
      return { fd, pid: null, input: new Input(this.#process, fd) };
    } catch (error) {
      if (error instanceof SystemError) return null;
      throw error;
    }
  }

  *#startReader(command: string): Step<Source> {
    yield* this.flushAll();
    const { read, write } = this.#process.pipe();
    const pid = this.#process.spawn({
      argv: ["sh", "-c", command],
      fds: new Map([
        [0, 0],
        [1, write],
        [2, 2],
      ]),
    });
    this.#process.close(write);
    return { fd: read, pid, input: new Input(this.#process, read) };
  }

  /** Closes what has this name; -1 where nothing has. A command's status is the result. */
  *close(name: string): Step<number> {
    let result = -1;
    const output = this.#outputs.get(name);
    if (output) {
      this.#outputs.delete(name);
      yield* this.#flush(output);
      this.#process.close(output.fd);
      result = output.pid === null ? 0 : (yield* this.#process.wait(output.pid)).status;
    }
    const source = this.#inputs.get(name);
    if (source) {
      this.#inputs.delete(name);
      if (source.fd > 2) this.#process.close(source.fd);
      result = source.pid === null ? 0 : (yield* this.#process.wait(source.pid)).status;
    }
    return result;
  }

  *closeAll(): Step<void> {
    yield* this.#self.flush();
    for (const name of [...this.#outputs.keys(), ...this.#inputs.keys()]) yield* this.close(name);
  }

  *system(command: string): Step<number> {
    yield* this.flushAll();
    const pid = this.#process.spawn({ argv: ["sh", "-c", command] });
    return (yield* this.#process.wait(pid)).status;
  }
}
