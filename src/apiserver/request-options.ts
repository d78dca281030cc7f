import type { FieldError } from "../api/meta/field-error.js";
import { badRequest, invalid } from "../api/meta/status.js";
import type { FieldValidation } from "../client/api-client.js";
import { applyType, contentTypeOf } from "./bodies.js";

const fieldManagerLengthMax = 128;

/** What the query of a list or watch says. */
export interface ListQuery {
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly limit: number;
  readonly continueToken: string;
  readonly resourceVersion: string;
  readonly match: "" | "Exact" | "NotOlderThan";
  readonly watch: boolean;
  readonly bookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
  readonly timeoutSeconds: number;
}

export interface WriteQuery {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean;
}

/** @throws StatusError BadRequest, Invalid @see k8s.io/apimachinery/pkg/apis/meta/internalversion/validation */
export function listQuery(query: URLSearchParams, isWatchPath: boolean): ListQuery {
  const match = query.get("resourceVersionMatch") ?? "";
  const options: ListQuery = {
    labelSelector: query.get("labelSelector") ?? "",
    fieldSelector: query.get("fieldSelector") ?? "",
    limit: integer(query, "limit"),
    continueToken: query.get("continue") ?? "",
    resourceVersion: query.get("resourceVersion") ?? "",
    match: match as ListQuery["match"],
    watch: isWatchPath || flag(query, "watch") === true,
    bookmarks: flag(query, "allowWatchBookmarks") === true,
    sendInitialEvents: flag(query, "sendInitialEvents"),
    timeoutSeconds: integer(query, "timeoutSeconds"),
  };
  if (!/^\d{0,18}$/.test(options.resourceVersion)) {
    throw badRequest(`Invalid value: ${JSON.stringify(options.resourceVersion)}: invalid resource version`);
  }
  const errors = options.watch ? watchErrors(options) : listErrors(options);
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind: "ListOptions" }, "", errors);
  return options;
}

function listErrors({ match, resourceVersion, continueToken, sendInitialEvents }: ListQuery): FieldError[] {
  const errors: FieldError[] = [];
  const forbidden = (why: string) =>
    errors.push(fault("resourceVersionMatch", "FieldValueForbidden", `Forbidden: ${why}`));
  if (sendInitialEvents !== undefined) {
    errors.push(
      fault("sendInitialEvents", "FieldValueForbidden", "Forbidden: sendInitialEvents is forbidden for list"),
    );
  }
  if (match === "") return errors;
  if (resourceVersion === "") forbidden("resourceVersionMatch is forbidden unless resourceVersion is provided");
  if (continueToken !== "") forbidden("resourceVersionMatch is forbidden when continue is provided");
  if (match !== "Exact" && match !== "NotOlderThan") {
    errors.push(unsupported("resourceVersionMatch", match, ["Exact", "NotOlderThan"]));
  }
  if (match === "Exact" && resourceVersion === "0") {
    forbidden('resourceVersionMatch "Exact" is forbidden for resourceVersion "0"');
  }
  return errors;
}

function watchErrors({ match, sendInitialEvents }: ListQuery): FieldError[] {
  if (sendInitialEvents === undefined) {
    if (match === "") return [];
    const why = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided";
    return [fault("resourceVersionMatch", "FieldValueForbidden", `Forbidden: ${why}`)];
  }
  if (match === "NotOlderThan") return [];
  if (match === "") {
    const why = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
    return [fault("resourceVersionMatch", "FieldValueForbidden", `Forbidden: ${why}`)];
  }
  return [unsupported("resourceVersionMatch", match, ["NotOlderThan"])];
}

/** @throws StatusError Invalid @see k8s.io/apimachinery/pkg/apis/meta/v1/validation */
export function writeQuery(
  { query, raw }: { readonly query: URLSearchParams; readonly raw: Request },
  kind: "CreateOptions" | "UpdateOptions" | "PatchOptions",
): WriteQuery {
  const dryRun = query.getAll("dryRun").filter((value) => value !== "");
  const fieldValidation = query.get("fieldValidation") || "Warn";
  const fieldManager = query.get("fieldManager") || (contentTypeOf(raw) === applyType ? "" : programOf(raw));
  const errors: FieldError[] = [...dryRunErrors(dryRun)];
  if (!["Ignore", "Strict", "Warn"].includes(fieldValidation)) {
    errors.push(unsupported("fieldValidation", fieldValidation, ["Ignore", "Strict", "Warn"]));
  }
  if (fieldManager.length > fieldManagerLengthMax) {
    errors.push(fault("fieldManager", "FieldValueTooLong", "Too long: may not be more than 128 bytes"));
  }
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind }, "", errors);
  return {
    dryRun: dryRun.length > 0,
    fieldManager,
    fieldValidation: fieldValidation as FieldValidation,
    force: flag(query, "force") === true,
  };
}

/** The name that a client gives itself where it names no manager. @see apiserver endpoints/handlers/create.go, prefixFromUserAgent */
function programOf({ headers }: Request): string {
  const [name = ""] = (headers.get("user-agent") ?? "").split("/");
  return name.replace(/[^\x20-\x7e]/g, "").slice(0, fieldManagerLengthMax);
}

export function dryRunErrors(values: readonly string[]): readonly FieldError[] {
  return values.filter((value) => value !== "All").map((value) => unsupported("dryRun", value, ["All"]));
}

export function unsupported(field: string, value: string, known: readonly string[]): FieldError {
  const values = known.map((each) => JSON.stringify(each)).join(", ");
  return fault(
    field,
    "FieldValueNotSupported",
    `Unsupported value: ${JSON.stringify(value)}: supported values: ${values}`,
  );
}

function fault(field: string, type: FieldError["type"], message: string): FieldError {
  return { field, type, message };
}

/** A boolean as the API server reads one: the parameter alone is true, "false" and "0" are false. */
export function flag(query: URLSearchParams, name: string): boolean | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  return value.toLowerCase() !== "false" && value !== "0";
}

/** A whole number that is not negative; 0 where it is left out. @throws StatusError BadRequest */
export function integer(query: URLSearchParams, name: string): number {
  const text = query.get(name);
  if (text === null || text === "") return 0;
  if (!/^-?\d{1,18}$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Math.max(0, Number(text));
}
