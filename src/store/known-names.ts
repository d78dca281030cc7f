import { type Backend, endOfPrefix } from "./backend.js";

/** After so many look-ups of what is not there, and at each double of it, all names are read if they are not many more. */
const missesMin = 64;
const namesPerMiss = 8;

/**
 * The names of the rows under a prefix, if reading them costs no more than the misses so far: who keeps asking for what is
 * not there makes new ones, and then it pays to know the names. `nameOf` is given the key without the prefix.
 */
export function namesAfterMisses(
  backend: Backend,
  prefix: string,
  misses: number,
  nameOf: (key: string) => string = (key) => key,
): KnownNames | null {
  if (misses < missesMin || (misses & (misses - 1)) !== 0) return null;
  const known = new KnownNames();
  let left = misses * namesPerMiss;
  for (const key of backend.keys(prefix, endOfPrefix(prefix))) {
    if (left-- === 0) return null;
    known.add(nameOf(key.slice(prefix.length)));
  }
  return known;
}

/**
 * Which names a backend may have, told from hashes alone: a no is certain, a yes has to be looked up. Names that went
 * stay in it. Some 30 bytes a name.
 */
export class KnownNames {
  readonly #hashes = new Set<number>();

  add(name: string): void {
    this.#hashes.add(hashOf(name));
  }

  mayHave(name: string): boolean {
    return this.#hashes.has(hashOf(name));
  }
}

/** Names that are made up differ in what they end with. */
const hashedLength = 20;

/** FNV-1a of a name's end, cut to what V8 keeps as a small integer. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5 ^ name.length;
  for (let at = Math.max(0, name.length - hashedLength); at < name.length; at++) {
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  }
  return hash >>> 1;
}

/** The values that an index has, or has had. */
export class KnownValues {
  readonly #backend: Backend;
  readonly #prefix: string;
  readonly #readValue: (key: string) => string;
  #known: KnownNames | null = null;
  #asked = 0;

  constructor(backend: Backend, prefix: string, readValue: (key: string) => string) {
    this.#backend = backend;
    this.#prefix = prefix;
    this.#readValue = readValue;
  }

  /** Whether a value is certain to be new. From then on it is known. */
  isNew(value: string): boolean {
    this.#known ??= namesAfterMisses(this.#backend, this.#prefix, ++this.#asked, this.#readValue);
    if (this.#known === null || this.#known.mayHave(value)) return false;
    this.#known.add(value);
    return true;
  }

  /** Takes note of a value that may have rows which are written, but were not when the values were read. */
  note(value: string): void {
    this.#known?.add(value);
  }
}
