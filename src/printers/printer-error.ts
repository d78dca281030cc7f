/** A template or path that does not parse, or does not fit the object. The message is what kubectl prints after `error: `. */
export class PrinterError extends Error {
  override readonly name = "PrinterError";
  /** What was printed before it failed; kubectl has already written that to standard output. */
  readonly output: string;

  constructor(message: string, output = "") {
    super(message);
    this.output = output;
  }
}
