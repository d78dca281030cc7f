const noClasses = "the classes are those that every cluster has: system-cluster-critical and system-node-critical";
const noRoles = "there are no roles; whoever uses a cluster may do everything in it";

/**
 * Verbs that kubectl has and this program has not, each with what to do instead: whoever types one is told so, and is not
 * left to wonder about a misspelling.
 */
export const unsupportedVerbs: Readonly<Record<string, string>> = {
  alpha: "there are no alpha commands",
  certificate: "there are no certificates",
  debug: "there are no ephemeral containers; use kubectl exec",
  plugin: "there are no plugins",
  "port-forward": "containers are simulated and have no ports to reach",
  proxy: "kjob serve answers requests by HTTP",
  "create clusterrole": noRoles,
  "create clusterrolebinding": noRoles,
  "create deployment": "nothing runs Deployments; use kubectl create job, or kubectl run",
  "create deploy": "nothing runs Deployments; use kubectl create job, or kubectl run",
  "create ingress": "nothing comes in from outside",
  "create ing": "nothing comes in from outside",
  "create poddisruptionbudget": "drain asks nobody; delete or cordon instead",
  "create pdb": "drain asks nobody; delete or cordon instead",
  "create priorityclass": noClasses,
  "create pc": noClasses,
  "create role": noRoles,
  "create rolebinding": noRoles,
};
