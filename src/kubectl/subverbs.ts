import type { VerbTable } from "./verbs.js";

export const createVerbs: VerbTable = {
  configmap: {
    summary: "Create a config map from a local file, directory or literal value",
    aliases: ["cm"],
    load: async () => (await import("./verbs/create-configmap.js")).createConfigMapVerb,
  },
  cronjob: {
    summary: "Create a cron job with the specified name",
    aliases: ["cj"],
    load: async () => (await import("./verbs/create-cronjob.js")).createCronJobVerb,
  },
  job: {
    summary: "Create a job with the specified name",
    load: async () => (await import("./verbs/create-job.js")).createJobVerb,
  },
  namespace: {
    summary: "Create a namespace with the specified name",
    aliases: ["ns"],
    load: async () => (await import("./verbs/create-namespace.js")).createNamespaceVerb,
  },
  quota: {
    summary: "Create a quota with the specified name",
    aliases: ["resourcequota"],
    load: async () => (await import("./verbs/create-quota.js")).createQuotaVerb,
  },
  secret: {
    summary: "Create a secret using a specified subcommand",
    load: async () => (await import("./verbs/create-secret.js")).createSecretVerb,
    needsSubverb: { helpGoesTo: "err" },
    subverbs: {
      "docker-registry": {
        summary: "Create a secret for use with a Docker registry",
        load: async () => (await import("./verbs/create-secret.js")).createDockerSecretVerb,
      },
      generic: {
        summary: "Create a secret from a local file, directory, or literal value",
        load: async () => (await import("./verbs/create-secret.js")).createGenericSecretVerb,
      },
      tls: {
        summary: "Create a TLS secret",
        load: async () => (await import("./verbs/create-secret.js")).createTlsSecretVerb,
      },
    },
  },
  service: {
    summary: "Create a service using a specified subcommand",
    aliases: ["svc"],
    load: async () => (await import("./verbs/create-service.js")).createServiceVerb,
    needsSubverb: { helpGoesTo: "err" },
    subverbs: {
      clusterip: {
        summary: "Create a ClusterIP service",
        load: async () => (await import("./verbs/create-service.js")).createClusterIpServiceVerb,
      },
      externalname: {
        summary: "Create an ExternalName service",
        load: async () => (await import("./verbs/create-service.js")).createExternalNameServiceVerb,
      },
      loadbalancer: {
        summary: "Create a LoadBalancer service",
        load: async () => (await import("./verbs/create-service.js")).createLoadBalancerServiceVerb,
      },
      nodeport: {
        summary: "Create a NodePort service",
        load: async () => (await import("./verbs/create-service.js")).createNodePortServiceVerb,
      },
    },
  },
  serviceaccount: {
    summary: "Create a service account with the specified name",
    aliases: ["sa"],
    load: async () => (await import("./verbs/create-namespace.js")).createServiceAccountVerb,
  },
  token: {
    summary: "Request a service account token",
    load: async () => (await import("./verbs/create-token.js")).createTokenVerb,
  },
};

export const applyVerbs: VerbTable = {
  "edit-last-applied": {
    summary: "Edit latest last-applied-configuration annotations of a resource/object",
    load: async () => (await import("./verbs/apply-last-applied.js")).editLastAppliedVerb,
  },
  "set-last-applied": {
    summary: "Set the last-applied-configuration annotation on a live object to match the contents of a file",
    load: async () => (await import("./verbs/apply-last-applied.js")).setLastAppliedVerb,
  },
  "view-last-applied": {
    summary: "View the latest last-applied-configuration annotations of a resource/object",
    load: async () => (await import("./verbs/apply-last-applied.js")).viewLastAppliedVerb,
  },
};

