import { ConfigurationError } from "../kubectl/errors.js";
import { runKubectl } from "../kubectl/run-kubectl.js";
import { StateDirectory, StateError } from "../persistence/state-directory.js";
import { createEdge } from "./kubectl-edge.js";
import { stateHome } from "./state-home.js";
import type { System } from "./system.js";

/** kjob's own nouns; everything else is kubectl's. */
const ownCommands = new Set(["cluster", "clock", "node", "serve"]);

/** Runs one command line (without `node` and the script) and resolves to its exit status. */
export async function main(argv: readonly string[], system: System): Promise<number> {
  try {
    const state = new StateDirectory(stateHome(system.env));
    const [first] = argv;
    if (first === undefined) {
      const { welcome } = await import("./welcome.js");
      system.out(welcome(system.isTerminal.out && !system.env("NO_COLOR")));
      return 0;
    }
    if (ownCommands.has(first)) {
      const { runOwnCommand } = await import("./own-commands.js");
      return await runOwnCommand(argv, state, system);
    }
    return await runVerb(argv, state, system);
  } catch (error) {
    if (error instanceof StateError) system.err(`error: ${error.message}\n`);
    else if (error instanceof ConfigurationError) system.err(`Error in configuration: ${error.message}\n`);
    else throw error;
    return 1;
  }
}

async function runVerb(argv: readonly string[], state: StateDirectory, system: System): Promise<number> {
  const running = createEdge(state, system);
  let outcome: "done" | "crashed" = "crashed";
  try {
    const status = await runKubectl(argv, running.edge);
    outcome = "done";
    return status;
  } finally {
    await running.finish(outcome);
  }
}
