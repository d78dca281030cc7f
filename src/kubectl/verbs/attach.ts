import type { Pod } from "../../api/generated/types.js";
import { asError, UsageError } from "../errors.js";
import { boolFlag, durationFlag, textFlag } from "../flags.js";
import { findOnePod } from "../one-pod.js";
import { defaultContainer, findContainer } from "../pod-containers.js";
import { defineVerb } from "../verb.js";

export const attachVerb = defineVerb({
  name: "attach",
  usage: "(POD | TYPE/NAME) -c CONTAINER",
  about: "Attach to a process that is already running inside an existing container.",
  examples: `# See what the Pod of a Job writes from now on
kubectl attach job/pi`,
  flags: {
    container: textFlag("Container name", { short: "c" }),
    podRunningTimeout: durationFlag("The length of time to wait until at least one pod is running", {
      defaultMs: 60_000,
      shown: "1m0s",
    }),
    quiet: boolFlag("Only print output from the remote session", { short: "q" }),
    stdin: boolFlag("Pass stdin to the container", { short: "i" }),
    tty: boolFlag("Stdin is a TTY", { short: "t" }),
  },
  complete: ({ flags, args }) => {
    const [first = "", second] = args;
    if (first === "") throw new UsageError("at least 1 argument is required for attach");
    if (args.length > 2) {
      throw new UsageError(
        `expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(" ")}]`,
        "examples",
      );
    }
    return { ...flags, written: second === undefined ? first : `${first}/${second}` };
  },
  run: async (options, context) => {
    const { edge } = context;
    const client = await context.client();
    const pod = await findOnePod(options.written, context, { waitMs: options.podRunningTimeout });
    const phase = pod.status?.phase;
    if (phase === "Succeeded" || phase === "Failed") {
      throw new UsageError(`cannot attach a container in a completed pod; current phase is ${phase}`);
    }
    const chosen = containerToAttachTo(pod, options.container);
    if (!options.quiet) {
      if ("notice" in chosen && chosen.notice !== undefined) edge.err(chosen.notice);
      edge.err("If you don't see a command prompt, try pressing enter.\n");
    }
    const untilMs = await context.untilMs();
    await client.attach(
      pod.metadata.namespace ?? context.namespace,
      pod.metadata.name ?? "",
      {
        container: chosen.name,
        stdin: options.stdin ? edge.stdin() : null,
        tty: options.tty && options.stdin,
        ...(untilMs === undefined ? {} : { untilMs }),
      },
      (chunk) => edge.pass(chunk),
    );
  },
});

function containerToAttachTo(pod: Pod, wanted: string): { readonly name: string; readonly notice?: string } {
  if (wanted === "") return defaultContainer(pod);
  try {
    return { name: findContainer(pod, wanted) };
  } catch (error) {
    throw new UsageError(`cannot attach to the container: ${asError(error).message}`);
  }
}
