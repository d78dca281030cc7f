/**
 * Replaces `$(NAME)` by what `lookUp` knows; what it does not know stays as written, and `$$` is a dollar sign.
 * @see kubernetes v1.36 third_party/forked/golang/expansion/expand.go
 */
export function expand(text: string, lookUp: (name: string) => string | undefined): string {
  if (!text.includes("$")) return text;
  let result = "";
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== "$" || at + 1 >= text.length) continue;
    result += text.slice(from, at);
    const next = text[at + 1];
    if (next === "$") {
      result += "$";
      at += 1;
    } else if (next === "(") {
      const end = text.indexOf(")", at + 2);
      if (end < 0) {
        result += "$(";
        at += 1;
      } else {
        const name = text.slice(at + 2, end);
        result += lookUp(name) ?? `$(${name})`;
        at = end;
      }
    } else {
      result += `$${next}`;
      at += 1;
    }
    from = at + 1;
  }
  return result + text.slice(from);
}
