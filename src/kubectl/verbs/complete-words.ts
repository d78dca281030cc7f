import { defineVerb } from "../verb.js";

/** What the scripts of `completion` call. Its words are behind `--`: none of them is a flag of its own. */
export const completeWordsVerb = defineVerb({
  name: "__complete",
  usage: "WORDS",
  about: "Print the words that can stand for the last one.",
  examples: "",
  flags: {},
  takesCommand: true,
  complete: ({ argsAfterDash }) => argsAfterDash ?? [],
  run: async (words, context) => {
    const { completeWords } = await import("../complete-words.js");
    for (const word of await completeWords(words, context)) context.edge.out(`${word}\n`);
  },
});
