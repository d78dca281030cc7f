import type { Impersonation } from "../api/authorization/access.js";
import type { RemoteRequest } from "./edge.js";
import { UsageError } from "./errors.js";
import { boolFlag, integerFlag, repeatedFlag, textFlag } from "./flags.js";

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
  color: textFlag("Whether tables have colours: auto (on a terminal, without NO_COLOR), always, or never", {
    default: "auto",
    bare: "always",
  }),
  as: textFlag(
    "Username to impersonate for the operation. User could be a regular user or a service account in a namespace.",
  ),
  asGroup: repeatedFlag(
    "Group to impersonate for the operation, this flag can be repeated to specify multiple groups.",
  ),
  asUid: textFlag("UID to impersonate for the operation."),
  v: integerFlag(
    "Number for the log level verbosity. From 6 on requests to a cluster that is not kjob's own are told, from 7 their headers, from 8 those of answers",
    { default: 0, short: "v" },
  ),
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
  "as-user-extra": "nothing looks at it",
};

/** Whether the flags, or the terminal, want colours. @throws UsageError */
export function isColored({ color }: Readonly<Record<string, unknown>>, isWantedByTerminal: boolean): boolean {
  if (color === "auto") return isWantedByTerminal;
  if (color === "always" || color === "never") return color === "always";
  throw new UsageError(`--color is auto, always or never, not ${JSON.stringify(String(color))}`);
}

/** Whom the flags say to act for; undefined where they name nobody. @throws UsageError */
export function impersonationOf(flags: Readonly<Record<string, unknown>>): Impersonation | undefined {
  const groups = (flags.asGroup ?? []) as readonly string[];
  const [username, uid] = [String(flags.as ?? ""), String(flags.asUid ?? "")];
  if (username !== "") return { username, groups, uid };
  if (groups.length > 0 || uid !== "") {
    throw new UsageError("requesting uid, groups or user-extra for kjob without impersonating a user");
  }
  return undefined;
}

/** The same as a part of a request. */
export function impersonating(flags: Readonly<Record<string, unknown>>): { readonly impersonate?: Impersonation } {
  const impersonate = impersonationOf(flags);
  return impersonate === undefined ? {} : { impersonate };
}

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
    verbosity: Number(flags.v),
    ...impersonating(flags),
  };
  return request.kubeconfig === undefined && request.server === undefined ? undefined : request;
}
