import type { ClientConfig } from "../kubectl/edge.js";
import type { ConfigFile, ContextEntry, StateDirectory } from "../persistence/state-directory.js";

/** The user that contexts of clusters of kjob's own name: there is nobody to log in as. */
export const localUser = "kjob";

/** Contexts and default namespaces, kept beside the clusters. */
export function clientConfigOf(state: StateDirectory): ClientConfig {
  const change = (next: (config: ConfigFile) => Partial<ConfigFile>) => state.changeConfig(next);
  const find = (name: string) => state.config().contexts.find((context) => context.name === name);
  return {
    currentContext: () => state.config().currentContext,
    namespace: () => find(state.config().currentContext)?.namespace || "default",
    contexts: () => state.config().contexts,
    clusters: () => state.clusters().map((name) => ({ name, server: `kjob://${name}` })),
    users: () => [...new Set(state.config().contexts.map(({ user }) => user))].map((name) => ({ name })),
    useContext: (name) => change(() => ({ currentContext: name })),
    setContext: (name, fields) => change(({ contexts }) => ({ contexts: withContext(contexts, name, fields) })),
    renameContext: (from, to) =>
      change(({ contexts, currentContext }) => ({
        contexts: contexts.map((context) => (context.name === from ? { ...context, name: to } : context)),
        currentContext: currentContext === from ? to : currentContext,
      })),
    deleteContext: (name) =>
      change(({ contexts }) => ({ contexts: contexts.filter((context) => context.name !== name) })),
    path: () => state.configPath(),
  };
}

function withContext(
  contexts: readonly ContextEntry[],
  name: string,
  fields: Partial<Omit<ContextEntry, "name">>,
): readonly ContextEntry[] {
  const defined = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  if (contexts.some((context) => context.name === name)) {
    return contexts.map((context) => (context.name === name ? { ...context, ...defined } : context));
  }
  return [...contexts, { name, cluster: "", user: "", namespace: "", ...defined }];
}
