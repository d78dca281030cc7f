import { badRequest } from "../api/meta/status.js";

/** What a field of a message is: text, or a message of its own; by the field's number. */
type Message = { readonly [field: number]: readonly [name: string, type: "text" | Message] };

const objectMeta: Message = { 1: ["name", "text"], 3: ["namespace", "text"] };
const resourceAttributes: Message = {
  1: ["namespace", "text"],
  2: ["verb", "text"],
  3: ["group", "text"],
  4: ["version", "text"],
  5: ["resource", "text"],
  6: ["subresource", "text"],
  7: ["name", "text"],
};
const nonResourceAttributes: Message = { 1: ["path", "text"], 2: ["verb", "text"] };

/**
 * The few kinds that are read in protocol buffers, because kubectl asks `auth` questions in no other way. Objects are not:
 * the numbers of their fields are in no document that a server publishes.
 * @see k8s.io/api/authorization/v1/generated.proto, k8s.io/api/authentication/v1/generated.proto
 */
const messages: Readonly<Record<string, Message>> = {
  SelfSubjectAccessReview: {
    1: ["metadata", objectMeta],
    2: ["spec", { 1: ["resourceAttributes", resourceAttributes], 2: ["nonResourceAttributes", nonResourceAttributes] }],
  },
  SelfSubjectRulesReview: { 1: ["metadata", objectMeta], 2: ["spec", { 1: ["namespace", "text"] }] },
  SelfSubjectReview: { 1: ["metadata", objectMeta] },
};

/** @see k8s.io/apimachinery/pkg/runtime/generated.proto, Unknown */
const envelope: Message = { 1: ["typeMeta", { 1: ["apiVersion", "text"], 2: ["kind", "text"] }] };
const magic = [0x6b, 0x38, 0x73, 0x00];
const rawField = 2;

export const protobufType = "application/vnd.kubernetes.protobuf";

/**
 * A body in protocol buffers as the JSON value that it stands for; undefined for a kind that is not read so.
 * @throws StatusError BadRequest
 */
export function parseProtobuf(bytes: Uint8Array): unknown {
  if (!magic.every((byte, at) => bytes[at] === byte)) {
    throw badRequest("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
  }
  const content = bytes.subarray(magic.length);
  const { typeMeta = {} } = decoded(content, envelope) as { typeMeta?: { apiVersion?: string; kind?: string } };
  const kind = typeMeta.kind ?? "";
  const message = Object.hasOwn(messages, kind) ? messages[kind] : undefined;
  if (message === undefined) return undefined;
  let raw = new Uint8Array();
  eachField(content, (field, data) => {
    if (field === rawField) raw = new Uint8Array(data);
  });
  return { ...typeMeta, ...decoded(raw, message) };
}

function decoded(bytes: Uint8Array, message: Message): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  eachField(bytes, (field, data) => {
    const known = message[field];
    if (known === undefined) return;
    const [name, type] = known;
    value[name] = type === "text" ? new TextDecoder().decode(data) : decoded(data, type);
  });
  return value;
}

/** Visits the fields that have a length; numbers are passed over. */
function eachField(bytes: Uint8Array, visit: (field: number, data: Uint8Array) => void): void {
  let at = 0;
  const truncated = () => badRequest("proto: unexpected EOF");
  const number = () => {
    let value = 0;
    for (let shift = 0; shift < 49; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) throw truncated();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw badRequest("proto: integer overflow");
  };
  while (at < bytes.length) {
    const tag = number();
    const wire = tag % 8;
    if (wire === 0) number();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = number();
      if (at + length > bytes.length) throw truncated();
      visit(Math.floor(tag / 8), bytes.subarray(at, at + length));
      at += length;
    } else throw badRequest(`proto: illegal wireType ${wire}`);
  }
}
