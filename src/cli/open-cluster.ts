import { ConfigurationError } from "../kubectl/errors.js";
import type { LmdbBackend } from "../persistence/lmdb-backend.js";
import type { ClusterFile, StateDirectory } from "../persistence/state-directory.js";
import { Session } from "./session.js";
import type { System } from "./system.js";

/** A cluster that a command works on. */
export interface OpenCluster {
  readonly name: string;
  readonly file: ClusterFile;
  readonly backend: LmdbBackend;
  readonly session: Session;
}

/** Wall time after which a catch-up is shown on a terminal or told in a line. */
const progressAfterMs = 700;

/**
 * Opens the cluster of a context (default: the current one), and creates the first cluster where there is none. What goes
 * on for long follows the clock when other commands set it.
 * @throws ConfigurationError, StateError
 */
export async function openCluster(
  state: StateDirectory,
  context: string | undefined,
  system: System,
  flushOutput: () => void,
  options: { readonly followsClock?: boolean } = {},
): Promise<OpenCluster> {
  const name = await clusterOf(state, context, system);
  const file = state.cluster(name);
  const backend = await state.open(name);
  const session = new Session({
    backend,
    get clock() {
      return options.followsClock === true ? state.cluster(name).clock : file.clock;
    },
    components: loadComponents,
    wallNow: system.wallNow,
    flushOutput,
    onProgress: progressLine(system),
    signal: system.signal,
  });
  return { name, file, backend, session };
}

async function clusterOf(state: StateDirectory, wanted: string | undefined, system: System): Promise<string> {
  const config = state.config();
  const context = wanted ?? config.currentContext;
  if (context === "" && config.contexts.length === 0) {
    const { ensureFirstCluster } = await import("./clusters.js");
    return ensureFirstCluster(state, system.wallNow());
  }
  const found = config.contexts.find(({ name }) => name === context);
  if (found === undefined) throw new ConfigurationError(`context was not found for specified context: ${context}`);
  if (!state.hasCluster(found.cluster)) throw new ConfigurationError(`cluster "${found.cluster}" does not exist`);
  return found.cluster;
}

async function loadComponents() {
  const { components } = await import("../cluster/components.js");
  return components;
}

function progressLine(system: System) {
  const startedMs = system.wallNow();
  let shown = false;
  return ({ fromMs, nowMs, untilMs }: { fromMs: number; nowMs: number; untilMs: number }) => {
    if (system.wallNow() - startedMs < progressAfterMs) return;
    const percent = Math.floor((100 * (nowMs - fromMs)) / Math.max(1, untilMs - fromMs));
    if (system.isTerminal.err) system.err(`\rcatching up: ${percent} % ${percent === 100 ? "\n" : ""}`);
    else if (!shown) system.err("catching up with the cluster's clock, this takes a moment\n");
    shown = true;
  };
}
