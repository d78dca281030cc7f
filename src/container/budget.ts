import { limits } from "./limits.js";

/** What has been used at one instant. */
export interface BudgetUse {
  readonly atMs: number;
  readonly turns: number;
  readonly spawns: number;
  readonly outputBytes: number;
}

/** What the processes of a container may do at one instant: who goes round without end in no time is parked. */
export class Budget {
  #use: { -readonly [Name in keyof BudgetUse]: BudgetUse[Name] };

  constructor(atMs: number) {
    this.#use = { atMs, turns: 0, spawns: 0, outputBytes: 0 };
  }

  get use(): BudgetUse {
    return { ...this.#use };
  }

  set use(use: BudgetUse) {
    this.#use = { ...use };
  }

  /** Nothing has been used yet at another instant. */
  moveTo(atMs: number): void {
    if (this.#use.atMs !== atMs) this.#use = { atMs, turns: 0, spawns: 0, outputBytes: 0 };
  }

  /** False where no process may be started any more. */
  takeSpawn(): boolean {
    return ++this.#use.spawns <= limits.spawnsPerInstantMax;
  }

  /** False where no turn is left, or too much has been written. */
  takeTurn(): boolean {
    this.#use.turns++;
    return (
      this.#use.turns <= limits.turnsOfContainerPerInstantMax &&
      this.#use.outputBytes <= limits.outputBytesPerInstantMax
    );
  }

  countOutput(bytes: number): void {
    this.#use.outputBytes += bytes;
  }
}
