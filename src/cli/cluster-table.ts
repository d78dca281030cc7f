import Table from "cli-table3";
import type { StateDirectory } from "../persistence/state-directory.js";
import { clockText, type System } from "./system.js";

/** A table whose columns stand two spaces apart, with no lines around them. */
const withoutLines = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** All clusters: which is in use, its version, its clock, where it is kept. */
export async function clusterTable(state: StateDirectory, system: System): Promise<string> {
  const names = state.clusters();
  if (names.length === 0) return "No clusters yet: the first command makes one, or `kjob cluster create`.\n";
  const { World } = await import("../cluster/world.js");
  const config = state.config();
  const current = config.contexts.find(({ name }) => name === config.currentContext)?.cluster;
  const { Chalk } = await import("chalk");
  const chalk = new Chalk({ level: system.isTerminal.out && !system.env("NO_COLOR") ? 1 : 0 });
  const table = new Table({
    head: ["", "NAME", "VERSION", "CLOCK", "SEED", "TIME"],
    chars: withoutLines,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  for (const name of names) {
    const backend = await state.open(name);
    try {
      const world = World.open(backend, []);
      const time = world === null ? "" : `${new Date(world.nowMs).toISOString().slice(0, 19)}Z`;
      const shown = name === current ? chalk.bold(name) : name;
      table.push([
        name === current ? "*" : "",
        shown,
        world?.version ?? "",
        clockText(state.cluster(name).clock),
        world?.seed ?? "",
        time,
      ]);
    } finally {
      await backend.close();
    }
  }
  return `${table.toString().replace(/[ \t]+$/gm, "")}\n`;
}
