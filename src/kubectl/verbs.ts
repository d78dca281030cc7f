import {
  applyVerbs,
  authVerbs,
  clusterInfoVerbs,
  configVerbs,
  createVerbs,
  rolloutVerbs,
  setVerbs,
  topVerbs,
} from "./subverbs.js";
import type { Verb } from "./verb.js";

/** A verb that is loaded when it is called. */
export interface VerbEntry {
  /** One line, for the list of verbs. */
  readonly summary: string;
  readonly load: () => Promise<Verb>;
  readonly aliases?: readonly string[];
  readonly subverbs?: VerbTable;
  /** A verb that does nothing without one of its subverbs: it prints its help, and fails. */
  readonly needsSubverb?: { readonly helpGoesTo: "out" | "err" };
  /** What is added to the exit status of a failure: of diff, 1 says that there are differences. */
  readonly failureOffset?: number;
}

export type VerbTable = Readonly<Record<string, VerbEntry>>;

/** Every verb, in the order that suggestions and the list of verbs have. */
export const verbs: VerbTable = {
  create: {
    summary: "Create a resource from a file or from stdin",
    load: async () => (await import("./verbs/create.js")).createVerb,
    subverbs: createVerbs,
  },
  expose: {
    summary: "Expose a pod or a service as a new Kubernetes service",
    load: async () => (await import("./verbs/expose.js")).exposeVerb,
  },
  run: {
    summary: "Run a particular image on the cluster",
    load: async () => (await import("./verbs/run.js")).runVerb,
  },
  set: {
    summary: "Set specific features on objects",
    load: async () => (await import("./verbs/set.js")).setVerb,
    needsSubverb: { helpGoesTo: "err" },
    subverbs: setVerbs,
  },
  explain: {
    summary: "Get documentation for a resource",
    load: async () => (await import("./verbs/explain.js")).explainVerb,
  },
  get: {
    summary: "Display one or many resources",
    load: async () => (await import("./verbs/get.js")).getVerb,
  },
  edit: {
    summary: "Edit a resource on the server",
    load: async () => (await import("./verbs/edit.js")).editVerb,
  },
  delete: {
    summary: "Delete resources by file names, stdin, resources and names, or by resources and label selector",
    load: async () => (await import("./verbs/delete.js")).deleteVerb,
  },
  rollout: {
    summary: "Manage the rollout of a resource",
    load: async () => (await import("./verbs/rollout.js")).rolloutVerb,
    needsSubverb: { helpGoesTo: "out" },
    subverbs: rolloutVerbs,
  },
  scale: {
    summary: "Set a new size for a workload",
    load: async () => (await import("./verbs/scale.js")).scaleVerb,
  },
  autoscale: {
    summary: "Not supported: nothing is scaled by load",
    load: async () => (await import("./verbs/autoscale.js")).autoscaleVerb,
  },
  "cluster-info": {
    summary: "Display cluster information",
    load: async () => (await import("./verbs/cluster-info.js")).clusterInfoVerb,
    subverbs: clusterInfoVerbs,
  },
  top: {
    summary: "Not supported: nothing is measured",
    load: async () => (await import("./verbs/top.js")).topVerb,
    needsSubverb: { helpGoesTo: "err" },
    subverbs: topVerbs,
  },
  cordon: {
    summary: "Mark node as unschedulable",
    load: async () => (await import("./verbs/cordon.js")).cordonVerb,
  },
  uncordon: {
    summary: "Mark node as schedulable",
    load: async () => (await import("./verbs/cordon.js")).uncordonVerb,
  },
  drain: {
    summary: "Drain node in preparation for maintenance",
    load: async () => (await import("./verbs/drain.js")).drainVerb,
  },
  taint: {
    summary: "Update the taints on one or more nodes",
    load: async () => (await import("./verbs/taint.js")).taintVerb,
  },
  describe: {
    summary: "Show details of a specific resource or group of resources",
    load: async () => (await import("./verbs/describe.js")).describeVerb,
  },
  logs: {
    summary: "Print the logs for a container in a pod",
    load: async () => (await import("./verbs/logs.js")).logsVerb,
  },
  attach: {
    summary: "Attach to a running container",
    load: async () => (await import("./verbs/attach.js")).attachVerb,
  },
  exec: {
    summary: "Execute a command in a container",
    load: async () => (await import("./verbs/exec.js")).execVerb,
  },
  cp: {
    summary: "Copy a file to and from containers",
    load: async () => (await import("./verbs/cp.js")).cpVerb,
  },
  auth: {
    summary: "Inspect authorization",
    load: async () => (await import("./verbs/auth.js")).authVerb,
    needsSubverb: { helpGoesTo: "err" },
    subverbs: authVerbs,
  },
  events: {
    summary: "List events",
    load: async () => (await import("./verbs/events.js")).eventsVerb,
  },
  diff: {
    summary: "Diff the live version against a would-be applied version",
    load: async () => (await import("./verbs/diff.js")).diffVerb,
    failureOffset: 1,
  },
  apply: {
    summary: "Apply a configuration to a resource by file name or stdin",
    load: async () => (await import("./verbs/apply.js")).applyVerb,
    subverbs: applyVerbs,
  },
  patch: {
    summary: "Update fields of a resource",
    load: async () => (await import("./verbs/patch.js")).patchVerb,
  },
  replace: {
    summary: "Replace a resource by file name or stdin",
    load: async () => (await import("./verbs/replace.js")).replaceVerb,
  },
  wait: {
    summary: "Wait for a specific condition on one or many resources",
    load: async () => (await import("./verbs/wait.js")).waitVerb,
  },
  kustomize: {
    summary: "Build a kustomization target from a directory",
    load: async () => (await import("./verbs/kustomize.js")).kustomizeVerb,
  },
  label: {
    summary: "Update the labels on a resource",
    load: async () => (await import("./verbs/label.js")).labelVerb,
  },
  annotate: {
    summary: "Update the annotations on a resource",
    load: async () => (await import("./verbs/label.js")).annotateVerb,
  },
  completion: {
    summary: "Output shell completion code for the specified shell (bash, zsh, fish, or powershell)",
    load: async () => (await import("./verbs/completion.js")).completionVerb,
  },
  "api-resources": {
    summary: "Print the supported API resources on the server",
    load: async () => (await import("./verbs/api-resources.js")).apiResourcesVerb,
  },
  "api-versions": {
    summary: 'Print the supported API versions on the server, in the form of "group/version"',
    load: async () => (await import("./verbs/api-versions.js")).apiVersionsVerb,
  },
  config: {
    summary: "Modify the settings of contexts",
    load: async () => (await import("./verbs/config.js")).configVerb,
    needsSubverb: { helpGoesTo: "err" },
    subverbs: configVerbs,
  },
  version: {
    summary: "Print the client and server version information",
    load: async () => (await import("./verbs/version.js")).versionVerb,
  },
  options: {
    summary: "Print the flags that all commands have",
    load: async () => (await import("./verbs/options.js")).optionsVerb,
  },
};

/** What the scripts of shells call; nobody types it, so it is in no list. */
export const completeEntry: VerbEntry = {
  summary: "",
  load: async () => (await import("./verbs/complete-words.js")).completeWordsVerb,
};

/** The entry of a name or alias. */
export function findVerb(
  table: VerbTable,
  name: string,
): { readonly name: string; readonly entry: VerbEntry } | undefined {
  if (Object.hasOwn(table, name)) {
    const entry = table[name];
    return entry && { name, entry };
  }
  for (const [canonical, entry] of Object.entries(table)) {
    if (entry.aliases?.includes(name) === true) return { name: canonical, entry };
  }
  return undefined;
}
