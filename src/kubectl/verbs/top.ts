import { UsageError } from "../errors.js";
import { defineVerb, verbOfSubverbs } from "../verb.js";

const noMetrics = () => new UsageError("Metrics API not available");

function topOf(name: string) {
  return defineVerb({
    name,
    usage: "",
    about: "Not supported: containers are simulated and use nothing that could be measured.",
    examples: "",
    flags: {},
    complete: () => {
      throw noMetrics();
    },
    run: async () => {},
  });
}

export const topVerb = verbOfSubverbs({
  name: "top",
  usage: "SUBCOMMAND",
  about: "Not supported: containers are simulated and use nothing that could be measured.",
  examples: "",
});
export const topPodVerb = topOf("top pod");
export const topNodeVerb = topOf("top node");
