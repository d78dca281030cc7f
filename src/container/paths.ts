/** `path` as an absolute one without `.`, `..` and doubled slashes, by its letters alone: links are not followed. */
export function absolutePath(cwd: string, path: string): string {
  const joined = path.startsWith("/") ? path : `${cwd}/${path}`;
  if (isPlainPath(joined)) return joined;
  const kept: string[] = [];
  for (const name of joined.split("/")) {
    if (name === "" || name === ".") continue;
    if (name === "..") kept.pop();
    else kept.push(name);
  }
  return `/${kept.join("/")}`;
}

const notPlain = /\/\/|\/\.\.?(?:\/|$)|.\/$/;

function isPlainPath(path: string): boolean {
  return !notPlain.test(path);
}

/** The directory that holds an absolute path; that of `/` is `/`. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? "/" : path.slice(0, slash);
}

/** The last name of an absolute path; that of `/` is empty. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** `name` inside the absolute path `directory`. */
export function joinPath(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}
