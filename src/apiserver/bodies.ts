import { badRequest, StatusError } from "../api/meta/status.js";
import { duplicateFields } from "../api/schema/duplicate-fields.js";
import { GoJsonError, parseGoJson } from "../api/schema/go-json.js";
import { parseYaml } from "../manifest/yaml.js";
import { YamlError } from "../manifest/yaml-error.js";
import { serverLimits } from "./limits.js";
import { parseProtobuf, protobufType } from "./protobuf-bodies.js";

const accepted = `application/json, application/yaml, ${protobufType}`;

/** What announces the configuration of a server-side apply. */
export const applyType = "application/apply-patch+yaml";

const yamlTypes: ReadonlySet<string> = new Set([applyType, "application/yaml", "application/x-yaml", "text/yaml"]);

/**
 * The text of a request's body.
 * @throws StatusError RequestEntityTooLarge, UnsupportedMediaType
 */
export async function bodyText(request: Request): Promise<string> {
  return (await bodyBytes(request)).toString("utf8");
}

/** @throws StatusError RequestEntityTooLarge, UnsupportedMediaType */
async function bodyBytes(request: Request): Promise<Buffer> {
  if ((request.headers.get("content-encoding") ?? "identity") !== "identity") {
    throw new StatusError("UnsupportedMediaType", "the body of a request must not be encoded");
  }
  const announced = request.headers.get("content-length");
  if (Number(announced ?? 0) > serverLimits.bodyBytesMax) throw tooLarge();
  // HTTP holds a sender to what he announced. Without a stream of its own a request costs a tenth of the memory.
  if (announced !== null) return Buffer.from(await request.arrayBuffer().catch(brokenOff));
  if (request.body === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(brokenOff);
    if (done) break;
    length += value.length;
    if (length > serverLimits.bodyBytesMax) {
      await reader.cancel();
      throw tooLarge();
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks);
}

/** The client has gone, or has not sent what it announced: nobody reads the answer. */
function brokenOff(error: unknown): never {
  throw badRequest(`the body of the request broke off: ${(error as Error).message}`);
}

/** The media type of a body, without its parameters; JSON where none is named. */
export function contentTypeOf(request: Request): string {
  const [type = ""] = (request.headers.get("content-type") ?? "").split(";");
  return type.trim().toLowerCase() || "application/json";
}

/**
 * The value that a request's body is. Undefined where it is empty.
 * @throws StatusError RequestEntityTooLarge, UnsupportedMediaType, BadRequest
 */
export async function bodyOf(request: Request): Promise<unknown> {
  const bytes = await bodyBytes(request);
  const type = contentTypeOf(request);
  if (type === protobufType) return bytes.length === 0 ? undefined : parseProtobuf(bytes);
  return parseText(bytes.toString("utf8"), type);
}

function parseText(text: string, contentType: string): unknown {
  switch (contentType) {
    case "application/json":
    case "text/plain":
    case "application/x-www-form-urlencoded":
      return text.trim() === "" ? undefined : parseJson(text);
    default:
      if (!yamlTypes.has(contentType)) throw unsupportedType(accepted);
      return text.trim() === "" ? undefined : parseYamlBody(text);
  }
}

/** @see apimachinery pkg/api/errors, NewUnsupportedMediaType */
export function unsupportedType(types: string): StatusError {
  return new StatusError(
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${types}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return parseGoJson(text);
  } catch (error) {
    if (!(error instanceof GoJsonError)) throw error;
    throw badRequest(`couldn't get version/kind; json parse error: ${error.message}`);
  }
}

function parseYamlBody(text: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw badRequest(`error converting YAML to JSON: ${error.message}`);
  }
}

function tooLarge(): StatusError {
  return new StatusError("RequestEntityTooLarge", `Request entity too large: limit is ${serverLimits.bodyBytesMax}`);
}

export interface ObjectBody {
  readonly object: object;
  /** Paths of fields that its JSON has more than once. */
  readonly duplicateFields: readonly string[];
}

/**
 * The object that a request's body is, of a kind, in whatever way it is written.
 * @throws StatusError RequestEntityTooLarge, UnsupportedMediaType, BadRequest
 * @see k8s.io/apiserver/pkg/endpoints/handlers/rest.go, transformDecodeError
 */
export async function objectBody(request: Request, kind: string): Promise<ObjectBody> {
  const bytes = await bodyBytes(request);
  const type = contentTypeOf(request);
  if (type === protobufType && bytes.length > 0) return { object: parseProtobuf(bytes) as object, duplicateFields: [] };
  const unrecognized = (why: string) =>
    badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summary(bytes)})`);
  const text = bytes.toString("utf8");
  let value: unknown;
  try {
    value = parseText(text, type);
  } catch (error) {
    if (error instanceof StatusError && error.status.reason === "BadRequest") throw unrecognized(error.message);
    throw error;
  }
  if (value === null) return { object: {}, duplicateFields: [] };
  if (typeof value === "object" && !Array.isArray(value)) {
    return { object: value, duplicateFields: yamlTypes.has(type) ? [] : duplicateFields(text, value) };
  }
  throw unrecognized(
    value === undefined
      ? "couldn't get version/kind; json parse error: unexpected end of JSON input"
      : `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonTypeOf(value)} into Go value of type ${kindHolder}`,
  );
}

/** What Go reads the kind of a body into, as its messages name it. */
const kindHolder =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

function jsonTypeOf(value: unknown): string {
  return Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
}

const summaryBytesMax = 30;

/** What a body begins with. */
function summary(bytes: Buffer): string {
  if (bytes.length === 0) return "<empty>";
  const first = bytes.subarray(0, summaryBytesMax);
  const text = first[0] === 0x7b ? first.toString("utf8") : first.toString("hex");
  return bytes.length > summaryBytesMax ? `${text} ...` : text;
}

/** A body that has to be there, and an object. @throws StatusError BadRequest */
export function requireBody(body: unknown): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    const why = body === undefined ? "EOF" : `cannot unmarshal ${Array.isArray(body) ? "array" : typeof body}`;
    throw badRequest(`the object provided is unrecognized (must be of type Object): ${why}`);
  }
  return body;
}
