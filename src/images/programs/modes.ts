/**
 * A mode as chmod reads it: octal, or `u+x,go-w`, applied to `current`; null where it is none.
 * `isDirectory` decides what `X` means.
 */
export function parseMode(text: string, current: number, isDirectory = false): number | null {
  if (/^[0-7]{1,5}$/.test(text)) return Number.parseInt(text, 8) & 0o7777;
  let mode = current;
  for (const clause of text.split(",")) {
    const found = /^([ugoa]*)((?:[-+=][rwxXst]*|[-+=][ugo])+)$/.exec(clause);
    if (!found) return null;
    const who = found[1] === "" || found[1]?.includes("a") ? "ugo" : (found[1] ?? "");
    for (const [, operator = "", permissions = ""] of (found[2] ?? "").matchAll(/([-+=])([rwxXstugo]*)/g)) {
      mode = change(mode, who, operator, permissions, isDirectory);
    }
  }
  return mode;
}

const shifts: Readonly<Record<string, number>> = { u: 6, g: 3, o: 0 };

function change(mode: number, who: string, operator: string, permissions: string, isDirectory: boolean): number {
  let bits = 0;
  let mask = 0;
  for (const letter of who) {
    const shift = shifts[letter] ?? 0;
    mask |= 7 << shift;
    for (const permission of permissions) {
      if (permission === "r") bits |= 4 << shift;
      else if (permission === "w") bits |= 2 << shift;
      else if (permission === "x") bits |= 1 << shift;
      else if (permission === "X" && (isDirectory || mode & 0o111)) bits |= 1 << shift;
      else if (permission === "s" && letter !== "o") bits |= letter === "u" ? 0o4000 : 0o2000;
      else if (permission in shifts) bits |= ((mode >> (shifts[permission] ?? 0)) & 7) << shift;
    }
  }
  if (permissions.includes("t")) bits |= 0o1000;
  if (operator === "+") return mode | bits;
  return operator === "-" ? mode & ~bits : (mode & ~mask) | bits;
}

/** `drwxr-xr-x`. */
export function modeText(type: string, mode: number): string {
  const first = type === "directory" ? "d" : type === "symlink" ? "l" : type === "device" ? "c" : "-";
  const triple = (shift: number, special: number, letter: string): string => {
    const bits = (mode >> shift) & 7;
    const execute = (bits & 1) !== 0;
    const last = mode & special ? (execute ? letter : letter.toUpperCase()) : execute ? "x" : "-";
    return `${bits & 4 ? "r" : "-"}${bits & 2 ? "w" : "-"}${last}`;
  };
  return first + triple(6, 0o4000, "s") + triple(3, 0o2000, "s") + triple(0, 0o1000, "t");
}
