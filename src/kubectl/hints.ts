import { StatusError } from "../api/meta/status.js";
import { ManifestSyntaxError } from "../manifest/documents.js";
import { SeveralErrors } from "./errors.js";

/** What was probably meant by a mistake that people often make; null for any other. One line, for a person at a terminal. */
export function hintFor(error: unknown): string | null {
  if (error instanceof SeveralErrors) {
    for (const each of error.errors) {
      const hint = hintFor(each);
      if (hint !== null) return hint;
    }
    return null;
  }
  if (error instanceof ManifestSyntaxError) return error.hint ?? null;
  if (error instanceof StatusError && error.reason === "Invalid") return hintForInvalid(error);
  return null;
}

function hintForInvalid({ status }: StatusError): string | null {
  for (const { field = "", message = "" } of status.details?.causes ?? []) {
    const written = /^Invalid value: "(none)"/i.exec(message)?.[1];
    if (field.startsWith("spec.clusterIP") && written !== undefined) {
      return `a headless Service has "clusterIP: None", with a capital N, not ${JSON.stringify(written)}`;
    }
  }
  return null;
}
