import { homedir } from "node:os";
import { join } from "node:path";

/** Where clusters are kept: `$KJOB_HOME`, else `$XDG_STATE_HOME/kjob`, else `~/.local/state/kjob`. */
export function stateHome(env: (name: string) => string | undefined): string {
  const named = env("KJOB_HOME");
  if (named) return named;
  return join(env("XDG_STATE_HOME") || join(homedir(), ".local", "state"), "kjob");
}
