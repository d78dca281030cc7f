import { badRequest } from "../meta/status.js";
import { decodeAs } from "./decode.js";
import { typeOfKind } from "./schemas.js";

/** What becomes of fields the API does not have; the server's default is Warn. */
export type FieldValidation = "Strict" | "Warn" | "Ignore";

interface DecodedRequest {
  readonly object: unknown;
  /** `unknown field "spec.foo"`, `duplicate field "data.a"`, for the Warning headers of the answer. */
  readonly warnings: readonly string[];
}

/**
 * The object a request body is, in canonical form.
 * @throws StatusError BadRequest: `Job in version "v1" cannot be handled as a Job: strict decoding error: unknown field "spec.foo"`
 * @see k8s.io/apiserver/pkg/endpoints/handlers/create.go, transformDecodeError
 */
export function decodeRequest(
  body: unknown,
  wanted: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly fieldValidation: FieldValidation;
    /** Paths of fields that the body's text has more than once. */
    readonly duplicateFields?: readonly string[];
  },
): DecodedRequest {
  const { apiVersion, kind } = bodyKind(body, wanted);
  const typeName = typeOfKind(apiVersion, kind);
  const refuse = (why: string) => {
    const version = apiVersion.slice(apiVersion.lastIndexOf("/") + 1);
    return badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${wanted.kind}: ${why}`);
  };
  if (typeName === undefined) throw refuse(notRegistered(apiVersion, kind));
  if (kind !== wanted.kind) throw refuse(unknownConversion(apiVersion, kind, wanted));
  const { object, unknownFields, error } = decodeAs(typeName, body);
  if (error !== undefined) throw refuse(error);
  const warnings = [
    ...unknownFields.map((path) => `unknown field ${JSON.stringify(path)}`),
    ...(wanted.duplicateFields ?? []).map((path) => `duplicate field ${JSON.stringify(path)}`),
  ];
  if (wanted.fieldValidation === "Strict" && warnings.length > 0) throw refuse(strictDecodingError(warnings));
  return { object, warnings: wanted.fieldValidation === "Warn" ? warnings : [] };
}

/** `strict decoding error: unknown field "spec.foo", unknown field "spec.bar"` */
export function strictDecodingError(faults: readonly string[]): string {
  return `strict decoding error: ${faults.join(", ")}`;
}

/** The words of a scheme that does not know a kind. */
function notRegistered(apiVersion: string, kind: string): string {
  return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`;
}

/** The words of a scheme that knows both kinds, and no way from one to the other: internal types go by their package. */
function unknownConversion(
  apiVersion: string,
  kind: string,
  wanted: { readonly apiVersion: string; readonly kind: string },
): string {
  const [version = "", group = "core"] = wanted.apiVersion.split("/").toReversed();
  const from = apiVersion.slice(apiVersion.lastIndexOf("/") + 1) || version;
  return `converting (${from}.${kind}) to (${group.split(".")[0]}.${wanted.kind}): unknown conversion`;
}

/** The kind a body says it is; what it leaves out is what its address says. */
function bodyKind(
  body: unknown,
  wanted: { readonly apiVersion: string; readonly kind: string },
): { apiVersion: string; kind: string } {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return wanted;
  const { apiVersion, kind } = body as { readonly apiVersion?: unknown; readonly kind?: unknown };
  return {
    apiVersion: typeof apiVersion === "string" && apiVersion !== "" ? apiVersion : wanted.apiVersion,
    kind: typeof kind === "string" && kind !== "" ? kind : wanted.kind,
  };
}
