/** Paths by their letters alone, as Go's package path has them. */

/** Without `.`, `..` and doubled slashes; "." for nothing. */
export function cleanPath(path: string): string {
  const isRooted = path.startsWith("/");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!isRooted) parts.push(part);
  }
  const cleaned = parts.join("/");
  return isRooted ? `/${cleaned}` : cleaned || ".";
}

export function joinPaths(...paths: readonly string[]): string {
  const parts = paths.filter((path) => path !== "");
  return parts.length === 0 ? "" : cleanPath(parts.join("/"));
}

/** The last name of a path. */
export function baseOf(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  if (trimmed === "") return path === "" ? "." : "/";
  return trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

/** All of a path but its last name. */
export function folderOf(path: string): string {
  return cleanPath(path.slice(0, path.lastIndexOf("/") + 1));
}
