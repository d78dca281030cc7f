import { StatusError } from "../../src/api/meta/status.js";

/** `Reason: message` of what an act is refused with; `none` where it is not. */
export function failureOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof StatusError) return `${error.reason}: ${error.message}`;
    throw error;
  }
  return "none";
}
