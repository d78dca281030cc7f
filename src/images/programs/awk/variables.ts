import { awkEscapes, syntaxError } from "./lexer.js";
import { AwkRecord, Patterns } from "./record.js";
import type { Variable } from "./syntax.js";
import { type AwkArray, inputValue, isTrue, toNumber, toText, type Value } from "./values.js";

/** A place for a value or an array; an unassigned parameter becomes an array in its caller's place too. */
interface Cell {
  value: Value | AwkArray;
  readonly origin: Cell | null;
}

/** The parameters of one call. */
export type Frame = Cell[];

const defaults: readonly (readonly [string, Value])[] = [
  ["CONVFMT", "%.6g"],
  ["OFMT", "%.6g"],
  ["FS", " "],
  ["OFS", " "],
  ["ORS", "\n"],
  ["RS", "\n"],
  ["SUBSEP", "\x1c"],
  ["NR", 0],
  ["FNR", 0],
  ["RSTART", 0],
  ["RLENGTH", -1],
  ["RT", ""],
];

/** The variables of a program: global ones, the parameters of the call it is in, and those that are the record's. */
export class Variables {
  readonly patterns = new Patterns();
  readonly record: AwkRecord;
  readonly #globals = new Map<string, Cell>();
  #frame: Frame = [];

  constructor() {
    this.record = new AwkRecord({
      separator: () => this.text("FS"),
      joiner: () => this.text("OFS"),
      patterns: this.patterns,
      paragraphs: () => this.text("RS") === "",
    });
    for (const [name, value] of defaults) this.#global(name).value = value;
  }

  /** Assigns a variable of the command line. */
  assign(name: string, text: string): void {
    this.set(name, inputValue(awkEscapes(text)));
  }

  setArray(name: string, entries: Iterable<readonly [string, string]>): void {
    const array: AwkArray = new Map();
    for (const [key, text] of entries) array.set(key, inputValue(text));
    this.#global(name).value = array;
  }

  get(name: string): Value {
    return name === "NF" ? this.record.count : scalarIn(this.#global(name));
  }

  set(name: string, value: Value): void {
    if (name === "NF") this.record.setCount(toNumber(value));
    else this.#global(name).value = value;
    if (name === "IGNORECASE") this.patterns.ignoreCase = isTrue(value);
  }

  text(name: string): string {
    return toText(this.get(name), "%.6g");
  }

  /** Adds one to a number. */
  count(name: string): void {
    this.set(name, toNumber(this.get(name)) + 1);
  }

  array(name: string): AwkArray {
    return arrayIn(this.#global(name));
  }

  valueOf({ name, slot }: Variable): Value {
    return slot < 0 ? this.get(name) : scalarIn(this.#parameter(name, slot));
  }

  setValueOf({ name, slot }: Variable, value: Value): void {
    if (slot < 0) this.set(name, value);
    else this.#parameter(name, slot).value = value;
  }

  arrayOf(variable: Variable): AwkArray {
    return arrayIn(this.#cell(variable));
  }

  /** Number of elements where the variable is an array, else null. */
  sizeOfArray(variable: Variable): number | null {
    const { value } = this.#cell(variable);
    return value instanceof Map ? value.size : null;
  }

  /** A variable as the argument of a call: its value, its array, or a place that may become an array. */
  argument(variable: Variable): Cell {
    const cell = this.#cell(variable);
    return { value: cell.value, origin: cell.value === undefined ? cell : null };
  }

  /** Puts the parameters of another call in force; gives those that were. */
  enter(frame: Frame): Frame {
    const outer = this.#frame;
    this.#frame = frame;
    return outer;
  }

  #cell({ name, slot }: Variable): Cell {
    return slot < 0 ? this.#global(name) : this.#parameter(name, slot);
  }

  #parameter(name: string, slot: number): Cell {
    const cell = this.#frame[slot];
    if (!cell) throw new Error(`no parameter ${name} in this call`);
    return cell;
  }

  #global(name: string): Cell {
    let cell = this.#globals.get(name);
    if (!cell) {
      cell = { value: undefined, origin: null };
      this.#globals.set(name, cell);
    }
    return cell;
  }
}

function scalarIn({ value }: Cell): Value {
  if (value instanceof Map) throw syntaxError(1, "Not a scalar");
  return value;
}

function arrayIn(cell: Cell): AwkArray {
  if (cell.value instanceof Map) return cell.value;
  if (cell.value !== undefined) throw syntaxError(1, "Not an array");
  const array: AwkArray = cell.origin ? arrayIn(cell.origin) : new Map();
  cell.value = array;
  return array;
}
