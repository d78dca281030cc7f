import { beforeAll, describe, expect, it } from "vitest";
import { type Flag, flagName } from "../../src/kubectl/flags.js";
import { helpText } from "../../src/kubectl/help-text.js";
import { type VerbEntry, type VerbTable, verbs } from "../../src/kubectl/verbs.js";
import { changingVerbs } from "./flags/cases-change.js";
import { lookingVerbs } from "./flags/cases-look.js";
import { makingVerbs } from "./flags/cases-make.js";
import { commandsOf, commonCase, type VerbCases } from "./flags/families.js";
import { FlagWorld } from "./flags/flag-world.js";

const cases: Readonly<Record<string, VerbCases>> = { ...makingVerbs, ...changingVerbs, ...lookingVerbs };

function* walk(table: VerbTable, path: readonly string[] = []): Generator<readonly [string, VerbEntry]> {
  for (const [name, entry] of Object.entries(table)) {
    yield [[...path, name].join(" "), entry];
    if (entry.subverbs !== undefined) yield* walk(entry.subverbs, [...path, name]);
  }
}

/** The flags that the help text of a verb names. */
function shownFlags(flags: Readonly<Record<string, Flag<unknown>>>): readonly string[] {
  return Object.entries(flags)
    .filter(([, { isHidden }]) => isHidden !== true)
    .map(([name]) => name);
}

describe("each flag that a help text names does something", () => {
  let world: FlagWorld;
  beforeAll(async () => {
    world = await FlagWorld.make();
  });

  it.each([...walk(verbs)])("%s", async (name, entry) => {
    const verb = await entry.load();
    const named = [...helpText(verb, `kubectl ${name}`, entry.subverbs).matchAll(/^ {4}(?:-\w, | {4})--([\w-]+)=/gm)];
    const shown = shownFlags(verb.flags);
    expect(named.map(([, flag]) => flag)).toEqual(shown.map(flagName).toSorted());
    const verbCases = cases[name];
    const idle: string[] = [];
    for (const flag of shown) {
      const found = verbCases && (verbCases.flags?.[flag] ?? commonCase(flag, verbCases));
      if (verbCases === undefined || found === undefined) {
        idle.push(`--${flagName(flag)} has no case`);
        continue;
      }
      const [without, withFlag] = commandsOf(found, verbCases);
      const options = verbCases.stdin === undefined ? {} : { stdin: verbCases.stdin };
      const before = await world.observe(without, options);
      const after = await world.observe(withFlag, options);
      const refused = [before, after].find(({ err }) =>
        /^error: (unknown|bad) (short)?hand? ?flag|invalid argument|required flag/.test(err),
      );
      if (refused !== undefined) idle.push(`--${flagName(flag)} is refused: ${refused.err}`);
      else if (JSON.stringify(before) === JSON.stringify(after))
        idle.push(`--${flagName(flag)} does nothing: ${withFlag}: ${after.out}${after.err}`);
    }
    expect(idle).toEqual([]);
  });
});
