import { quote } from "../meta/go-text.js";

/** A text of indexes, judged: how many it names, or what is wrong with it. */
type IndexFormat = { readonly total: number } | { readonly problem: string };

/**
 * Judges `0,2-4` for a Job of so many completions, as validation does: strictly in order, and nothing out of range.
 * @see kubernetes v1.36 pkg/apis/batch/validation/validation.go, validateIndexesFormat
 */
export function checkIndexFormat(text: string, completions: number): IndexFormat {
  if (text === "") return { total: 0 };
  let previous: number | undefined;
  let total = 0;
  for (const part of text.split(",")) {
    const interval = parseInterval(part, completions);
    if (typeof interval === "string") return { problem: interval };
    const { first, last } = interval;
    if (previous !== undefined && previous >= first) {
      return { problem: `non-increasing order, previous: ${previous}, current: ${first}` };
    }
    total += last - first + 1;
    previous = last;
  }
  return { total };
}

function parseInterval(text: string, completions: number): { first: number; last: number } | string {
  const limits = text.split("-");
  if (limits.length > 2) {
    return (
      `the fragment ${quote(text)} violates the requirement that ` +
      "an index interval can have at most two parts separated by '-'"
    );
  }
  const numbers: number[] = [];
  for (const limit of limits) {
    if (!/^[+-]?\d+$/.test(limit)) return `cannot convert string to integer for index: ${quote(limit)}`;
    if (Number(limit) >= completions) return `too large index: ${quote(limit)}`;
    numbers.push(Number(limit));
  }
  const [first = 0, last = first] = numbers;
  if (limits.length > 1 && first >= last) return `non-increasing order, previous: ${first}, current: ${last}`;
  return { first, last };
}
