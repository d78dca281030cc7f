/**
 * Seeded randomness without a stream: every draw is a pure function of the seed and of what it is drawn for. Nothing
 * has to be saved between two runs of the program, and a draw added in one place changes no other.
 */
export interface Random {
  /** Uniform in [0, 1), the same for the same keys. */
  fraction(...keys: readonly (string | number)[]): number;
  /** Uniform whole number in [min, max]. */
  between(min: number, max: number, ...keys: readonly (string | number)[]): number;
  /** A version 4 UUID. */
  uuid(...keys: readonly (string | number)[]): string;
  /** `length` characters of `alphabet`. */
  text(alphabet: string, length: number, ...keys: readonly (string | number)[]): string;
}

/** The letters of generated names: no vowels, nothing that reads like a digit. @see apimachinery/pkg/util/rand */
export const nameAlphabet = "bcdfghjklmnpqrstvwxz2456789";

// Texts are made of character codes: pieces put together would stay pieces in memory, and many are kept.
const hexCodes: readonly number[] = [..."0123456789abcdef"].map((digit) => digit.charCodeAt(0));
/** Where a UUID is put together, one after another. */
const uuidCodes: number[] = [..."00000000-0000-0000-0000-000000000000"].map((character) => character.charCodeAt(0));

/** Random numbers of one world. Equal seeds give equal worlds. */
export function createRandom(seed: number): Random {
  const start = mix(seed | 0, 0x9e3779b9);
  const draw = (keys: readonly (string | number)[]): number => {
    let hash = start;
    for (const key of keys) hash = absorb(hash, key);
    return finish(hash);
  };
  return {
    fraction: (...keys) => draw(keys) / 2 ** 32,
    between: (min, max, ...keys) => min + Math.floor((draw(keys) / 2 ** 32) * (max - min + 1)),
    uuid(...keys) {
      const base = draw(keys);
      let bits = 0;
      let digit = 0;
      for (let at = 0; at < uuidCodes.length; at++) {
        if (at === 8 || at === 13 || at === 18 || at === 23) continue; // the dashes
        if (digit % 8 === 0) bits = finish(mix(base, digit / 8 + 1));
        uuidCodes[at] = hexCodes[(bits >>> (28 - 4 * (digit % 8))) & 15] as number;
        digit++;
      }
      uuidCodes[14] = hexCodes[4] as number; // the version
      uuidCodes[19] = hexCodes[8 + (base & 3)] as number; // the variant
      return String.fromCharCode.apply(null, uuidCodes);
    },
    text(alphabet, length, ...keys) {
      const base = draw(keys);
      const codes: number[] = new Array(length);
      for (let n = 0; n < length; n++) codes[n] = alphabet.charCodeAt(finish(mix(base, n + 1)) % alphabet.length);
      return String.fromCharCode.apply(null, codes);
    },
  };
}

/** Murmur3's step, on 32-bit words. */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  k = Math.imul(k, 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function absorb(hash: number, key: string | number): number {
  if (typeof key === "number") return mix(mix(hash, key | 0), (key / 2 ** 32) | 0);
  let h = mix(hash, key.length);
  for (let at = 0; at < key.length; at++) h = mix(h, key.charCodeAt(at));
  return h;
}

function finish(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
