import type { Status } from "../api/generated/types.js";
import { StatusError, type StatusReason } from "../api/meta/status.js";

/** An answer in JSON, as Go's encoder ends it. */
export function jsonResponse(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return textResponse(`${JSON.stringify(value)}\n`, "application/json", status, headers);
}

/** An answer in JSON for people: with line breaks. */
export function prettyResponse(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return textResponse(JSON.stringify(value, null, 2), "application/json", status, headers);
}

/** Whether a person reads the answer, as the request tells. @see k8s.io/apiserver handlers/negotiation, isPrettyPrint */
export function wantsPretty(request: Request): boolean {
  const at = request.url.indexOf("pretty=");
  const asked = at < 0 ? "" : (new URL(request.url).searchParams.get("pretty") ?? "");
  if (asked !== "") return /^(1|t|true)$/i.test(asked);
  return /^(curl|Wget|Mozilla\/5\.0)/.test(request.headers.get("user-agent") ?? "");
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
export function statusResponse(status: Status, request: Request): Response {
  const seconds = status.details?.retryAfterSeconds;
  const headers: Record<string, string> = seconds === undefined ? {} : { "retry-after": String(seconds) };
  const respond = wantsPretty(request) ? prettyResponse : jsonResponse;
  return respond(status, status.code ?? 500, headers);
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
