import type { Pod } from "../../api/generated/types.js";
import type { ExecChunk } from "../../client/api-client.js";
import { fileFlags } from "../common-flags.js";
import { ExitError, UsageError } from "../errors.js";
import { boolFlag, durationFlag, textFlag } from "../flags.js";
import { findOnePod, findPodOfFile } from "../one-pod.js";
import { defaultContainer, findContainer } from "../pod-containers.js";
import { defineVerb } from "../verb.js";

export const execVerb = defineVerb({
  name: "exec",
  usage: "(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
  about: "Execute a command in a container.",
  examples: `# Print a file that a container has
kubectl exec observer -- cat /data/message.txt

# Run a command in a container of the Pod that a Job has made
kubectl exec job/pi -c main -- date`,
  flags: {
    container: textFlag("Container name", { short: "c" }),
    filename: fileFlags.filename,
    podRunningTimeout: durationFlag("The length of time to wait until at least one pod is running", {
      defaultMs: 60_000,
      shown: "1m0s",
    }),
    quiet: boolFlag("Only print output from the remote session", { short: "q" }),
    stdin: boolFlag("Pass stdin to the container", { short: "i" }),
    tty: boolFlag("Stdin is a TTY", { short: "t" }),
  },
  takesCommand: true,
  complete: ({ flags, args, argsAfterDash }) => {
    const [written = "", ...more] = args;
    if (flags.filename.length > 1) throw new UsageError("exec takes one file");
    if (written === "" && flags.filename.length === 0) {
      throw new UsageError("pod, type/name or --filename must be specified");
    }
    if (more.length > 0 && argsAfterDash === null) {
      throw new UsageError(
        "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead",
        "examples",
      );
    }
    return { ...flags, written, command: argsAfterDash ?? [] };
  },
  validate: ({ command }) => {
    if (command.length === 0) throw new UsageError("you must specify at least one command for the container");
  },
  run: async (options, context) => {
    const client = await context.client();
    const { edge } = context;
    const wait = { waitMs: options.podRunningTimeout };
    const [file] = options.filename;
    const pod =
      file === undefined ? await findOnePod(options.written, context, wait) : await findPodOfFile(file, context, wait);
    refuseEnded(pod);
    const chosen = chooseContainer(pod, options.container);
    if (chosen.notice !== undefined && !options.quiet) edge.err(chosen.notice);
    const untilMs = await context.untilMs();
    // The container's terminal is simulated, so it does not need one here; but its colours do.
    const tty = options.tty && options.stdin;
    const plain = tty && !edge.color ? withoutColours() : (chunk: ExecChunk) => chunk;
    const { exitCode } = await client.exec(
      pod.metadata.namespace ?? context.namespace,
      pod.metadata.name ?? "",
      {
        container: chosen.name,
        command: options.command,
        stdin: options.stdin ? edge.stdin() : null,
        tty,
        ...(untilMs === undefined ? {} : { untilMs }),
      },
      (chunk) => edge.pass(plain(chunk)),
    );
    if (exitCode !== 0) throw new ExitError(`command terminated with exit code ${exitCode}`, exitCode);
  },
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escape sequences
const colours = /\u001b\[[\d;]*m/g;

/** Takes colours out of what a terminal shows: all of it comes on one stream, and is text. */
function withoutColours(): (chunk: ExecChunk) => ExecChunk {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  return ({ stream, bytes }) => ({
    stream,
    bytes: encoder.encode(decoder.decode(bytes, { stream: true }).replace(colours, "")),
  });
}

/** Throws for a Pod in which nothing can be run any more. */
export function refuseEnded(pod: Pod): void {
  const phase = pod.status?.phase;
  if (phase === "Succeeded" || phase === "Failed") {
    throw new UsageError(`cannot exec into a container in a completed pod; current phase is ${phase}`);
  }
}

/** The container of `-c`, or the one that is meant without. */
export function chooseContainer(pod: Pod, wanted: string): { readonly name: string; readonly notice?: string } {
  return wanted === "" ? defaultContainer(pod) : { name: findContainer(pod, wanted) };
}
