import type { Pod, Service } from "../../api/generated/types.js";
import { environmentNameProblems } from "../../api/meta/identifiers.js";
import { resources } from "../../api/resources.js";
import { fieldManagerFlag, writeOptions } from "../common-flags.js";
import { UsageError } from "../errors.js";
import { boolFlag, durationFlag, repeatedFlag, textFlag } from "../flags.js";
import { createGenerated, type GeneratorOptions, generatorFlags, generatorOptions, newMetadata } from "../generator.js";
import { defineVerb, type Invocation, type VerbContext } from "../verb.js";

const flags = {
  ...generatorFlags,
  annotations: repeatedFlag("Annotations to apply to the pod"),
  attach: boolFlag("If true, wait for the Pod to start running, and then attach to it"),
  command: boolFlag("If true and extra arguments are present, use them as the 'command' field in the container"),
  env: repeatedFlag("Environment variables to set in the container"),
  expose: boolFlag("If true, create a ClusterIP service associated with the pod. Requires --port."),
  fieldManager: fieldManagerFlag("kubectl-run"),
  image: textFlag("The image for the container to run", { isRequired: true }),
  imagePullPolicy: textFlag("The image pull policy for the container"),
  labels: textFlag("Comma separated labels to apply to the pod", { short: "l" }),
  overrides: textFlag("An inline JSON override for the generated object"),
  overrideType: textFlag("The method used to override the generated object: json, merge, or strategic.", {
    default: "merge",
  }),
  leaveStdinOpen: boolFlag("If true, stdin stays open after the first who attached has gone"),
  podRunningTimeout: durationFlag("How long to wait until the Pod runs", { defaultMs: 60_000, shown: "1m0s" }),
  port: textFlag("The port that this container exposes"),
  privileged: boolFlag("If true, run the container in privileged mode"),
  quiet: boolFlag("If true, suppress prompt messages", { short: "q" }),
  restart: textFlag("The restart policy for this Pod. Legal values [Always, OnFailure, Never].", { default: "Always" }),
  rm: boolFlag("If true, delete the pod after it exits. Only valid when attaching to the container."),
  stdin: boolFlag("Keep stdin open on the container in the pod, even if nothing is attached", { short: "i" }),
  timeout: durationFlag("Nothing is deleted that could be waited for", { defaultMs: 0, shown: "0s", isHidden: true }),
  tty: boolFlag("Allocate a TTY for the container in the pod", { short: "t" }),
} as const;

interface RunOptions extends GeneratorOptions {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly port: string;
  readonly restartPolicy: "Always" | "OnFailure" | "Never";
  readonly command: boolean;
  readonly words: readonly string[];
  readonly expose: boolean;
  readonly privileged: boolean;
  readonly overrides: string;
  readonly overrideType: "json" | "merge" | "strategic";
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly stdinOnce: boolean;
  readonly isAttached: boolean;
  readonly removes: boolean;
  readonly quiet: boolean;
  readonly podRunningTimeoutMs: number;
}

