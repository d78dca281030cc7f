/** What ash says of a script that it cannot parse. */
export interface SyntaxFault {
  /** `unexpected "fi"`, to stand after `syntax error: `. */
  readonly message: string;
  readonly line: number;
  /** Where the line begins whose commands ash would not have run any more. */
  readonly from: number;
  /** Whether more text could make it whole. */
  readonly isIncomplete: boolean;
}

/** Thrown where a script stops making sense. */
export class Fault {
  constructor(
    readonly message: string,
    readonly isIncomplete: boolean,
  ) {}
}

/** What begins and does not end: a quote, an expansion. It is noticed at the end of the text. */
export class UnendedFault extends Fault {
  constructor(message: string) {
    super(message, true);
  }
}

/** How deep commands and expansions may be nested in one text. */
const depthMax = 120;

/** Counts how deep the check is in what it checks. */
export class Nesting {
  #depth = 0;

  /** @throws Fault where it is too deep */
  enter(): void {
    if (++this.#depth > depthMax) throw new Fault("nested too deep", false);
  }

  leave(): void {
    this.#depth--;
  }
}
