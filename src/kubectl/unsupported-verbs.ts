/**
 * Verbs that kubectl has and this program has not, each with what to do instead: whoever types one is told so, and is not
 * left to wonder about a misspelling.
 */
export const unsupportedVerbs: Readonly<Record<string, string>> = {
  alpha: "there are no alpha commands",
  auth: "there is nobody to authorise: everything is allowed",
  certificate: "there are no certificates",
  completion: "shell completion is not there yet",
  cordon: 'use kubectl patch node NAME -p \'{"spec":{"unschedulable":true}}\'',
  cp: "use kubectl exec POD -- cat FILE",
  debug: "there are no ephemeral containers; use kubectl exec",
  drain: "delete the Pods of the node with kubectl delete pod",
  options: "the flags of every command are --namespace, --request-timeout and --context",
  plugin: "there are no plugins",
  "port-forward": "containers are simulated and have no ports to reach",
  proxy: "kjob serve answers requests by HTTP",
  taint: "use kubectl patch node",
  top: "Metrics API not available",
  uncordon: 'use kubectl patch node NAME -p \'{"spec":{"unschedulable":null}}\'',
};
