import type { Resource } from "../api/resources.js";
import type { DryRun } from "./common-flags.js";
import { qualifiedSingular } from "./find-resource.js";

/** `job.batch/pi` */
export function objectName(resource: Resource, name: string): string {
  return `${qualifiedSingular(resource)}/${name}`;
}

/** ` (dry run)`, ` (server dry run)` or nothing. */
export function dryRunSuffix(dryRun: DryRun): string {
  return { none: "", client: " (dry run)", server: " (server dry run)" }[dryRun];
}

/** `job.batch/pi created (dry run)` and a newline. */
export function resultLine(resource: Resource, name: string, done: string, dryRun: DryRun): string {
  return `${objectName(resource, name)} ${done}${dryRunSuffix(dryRun)}\n`;
}
