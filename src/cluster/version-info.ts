import type { EmulatedVersion } from "../api/versions/emulated-version.js";

/** The patch release that a cluster of each version says it is: the newest of that minor when it was recorded. */
const patchOf: Readonly<Record<EmulatedVersion, number>> = {
  "1.23": 17,
  "1.24": 17,
  "1.25": 16,
  "1.26": 15,
  "1.27": 16,
  "1.28": 15,
  "1.29": 14,
  "1.30": 14,
  "1.31": 13,
  "1.32": 9,
  "1.33": 5,
  "1.34": 1,
  "1.35": 0,
  "1.36": 3,
};

type VersionInfo = Record<"major" | "minor" | "gitVersion", string> & Record<string, string>;

/** What `/version` answers. */
export function versionInfo(version: EmulatedVersion): VersionInfo {
  const [major = "", minor = ""] = version.split(".");
  return {
    major,
    minor,
    gitVersion: `v${version}.${patchOf[version]}`,
    gitTreeState: "clean",
    platform: "linux/amd64",
  };
}
