import type { Status } from "../generated/types.js";
import type { FieldError } from "./field-error.js";

/** The reasons an API server gives, each with its HTTP status. */
const statusCodes = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
} as const;

export type StatusReason = keyof typeof statusCodes;

/** A resource as Status details name it: `{ group: "batch", resource: "jobs" }`; the core group is "". */
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

/** `jobs.batch`, or `pods` for the core group. */
function groupResourceText({ group, resource }: GroupResource): string {
  return group === "" ? resource : `${resource}.${group}`;
}

/** An answer of the API server that is a failure: expected, with a reason and a code. Rendered at the edge alone. */
export class StatusError extends Error {
  readonly status: Status;

  constructor(reason: StatusReason, message: string, details?: Status["details"]) {
    super(message);
    this.name = "StatusError";
    this.status = {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message,
      reason,
      ...(details === undefined ? {} : { details }),
      code: statusCodes[reason],
    };
  }

  get reason(): string {
    return this.status.reason ?? "";
  }
}

export function isReason(error: unknown, reason: StatusReason): error is StatusError {
  return error instanceof StatusError && error.reason === reason;
}

/** `jobs.batch "pi" not found` */
export function notFound(resource: GroupResource, name: string): StatusError {
  return new StatusError("NotFound", `${groupResourceText(resource)} "${name}" not found`, {
    name,
    ...(resource.group === "" ? {} : { group: resource.group }),
    kind: resource.resource,
  });
}

/** `jobs.batch "pi" already exists` */
export function alreadyExists(resource: GroupResource, name: string): StatusError {
  return new StatusError("AlreadyExists", `${groupResourceText(resource)} "${name}" already exists`, {
    name,
    ...(resource.group === "" ? {} : { group: resource.group }),
    kind: resource.resource,
  });
}

/** `Operation cannot be fulfilled on jobs.batch "pi": …` */
export function conflict(resource: GroupResource, name: string, why: string): StatusError {
  return new StatusError(
    "Conflict",
    `Operation cannot be fulfilled on ${groupResourceText(resource)} "${name}": ${why}`,
    { name, ...(resource.group === "" ? {} : { group: resource.group }), kind: resource.resource },
  );
}

/** The words of a write that lost a compare-and-swap. */
export const objectWasModified =
  "the object has been modified; please apply your changes to the latest version and try again";

/** `Job.batch "pi" is invalid: …`: one cause as it is, several in brackets. */
export function invalid(
  kind: { group: string; kind: string },
  name: string,
  errors: readonly FieldError[],
): StatusError {
  const texts = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))];
  const qualified = kind.group === "" ? kind.kind : `${kind.kind}.${kind.group}`;
  const all = texts.length === 1 ? (texts[0] ?? "") : `[${texts.join(", ")}]`;
  return new StatusError("Invalid", `${qualified} "${name}" is invalid${texts.length === 0 ? "" : `: ${all}`}`, {
    name,
    ...(kind.group === "" ? {} : { group: kind.group }),
    kind: kind.kind,
    causes: errors.map(({ type, field, message }) => ({ reason: type, message, field })),
  });
}

export function badRequest(message: string): StatusError {
  return new StatusError("BadRequest", message);
}

/** What a refusal says as its cause where the namespace is on its way out: there is nothing to try again. */
export const namespaceTerminatingCause = "NamespaceTerminating";

export function isNamespaceTerminating(error: unknown): error is StatusError {
  if (!(error instanceof StatusError)) return false;
  return error.status.details?.causes?.some(({ reason }) => reason === namespaceTerminatingCause) === true;
}
