import { UsageError } from "../errors.js";
import { boolFlag } from "../flags.js";
import { defineVerb, type VerbContext } from "../verb.js";

/** The fields of a context that can be set; everything else of a kubeconfig has no place here. */
const contextFields = ["cluster", "namespace", "user"] as const;

type ContextField = (typeof contextFields)[number];

interface Property {
  readonly path: string;
  readonly context: string;
  /** Undefined for the context as a whole. */
  readonly field: ContextField | undefined;
}

/** `contexts.NAME.FIELD`; a name may have dots. */
function parseProperty(path: string): Property | "current-context" {
  if (path === "current-context") return "current-context";
  const [first = "", ...rest] = path.split(".");
  if (first !== "contexts" || rest.length === 0) {
    throw new UsageError(
      `${path} is not kept here: there are contexts.NAME.namespace, contexts.NAME.cluster, contexts.NAME.user and current-context`,
    );
  }
  const field = contextFields.find((each) => each === rest.at(-1));
  const name = (field === undefined || rest.length === 1 ? rest : rest.slice(0, -1)).join(".");
  return { path, context: name, field: rest.length === 1 ? undefined : field };
}

function hasContext(name: string, { edge }: VerbContext): boolean {
  return edge.config.contexts().some((each) => each.name === name);
}

export const configSetVerb = defineVerb({
  name: "config set",
  usage: "PROPERTY_NAME PROPERTY_VALUE",
  about: "Set a single value: current-context, or a field of a context as contexts.NAME.FIELD.",
  examples: `# The namespace of a context
kubectl config set contexts.kjob.namespace harbour`,
  flags: { setRawBytes: boolFlag("No value here is bytes", { isHidden: true }) },
  complete: ({ args }) => {
    const [path, value, ...more] = args;
    if (path === undefined || value === undefined || more.length > 0) {
      throw new UsageError(`Unexpected args: [${args.join(" ")}]`, "help");
    }
    return { path, property: parseProperty(path), value };
  },
  run: async ({ path, property, value }, { edge }) => {
    if (property === "current-context") {
      edge.config.useContext(value);
    } else {
      if (property.field === undefined) throw new UsageError(`${path} is no single value: name one of its fields`);
      edge.config.setContext(property.context, { [property.field]: value });
    }
    edge.out(`Property ${JSON.stringify(path)} set.\n`);
  },
});

export const configUnsetVerb = defineVerb({
  name: "config unset",
  usage: "PROPERTY_NAME",
  about: "Unset a single value: current-context, a field of a context as contexts.NAME.FIELD, or a whole context.",
  examples: `# No namespace of its own for a context
kubectl config unset contexts.kjob.namespace`,
  flags: {},
  complete: ({ args }) => {
    const [path] = args;
    if (path === undefined || args.length > 1) throw new UsageError(`Unexpected args: [${args.join(" ")}]`, "help");
    return { path, property: parseProperty(path) };
  },
  run: async ({ path, property }, context) => {
    const { config } = context.edge;
    if (property === "current-context") {
      config.useContext("");
    } else {
      if (!hasContext(property.context, context)) {
        throw new UsageError(`current map key ${JSON.stringify(property.context)} is invalid`);
      }
      if (property.field === undefined) config.deleteContext(property.context);
      else config.setContext(property.context, { [property.field]: "" });
    }
    context.edge.out(`Property ${JSON.stringify(path)} unset.\n`);
  },
});

export const getClustersVerb = defineVerb({
  name: "config get-clusters",
  usage: "",
  about: "Display the clusters that there are.",
  examples: `# List the clusters
kubectl config get-clusters`,
  flags: {},
  complete: () => null,
  run: async (_, { edge }) => {
    edge.out("NAME\n");
    for (const { name } of edge.config.clusters()) edge.out(`${name}\n`);
  },
});

export const getUsersVerb = defineVerb({
  name: "config get-users",
  usage: "",
  about: "Display the users that contexts name.",
  examples: `# List the users
kubectl config get-users`,
  flags: {},
  complete: () => null,
  run: async (_, { edge }) => {
    edge.out("NAME\n");
    for (const { name } of edge.config.users()) edge.out(`${name}\n`);
  },
});

function refused(name: string, advice: string) {
  return defineVerb({
    name: `config ${name}`,
    usage: "",
    about: `Not supported: ${advice}.`,
    examples: "",
    flags: {},
    complete: () => {
      throw new UsageError(`kubectl config ${name} is not supported: ${advice}`);
    },
    run: async () => {},
  });
}

export const setClusterVerb = refused("set-cluster", "make a cluster with kjob cluster create");
export const deleteClusterVerb = refused("delete-cluster", "delete a cluster with kjob cluster delete");
export const setCredentialsVerb = refused("set-credentials", "there is nobody to log in to");
export const deleteUserVerb = refused("delete-user", "there is nobody to log in to");
