import { textOfField, textOfType } from "../api/explain/texts.js";
import { fullNameOf as fullTypeNameOf } from "../api/schema/full-names.js";
import { type FieldSchema, isObjectType, schemaOf } from "../api/schema/schemas.js";

type Json = Readonly<Record<string, unknown>>;

/** Scalars that have a name of their own in the documents of a real server. */
const namedScalars: Readonly<Record<string, { readonly name: string; readonly schema: Json }>> = {
  quantity: {
    name: "io.k8s.apimachinery.pkg.api.resource.Quantity",
    schema: { oneOf: [{ type: "string" }, { type: "number" }] },
  },
  intOrString: {
    name: "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
    schema: { format: "int-or-string", oneOf: [{ type: "integer" }, { type: "string" }] },
  },
  time: { name: "io.k8s.apimachinery.pkg.apis.meta.v1.Time", schema: { format: "date-time", type: "string" } },
  microTime: {
    name: "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime",
    schema: { format: "date-time", type: "string" },
  },
};

/** `io.k8s.api.batch.v1.Job` for `Job`. */
export function fullNameOf(typeName: string): string {
  const scalar = Object.hasOwn(namedScalars, typeName) ? namedScalars[typeName] : undefined;
  return scalar?.name ?? fullTypeNameOf(typeName);
}

/** The schemas that some types need, by full name. `prefix` is where references find them. */
export function schemasOf(
  kinds: readonly {
    readonly typeName: string;
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[],
  prefix: string,
): Readonly<Record<string, Json>> {
  const schemas: Record<string, Json> = {};
  const visit = (typeName: string): void => {
    const name = fullNameOf(typeName);
    if (Object.hasOwn(schemas, name)) return;
    const scalar = Object.hasOwn(namedScalars, typeName) ? namedScalars[typeName] : undefined;
    if (scalar !== undefined) {
      schemas[name] = scalar.schema;
      return;
    }
    if (!isObjectType(typeName)) return;
    const { fields, required } = schemaOf(typeName);
    const gvks = kinds.filter((kind) => kind.typeName === typeName);
    schemas[name] = {};
    schemas[name] = {
      ...described(textOfType(typeName)),
      type: "object",
      ...(required === undefined ? {} : { required }),
      properties: Object.fromEntries(
        Object.entries(fields).map(([field, schema]) => [
          field,
          { ...described(textOfField(typeName, field)), ...propertyOf(schema, prefix, visit) },
        ]),
      ),
      ...(gvks.length === 0
        ? {}
        : { "x-kubernetes-group-version-kind": gvks.map(({ group, version, kind }) => ({ group, kind, version })) }),
    };
  };
  for (const { typeName } of kinds) visit(typeName);
  return schemas;
}

/** What `explain` prints. */
function described(text: string | undefined): Json {
  return text === undefined ? {} : { description: text };
}

function propertyOf(field: FieldSchema, prefix: string, visit: (typeName: string) => void): Json {
  return { ...shapeOf(field, prefix, visit), ...extensionsOf(field) };
}

function shapeOf(field: FieldSchema, prefix: string, visit: (typeName: string) => void): Json {
  const inner = () =>
    field.nested === undefined ? scalarOf(field, prefix, visit) : propertyOf(field.nested, prefix, visit);
  if (field.list === true) return { type: "array", items: inner() };
  if (field.map === true) return { type: "object", additionalProperties: inner() };
  return { ...scalarOf(field, prefix, visit), ...(field.default === undefined ? {} : { default: field.default }) };
}

function scalarOf(
  { type, format, enum: values }: FieldSchema,
  prefix: string,
  visit: (typeName: string) => void,
): Json {
  if (Object.hasOwn(namedScalars, type) || isObjectType(type)) {
    visit(type);
    const reference = { $ref: `${prefix}${fullNameOf(type)}` };
    return prefix.startsWith("#/components") ? { allOf: [reference] } : reference;
  }
  if (type === "any") return { type: "object" };
  if (type === "bytes") return { type: "string", format: "byte" };
  return { type, ...(format === undefined ? {} : { format }), ...(values === undefined ? {} : { enum: values }) };
}

function extensionsOf(field: FieldSchema): Json {
  return {
    ...(field.listType === undefined ? {} : { "x-kubernetes-list-type": field.listType }),
    ...(field.keys === undefined ? {} : { "x-kubernetes-list-map-keys": field.keys }),
    ...(field.mapType === undefined ? {} : { "x-kubernetes-map-type": field.mapType }),
    ...(field.mergeKey === undefined ? {} : { "x-kubernetes-patch-merge-key": field.mergeKey }),
    ...(field.patchStrategy === undefined ? {} : { "x-kubernetes-patch-strategy": field.patchStrategy }),
  };
}
