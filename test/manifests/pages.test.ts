import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { loadEngine } from "../../src/images/engines.js";
import { Command } from "./command.js";
import { argumentsOf, commandsOf, type WalkedCommand } from "./walk.js";

const project = fileURLToPath(new URL("../../", import.meta.url));

/** What differs from run to run: the ends of names, ages, times, addresses, measured times. */
function normal(text: string): string {
  return text
    .replace(/\b(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)\b/g, "AGE")
    .replace(/-[a-z0-9]{5}\b/g, "-NAME")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+0000)/g, "TIME")
    .replace(/\d+\.\d+\.\d+\.\d+/g, "IP")
    .replace(/\d+\.\d+/g, "NUMBER")
    .replace(/ +/g, " ");
}

/** Commands that end only when somebody ends them. */
const isEndless = ({ line }: WalkedCommand): boolean => line.startsWith("kjob serve");

describe("the commands of a page", () => {
  let folder: string;
  let kjob: Command;

  beforeAll(() => loadEngine("mongo"));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kjob-page-"));
    kjob = new Command();
  });
  afterEach(() => {
    kjob.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Plays a page on virtual clocks. */
  async function play(path: string, commands = commandsOf(path)): Promise<void> {
    for (const command of commands) {
      const words = argumentsOf(command.line, { path, stdinFile: join(folder, "stdin.yaml") });
      if (words === null || isEndless(command)) continue;
      const isCreation = words[0] === "cluster" && words[1] === "create";
      const printed = await kjob.run(
        ...words,
        ...(isCreation && !words.includes("--clock") ? ["--clock", "virtual"] : []),
      );
      if (command.output !== "") expect(normal(printed), command.line).toBe(normal(command.output));
    }
  }

  it("manifests/book/README.md succeed, and use every file of the folder", async () => {
    const path = join(project, "manifests/book/README.md");
    const commands = commandsOf(path);
    expect(commands.length).toBeGreaterThan(40);
    const text = commands.map(({ line }) => line).join("\n");
    const files = readdirSync(dirname(path)).filter((name) => name.endsWith(".yaml"));
    expect(files.filter((name) => !text.includes(name))).toEqual([]);
    await play(path);
  });

  it("the chapter of README.md about a book succeed, and print what it shows", async () => {
    const path = join(project, "README.md");
    const commands = commandsOf(path);
    const start = commands.findIndex(({ line }) => line.startsWith("kjob cluster create book"));
    const end = commands.findIndex(({ line }, at) => at > start && line.startsWith("kjob cluster delete book"));
    expect(end - start).toBeGreaterThan(10);
    await play(path, commands.slice(start, end + 1));
  });
});