export const configVerbs: VerbTable = {
  set: {
    summary: "Set an individual value",
    load: async () => (await import("./verbs/config-change.js")).configSetVerb,
  },
  unset: {
    summary: "Unset an individual value",
    load: async () => (await import("./verbs/config-change.js")).configUnsetVerb,
  },
  "get-clusters": {
    summary: "Display clusters",
    load: async () => (await import("./verbs/config-change.js")).getClustersVerb,
  },
  "get-users": {
    summary: "Display users",
    load: async () => (await import("./verbs/config-change.js")).getUsersVerb,
  },
  "set-cluster": {
    summary: "Not supported: kjob cluster create makes clusters",
    load: async () => (await import("./verbs/config-change.js")).setClusterVerb,
  },
  "delete-cluster": {
    summary: "Not supported: kjob cluster delete deletes clusters",
    load: async () => (await import("./verbs/config-change.js")).deleteClusterVerb,
  },
  "set-credentials": {
    summary: "Not supported: there is nobody to log in to",
    load: async () => (await import("./verbs/config-change.js")).setCredentialsVerb,
  },
  "delete-user": {
    summary: "Not supported: there is nobody to log in to",
    load: async () => (await import("./verbs/config-change.js")).deleteUserVerb,
  },
  "current-context": {
    summary: "Display the current-context",
    load: async () => (await import("./verbs/config.js")).currentContextVerb,
  },
  "delete-context": {
    summary: "Delete the specified context",
    load: async () => (await import("./verbs/config.js")).deleteContextVerb,
  },
  "get-contexts": {
    summary: "Describe one or many contexts",
    load: async () => (await import("./verbs/config.js")).getContextsVerb,
  },
  "rename-context": {
    summary: "Rename a context",
    load: async () => (await import("./verbs/config.js")).renameContextVerb,
  },
  "set-context": {
    summary: "Set a context entry",
    load: async () => (await import("./verbs/config.js")).setContextVerb,
  },
  "use-context": {
    summary: "Set the current-context",
    aliases: ["use"],
    load: async () => (await import("./verbs/config.js")).useContextVerb,
  },
  view: {
    summary: "Display merged kubeconfig settings",
    load: async () => (await import("./verbs/config-view.js")).configViewVerb,
  },
};

export const setVerbs: VerbTable = {
  env: {
    summary: "Update environment variables on a pod template",
    load: async () => (await import("./verbs/set-env.js")).setEnvVerb,
  },
  image: {
    summary: "Update the image of a pod template",
    load: async () => (await import("./verbs/set-image.js")).setImageVerb,
  },
  resources: {
    summary: "Update resource requests/limits on objects with pod templates",
    load: async () => (await import("./verbs/set-resources.js")).setResourcesVerb,
  },
  selector: {
    summary: "Set the selector on a resource",
    load: async () => (await import("./verbs/set-selector.js")).setSelectorVerb,
  },
  serviceaccount: {
    summary: "Update the service account of a resource",
    aliases: ["sa"],
    load: async () => (await import("./verbs/set-serviceaccount.js")).setServiceAccountVerb,
  },
  subject: {
    summary: "Not supported: there are no role bindings",
    load: async () => (await import("./verbs/set.js")).setSubjectVerb,
  },
};

export const rolloutVerbs: VerbTable = {
  history: {
    summary: "View rollout history",
    load: async () => (await import("./verbs/rollout-history.js")).rolloutHistoryVerb,
  },
  pause: {
    summary: "Mark the provided resource as paused",
    load: async () => (await import("./verbs/rollout.js")).rolloutPauseVerb,
  },
  restart: {
    summary: "Restart a resource",
    load: async () => (await import("./verbs/rollout.js")).rolloutRestartVerb,
  },
  resume: {
    summary: "Resume a paused resource",
    load: async () => (await import("./verbs/rollout.js")).rolloutResumeVerb,
  },
  status: {
    summary: "Show the status of the rollout",
    load: async () => (await import("./verbs/rollout.js")).rolloutStatusVerb,
  },
  undo: {
    summary: "Undo a previous rollout",
    load: async () => (await import("./verbs/rollout-history.js")).rolloutUndoVerb,
  },
};

export const authVerbs: VerbTable = {
  "can-i": {
    summary: "Check whether an action is allowed",
    load: async () => (await import("./verbs/auth.js")).canIVerb,
  },
  reconcile: {
    summary: "Not supported: there are no roles",
    load: async () => (await import("./verbs/auth.js")).authReconcileVerb,
  },
  whoami: {
    summary: "Check self subject attributes",
    load: async () => (await import("./verbs/auth.js")).whoAmIVerb,
  },
};

export const clusterInfoVerbs: VerbTable = {
  dump: {
    summary: "Dump relevant information for debugging and diagnosis",
    load: async () => (await import("./verbs/cluster-info-dump.js")).clusterInfoDumpVerb,
  },
};

export const topVerbs: VerbTable = {
  node: {
    summary: "Not supported: nothing is measured",
    aliases: ["nodes", "no"],
    load: async () => (await import("./verbs/top.js")).topNodeVerb,
  },
  pod: {
    summary: "Not supported: nothing is measured",
    aliases: ["pods", "po"],
    load: async () => (await import("./verbs/top.js")).topPodVerb,
  },
};
