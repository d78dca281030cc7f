import type { Description } from "./descriptions.js";
import { limits } from "./limits.js";
import { SystemError } from "./program.js";

interface Slots {
  readonly at: (Description | undefined)[];
  /** Processes that use these very slots; who wants to change them takes a copy while there are others. */
  sharers: number;
}

/** The descriptors of one process. A child shares its parent's until one of them changes its own. */
export class Descriptors {
  #slots: Slots;

  constructor(slots: Slots = { at: [], sharers: 1 }) {
    this.#slots = slots;
  }

  /** The same descriptors for a child. */
  share(): Descriptors {
    this.#slots.sharers++;
    return new Descriptors(this.#slots);
  }

  get(fd: number): Description {
    const description = this.#slots.at[fd];
    if (!description) throw new SystemError("EBADF");
    return description;
  }

  peek(fd: number): Description | undefined {
    return this.#slots.at[fd];
  }

  /** Puts a description at `fd` in place of what is there. */
  set(fd: number, description: Description): void {
    if (fd < 0 || fd >= limits.openFilesMax) throw new SystemError("EBADF");
    const at = this.#own();
    description.references++;
    release(at[fd]);
    at[fd] = description;
  }

  /** Puts a description at the lowest free number. */
  add(description: Description): number {
    const at = this.#slots.at;
    let fd = 0;
    while (at[fd]) fd++;
    if (fd >= limits.openFilesMax) throw new SystemError("EMFILE");
    this.set(fd, description);
    return fd;
  }

  close(fd: number): void {
    this.get(fd);
    const at = this.#own();
    const description = at[fd];
    at[fd] = undefined;
    release(description);
  }

  /** Takes a description out of the table; it stays open until it is put back or released. */
  take(fd: number): Description | null {
    if (!this.#slots.at[fd]) return null;
    const at = this.#own();
    const description = at[fd] ?? null;
    at[fd] = undefined;
    return description;
  }

  /** Puts back what {@link take} took; null leaves `fd` closed. */
  putBack(fd: number, description: Description | null): void {
    const at = this.#own();
    release(at[fd]);
    at[fd] = description ?? undefined;
  }

  numbers(): number[] {
    const numbers: number[] = [];
    this.#slots.at.forEach((description, fd) => {
      if (description) numbers.push(fd);
    });
    return numbers;
  }

  closeAll(): void {
    const slots = this.#slots;
    this.#slots = { at: [], sharers: 1 };
    slots.sharers--;
    if (slots.sharers > 0) return;
    for (const description of slots.at) release(description);
  }

  #own(): (Description | undefined)[] {
    if (this.#slots.sharers > 1) {
      this.#slots.sharers--;
      const at = this.#slots.at.slice();
      for (const description of at) if (description) description.references++;
      this.#slots = { at, sharers: 1 };
    }
    return this.#slots.at;
  }
}

/** One reference less; closes what has none left. */
export function release(description: Description | null | undefined): void {
  if (!description) return;
  description.references--;
  if (description.references === 0) description.closed();
}
