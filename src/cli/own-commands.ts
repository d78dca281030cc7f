import { Command, CommanderError } from "commander";
import { defaultEmulatedVersion } from "../api/versions/emulated-version.js";
import { UsageError } from "../kubectl/errors.js";
import { type StateDirectory, StateError } from "../persistence/state-directory.js";
import type { System } from "./system.js";

/** Runs `kjob cluster …`, `kjob clock …`, `kjob node …` or `kjob serve`; resolves to the exit status. */
export async function runOwnCommand(argv: readonly string[], state: StateDirectory, system: System): Promise<number> {
  let status = 0;
  const program = new Command("kjob")
    .exitOverride()
    .configureOutput({ writeOut: system.out, writeErr: system.err })
    .helpCommand(false);
  addClusterCommands(program, state, system);
  addClockCommands(program, state, system);
  addNodeCommands(program, state, system);
  program
    .command("serve")
    .description("serve the cluster's API to kubectl and other clients on this machine, until stopped")
    .option("--port <number>", "the port; 0: any that is free", "6443")
    .option("--host <address>", "127.0.0.1, ::1 or localhost", "127.0.0.1")
    .option("--kubeconfig <file>", "where to write what clients need to connect")
    .option("--merge", "add it to a kubeconfig that is there already; without --kubeconfig, to kubectl's own")
    .option("--context <name>", "the cluster of this context instead of the current one")
    .addHelpText(
      "after",
      examples(["kjob serve", "kjob serve --port 0 --kubeconfig /tmp/kubeconfig", "kjob serve --merge"]),
    )
    .action(async (flags) => {
      status = await (await import("./commands/serve.js")).serve(flags, state, system);
    });
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) status = error.exitCode;
    else if (error instanceof UsageError || error instanceof StateError) {
      system.err(`error: ${error.message}\n`);
      status = 1;
    } else throw error;
  }
  return status;
}

function addClusterCommands(program: Command, state: StateDirectory, system: System): void {
  const cluster = program.command("cluster").description("make, choose and delete clusters");
  cluster
    .command("create")
    .argument("[name]", "lower case letters, digits and '-'", "kjob")
    .description("make a cluster and use it from now on")
    .option("--emulated-version <version>", "the Kubernetes version that it is", defaultEmulatedVersion)
    .option("--clock <clock>", "real: the wall clock; virtual: time moves only when a command moves it", "real")
    .option("--seed <number>", "another seed gives another history of the same commands", "1")
    .option("--nodes <number>", "how many nodes it has", "1")
    .addHelpText(
      "after",
      examples(["kjob cluster create", "kjob cluster create book --emulated-version 1.23 --clock virtual"]),
    )
    .action(async (name: string, flags) => {
      const { clusterOptions, createCluster } = await import("./clusters.js");
      const made = await createCluster(state, name, clusterOptions(flags), system.wallNow());
      system.out(made ? `cluster "${name}" created\n` : `cluster "${name}" was created by another process\n`);
    });
  cluster
    .command("delete")
    .argument("[name]", "the cluster", "kjob")
    .description("delete a cluster and all that is in it")
    .addHelpText("after", examples(["kjob cluster delete book"]))
    .action((name: string) => {
      if (!state.hasCluster(name)) throw new UsageError(`no cluster is named "${name}"`);
      // The settings first: contexts of a cluster that is gone would lead nowhere.
      state.changeConfig((config) => {
        const contexts = config.contexts.filter((context) => context.cluster !== name);
        const isCurrentGone = !contexts.some((context) => context.name === config.currentContext);
        return { contexts, currentContext: isCurrentGone ? (contexts[0]?.name ?? "") : config.currentContext };
      });
      state.removeCluster(name);
      system.out(`cluster "${name}" deleted\n`);
    });
  cluster
    .command("list")
    .description("show all clusters")
    .addHelpText("after", examples(["kjob cluster list"]))
    .action(async () => {
      const { clusterTable } = await import("./cluster-table.js");
      system.out(await clusterTable(state, system));
    });
  cluster
    .command("use")
    .argument("<name>", "the cluster")
    .description("use a cluster from now on")
    .addHelpText("after", examples(["kjob cluster use book"]))
    .action(async (name: string) => {
      if (!state.hasCluster(name)) throw new UsageError(`no cluster is named "${name}"; see: kjob cluster list`);
      const { useCluster } = await import("./clusters.js");
      useCluster(state, name);
      system.out(`using cluster "${name}"\n`);
    });
}

function addClockCommands(program: Command, state: StateDirectory, system: System): void {
  const clock = program
    .command("clock")
    .description("show the cluster's clock, and move it")
    .addHelpText("after", examples(["kjob clock", "kjob clock advance 10m", "kjob clock pause", "kjob clock speed 60"]))
    .action(async () => (await import("./clock-commands.js")).showClock(state, system));
  clock
    .command("advance")
    .argument("<duration>", "such as 90s, 10m or 1h30m")
    .description("let that much time pass in the cluster, at once")
    .addHelpText("after", examples(["kjob clock advance 90s"]))
    .action(async (duration: string) => (await import("./clock-commands.js")).advanceClock(duration, state, system));
  clock
    .command("pause")
    .description("stop the clock")
    .addHelpText("after", examples(["kjob clock pause"]))
    .action(async () => (await import("./clock-commands.js")).setSpeed(0, state, system));
  clock
    .command("resume")
    .description("let the clock run as the wall clock does")
    .addHelpText("after", examples(["kjob clock resume"]))
    .action(async () => (await import("./clock-commands.js")).setSpeed(1, state, system));
  clock
    .command("speed")
    .argument("<factor>", "how many seconds of the cluster to one of the wall clock")
    .description("let the clock run faster or slower")
    .addHelpText("after", examples(["kjob clock speed 60"]))
    .action(async (factor: string) => (await import("./clock-commands.js")).setSpeed(Number(factor), state, system));
}

function addNodeCommands(program: Command, state: StateDirectory, system: System): void {
  const node = program.command("node").description("let nodes fail, and come back");
  const commands = {
    fail: "let the machine of a node lose its power: what runs there is lost, and after a while the cluster notices",
    recover: "let it start again",
  } as const;
  for (const name of ["fail", "recover"] as const) {
    node
      .command(name)
      .argument("<node>", "the node's name")
      .description(commands[name])
      .option("--context <name>", "the cluster of this context instead of the current one")
      .addHelpText("after", examples([`kjob node ${name} node-1`]))
      .action(async (target: string, flags: { readonly context?: string }) => {
        const { runNodeCommand } = await import("./node-commands.js");
        await runNodeCommand(name, target, flags, { state, system });
      });
  }
}

function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
