import { badRequest } from "../api/meta/status.js";

/** A field as protocol buffers write it: a number, or bytes that mean text, a message, or anything else. */
export interface WireField {
  readonly number: number;
  /** 0 where the field is bytes. */
  readonly number64: bigint;
  /** Empty where the field is a number. */
  readonly bytes: Uint8Array;
}

const nothing = new Uint8Array();

/** The fields of a message, in the order they were written. @throws StatusError BadRequest @see protobuf.dev, Encoding */
export function* wireFields(message: Uint8Array): Generator<WireField> {
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) throw truncated();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw badRequest("proto: integer overflow");
  };
  const take = (length: number) => {
    if (at + length > message.length) throw truncated();
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (wireType === 0) yield { number, number64: varint(), bytes: nothing };
    else if (wireType === 1) take(8);
    else if (wireType === 2) yield { number, number64: 0n, bytes: take(Number(varint())) };
    else if (wireType === 5) take(4);
    else throw badRequest(`proto: illegal wireType ${wireType}`);
  }
}

function truncated(): Error {
  return badRequest("proto: unexpected EOF");
}
