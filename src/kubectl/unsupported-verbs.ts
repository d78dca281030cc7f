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
};
