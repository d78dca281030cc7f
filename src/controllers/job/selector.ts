import type { LabelSelector, LabelSelectorRequirement } from "../../api/generated/types.js";

type Labels = { readonly [key: string]: string };

/** Whether a label selector selects an object with these labels. An empty or missing selector selects none here. */
export function selects(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  const pairs = Object.entries(selector?.matchLabels ?? {});
  const requirements = selector?.matchExpressions ?? [];
  if (pairs.length === 0 && requirements.length === 0) return false;
  const present = labels ?? {};
  return (
    pairs.every(([key, value]) => present[key] === value) &&
    requirements.every((requirement) => meets(requirement, present))
  );
}

function meets({ key, operator, values = [] }: LabelSelectorRequirement, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    default:
      return value === undefined; // DoesNotExist: validation admits no other operator
  }
}
