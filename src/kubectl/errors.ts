export type UsagePointer = "none" | "usage" | "examples" | "help";

/** The person's mistake: a flag, an argument, a combination. Printed as `error: …`, exit status 1. */
export class UsageError extends Error {
  /** Which sentence follows: none, `See '… --help' for usage.` or `See '… -h' for help and examples`; or the help comes first. */
  readonly pointer: UsagePointer;

  constructor(message: string, pointer: UsagePointer = "none") {
    super(message);
    this.name = "UsageError";
    this.pointer = pointer;
  }
}

/** Settings that name something which does not exist. Printed as `Error in configuration: …`. */
export class ConfigurationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ConfigurationError";
  }
}

/** Several failures of one command, each printed on a line of its own, without `error: ` in front. */
export class SeveralErrors extends Error {
  readonly errors: readonly Error[];

  constructor(errors: readonly Error[]) {
    super(errors.map(({ message }) => message).join("\n"));
    this.name = "SeveralErrors";
    this.errors = errors;
  }
}

/** Ends the command with an exit status other than 1; the message, if any, is printed as it is. */
export class ExitError extends Error {
  readonly exitStatus: number;

  constructor(message: string, exitStatus: number) {
    super(message);
    this.name = "ExitError";
    this.exitStatus = exitStatus;
  }
}

/** Throws what was collected: nothing, the one error itself, or all of them. */
export function throwCollected(errors: readonly Error[]): void {
  const [first] = errors;
  if (first === undefined) return;
  throw errors.length === 1 ? first : new SeveralErrors(errors);
}

/** What was caught, as an Error. Everything that this room throws is one. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
