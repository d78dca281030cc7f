import { type FieldErrors, invalidValue } from "../meta/field-error.js";
import type { FieldPath } from "../meta/field-path.js";

const fileModeMessage = "must be a number between 0 and 0777 (octal), both inclusive";

/** Adds an error where a file mode is set and has more than permissions. */
export function checkFileMode(errors: FieldErrors, mode: number | undefined, path: FieldPath, name: string): void {
  if (mode !== undefined && (mode > 0o777 || mode < 0)) {
    errors.push(invalidValue(path.child(name), mode, fileModeMessage));
  }
}

/** A path without `..` among its parts. */
export function checkNoBacksteps(errors: FieldErrors, target: string, path: FieldPath, name: string): void {
  if (target.includes("..") && target.split("/").includes("..")) {
    errors.push(invalidValue(path.child(name), target, "must not contain '..'"));
  }
}

/** A relative path that does not lead upwards. */
export function checkDescendingPath(errors: FieldErrors, target: string, path: FieldPath, name: string): void {
  if (target.startsWith("/")) errors.push(invalidValue(path.child(name), target, "must be a relative path"));
  checkNoBacksteps(errors, target, path, name);
}

/** As `checkDescendingPath`; names that start with `..` are the kubelet's own. */
export function checkNonReservedPath(errors: FieldErrors, target: string, path: FieldPath, name: string): void {
  checkDescendingPath(errors, target, path, name);
  if (target.startsWith("..") && !target.startsWith("../")) {
    errors.push(invalidValue(path.child(name), target, "must not start with '..'"));
  }
}
