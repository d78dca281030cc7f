import type { Status } from "../api/generated/types.js";
import { StatusError, type StatusReason } from "../api/meta/status.js";

/** An answer in JSON. */
export function jsonResponse(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return textResponse(JSON.stringify(value), "application/json", status, headers);
}

export function textResponse(
  text: string,
  contentType: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(text, { status, headers: { "content-type": contentType, ...headers } });
}

/** A failure as its Status, with the code that it names. */
export function statusResponse(status: Status, headers: Readonly<Record<string, string>> = {}): Response {
  const seconds = status.details?.retryAfterSeconds;
  const all: Record<string, string> = { ...headers };
  if (seconds !== undefined) all["retry-after"] = String(seconds);
  return jsonResponse(status, status.code ?? 500, all);
}

/** The answer to an address where nothing is. @see apiserver pkg/endpoints/handlers/responsewriters */
export function noSuchResource(): StatusError {
  return failure("NotFound", "the server could not find the requested resource", {});
}

export function methodNotAllowed(): StatusError {
  return new StatusError("MethodNotAllowed", "the server does not allow this method on the requested resource", {});
}

export function failure(reason: StatusReason, message: string, details?: Status["details"]): StatusError {
  return new StatusError(reason, message, details);
}

/** The value of a `Warning` header. @see k8s.io/apimachinery/pkg/util/net, NewWarningHeader */
export function warningHeader(message: string): string {
  // Control characters do not fit into a header; a value of one header is Latin-1.
  const text = message.replace(/\p{Cc}/gu, " ").replace(/["\\]/g, "\\$&");
  return `299 - "${Buffer.from(text, "utf8").toString("latin1")}"`;
}
