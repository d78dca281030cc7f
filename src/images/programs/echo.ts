import { echoText } from "../../shell/builtins/echo.js";
import { applet } from "../applet.js";

/** echo as a program; a shell has a builtin of this name. */
export const echo = applet("", function* (self) {
  yield* self.print(echoText(self.args));
  return 0;
});
