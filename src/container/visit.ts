import type { BudgetUse } from "./budget.js";

/** What a kernel counts with; with these numbers it goes on as if what they counted had been there. */
export interface Counters {
  readonly nowMs: number;
  readonly nextPid: number;
  readonly randomState: number;
  readonly used: BudgetUse;
}

/**
 * An exec while it runs, as something that may leave no trace in its container: no file changed, no process left or
 * disturbed. Its container then forgets it, and need not live through it again when it is restored.
 */
export class Visit {
  /** Whether nothing but the exec has happened in the container. */
  isAlone = true;

  /**
   * `group` is that of its processes, `entry` where it stands in the journal, `changes` how often files had been changed
   * before.
   */
  constructor(
    readonly group: number,
    readonly entry: number,
    readonly changes: number,
  ) {}

  /** A process of some group runs, or is touched. */
  meet(group: number): void {
    if (group !== this.group) this.isAlone = false;
  }
}
