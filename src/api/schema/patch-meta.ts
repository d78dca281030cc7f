import { type FieldSchema, isObjectType, schemaOf } from "./schemas.js";

/** How a strategic merge patch treats a field. */
export interface PatchMeta {
  /** The type whose fields the value, or each element of it, has; undefined for maps and for free-form JSON. */
  readonly typeName: string | undefined;
  /** `merge` merges lists, `replace` replaces; without either, maps are merged and lists replaced. */
  readonly strategy: "" | "merge" | "replace";
  /** The field that identifies an element of a merged list of objects; empty for lists of scalars. */
  readonly mergeKey: string;
  /** The patch names the fields that stay. */
  readonly retainsKeys: boolean;
}

/** A field that the type does not have: the words of the lookup that a strategic merge patch does. */
export class FieldNotFoundError extends Error {
  constructor(typeName: string | undefined, field: string) {
    super(
      typeName === undefined
        ? "merging an object in json but data type is not struct, instead is: map"
        : `unable to find api field in struct ${typeName} for the json field ${JSON.stringify(field)}`,
    );
    this.name = "FieldNotFoundError";
  }
}

/**
 * How to patch the field `field` of a `typeName`.
 * @throws FieldNotFoundError
 * @see k8s.io/apimachinery/pkg/util/strategicpatch/meta.go
 */
export function patchMetaOf(typeName: string | undefined, field: string): PatchMeta {
  const schema = fieldSchemaOf(typeName, field);
  if (schema === undefined) throw new FieldNotFoundError(typeName, field);
  const strategies = schema.patchStrategy?.split(",") ?? [];
  const strategy = strategies.includes("merge") ? "merge" : strategies.includes("replace") ? "replace" : "";
  const isObject = isObjectType(schema.type) && !schema.map;
  return {
    typeName: isObject ? schema.type : undefined,
    strategy,
    mergeKey: schema.mergeKey ?? "",
    retainsKeys: strategies.includes("retainKeys"),
  };
}

/** The schema of a field, undefined when the type has none of that name. */
export function fieldSchemaOf(typeName: string | undefined, field: string): FieldSchema | undefined {
  if (typeName === undefined) return undefined;
  const { fields } = schemaOf(typeName);
  return Object.hasOwn(fields, field) ? fields[field] : undefined;
}
