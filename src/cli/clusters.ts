import {
  defaultEmulatedVersion,
  type EmulatedVersion,
  emulatedVersions,
  isEmulatedVersion,
} from "../api/versions/emulated-version.js";
import { UsageError } from "../kubectl/errors.js";
import type { ClockSettings, StateDirectory } from "../persistence/state-directory.js";
import { localUser } from "./client-config.js";

/** What a cluster is made with; each has a default. */
interface ClusterOptions {
  readonly version: EmulatedVersion;
  readonly clock: "real" | "virtual";
  readonly seed: number;
  readonly nodes: number;
}

/** The cluster that the first command makes for itself. */
const defaultClusterName = "kjob";

const nodesMax = 1000;

/** Reads the flags of `cluster create`. @throws UsageError */
export function clusterOptions(flags: {
  readonly emulatedVersion: string;
  readonly clock: string;
  readonly seed: string;
  readonly nodes: string;
}): ClusterOptions {
  const { emulatedVersion: version, clock } = flags;
  if (!isEmulatedVersion(version)) {
    throw new UsageError(`emulated version "${version}" is not known; known versions: ${emulatedVersions.join(", ")}`);
  }
  if (clock !== "real" && clock !== "virtual") throw new UsageError(`clock "${clock}" is not known: real or virtual`);
  return {
    version,
    clock,
    seed: wholeNumber("seed", flags.seed, -(2 ** 31), 2 ** 31 - 1),
    nodes: wholeNumber("nodes", flags.nodes, 1, nodesMax),
  };
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || value < min || value > max) {
    throw new UsageError(`--${name} takes a whole number from ${min} to ${max}, not "${text}"`);
  }
  return value;
}

/**
 * Makes a cluster and its context, which becomes the current one. False where another process made it meanwhile.
 * @throws UsageError where a cluster has the name already; StateError
 */
export async function createCluster(
  state: StateDirectory,
  name: string,
  options: ClusterOptions,
  wallMs: number,
): Promise<boolean> {
  if (state.hasCluster(name)) {
    throw new UsageError(`a cluster "${name}" exists already; delete it first with: kjob cluster delete ${name}`);
  }
  const [{ World }, { bootstrap, settleMs }, { components }] = await Promise.all([
    import("../cluster/world.js"),
    import("../cluster/bootstrap.js"),
    import("../cluster/components.js"),
  ]);
  const clock: ClockSettings =
    options.clock === "virtual" ? { mode: "virtual" } : { mode: "real", clusterMs: wallMs, wallMs, speed: 1 };
  const made = await state.createCluster(name, { clock }, async (backend) => {
    backend.begin();
    const { version, seed, nodes } = options;
    const startMs = options.clock === "virtual" ? virtualStartMs : wallMs - settleMs;
    const world = World.create(backend, { seed, version }, startMs, components());
    bootstrap(world, { nodes });
    world.flush();
    await backend.commit();
  });
  useCluster(state, name);
  return made;
}

/**
 * Sees to it that the cluster of a first command is there, with its context: many first commands may run at once, and one may
 * have been killed between the two.
 * @throws StateError
 */
export async function ensureFirstCluster(state: StateDirectory, wallMs: number): Promise<string> {
  if (state.hasCluster(defaultClusterName)) {
    useCluster(state, defaultClusterName);
    return defaultClusterName;
  }
  const options: ClusterOptions = { version: defaultEmulatedVersion, clock: "real", seed: 1, nodes: 1 };
  try {
    await createCluster(state, defaultClusterName, options, wallMs);
  } catch (error) {
    // Made by another process since the look above.
    if (!(error instanceof UsageError)) throw error;
    useCluster(state, defaultClusterName);
  }
  return defaultClusterName;
}

/** Makes a cluster's context the current one, and the context itself where there is none. */
export function useCluster(state: StateDirectory, name: string): void {
  state.changeConfig(({ contexts }) => {
    const isKnown = contexts.some((context) => context.name === name && context.cluster === name);
    const own = { name, cluster: name, user: localUser, namespace: "" };
    return {
      contexts: isKnown ? contexts : [...contexts.filter((context) => context.name !== name), own],
      currentContext: name,
    };
  });
}

/** A virtual clock starts here whenever its cluster is made, so that the same commands give the same history. */
const virtualStartMs = Date.UTC(2026, 0, 1, 9, 0, 0);
