import type { RemoteRequest } from "./edge.js";
import { boolFlag, integerFlag, textFlag } from "./flags.js";

/** The flags that every verb has. */
export const globalFlags = {
  namespace: textFlag("If present, the namespace scope for this command", { short: "n" }),
  requestTimeout: textFlag(
    "How long a request may take, in cluster time; a watch, a log or an exec ends by itself then. Zero is for ever.",
    { default: "0" },
  ),
  context: textFlag("The name of the context to use"),
  kubeconfig: textFlag("Path to the kubeconfig file to use for CLI requests. Nothing is read from the environment."),
  server: textFlag("The address and port of the Kubernetes API server", { short: "s" }),
  token: textFlag("Bearer token for authentication to the API server"),
  certificateAuthority: textFlag("Path to a cert file for the certificate authority"),
  clientCertificate: textFlag("Path to a client certificate file for TLS"),
  clientKey: textFlag("Path to a client key file for TLS"),
  tlsServerName: textFlag("Server name to use for server certificate validation"),
  insecureSkipTlsVerify: boolFlag("If true, the server's certificate will not be checked for validity"),
  allowExecPlugins: boolFlag("If true, the commands that a kubeconfig names for credentials may be run"),
  v: integerFlag("Number for the log level verbosity; accepted, and changes nothing", { default: 0, short: "v" }),
} as const;

/**
 * Flags that kubectl has and that mean nothing here, each with what to do instead. Refused by name, so that nobody
 * believes that they had an effect.
 */
export const refusedFlags: Readonly<Record<string, string>> = {
  cluster: "use --context",
  user: "use --context",
  username: "name the user in a kubeconfig",
  password: "name the user in a kubeconfig",
  as: "there are no users to impersonate",
  "as-group": "there are no users to impersonate",
  "as-uid": "there are no users to impersonate",
};

/** What the global flags say about a cluster that is not kjob's own; undefined where they name none. */
export function remoteRequestOf(flags: Readonly<Record<string, unknown>>): RemoteRequest | undefined {
  const text = (name: keyof typeof globalFlags) => {
    const value = flags[name];
    return typeof value === "string" && value !== "" ? { [name]: value } : {};
  };
  const request: RemoteRequest = {
    ...text("kubeconfig"),
    ...text("context"),
    ...text("server"),
    ...text("token"),
    ...text("certificateAuthority"),
    ...text("clientCertificate"),
    ...text("clientKey"),
    ...text("tlsServerName"),
    ...(flags.insecureSkipTlsVerify === true ? { insecureSkipTlsVerify: true } : {}),
    allowExecPlugins: flags.allowExecPlugins === true,
  };
  return request.kubeconfig === undefined && request.server === undefined ? undefined : request;
}
