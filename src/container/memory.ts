import { OutOfMemory } from "./program.js";

/** What the processes of a container hold together, as their programs tell. */
export class Memory {
  readonly #bytesMax: number;
  readonly #bytesByPid = new Map<number, number>();
  #bytes = 0;
  /** More was wanted than there is: the container was killed for it. */
  isExhausted = false;

  /** Without a limit the node has enough. */
  constructor(bytesMax = Number.POSITIVE_INFINITY) {
    this.#bytesMax = bytesMax;
  }

  /** @throws OutOfMemory */
  hold(pid: number, bytes: number): void {
    this.#bytes += bytes - (this.#bytesByPid.get(pid) ?? 0);
    this.#bytesByPid.set(pid, bytes);
    if (this.#bytes > this.#bytesMax) throw new OutOfMemory();
  }

  release(pid: number): void {
    this.#bytes -= this.#bytesByPid.get(pid) ?? 0;
    this.#bytesByPid.delete(pid);
  }
}
