/**
 * Text inside containers is byte strings: one character, one byte. These two functions are the border. Nearly all text
 * is ASCII, which is the same on both sides and is returned as it is.
 */

/** Code units beyond ASCII. */
const beyondAscii = /[^\0-\x7f]/;

/** A JavaScript string as the byte string of its UTF-8. Lone surrogates become U+FFFD. */
export function encodeUtf8(text: string): string {
  if (!beyondAscii.test(text)) return text;
  let bytes = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const point = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
    if (point < 0x80) bytes += character;
    else if (point < 0x800) bytes += String.fromCharCode(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000)
      bytes += String.fromCharCode(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else
      bytes += String.fromCharCode(
        0xf0 | (point >> 18),
        0x80 | ((point >> 12) & 63),
        0x80 | ((point >> 6) & 63),
        0x80 | (point & 63),
      );
  }
  return bytes;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A byte string as text; what is not UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: string): string {
  if (!beyondAscii.test(bytes)) return bytes;
  const buffer = new Uint8Array(bytes.length);
  for (let index = 0; index < bytes.length; index++) buffer[index] = bytes.charCodeAt(index);
  return decoder.decode(buffer);
}

/** The bytes of a byte string, as the world outside has them. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}

/** Bytes as a byte string. */
export function byteStringOf(bytes: Uint8Array): string {
  let text = "";
  // As many at once as a call takes arguments.
  for (let from = 0; from < bytes.length; from += 8192) {
    text += String.fromCharCode(...bytes.subarray(from, from + 8192));
  }
  return text;
}

/** How many bytes at the end of `bytes` are the beginning of a character whose rest is still to come. */
export function incompleteTailLength(bytes: string): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes.charCodeAt(bytes.length - back);
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < needed ? back : 0;
    }
  }
  return 0;
}
