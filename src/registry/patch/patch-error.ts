import { goTypeName, goValue } from "../../api/meta/go-text.js";
import { StatusError } from "../../api/meta/status.js";
import type { JsonObject } from "./json-value.js";

/**
 * A patch that cannot be applied, in upstream's words. `blames` says how a server answers: a bad patch is a BadRequest,
 * one that does not fit is refused as Invalid without words, and anything else is told as it is.
 */
export class PatchError extends Error {
  readonly blames: "format" | "content" | "other";

  constructor(message: string, blames: PatchError["blames"] = "other") {
    super(message);
    this.name = "PatchError";
    this.blames = blames;
  }
}

/**
 * The messages of strategic merge patches.
 * @see k8s.io/apimachinery/pkg/util/mergepatch/errors.go
 */
export const patchErrors = {
  noListOfLists: () => new PatchError("lists of lists are not supported", "content"),
  badPrimitiveList: () => new PatchError("invalid patch format of primitive list", "format"),
  badRetainKeys: () => new PatchError("invalid patch format of retainKeys", "format"),
  badElementOrder: () => new PatchError("invalid patch format of setElementOrder list", "format"),
  noMergeKey: (element: JsonObject, mergeKey: string) =>
    new PatchError(`map: ${goValue(element)} does not contain declared merge key: ${mergeKey}`),
  badArgument: (expected: "map[string]interface {}" | "[]interface {}", actual: unknown) =>
    new PatchError(`expected a ${expected}, but received a ${actual === null ? "%!s(<nil>)" : goTypeName(actual)}`),
  badDirective: (directive: unknown, element: JsonObject) =>
    new PatchError(`unknown patch type: ${goValue(directive)} in map: ${goValue(element)}`),
};

/** An error that the server passes on as it is, without a reason. */
export class UnexplainedError extends StatusError {
  override readonly status: StatusError["status"];

  constructor(message: string) {
    super("InternalError", message);
    const { reason: _, ...status } = new StatusError("InternalError", message).status;
    this.status = status;
  }
}
