/** The kinds of validation error, with the words that stand in front of the detail. */
export const fieldErrorTexts = {
  FieldValueNotFound: "Not found",
  FieldValueRequired: "Required value",
  FieldValueDuplicate: "Duplicate value",
  FieldValueInvalid: "Invalid value",
  FieldValueNotSupported: "Unsupported value",
  FieldValueForbidden: "Forbidden",
  FieldValueTooLong: "Too long",
  FieldValueTooMany: "Too many",
  InternalError: "Internal error",
  FieldValueTypeInvalid: "Invalid value",
} as const;

export type FieldErrorType = keyof typeof fieldErrorTexts;

/**
 * One thing wrong with one field. `message` is the whole text behind the path: `Invalid value: 3: must be …`.
 * @see k8s.io/apimachinery/pkg/util/validation/field/errors.go
 */
export interface FieldError {
  readonly type: FieldErrorType;
  /** Dotted path: `spec.template.spec.containers[0].name`. */
  readonly field: string;
  readonly message: string;
}
