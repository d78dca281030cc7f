import { integerFlag, textFlag } from "./flags.js";

/** The flags that every verb has. */
export const globalFlags = {
  namespace: textFlag("If present, the namespace scope for this command", { short: "n" }),
  requestTimeout: textFlag(
    "How long a request may take, in cluster time; a watch, a log or an exec ends by itself then. Zero is for ever.",
    { default: "0" },
  ),
  context: textFlag("The name of the context to use"),
  v: integerFlag("Number for the log level verbosity; accepted, and changes nothing", { default: 0, short: "v" }),
} as const;

/**
 * Flags that kubectl has and that mean nothing here, each with what to do instead. Refused by name, so that nobody
 * believes that they had an effect.
 */
export const refusedFlags: Readonly<Record<string, string>> = {
  cluster: "use --context",
  kubeconfig: "contexts are kjob's own; see config get-contexts",
  server: "kjob has its API server inside; use --context for a cluster of a kubeconfig",
  token: "there is nobody to log in to",
  user: "there is nobody to log in to",
  username: "there is nobody to log in to",
  password: "there is nobody to log in to",
  as: "there are no users to impersonate",
  "as-group": "there are no users to impersonate",
  "as-uid": "there are no users to impersonate",
  "certificate-authority": "there is no connection to secure",
  "client-certificate": "there is no connection to secure",
  "client-key": "there is no connection to secure",
  "insecure-skip-tls-verify": "there is no connection to secure",
  "tls-server-name": "there is no connection to secure",
};
