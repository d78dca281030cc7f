import { Failure } from "../applet.js";
import { Regex } from "../regex/regex.js";
import { RegexError, type RegexOptions } from "../regex/syntax.js";

/** Compiles a program's pattern; throws Failure in busybox's words where it is bad. */
export function compilePattern(pattern: string, options: RegexOptions, status = 1): Regex {
  try {
    return new Regex(pattern, options);
  } catch (error) {
    if (error instanceof RegexError) throw new Failure(`bad regex '${pattern}': ${error.message}`, status);
    throw error;
  }
}

/** Whether `text` matches a shell pattern (`*`, `?`, `[…]`, `\` quotes). Takes time linear in both, times their stars. */
export function matchesGlob(pattern: string, text: string, options: { readonly ignoreCase?: boolean } = {}): boolean {
  const glob = options.ignoreCase ? pattern.toLowerCase() : pattern;
  const subject = options.ignoreCase ? text.toLowerCase() : text;
  let at = 0;
  let in_ = 0;
  let starAt = -1;
  let starIn = 0;
  while (in_ < subject.length) {
    const step = at < glob.length ? matchOne(glob, at, subject.charAt(in_)) : null;
    if (glob[at] === "*") {
      starAt = at;
      starIn = in_;
      at += 1;
    } else if (step !== null && step > 0) {
      at += step;
      in_ += 1;
    } else if (starAt >= 0) {
      starIn += 1;
      in_ = starIn;
      at = starAt + 1;
    } else {
      return false;
    }
  }
  while (glob[at] === "*") at += 1;
  return at === glob.length;
}

/** How many characters of the pattern match this one character; 0 where they do not. */
function matchOne(glob: string, at: number, char: string): number {
  const first = glob[at];
  if (first === "?") return 1;
  if (first === "\\" && at + 1 < glob.length) return glob[at + 1] === char ? 2 : 0;
  if (first === "[") {
    const end = bracketEnd(glob, at);
    if (end > 0) {
      const body = glob.slice(at + 1, end).replace(/^[!^]/, "^");
      try {
        return new Regex(`[${body}]`).test(char) ? end + 1 - at : 0;
      } catch (error) {
        if (!(error instanceof RegexError)) throw error;
        return 0;
      }
    }
  }
  return first === char ? 1 : 0;
}

function bracketEnd(glob: string, at: number): number {
  let from = at + 1;
  if (glob[from] === "!" || glob[from] === "^") from += 1;
  if (glob[from] === "]") from += 1;
  for (let end = from; end < glob.length; end += 1) {
    if (glob.startsWith("[:", end)) {
      const close = glob.indexOf(":]", end + 2);
      if (close > 0) end = close + 1;
    } else if (glob[end] === "]") return end;
  }
  return -1;
}
