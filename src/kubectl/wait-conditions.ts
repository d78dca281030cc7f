import type { KubeObject } from "../api/meta/object.js";
import { UsageError } from "./errors.js";

/** What `--for` asks for. */
export type WaitCondition =
  | { readonly kind: "create" }
  | { readonly kind: "delete" }
  /** Holds when `isMet` says so of the object. Throws an Error for what can never be compared. */
  | {
      readonly kind: "state";
      readonly isMet: (object: KubeObject) => boolean;
      /** The condition of the status that has to be true, in lower case, where that is what is waited for. */
      readonly wantsTrue?: string;
      /** The end of a Job is waited for, whichever it is: a failure is told, with an exit status of its own. */
      readonly tellsFailure?: boolean;
    };

/**
 * Reads all `--for`. Throws a UsageError in kubectl's words.
 * @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/wait/wait.go, conditionFuncsFor
 */
export async function parseConditions(texts: readonly string[]): Promise<readonly WaitCondition[]> {
  if (texts.length === 0) throw new UsageError("unrecognized condition: []");
  return mergeEnds(await Promise.all(texts.map(parseCondition)));
}

/** The ends of a Job. It has one of them, so that whoever names both waits for whichever comes first. */
const ends = ["complete", "failed"];

function mergeEnds(conditions: readonly WaitCondition[]): readonly WaitCondition[] {
  const isEnd = (condition: WaitCondition) =>
    condition.kind === "state" && condition.wantsTrue !== undefined && ends.includes(condition.wantsTrue);
  const found = conditions.filter(isEnd);
  if (found.length < 2) return conditions;
  const any: WaitCondition = {
    kind: "state",
    isMet: (object) => found.some((condition) => condition.kind === "state" && condition.isMet(object)),
  };
  return [...conditions.filter((condition) => !isEnd(condition)), any];
}

interface Ending {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** How a Job has ended; undefined while it has not. */
export function endingOf(object: KubeObject): Ending | undefined {
  if (object.kind !== "Job") return undefined;
  const { status } = object as { readonly status?: JobEnd };
  const found = status?.conditions?.find(({ type = "", status: holds }) => {
    return holds === "True" && ends.includes(type.toLowerCase());
  });
  return found && { type: found.type ?? "", reason: found.reason ?? "", message: found.message ?? "" };
}

interface JobEnd {
  readonly conditions?: readonly {
    readonly type?: string;
    readonly status?: string;
    readonly reason?: string;
    readonly message?: string;
  }[];
}

/** Why a condition can never hold any more; undefined while it can. */
export function hopelessReason(object: KubeObject, condition: WaitCondition): string | undefined {
  if (condition.kind !== "state" || condition.wantsTrue === undefined) return undefined;
  if (!ends.includes(condition.wantsTrue)) return undefined;
  const ending = endingOf(object);
  if (ending === undefined || ending.type.toLowerCase() === condition.wantsTrue) return undefined;
  return `it is ${ending.type} already (${ending.reason}: ${ending.message})`;
}

async function parseCondition(text: string): Promise<WaitCondition> {
  const lower = text.toLowerCase();
  if (lower === "delete" || lower === "create") return { kind: lower };
  if (lower === "finished") {
    return { kind: "state", isMet: (object) => endingOf(object) !== undefined, tellsFailure: true };
  }
  if (text.startsWith("condition=")) return statusCondition(text.slice("condition=".length));
  if (text.startsWith("jsonpath=")) return jsonPathCondition(text.slice("jsonpath=".length));
  throw new UsageError(`unrecognized condition: ${JSON.stringify(text)}`);
}

/** `complete`, `Suspended=false`: upper and lower case are the same. */
function statusCondition(text: string): WaitCondition {
  const equals = text.indexOf("=");
  const name = (equals === -1 ? text : text.slice(0, equals)).toLowerCase();
  const wanted = (equals === -1 ? "true" : text.slice(equals + 1)).toLowerCase();
  return {
    kind: "state",
    ...(wanted === "true" ? { wantsTrue: name } : {}),
    isMet: (object) => {
      const { status, metadata } = object as KubeObject & { readonly status?: ObservedStatus };
      const condition = status?.conditions?.find(({ type }) => type?.toLowerCase() === name);
      if (condition === undefined) return false;
      const observed = condition.observedGeneration ?? status?.observedGeneration;
      if (observed !== undefined && metadata.generation !== undefined && observed < metadata.generation) return false;
      return condition.status?.toLowerCase() === wanted;
    },
  };
}

interface ObservedStatus {
  readonly observedGeneration?: number;
  readonly conditions?: readonly {
    readonly type?: string;
    readonly status?: string;
    readonly observedGeneration?: number;
  }[];
}

async function jsonPathCondition(text: string): Promise<WaitCondition> {
  const [path = "", value, ...more] = splitAtSingleEquals(text);
  if (more.length > 0) {
    throw new UsageError(
      "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
    );
  }
  const { findAll, relaxedPath } = await import("./json-path.js");
  const expression = relaxedPath(path);
  const wanted = value?.replaceAll(/^['"]+|['"]+$/g, "");
  // What is left of `jsonpath=` and nothing is no path; what is left of `{.a}=` is a value that was forgotten.
  if (wanted === "" && expression !== "") {
    throw new UsageError(
      "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
    );
  }
  if (expression === "") throw new UsageError("jsonpath expression cannot be empty");
  const find = findAll(expression);
  return {
    kind: "state",
    isMet: (object) => {
      const results = find(object);
      const [found] = results;
      if (found === undefined) return false;
      if (results.length > 1) throw new UsageError("given jsonpath expression matches more than one value");
      if (wanted === undefined) return true;
      if (typeof found === "object" && found !== null) {
        throw new UsageError("jsonpath leads to a nested object or list which is not supported");
      }
      return String(found).trim() === wanted.trim();
    },
  };
}

/** Cuts at `=`, but not at `==`, which a filter in the path may have. */
function splitAtSingleEquals(text: string): readonly string[] {
  return text.split(/(?<!=)=(?!=)/);
}
