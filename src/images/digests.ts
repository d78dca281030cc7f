/** Message digests over byte strings: MD5, SHA-1, SHA-256, SHA-512. Hexadecimal out. */

function rotateLeft(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

function rotateRight(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

/** The bytes with the padding of the MD family: a one bit, zeros, and the length in bits. */
function padded(bytes: string, blockBytes: number, bigEndian: boolean): Uint8Array {
  const lengthBytes = blockBytes / 8;
  const blocks = Math.ceil((bytes.length + 1 + lengthBytes) / blockBytes);
  const buffer = new Uint8Array(blocks * blockBytes);
  for (let at = 0; at < bytes.length; at += 1) buffer[at] = bytes.charCodeAt(at);
  buffer[bytes.length] = 0x80;
  const view = new DataView(buffer.buffer);
  const bits = BigInt(bytes.length) * 8n;
  view.setBigUint64(buffer.length - 8, bits, !bigEndian);
  return buffer;
}

function hexWords(words: Int32Array | Uint32Array, littleEndian: boolean): string {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, index) => {
    view.setUint32(index * 4, word >>> 0, littleEndian);
  });
  let hex = "";
  for (let at = 0; at < view.byteLength; at += 1) hex += view.getUint8(at).toString(16).padStart(2, "0");
  return hex;
}

export function md5(bytes: string): string {
  const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
  const table = Int32Array.from({ length: 64 }, (_, index) => Math.floor(Math.abs(Math.sin(index + 1)) * 2 ** 32) | 0);
  const view = new DataView(padded(bytes, 64, false).buffer);
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let block = 0; block < view.byteLength; block += 64) {
    let [a = 0, b = 0, c = 0, d = 0] = state;
    for (let step = 0; step < 64; step += 1) {
      const round = step >> 4;
      let mix: number;
      let word: number;
      if (round === 0) [mix, word] = [(b & c) | (~b & d), step];
      else if (round === 1) [mix, word] = [(d & b) | (~d & c), (5 * step + 1) % 16];
      else if (round === 2) [mix, word] = [b ^ c ^ d, (3 * step + 5) % 16];
      else [mix, word] = [c ^ (b | ~d), (7 * step) % 16];
      const sum = (a + mix + (table[step] ?? 0) + view.getInt32(block + word * 4, true)) | 0;
      [a, d, c] = [d, c, b];
      b = (b + rotateLeft(sum, shifts[round * 4 + (step % 4)] ?? 0)) | 0;
    }
    addTo(state, [a, b, c, d]);
  }
  return hexWords(state, true);
}

function addTo(state: Int32Array, words: readonly number[]): void {
  for (let index = 0; index < state.length; index += 1) state[index] = ((state[index] ?? 0) + (words[index] ?? 0)) | 0;
}

export function sha1(bytes: string): string {
  const view = new DataView(padded(bytes, 64, true).buffer);
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const words = new Int32Array(80);
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let step = 0; step < 80; step += 1) {
      const mixed = (words[step - 3] ?? 0) ^ (words[step - 8] ?? 0) ^ (words[step - 14] ?? 0) ^ (words[step - 16] ?? 0);
      words[step] = step < 16 ? view.getInt32(block + step * 4) : rotateLeft(mixed, 1);
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
    for (let step = 0; step < 80; step += 1) {
      let mix: number;
      if (step < 20) mix = ((b & c) | (~b & d)) + 0x5a827999;
      else if (step < 40) mix = (b ^ c ^ d) + 0x6ed9eba1;
      else if (step < 60) mix = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
      else mix = (b ^ c ^ d) + 0xca62c1d6;
      const next = (rotateLeft(a, 5) + mix + e + (words[step] ?? 0)) | 0;
      [e, d, c, b, a] = [d, c, rotateLeft(b, 30), a, next];
    }
    addTo(state, [a, b, c, d, e]);
  }
  return hexWords(state, false);
}

/** The first primes, whose roots give the constants of SHA-2. */
function primes(count: number): bigint[] {
  const found: bigint[] = [];
  for (let candidate = 2n; found.length < count; candidate += 1n) {
    if (found.every((prime) => candidate % prime !== 0n)) found.push(candidate);
  }
  return found;
}

