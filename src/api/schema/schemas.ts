import document from "../generated/schemas.json" with { type: "json" };

/** A field as the API's OpenAPI schema describes it. */
export interface FieldSchema {
  /** A scalar (`string`, `integer`, `boolean`, `quantity`, `intOrString`, `time`, `microTime`, `bytes`, `any`) or a type's name. */
  readonly type: string;
  readonly format?: "int32" | "int64";
  readonly list?: boolean;
  readonly map?: boolean;
  /** What a list or map holds, where that is itself a list or map. */
  readonly nested?: FieldSchema;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly listType?: "atomic" | "set" | "map";
  readonly mapType?: "atomic" | "granular";
  /** The fields that identify an element of a `listType: map`. */
  readonly keys?: readonly string[];
  /** The field that identifies an element for strategic merge patches. */
  readonly mergeKey?: string;
  readonly patchStrategy?: "merge" | "retainKeys" | "merge,retainKeys" | "replace";
}

interface TypeSchema {
  readonly fields: { readonly [name: string]: FieldSchema };
  readonly required?: readonly string[];
}

/** Its fields are read where they are needed: in the bundle the document stays text until then. */
const schemas = document as unknown as {
  readonly kinds: { readonly [groupVersionKind: string]: string };
  readonly types: { readonly [name: string]: TypeSchema };
};

/**
 * The schema of a type such as `JobSpec`.
 * @throws Error when there is none: types are named by schemas, not by people.
 */
export function schemaOf(typeName: string): TypeSchema {
  const schema = Object.hasOwn(schemas.types, typeName) ? schemas.types[typeName] : undefined;
  if (schema === undefined) throw new Error(`no schema is named ${typeName}`);
  return schema;
}

/** The type name of a kind: `typeOfKind("batch/v1", "Job")` is `Job`. Undefined for a kind this API does not have. */
export function typeOfKind(apiVersion: string, kind: string): string | undefined {
  const key = `${apiVersion}/${kind}`;
  return Object.hasOwn(schemas.kinds, key) ? schemas.kinds[key] : undefined;
}

/** Whether a field's type is a type of its own, with fields. */
export function isObjectType(typeName: string): boolean {
  return Object.hasOwn(schemas.types, typeName);
}
