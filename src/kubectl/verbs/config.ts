import { TabWriter } from "../../printers/tab-writer.js";
import { throwCollected, UsageError } from "../errors.js";
import { boolFlag, textFlag } from "../flags.js";
import { defineVerb, type VerbContext, verbOfSubverbs } from "../verb.js";

export const configVerb = verbOfSubverbs({
  name: "config",
  usage: "SUBCOMMAND",
  about: "Modify the settings of contexts. A context is a cluster and the namespace that commands use in it.",
  examples: `# Use a namespace in all commands that follow
kubectl config set-context --current --namespace=harbour

# List the contexts
kubectl config get-contexts`,
});

export const currentContextVerb = defineVerb({
  name: "config current-context",
  usage: "",
  about: "Display the current-context.",
  examples: "kubectl config current-context",
  flags: {},
  complete: () => null,
  run: async (_, { edge }) => {
    const name = edge.config.currentContext();
    if (name === "") throw new UsageError("current-context is not set");
    edge.out(`${name}\n`);
  },
});

export const useContextVerb = defineVerb({
  name: "config use-context",
  usage: "CONTEXT_NAME",
  about: "Set the current-context.",
  examples: `# Use the context of another cluster
kubectl config use-context kjob-lab`,
  flags: {},
  complete: ({ args }) => ({ name: onlyArgument(args, "Unexpected args") }),
  run: async ({ name }, { edge }) => {
    if (!hasContext(name, edge.config))
      throw new UsageError(`no context exists with the name: ${JSON.stringify(name)}`);
    edge.config.useContext(name);
    edge.out(`Switched to context ${JSON.stringify(name)}.\n`);
  },
});

export const setContextVerb = defineVerb({
  name: "config set-context",
  usage: "[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]",
  about: "Set a context entry. Fields that are not named stay as they are.",
  examples: `# Use a namespace in all commands that follow
kubectl config set-context --current --namespace=harbour`,
  flags: {
    cluster: textFlag("cluster for the context entry"),
    current: boolFlag("Modify the current context"),
    user: textFlag("user for the context entry"),
  },
  complete: ({ flags, given, args }, context) => {
    const name = flags.current ? context.edge.config.currentContext() : (args[0] ?? "");
    if (args.length > 1) throw new UsageError(`Unexpected args: [${args.join(" ")}]`, "help");
    if (flags.current && args.length > 0) {
      throw new UsageError("you cannot specify both a context name and --current");
    }
    if (flags.current && name === "") throw new UsageError("no current context is set");
    if (name === "") throw new UsageError("you must specify a non-empty context name or --current");
    return {
      name,
      change: {
        ...(given.has("cluster") ? { cluster: flags.cluster } : {}),
        ...(given.has("user") ? { user: flags.user } : {}),
        ...(context.isNamespaceExplicit ? { namespace: context.namespace } : {}),
      },
    };
  },
  run: async ({ name, change }, { edge }) => {
    const isKnown = hasContext(name, edge.config);
    edge.config.setContext(name, change);
    edge.out(`Context ${JSON.stringify(name)} ${isKnown ? "modified" : "created"}.\n`);
  },
});

export const renameContextVerb = defineVerb({
  name: "config rename-context",
  usage: "CONTEXT_NAME NEW_NAME",
  about: "Rename a context.",
  examples: "kubectl config rename-context old-name new-name",
  flags: {},
  complete: ({ args }) => {
    const [from, to, ...more] = args;
    if (from === undefined || to === undefined || more.length > 0) {
      throw new UsageError(`Unexpected args: [${args.join(" ")}]`, "help");
    }
    return { from, to };
  },
  run: async ({ from, to }, { edge }) => {
    const { config } = edge;
    if (!hasContext(from, config)) {
      throw new UsageError(`cannot rename the context ${JSON.stringify(from)}, it's not in ${config.path()}`);
    }
    if (hasContext(to, config)) {
      throw new UsageError(
        `cannot rename the context ${JSON.stringify(from)}, the context ${JSON.stringify(to)} already exists in ${config.path()}`,
      );
    }
    config.renameContext(from, to);
    edge.out(`Context ${JSON.stringify(from)} renamed to ${JSON.stringify(to)}.\n`);
  },
});

export const deleteContextVerb = defineVerb({
  name: "config delete-context",
  usage: "NAME",
  about: "Delete the specified context. Its cluster stays.",
  examples: "kubectl config delete-context old-name",
  flags: {},
  complete: ({ args }) => ({ name: onlyArgument(args, "Unexpected args") }),
  run: async ({ name }, { edge }) => {
    const { config } = edge;
    if (!hasContext(name, config)) {
      throw new UsageError(`cannot delete context ${name}, not in ${config.path()}`);
    }
    if (config.currentContext() === name) {
      edge.err(
        'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
      );
    }
    config.deleteContext(name);
    edge.out(`deleted context ${name} from ${config.path()}\n`);
  },
});

export const getContextsVerb = defineVerb({
  name: "config get-contexts",
  usage: "[(-o|--output=)name]",
  about: "Display one or many contexts.",
  examples: `# List all contexts
kubectl config get-contexts

# List their names
kubectl config get-contexts -o name`,
  flags: {
    noHeaders: boolFlag("When using the default output format, don't print headers"),
    output: textFlag("Output format. One of: (name)", { short: "o" }),
  },
  complete: ({ flags, args }) => {
    if (flags.output !== "" && flags.output !== "name") {
      throw new UsageError(`output must be one of '' or 'name': ${flags.output}`);
    }
    return { names: args, asNames: flags.output === "name", noHeaders: flags.noHeaders };
  },
  run: async ({ names, asNames, noHeaders }, context) => {
    const { config } = context.edge;
    const missing = names.filter((name) => !hasContext(name, config));
    const shown = config
      .contexts()
      .filter(({ name }) => names.length === 0 || names.includes(name))
      .toSorted((left, right) => (left.name < right.name ? -1 : 1));
    if (asNames) {
      for (const { name } of shown) context.edge.out(`${name}\n`);
    } else {
      const writer = new TabWriter((text) => context.edge.out(text));
      if (!noHeaders) writer.write("CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n");
      for (const { name, cluster, user, namespace } of shown) {
        const mark = name === config.currentContext() ? "*" : "";
        writer.write(`${mark}\t${name}\t${cluster}\t${user}\t${namespace}\n`);
      }
      writer.flush();
    }
    throwCollected(missing.map((name) => new UsageError(`context ${name} not found`)));
  },
});

function hasContext(name: string, config: VerbContext["edge"]["config"]): boolean {
  return config.contexts().some((context) => context.name === name);
}

function onlyArgument(args: readonly string[], complaint: string): string {
  const [name] = args;
  if (name === undefined || args.length !== 1) throw new UsageError(`${complaint}: [${args.join(" ")}]`, "help");
  return name;
}
