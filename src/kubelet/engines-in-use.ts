import type { PodSpec } from "../api/generated/types.js";
import type { Context, Table } from "../client/component.js";
import { engineOf } from "../images/catalog.js";
import { type EngineName, isLoaded, loadEngine } from "../images/engines.js";

/** Which engines the Pods of all nodes need, with the number of Pods that need each. */
export class EnginesInUse {
  readonly #counts: Table<number>;
  #names: readonly EngineName[] | null = null;

  constructor(context: Pick<Context, "table">) {
    this.#counts = context.table("engines");
  }

  /** A Pod is admitted. Gives what it needs. */
  add({ initContainers = [], containers }: PodSpec): readonly EngineName[] {
    const names = new Set<EngineName>();
    for (const { image = "" } of [...initContainers, ...containers]) {
      const name = engineOf(image);
      if (name !== null) names.add(name);
    }
    for (const name of names) this.#count(name, 1);
    return [...names];
  }

  /** A Pod has gone. */
  remove(names: readonly EngineName[]): void {
    for (const name of names) this.#count(name, -1);
  }

  /** Loads what is needed and not there; null where nothing is missing. */
  prepare(): Promise<void> | null {
    this.#names ??= this.#counts.scan("").map(({ key }) => key as EngineName);
    if (this.#names.every(isLoaded)) return null;
    return Promise.all(this.#names.map(loadEngine)).then(() => {});
  }

  #count(name: EngineName, more: 1 | -1): void {
    const count = (this.#counts.get(name) ?? 0) + more;
    if (count > 0) this.#counts.put(name, count);
    else this.#counts.delete(name);
    this.#names = null;
  }
}
