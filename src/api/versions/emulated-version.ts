/** The Kubernetes versions that a cluster can be. A cluster keeps its version. */
export const emulatedVersions = [
  "1.23",
  "1.24",
  "1.25",
  "1.26",
  "1.27",
  "1.28",
  "1.29",
  "1.30",
  "1.31",
  "1.32",
  "1.33",
  "1.34",
  "1.35",
  "1.36",
] as const;

export type EmulatedVersion = (typeof emulatedVersions)[number];

/** The version of a cluster that names none. */
export const defaultEmulatedVersion: EmulatedVersion = "1.36";

/** Whether `version` is `since` or newer. */
export function isAtLeast(version: EmulatedVersion, since: EmulatedVersion): boolean {
  return emulatedVersions.indexOf(version) >= emulatedVersions.indexOf(since);
}

export function isEmulatedVersion(text: string): text is EmulatedVersion {
  return (emulatedVersions as readonly string[]).includes(text);
}
