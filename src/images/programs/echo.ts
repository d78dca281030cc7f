import { applet } from "../applet.js";
import { expandEscapes } from "./escapes.js";

export const echo = applet("", function* (self) {
  const words = self.args.slice();
  let newline = true;
  let escapes = false;
  while (words[0] !== undefined && /^-[neE]+$/.test(words[0])) {
    for (const letter of words[0].slice(1)) {
      if (letter === "n") newline = false;
      else escapes = letter === "e";
    }
    words.shift();
  }
  const text = words.join(" ");
  if (!escapes) {
    yield* self.print(newline ? `${text}\n` : text);
    return 0;
  }
  const { text: plain, stopped } = expandEscapes(text, true);
  yield* self.print(newline && !stopped ? `${plain}\n` : plain);
  return 0;
});