/** The first `bits` bits behind the point of the `degree`th root of a whole number. */
function rootFraction(value: bigint, degree: bigint, bits: bigint): bigint {
  const scaled = value << (bits * degree);
  let low = 0n;
  let high = 1n << (bits + 6n);
  while (low + 1n < high) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= scaled) low = middle;
    else high = middle;
  }
  return low & ((1n << bits) - 1n);
}

interface Constants {
  readonly start: readonly bigint[];
  readonly rounds: readonly bigint[];
}

function constants(bits: bigint, rounds: number): Constants {
  const list = primes(rounds);
  return {
    start: list.slice(0, 8).map((prime) => rootFraction(prime, 2n, bits)),
    rounds: list.map((prime) => rootFraction(prime, 3n, bits)),
  };
}

let sha256Constants: { start: Int32Array; rounds: Int32Array } | null = null;
let sha512Constants: Constants | null = null;

export function sha256(bytes: string): string {
  if (!sha256Constants) {
    const { start, rounds } = constants(32n, 64);
    sha256Constants = {
      start: Int32Array.from(start, (n) => Number(n) | 0),
      rounds: Int32Array.from(rounds, (n) => Number(n) | 0),
    };
  }
  const { start, rounds } = sha256Constants;
  const view = new DataView(padded(bytes, 64, true).buffer);
  const state = start.slice();
  const words = new Int32Array(64);
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let step = 0; step < 64; step += 1) {
      if (step < 16) {
        words[step] = view.getInt32(block + step * 4);
        continue;
      }
      const near = words[step - 15] ?? 0;
      const far = words[step - 2] ?? 0;
      const low = rotateRight(near, 7) ^ rotateRight(near, 18) ^ (near >>> 3);
      const high = rotateRight(far, 17) ^ rotateRight(far, 19) ^ (far >>> 10);
      words[step] = ((words[step - 16] ?? 0) + low + (words[step - 7] ?? 0) + high) | 0;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    for (let step = 0; step < 64; step += 1) {
      const sum1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
      const first = (h + sum1 + ((e & f) ^ (~e & g)) + (rounds[step] ?? 0) + (words[step] ?? 0)) | 0;
      const sum0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
      const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    addTo(state, [a, b, c, d, e, f, g, h]);
  }
  return hexWords(state, false);
}

const mask64 = (1n << 64n) - 1n;

function rotate64(word: bigint, by: bigint): bigint {
  return ((word >> by) | (word << (64n - by))) & mask64;
}

export function sha512(bytes: string): string {
  sha512Constants ??= constants(64n, 80);
  const { start, rounds } = sha512Constants;
  const view = new DataView(padded(bytes, 128, true).buffer);
  let state = start.slice();
  const words: bigint[] = [];
  for (let block = 0; block < view.byteLength; block += 128) {
    for (let step = 0; step < 80; step += 1) {
      if (step < 16) {
        words[step] = view.getBigUint64(block + step * 8);
        continue;
      }
      const near = words[step - 15] ?? 0n;
      const far = words[step - 2] ?? 0n;
      const low = rotate64(near, 1n) ^ rotate64(near, 8n) ^ (near >> 7n);
      const high = rotate64(far, 19n) ^ rotate64(far, 61n) ^ (far >> 6n);
      words[step] = ((words[step - 16] ?? 0n) + low + (words[step - 7] ?? 0n) + high) & mask64;
    }
    let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = state;
    for (let step = 0; step < 80; step += 1) {
      const sum1 = rotate64(e, 14n) ^ rotate64(e, 18n) ^ rotate64(e, 41n);
      const first = (h + sum1 + ((e & f) ^ (~e & mask64 & g)) + (rounds[step] ?? 0n) + (words[step] ?? 0n)) & mask64;
      const sum0 = rotate64(a, 28n) ^ rotate64(a, 34n) ^ rotate64(a, 39n);
      const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) & mask64;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) & mask64, c, b, a, (first + second) & mask64];
    }
    const round = [a, b, c, d, e, f, g, h];
    state = state.map((word, index) => (word + (round[index] ?? 0n)) & mask64);
  }
  return state.map((word) => word.toString(16).padStart(16, "0")).join("");
}
