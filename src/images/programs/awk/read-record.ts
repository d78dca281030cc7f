import type { Step } from "../../../container/program.js";
import { Failure, reasonOf } from "../../applet.js";
import type { Input } from "../../input.js";
import type { Regex } from "../../regex/regex.js";
import type { Variables } from "./variables.js";

/** The next record of an input, as RS separates them; null at the end. Throws Failure where reading fails. */
export function* readRecord(input: Input, variables: Variables): Step<string | null> {
  const separator = variables.text("RS");
  try {
    if (separator.length === 1) return yield* input.line(separator);
    if (separator === "") return yield* readParagraph(input);
    return yield* readByPattern(input, variables.patterns.get(separator));
  } catch (error) {
    throw new Failure(`cmd. line:1: ${reasonOf(error)}`);
  }
}

function* readParagraph(input: Input): Step<string | null> {
  let line = yield* input.line();
  while (line === "") line = yield* input.line();
  if (line === null) return null;
  const lines: string[] = [];
  while (line !== null && line !== "") {
    lines.push(line);
    line = yield* input.line();
  }
  return lines.join("\n");
}

/** A record ends where a pattern matches; the text is read whole, because a match may go on in what is to come. */
function* readByPattern(input: Input, regex: Regex): Step<string | null> {
  const text = yield* input.all();
  if (text === "") return null;
  let found = regex.exec(text);
  while (found && found[0] === found[1])
    found = (found[1] ?? 0) < text.length ? regex.exec(text, (found[1] ?? 0) + 1) : null;
  if (!found) return text.replace(/\n$/, "");
  input.putBack(text.slice(found[1]));
  return text.slice(0, found[0]);
}
