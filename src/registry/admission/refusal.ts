import type { Pod } from "../../api/generated/types.js";
import { StatusError } from "../../api/meta/status.js";

/** Admission's answer to a Pod that it does not let in. */
export function refusal({ metadata }: Pod, why: string): StatusError {
  // Admission comes before a generated name does: the prefix is all that the message knows.
  const name = metadata.generateName ?? metadata.name ?? "";
  return new StatusError("Forbidden", `pods "${name}" is forbidden: ${why}`, { name, kind: "pods" });
}
