import { globalFlags } from "../global-flags.js";
import { flagLines } from "../help-text.js";
import { defineVerb } from "../verb.js";

export const optionsVerb = defineVerb({
  name: "options",
  usage: "[flags]",
  about: "Print the flags that all commands have.",
  examples: `# The flags of all commands
kubectl options`,
  flags: {},
  complete: () => null,
  run: async (_, { edge }) => {
    edge.out(`The following options can be passed to any command:\n\n${flagLines(globalFlags)}\n`);
  },
});
