import { type Assertion, isWordByte } from "./syntax.js";

/** Whether an assertion holds before byte `at`. */
export function holds(what: Assertion, text: string, at: number, multiline: boolean): boolean {
  switch (what) {
    case "begin":
      return at === 0 || (multiline && text[at - 1] === "\n");
    case "end":
      return at === text.length || (multiline && text[at] === "\n");
    case "text-begin":
      return at === 0;
    case "text-end":
      return at === text.length;
    default: {
      const before = at > 0 && isWordByte(text.charCodeAt(at - 1));
      const after = at < text.length && isWordByte(text.charCodeAt(at));
      if (what === "word") return before !== after;
      if (what === "not-word") return before === after;
      return what === "word-begin" ? !before && after : before && !after;
    }
  }
}
