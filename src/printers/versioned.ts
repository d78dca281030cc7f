/**
 * A column, line or rule that not every Kubernetes version has. Both are versions such as `1.31`:
 * `since` is the first version with it, `until` the first one without.
 */
export interface Versioned {
  readonly since?: string;
  readonly until?: string;
}

/** The version whose output is printed where the caller names none. */
export const newestVersion = "1.36";

/** Whether `version` (`1.31`, `v1.31.4`) has what `entry` marks. Compared by minor number: all versions are 1.x. */
export function isIn(version: string, entry: Versioned): boolean {
  const minor = minorOf(version);
  return (
    (entry.since === undefined || minor >= minorOf(entry.since)) &&
    (entry.until === undefined || minor < minorOf(entry.until))
  );
}

function minorOf(version: string): number {
  const match = /^v?1\.(\d+)/.exec(version);
  if (match === null) {
    throw new Error(`"${version}" is not a Kubernetes version such as "${newestVersion}"`);
  }
  return Number(match[1]);
}
