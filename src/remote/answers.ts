import type { IncomingMessage } from "node:http";
import type { Status } from "../api/generated/types.js";
import { StatusError } from "../api/meta/status.js";

/** A failure that a server has told, with the very Status that it sent. */
export class RemoteStatusError extends StatusError {
  override readonly status: Status;

  constructor(status: Status) {
    super("InternalError", status.message ?? "unknown");
    this.status = status;
  }
}

/** What of an answer that is no Status is quoted. */
const quotedLengthMax = 2_048;

/** The whole text of an answer. */
export async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** Throws what an answer refuses. @throws RemoteStatusError */
export async function requireSuccess(answer: IncomingMessage): Promise<void> {
  const code = answer.statusCode ?? 0;
  if (code >= 200 && code < 300) return;
  throw new RemoteStatusError(statusOf(code, await textOf(answer)));
}

/** The Status in a body, or one made for it. @see k8s.io/apimachinery/pkg/api/errors, NewGenericServerResponse */
export function statusOf(code: number, body: string): Status {
  try {
    const value = JSON.parse(body) as Status;
    if (value.kind === "Status") return value;
  } catch {
    // No Status: a proxy answered, or something that is no API server.
  }
  const reason = reasons[code] ?? (code >= 500 ? "InternalError" : "");
  const text = body.trim().slice(0, quotedLengthMax);
  const message =
    code === 401
      ? "Unauthorized"
      : code === 404
        ? "the server could not find the requested resource"
        : `the server responded with the status code ${code} but did not return more information${text === "" ? "" : `: ${text}`}`;
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code };
}

const reasons: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  409: "Conflict",
  410: "Expired",
  429: "TooManyRequests",
  503: "ServiceUnavailable",
  504: "Timeout",
};

/** The texts of `Warning: 299 - "…"` headers. */
export function warningsOf(header: string | readonly string[] | undefined): readonly string[] {
  const all = typeof header === "string" ? header : (header ?? []).join(", ");
  return [...all.matchAll(/\b299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) =>
    Buffer.from(text.replace(/\\(.)/g, "$1"), "latin1").toString("utf8"),
  );
}

/** Lines as they come, each with its newline; what is left at the end without one. */
export async function* linesOf(answer: AsyncIterable<unknown>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of answer) {
    rest += decoder.decode(chunk as Buffer, { stream: true });
    let from = 0;
    for (let at = rest.indexOf("\n"); at >= 0; at = rest.indexOf("\n", from)) {
      yield rest.slice(from, at + 1);
      from = at + 1;
    }
    rest = rest.slice(from);
  }
  if (rest !== "") yield rest;
}