/** A repository with an optional registry, tag and digest. @see github.com/distribution/reference regexp.go */
const imageReference =
  /^(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$/;

export const runVerb = defineVerb({
  name: "run",
  usage:
    'NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]',
  about: "Create and run a particular image in a pod.",
  examples: `# Start a Pod
kubectl run web --image=nginx

# Run a command once
kubectl run once --image=busybox --restart=Never -- sh -c 'date; sleep 5'`,
  flags,
  takesCommand: true,
  complete,
  validate: ({ image, imagePullPolicy, port, expose }) => {
    if (image === "") throw new UsageError("--image is required");
    if (!imageReference.test(image)) {
      throw new UsageError(`Invalid image name ${JSON.stringify(image)}: invalid reference format`);
    }
    if (expose && port === "") throw new UsageError("--port must be set when exposing a service", "examples");
    if (!["", "Always", "IfNotPresent", "Never"].includes(imagePullPolicy)) {
      throw new UsageError(`invalid image pull policy: ${imagePullPolicy}`, "examples");
    }
    if (port !== "" && !/^[+-]?\d+$/.test(port)) {
      throw new UsageError(`strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`);
    }
  },
  run: async (options, context) => {
    if (options.expose) {
      const service = { resource: resources.services, object: serviceFor(options, context) };
      await createGenerated(service, options, context);
      // Between two objects of a dry run kubectl prints two separators.
      if (options.dryRun === "client" && options.result.output.format === "yaml") context.edge.out("---\n---\n");
    }
    const object = await withOverrides(podOf(options, context), options);
    if (!options.isAttached) {
      await createGenerated({ resource: resources.pods, object }, options, context);
      return;
    }
    const client = await context.client();
    await client.create(resources.pods, context.namespace, object, writeOptions(options));
    const { attachToNewPod } = await import("../run-attached.js");
    await attachToNewPod(options, context);
  },
});

function complete(invocation: Invocation<typeof flags>): RunOptions {
  const { flags: values, args, argsAfterDash } = invocation;
  const restartPolicy = restartPolicyOf(values.restart);
  const [name, ...words] = args;
  if (name === undefined) throw new UsageError("NAME is required for run", "examples");
  const isAttached = values.attach || values.stdin || values.tty;
  if (values.rm && !isAttached) throw new UsageError("--rm should only be used for attached containers", "examples");
  if (values.tty && !values.stdin) {
    throw new UsageError("-i/--stdin is required for containers with -t/--tty=true", "examples");
  }
  const own = generatorOptions(values);
  // Only what is sent is annotated, unlike for create.
  const common = { ...own, saveConfig: own.saveConfig && own.dryRun !== "client" };
  if (isAttached && common.dryRun !== "none") {
    throw new UsageError(
      "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
      "examples",
    );
  }
  const labels = parsePairs(values.labels === "" ? [] : values.labels.split(","), "unexpected label spec");
  return {
    ...common,
    name,
    image: values.image,
    imagePullPolicy: values.imagePullPolicy,
    labels: Object.keys(labels).length === 0 ? { run: name } : labels,
    annotations: parsePairs(values.annotations, "invalid annotation format"),
    env: parseEnv(values.env),
    port: values.port,
    restartPolicy,
    command: values.command,
    words: [...words, ...(argsAfterDash ?? [])],
    expose: values.expose,
    privileged: values.privileged,
    overrides: values.overrides,
    overrideType: overrideTypeOf(values.overrideType),
    stdin: values.stdin,
    tty: values.tty,
    stdinOnce: values.stdin && !values.leaveStdinOpen,
    isAttached,
    removes: values.rm,
    quiet: values.quiet,
    podRunningTimeoutMs: values.podRunningTimeout,
  };
}

function restartPolicyOf(text: string): RunOptions["restartPolicy"] {
  if (text === "Always" || text === "OnFailure" || text === "Never") return text;
  throw new UsageError(`invalid restart policy: ${text}`, "examples");
}

function parseEnv(pairs: readonly string[]): RunOptions["env"] {
  return pairs.map((pair) => {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, Math.max(0, equals));
    if (environmentNameProblems(name, false).length > 0) throw new UsageError(`invalid env: ${pair}`);
    return { name, value: pair.slice(equals + 1) };
  });
}

function parsePairs(pairs: readonly string[], complaint: string): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 1) throw new UsageError(`${complaint}: ${pair}`);
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

function podOf(options: RunOptions, context: VerbContext): Pod {
  const { name, image, imagePullPolicy, env, port, restartPolicy, command, words } = options;
  const { annotations } = options;
  const metadata = newMetadata(name, context);
  return {
    kind: "Pod",
    apiVersion: "v1",
    metadata: {
      ...metadata,
      labels: { ...options.labels },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations: { ...annotations } }),
    },
    spec: {
      containers: [
        {
          name,
          image,
          ...(words.length === 0 ? {} : command ? { command: [...words] } : { args: [...words] }),
          ...(port === "" ? {} : { ports: [{ containerPort: Number(port) }] }),
          ...(env.length === 0 ? {} : { env: [...env] }),
          resources: {},
          ...(imagePullPolicy === ""
            ? {}
            : { imagePullPolicy: imagePullPolicy as "Always" | "IfNotPresent" | "Never" }),
          ...(options.stdin ? { stdin: true } : {}),
          ...(options.stdinOnce ? { stdinOnce: true } : {}),
          ...(options.tty ? { tty: true } : {}),
          ...(options.privileged ? { securityContext: { privileged: true } } : {}),
        },
      ],
      restartPolicy,
      dnsPolicy: "ClusterFirst",
    },
    status: {},
  };
}

function serviceFor({ name, port, labels }: RunOptions, context: VerbContext): Service {
  return {
    kind: "Service",
    apiVersion: "v1",
    metadata: newMetadata(name, context),
    spec: {
      ports: [{ protocol: "TCP", port: Number(port), targetPort: Number(port) }],
      selector: { ...labels },
    },
    status: { loadBalancer: {} },
  };
}

/** `--overrides` is a patch of the object. */
async function withOverrides(pod: Pod, { overrides, overrideType: type }: RunOptions): Promise<Pod> {
  if (overrides === "") return pod;
  try {
    JSON.parse(overrides);
  } catch {
    throw new UsageError("Invalid JSON Patch");
  }
  const [{ applyPatch }, { goOrder }] = await Promise.all([
    import("../../registry/patch/apply-patch.js"),
    import("../../printers/go-order.js"),
  ]);
  return goOrder(applyPatch(pod, { type, body: overrides, fieldValidation: "Ignore" }).object) as Pod;
}

function overrideTypeOf(text: string): RunOptions["overrideType"] {
  if (text === "json" || text === "merge" || text === "strategic") return text;
  throw new UsageError(`invalid override type: ${text}`);
}
