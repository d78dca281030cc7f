/** The type that kubectl asks for, spelt with an @; the answer has a dot there. */
export const openApiProtobufType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

type Json = Readonly<Record<string, unknown>>;

/**
 * An OpenAPI v2 document in protocol buffers, as far as clients look: kubectl does where v3 knows nothing of a kind, and
 * reads no other form. Paths are left out.
 * @see github.com/google/gnostic-models/openapiv2/OpenAPIv2.proto
 */
export function swaggerProtobuf(document: {
  readonly info: { readonly title: string; readonly version: string };
  readonly definitions: Readonly<Record<string, Json>>;
}): Uint8Array {
  const { info, definitions } = document;
  return Buffer.concat([
    text(1, "2.0"),
    bytes(2, Buffer.concat([text(1, info.title), text(2, info.version)])),
    bytes(8, Buffer.alloc(0)),
    bytes(9, namedSchemas(definitions)),
  ]);
}

function namedSchemas(schemas: Readonly<Record<string, Json>>): Buffer {
  return Buffer.concat(
    Object.entries(schemas).map(([name, schema]) =>
      bytes(1, Buffer.concat([text(1, name), bytes(2, schemaMessage(schema))])),
    ),
  );
}

function schemaMessage(schema: Json): Buffer {
  const parts: Buffer[] = [];
  const { $ref, format, description, required, type, items, properties, additionalProperties } = schema;
  if (typeof $ref === "string") parts.push(text(1, $ref));
  if (typeof format === "string") parts.push(text(2, format));
  if (typeof description === "string") parts.push(text(4, description));
  for (const name of Array.isArray(required) ? required : []) parts.push(text(19, String(name)));
  if (isJson(additionalProperties)) parts.push(bytes(21, bytes(1, schemaMessage(additionalProperties))));
  if (typeof type === "string") parts.push(bytes(22, text(1, type)));
  if (isJson(items)) parts.push(bytes(23, bytes(1, schemaMessage(items))));
  if (isJson(properties)) parts.push(bytes(25, namedSchemas(properties as Readonly<Record<string, Json>>)));
  for (const [name, value] of Object.entries(schema)) {
    // Of extensions, what they say is told in YAML, of which JSON is a part.
    if (name.startsWith("x-")) {
      parts.push(bytes(31, Buffer.concat([text(1, name), bytes(2, text(2, JSON.stringify(value)))])));
    }
  }
  return Buffer.concat(parts);
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value, "utf8"));
}

/** A field of the wire type for everything that has a length. @see protobuf.dev, Encoding */
function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(value.length), value]);
}

function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.push(rest);
  return Buffer.from(out);
}
