import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A command that a page tells its reader to type, and what it says comes out of it. */
export interface WalkedCommand {
  readonly line: string;
  /** Empty where the page shows nothing. */
  readonly output: string;
}

/** The commands of a page, in its order: lines that begin with `$ `, in fenced or indented blocks. */
export function commandsOf(path: string): readonly WalkedCommand[] {
  const commands: { line: string; output: string }[] = [];
  let isFenced = false;
  for (const text of readFileSync(path, "utf8").split("\n")) {
    if (text.startsWith("```")) isFenced = !isFenced;
    else if (isFenced || text.startsWith("    ")) {
      const shown = isFenced ? text : text.slice(4);
      const last = commands.at(-1);
      if (shown.startsWith("$ ")) commands.push({ line: shown.slice(2), output: "" });
      else if (last !== undefined) last.output += `${shown}\n`;
    }
  }
  return commands;
}

/**
 * The arguments of `kjob` in a line. Files are made those of the page's folder; what another program pipes into it is
 * put into `stdinFile`. Null: the line is not for kjob.
 */
export function argumentsOf(
  line: string,
  page: { readonly path: string; readonly stdinFile: string },
): string[] | null {
  const folder = dirname(page.path);
  const [, source, command] = /^(?:(.*) \| )?kjob (.*)$/.exec(line) ?? [];
  if (command === undefined) return null;
  if (source !== undefined) {
    writeFileSync(page.stdinFile, execFileSync("sh", ["-c", source], { cwd: folder, encoding: "utf8" }));
  }
  const words = wordsOf(command);
  return words.map((word, at) => {
    if (words[at - 1] !== "-f") return word;
    return word === "-" ? page.stdinFile : join(folder, word);
  });
}

/** Words as a shell makes them of plain and single-quoted text. */
function wordsOf(line: string): string[] {
  return (line.match(/(?:'[^']*'|[^\s'])+/g) ?? []).map((word) => word.replaceAll("'", ""));
}
