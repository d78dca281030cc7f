import { describe, expect, it } from "vitest";
import { flagName } from "../../src/kubectl/flags.js";
import { globalFlags } from "../../src/kubectl/global-flags.js";
import { helpText } from "../../src/kubectl/help-text.js";
import { parseArguments } from "../../src/kubectl/parse-arguments.js";
import { findVerb, type VerbEntry, type VerbTable, verbs } from "../../src/kubectl/verbs.js";

/** Every verb and subverb with its words. */
function* walk(
  table: VerbTable,
  path: readonly string[] = [],
): Generator<{ words: readonly string[]; entry: VerbEntry }> {
  for (const [name, entry] of Object.entries(table)) {
    yield { words: [...path, name], entry };
    if (entry.subverbs !== undefined) yield* walk(entry.subverbs, [...path, name]);
  }
}

/** Words as a shell splits them, up to the first pipe or redirection. */
function split(line: string): readonly string[] {
  const words = (line.match(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g) ?? []).map((word) => word.replaceAll(/['"]/g, ""));
  const end = words.findIndex((word) => ["|", ">", "<(kubectl", "<"].includes(word));
  return end === -1 ? words : words.slice(0, end);
}

const all = [...walk(verbs)].map(({ words, entry }) => ({ name: words.join(" "), words, entry }));

describe("the help of every verb", () => {
  it.each(all)("names only flags that `$name` accepts", async ({ name, entry }) => {
    const verb = await entry.load();
    const flags = { ...globalFlags, ...verb.flags };
    const named = [...helpText(verb, `kubectl ${name}`, entry.subverbs).matchAll(/^ {4}(?:-\w, | {4})--([\w-]+)=/gm)];
    expect(named.map(([, flag]) => flag)).toEqual(Object.keys(verb.flags).map(flagName).toSorted());
    for (const [key, flag] of Object.entries(verb.flags)) {
      const text = [String(flag.default || "1"), "1", "1s", "true"].find((each) => isAccepted(flag.parse, each)) ?? "";
      const written = [`--${flagName(key)}=${text}`];
      const required = Object.entries(verb.flags).filter(([other, { isRequired }]) => isRequired && other !== key);
      const others = required.map(([other]) => `--${flagName(other)}=1`);
      expect(parseArguments([...written, ...others], flags).given.has(key)).toBe(true);
    }
  });

  it.each(all)("has examples that `$name` understands", async ({ words, entry }) => {
    const verb = await entry.load();
    for (const line of verb.examples.split("\n").filter((each) => each.startsWith("kubectl "))) {
      const [, ...argv] = split(line);
      const { found, rest } = lookUp(argv);
      expect(found, line).toBeDefined();
      const flags = { ...globalFlags, ...(await (found ?? entry).load()).flags };
      expect(() => parseArguments(rest, flags), `${words.join(" ")}: ${line}`).not.toThrow();
    }
  });
});

function isAccepted(parse: (text: string, previous: undefined) => unknown, text: string): boolean {
  try {
    parse(text, undefined);
    return true;
  } catch {
    return false;
  }
}

function lookUp(argv: readonly string[]): { readonly found: VerbEntry | undefined; readonly rest: readonly string[] } {
  let table: VerbTable | undefined = verbs;
  let found: VerbEntry | undefined;
  let rest = argv;
  while (table !== undefined) {
    const next: ReturnType<typeof findVerb> = findVerb(table, rest[0] ?? "");
    if (next === undefined) break;
    found = next.entry;
    table = next.entry.subverbs;
    rest = rest.slice(1);
  }
  return { found, rest };
}
