import { type Files, SystemError } from "../container/program.js";
import { hasWildcards, Pattern, unescapePattern } from "./pattern.js";

/** Paths that match a pattern, sorted by byte value; none where nothing matches. */
export function expandPath(files: Files, pattern: string): string[] {
  const isAbsolute = pattern.startsWith("/");
  let bases = [isAbsolute ? "/" : ""];
  const segments = pattern.split("/").filter((segment) => segment !== "");
  const wantsDirectory = pattern.endsWith("/");
  segments.forEach((segment, index) => {
    const isLast = index === segments.length - 1;
    bases = bases.flatMap((base) => matchesIn(files, base, segment, !isLast || wantsDirectory));
  });
  return bases.map((path) => (wantsDirectory ? `${path}/` : path)).sort();
}

function matchesIn(files: Files, base: string, segment: string, mustBeDirectory: boolean): string[] {
  const isThere = (path: string): boolean => {
    try {
      const stat = mustBeDirectory ? files.stat(path) : files.lstat(path);
      return !mustBeDirectory || stat.type === "directory";
    } catch (error) {
      if (error instanceof SystemError) return false;
      throw error;
    }
  };
  const inBase = (name: string): string => (base === "" || base.endsWith("/") ? base + name : `${base}/${name}`);
  if (!hasWildcards(segment)) {
    const path = inBase(unescapePattern(segment));
    return isThere(path) ? [path] : [];
  }
  const pattern = new Pattern(segment);
  const showsHidden = segment.startsWith(".") || segment.startsWith("\\.");
  const names = namesIn(files, base === "" ? "." : base);
  return (showsHidden ? [".", "..", ...names] : names)
    .filter((name) => (showsHidden || !name.startsWith(".")) && pattern.matches(name))
    .map(inBase)
    .filter((path) => !mustBeDirectory || isThere(path));
}

function namesIn(files: Files, path: string): readonly string[] {
  try {
    return files.list(path);
  } catch (error) {
    if (error instanceof SystemError) return [];
    throw error;
  }
}
