import { goTypeName, goValue, sortedKeys } from "../../api/meta/go-text.js";
import { type Comparison, compareGoValues } from "../go-value.js";
import type { Path, PathNode } from "./parse.js";

interface EvaluateOptions {
  /** Whether a field that no object has gives nothing; else it is an error. */
  readonly allowMissingKeys: boolean;
}

/** What each part of a template found, in the order of printing. */
type PathResults = readonly (readonly unknown[])[];

/**
 * Applies a template to a value. Throws an Error in kubectl's words where the value does not fit.
 * @see client-go util/jsonpath/jsonpath.go, FindResults
 */
export function evaluateTemplate(template: readonly Path[], value: unknown, options: EvaluateOptions): PathResults {
  return runBlock({ template, from: 0, value, depth: 0, options }).results;
}

interface Block {
  readonly template: readonly Path[];
  readonly from: number;
  /** The value at the root of the block's paths; in a range that found nothing, undefined. */
  readonly value: unknown;
  readonly depth: number;
  readonly options: EvaluateOptions;
}

/** Runs until the `{end}` of the block's range, or the end of the template. */
function runBlock(block: Block): { results: (readonly unknown[])[]; end: number | undefined } {
  const { template, from, value, depth, options } = block;
  const results: (readonly unknown[])[] = [];
  for (let index = from; index < template.length; index += 1) {
    const path = template[index] ?? [];
    const first = path[0];
    if (first?.type === "identifier" && first.name === "end") {
      if (depth === 0) {
        throw new Error("not in range, nothing to end");
      }
      return { results, end: index };
    }
    const isRange = first?.type === "identifier" && first.name === "range";
    const found = walkPath(isRange ? path.slice(1) : path, [value], options);
    if (!isRange) {
      results.push(found);
      continue;
    }
    // A range over nothing is run once without printing, to find where it ends.
    let end: number | undefined;
    for (const each of found.length === 0 ? [undefined] : found) {
      const inner = runBlock({ template, from: index + 1, value: each, depth: depth + 1, options });
      end = inner.end;
      if (found.length > 0) {
        results.push(...inner.results);
      }
    }
    index = end ?? index;
  }
  return { results, end: undefined };
}

function walkPath(path: Path, input: readonly unknown[], options: EvaluateOptions): readonly unknown[] {
  return path.reduce<readonly unknown[]>((values, node) => walk(node, values, options), input);
}

function walk(node: PathNode, input: readonly unknown[], options: EvaluateOptions): readonly unknown[] {
  switch (node.type) {
    case "text":
      return [node.text];
    case "value":
      return input.map(() => node.value);
    case "field":
      return fieldOf(node.name, input, options);
    case "wildcard":
      return input.flatMap(childrenOf);
    case "recursive":
      return input.flatMap(descend);
    case "slice":
      return input.flatMap((value) => sliceOf(node, value));
    case "union":
      return node.paths.flatMap((path) => walkPath(path, input, options));
    case "filter":
      return input.flatMap((value) => filter(node, value, options));
    case "identifier":
      throw new Error(`unrecognized identifier ${node.name}`);
  }
}

function fieldOf(name: string, input: readonly unknown[], { allowMissingKeys }: EvaluateOptions): readonly unknown[] {
  const results: unknown[] = [];
  for (const value of input) {
    if (isMap(value) && Object.hasOwn(value, name) && value[name] !== undefined) {
      results.push(value[name]);
    }
  }
  if (results.length === 0 && input.length > 0 && !allowMissingKeys) {
    throw new Error(`${name} is not found`);
  }
  return results;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function childrenOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) {
    return value;
  }
  return isMap(value) ? sortedKeys(value).map((key) => value[key]) : [];
}

/** A value and everything below it that has something below it in turn. */
function descend(value: unknown): readonly unknown[] {
  const children = childrenOf(value);
  return children.length === 0 ? [] : [value, ...children.flatMap(descend)];
}

function sliceOf(node: Extract<PathNode, { type: "slice" }>, value: unknown): readonly unknown[] {
  if (value === undefined || value === null) {
    return [];
  }
  if (!Array.isArray(value)) {
    throw new Error(`${goTypeName(value)} is not array or slice`);
  }
  const { length } = value;
  const from = fromEnd(node.start ?? 0, length);
  const to = node.end === "all" ? length : node.end === "single" ? from + 1 : fromEnd(node.end.at, length);
  if (from === to) {
    return [];
  }
  if (from >= length || from < 0) {
    throw new Error(`array index out of bounds: index ${from}, length ${length}`);
  }
  if (to > length || to < 0) {
    throw new Error(`array index out of bounds: index ${to - 1}, length ${length}`);
  }
  if (from > to) {
    throw new Error(`starting index ${from} is greater than ending index ${to}`);
  }
  const step = node.step ?? 1;
  if (step <= 0) {
    throw new Error("step must be > 0");
  }
  return value.slice(from, to).filter((_, index) => index % step === 0);
}

function fromEnd(index: number, length: number): number {
  return index < 0 ? index + length : index;
}

function filter(
  node: Extract<PathNode, { type: "filter" }>,
  value: unknown,
  options: EvaluateOptions,
): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new Error(`${goValue(value)} is not array or slice and cannot be filtered`);
  }
  if (node.operator === "exists") {
    return value.filter((item) => walkPath(node.left, [item], { ...options, allowMissingKeys: true }).length > 0);
  }
  return value.filter((item) => {
    const left = onlyOne(walkPath(node.left, [item], options));
    const right = left === undefined ? undefined : onlyOne(walkPath(node.right, [item], options));
    return left !== undefined && right !== undefined && compareGoValues(left[0], right[0], operatorOf(node.operator));
  });
}

/** The only value, wrapped because it may be null; undefined for none. */
function onlyOne(values: readonly unknown[]): readonly [unknown] | undefined {
  if (values.length > 1) {
    throw new Error("can only compare one element at a time");
  }
  return values.length === 0 ? undefined : [values[0]];
}

const operators: readonly Comparison[] = ["==", "!=", "<", "<=", ">", ">="];

function operatorOf(text: string): Comparison {
  const operator = operators.find((each) => each === text);
  if (operator === undefined) {
    throw new Error(`unrecognized filter operator ${text}`);
  }
  return operator;
}
