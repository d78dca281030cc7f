import type { LabelSelector } from "../generated/types.js";
import { quote, quotedList } from "./go-text.js";
import { labelKeyProblems, labelValueProblems } from "./identifiers.js";

type Labels = { readonly [key: string]: string };

/** How a requirement compares; `=` and `==` differ only in how they print. */
export type LabelOperator = "=" | "==" | "!=" | "in" | "notin" | "exists" | "!" | "gt" | "lt";

export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  /** Without repeats, and in order, where they come from a text. */
  readonly values: readonly string[];
}

/** Requirements that must all hold; none selects everything. */
export type LabelRequirements = readonly LabelRequirement[];

/** A text that is no selector; the message is upstream's. */
export class LabelSelectorError extends Error {
  override readonly name = "LabelSelectorError";
}

/** @see k8s.io/apimachinery/pkg/labels/selector.go, Requirement.Matches */
export function matchesLabels(requirements: LabelRequirements, labels: Labels | undefined): boolean {
  for (const requirement of requirements) if (!matchesOne(requirement, labels)) return false;
  return true;
}

function matchesOne({ key, operator, values }: LabelRequirement, labels: Labels | undefined): boolean {
  const value = labels?.[key];
  switch (operator) {
    case "=":
    case "==":
    case "in":
      return value !== undefined && values.includes(value);
    case "!=":
    case "notin":
      return value === undefined || !values.includes(value);
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case "gt":
    case "lt":
      return value !== undefined && comparesAs(operator, value, values[0] ?? "");
  }
}

function comparesAs(operator: "gt" | "lt", value: string, bound: string): boolean {
  if (!isInteger(value) || !isInteger(bound)) return false;
  return operator === "gt" ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound);
}

function isInteger(text: string): boolean {
  return /^-?\d{1,18}$/.test(text);
}

const objectOperators: { readonly [operator: string]: LabelOperator | undefined } = {
  In: "in",
  NotIn: "notin",
  Exists: "exists",
  DoesNotExist: "!",
};

/**
 * The requirements of a selector as objects carry it. No selector selects nothing (undefined), an empty one
 * everything; one that is not valid is undefined as well.
 * @see k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go, LabelSelectorAsSelector
 */
export function requirementsOf(selector: LabelSelector | undefined): LabelRequirements | undefined {
  if (selector === undefined) return undefined;
  const requirements: LabelRequirement[] = [];
  for (const key in selector.matchLabels) {
    requirements.push({ key, operator: "=", values: [selector.matchLabels[key] ?? ""] });
  }
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const known = objectOperators[operator];
    if (known === undefined || !isWellFormed(key, known, values)) return undefined;
    requirements.push({ key, operator: known, values });
  }
  return requirements;
}

function isWellFormed(key: string, operator: LabelOperator, values: readonly string[]): boolean {
  const needsValues = operator === "in" || operator === "notin";
  if (needsValues !== values.length > 0) return false;
  return labelKeyProblems(key).length === 0 && values.every((value) => labelValueProblems(value).length === 0);
}

/** Whether the object's selector selects these labels. A selector that is not set selects nothing. */
export function selects(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  const requirements = requirementsOf(selector);
  return requirements !== undefined && matchesLabels(requirements, labels);
}

/** The requirements that these labels, and only these, are asked for: a Service's selector. */
export function requirementsOfLabels(labels: Labels): LabelRequirements {
  return Object.keys(labels)
    .sort()
    .map((key) => ({ key, operator: "=", values: [labels[key] ?? ""] }) as const);
}

/** `app=web,tier in (a,b),!old`, ordered by key. */
export function formatRequirements(requirements: LabelRequirements): string {
  return requirements
    .toSorted((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
    .map(formatRequirement)
    .join(",");
}

/** A LabelSelector as kubectl shows it; `<none>` where there is none. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  const requirements = requirementsOf(selector);
  if (selector === undefined || requirements === undefined) return "<none>";
  return requirements.length === 0 ? "<none>" : formatRequirements(requirements);
}

function formatRequirement({ key, operator, values }: LabelRequirement): string {
  const list = values.toSorted().join(",");
  switch (operator) {
    case "exists":
      return key;
    case "!":
      return `!${key}`;
    case "in":
    case "notin":
      return `${key} ${operator} (${list})`;
    case "gt":
      return `${key}>${list}`;
    case "lt":
      return `${key}<${list}`;
    default:
      return `${key}${operator}${list}`;
  }
}

/**
 * A requirement of a text, judged.
 * @throws {LabelSelectorError} with all that is wrong with it
 * @see k8s.io/apimachinery/pkg/labels/selector.go, NewRequirement
 */
export function makeRequirement(key: string, operator: LabelOperator, values: readonly string[]): LabelRequirement {
  const problems: string[] = [];
  const keyProblems = labelKeyProblems(key);
  if (keyProblems.length > 0) problems.push(`key: Invalid value: ${quote(key)}: ${keyProblems.join("; ")}`);
  if (operator === "gt" || operator === "lt") {
    if (values.length !== 1) {
      problems.push(
        `values: Invalid value: ${quotedList(values)}: for 'Gt', 'Lt' operators, exactly one value is required`,
      );
    }
    for (const [position, value] of values.entries()) {
      if (isInteger(value)) continue;
      const detail = "for 'Gt', 'Lt' operators, the value must be an integer";
      problems.push(`values[${position}]: Invalid value: ${quote(value)}: ${detail}`);
    }
  }
  for (const [position, value] of values.entries()) {
    const valueProblems = labelValueProblems(value);
    if (valueProblems.length === 0) continue;
    problems.push(`values[${position}][${key}]: Invalid value: ${quote(value)}: ${valueProblems.join("; ")}`);
  }
  if (problems.length === 1) throw new LabelSelectorError(problems[0]);
  if (problems.length > 1) throw new LabelSelectorError(`[${problems.join(", ")}]`);
  return { key, operator, values };
}
