import type { Step } from "../../../container/program.js";
import { type Applet, reasonOf } from "../../applet.js";
import { Input } from "../../input.js";
import { readRecord } from "./read-record.js";
import type { AwkStreams } from "./streams.js";
import { toNumber, toText } from "./values.js";
import type { Variables } from "./variables.js";

/** The records that rules are tried on: those of the files that ARGV names, or of standard input. */
export class MainInput {
  readonly #self: Applet;
  readonly #variables: Variables;
  readonly #streams: AwkStreams;
  readonly #onUnreadable: () => void;
  #input: Input | null = null;
  #fd = 0;
  #nextArgument = 1;
  #readAnything = false;

  /** `onUnreadable` is told of each file that cannot be opened, after the complaint. */
  constructor(self: Applet, variables: Variables, streams: AwkStreams, onUnreadable: () => void) {
    this.#self = self;
    this.#variables = variables;
    this.#streams = streams;
    this.#onUnreadable = onUnreadable;
  }

  /** What is left of the current file is not read. */
  closeFile(): void {
    if (this.#input) this.#self.close(this.#fd);
    this.#input = null;
  }

  /** Opens the next file of the command line; assignments there are carried out on the way. */
  *#openNext(): Step<Input | null> {
    for (;;) {
      const count = toNumber(this.#variables.get("ARGC"));
      if (this.#nextArgument >= count) {
        if (this.#readAnything) return null;
        this.#readAnything = true;
        this.#fd = 0;
        this.#input = new Input(this.#self.process, 0);
        return this.#input;
      }
      const word = toText(this.#variables.array("ARGV").get(String(this.#nextArgument)), "%.6g");
      this.#nextArgument += 1;
      if (word === "") continue;
      const assignment = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/.exec(word);
      if (assignment) {
        this.#variables.assign(assignment[1] ?? "", assignment[2] ?? "");
        continue;
      }
      this.#readAnything = true;
      try {
        this.#fd = this.#self.open(word);
      } catch (error) {
        yield* this.#streams.flushAll();
        yield* this.#self.complain(`${word}: ${reasonOf(error)}`);
        this.#onUnreadable();
        continue;
      }
      this.#variables.set("FILENAME", word);
      this.#variables.set("FNR", 0);
      this.#input = new Input(this.#self.process, this.#fd);
      return this.#input;
    }
  }

  /** The next record, or null. */
  *next(): Step<string | null> {
    for (;;) {
      const input = this.#input ?? (yield* this.#openNext());
      if (!input) return null;
      const text = yield* readRecord(input, this.#variables);
      if (text === null) {
        this.closeFile();
        continue;
      }
      this.#variables.count("NR");
      this.#variables.count("FNR");
      return text;
    }
  }
}
