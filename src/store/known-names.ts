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

/** FNV-1a, cut to what V8 keeps as a small integer. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash >>> 1;
}
