import type { Impersonation } from "../api/authorization/access.js";
import { parseYaml } from "../manifest/yaml.js";
import { YamlError } from "../manifest/yaml-error.js";
import { kubeconfigFault } from "./kubeconfig-schema.js";

/** A kubeconfig that cannot be used; the message says what is wrong, and with which file. */
export class KubeconfigError extends Error {
  override readonly name = "KubeconfigError";
}

/** A command that makes credentials. @see k8s.io/client-go/tools/clientcmd/api/v1, ExecConfig */
export interface ExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly apiVersion: string;
  readonly installHint: string;
}

/** A server, and how to get in. */
export interface RemoteTarget {
  /** The context's name; "" where a server was named by itself. */
  readonly context: string;
  readonly namespace: string;
  /** `https://host:port`, perhaps with a path, without a slash at its end. */
  readonly server: string;
  readonly certificateAuthority?: string;
  readonly skipsVerification: boolean;
  readonly serverName?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly token?: string;
  readonly basic?: { readonly username: string; readonly password: string };
  readonly exec?: ExecPlugin;
  readonly proxyUrl?: string;
  /** Whom requests are made for. */
  readonly impersonate?: Impersonation;
}

/** What flags say beside, or instead of, a kubeconfig. */
interface TargetOverrides {
  readonly server?: string;
  readonly token?: string;
  readonly certificateAuthority?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly serverName?: string;
  readonly skipsVerification?: boolean;
}

/** Reads a file that a kubeconfig names. `from` is the kubeconfig's own path, which relative ones start from. Throws where it cannot. */
type ReadRelated = (path: string, from: string) => string;

type Entry = Readonly<Record<string, unknown>>;

/**
 * What a kubeconfig says about a context; the current one where `context` is undefined. Several files are merged as
 * kubectl merges them: the first one to name a thing counts.
 * @throws KubeconfigError
 */
export function targetOf(
  files: readonly { readonly path: string; readonly text: string }[],
  context: string | undefined,
  overrides: TargetOverrides,
  read: ReadRelated,
): RemoteTarget {
  const configs = files.map(({ path, text }) => ({ path, config: parsed(path, text) }));
  const name = context ?? configs.map(({ config }) => text(config["current-context"])).find((each) => each) ?? "";
  const chosen = name === "" ? undefined : find(configs, "contexts", "context", name);
  if (name !== "" && chosen === undefined) {
    throw new KubeconfigError(`context was not found for specified context: ${name}`);
  }
  const clusterName = text(chosen?.entry.cluster) ?? "";
  const userName = text(chosen?.entry.user) ?? "";
  const cluster = find(configs, "clusters", "cluster", clusterName);
  const user = find(configs, "users", "user", userName);
  if (chosen !== undefined && cluster === undefined && overrides.server === undefined) {
    throw new KubeconfigError(`cluster "${clusterName}" does not exist`);
  }
  const server = overrides.server ?? text(cluster?.entry.server);
  if (server === undefined) throw new KubeconfigError("no server is named: use --context, or --server and --token");
  return {
    context: name,
    namespace: text(chosen?.entry.namespace) ?? "",
    server: serverUrl(server),
    ...clusterParts(cluster, overrides, read),
    ...userParts(user, overrides, read),
  };
}

/** Names of the contexts that files have. @throws KubeconfigError */
export function hasContext(files: readonly { readonly path: string; readonly text: string }[], name: string): boolean {
  const configs = files.map(({ path, text }) => ({ path, config: parsed(path, text) }));
  return find(configs, "contexts", "context", name) !== undefined;
}

interface Found {
  readonly entry: Entry;
  readonly path: string;
}

function find(
  configs: readonly { readonly path: string; readonly config: Entry }[],
  list: string,
  field: string,
  name: string,
): Found | undefined {
  for (const { path, config } of configs) {
    const entries = config[list];
    if (!Array.isArray(entries)) continue;
    const found = (entries as readonly unknown[]).find((each) => isEntry(each) && each.name === name);
    if (isEntry(found)) return { path, entry: isEntry(found[field]) ? found[field] : {} };
  }
  return undefined;
}

function clusterParts(found: Found | undefined, overrides: TargetOverrides, read: ReadRelated) {
  const entry = found?.entry ?? {};
  const authority = overrides.certificateAuthority ?? pem(found, "certificate-authority", read);
  const serverName = overrides.serverName ?? text(entry["tls-server-name"]);
  const proxyUrl = text(entry["proxy-url"]);
  return {
    skipsVerification: overrides.skipsVerification ?? entry["insecure-skip-tls-verify"] === true,
    ...(authority === undefined ? {} : { certificateAuthority: authority }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
  };
}

function userParts(found: Found | undefined, overrides: TargetOverrides, read: ReadRelated) {
  const entry = found?.entry ?? {};
  if (isEntry(entry["auth-provider"]) && overrides.token === undefined) {
    throw new KubeconfigError("auth-provider is not supported, in kubectl neither: use an exec plugin or a token");
  }
  const tokenFile = text(entry.tokenFile);
  const fileToken = tokenFile === undefined ? undefined : read(tokenFile, found?.path ?? "").trim();
  const token = overrides.token ?? fileToken ?? text(entry.token);
  const certificate = overrides.clientCertificate ?? pem(found, "client-certificate", read);
  const key = overrides.clientKey ?? pem(found, "client-key", read);
  const username = text(entry.username);
  const exec = isEntry(entry.exec) ? execPlugin(entry.exec) : undefined;
  return {
    ...(token === undefined ? {} : { token }),
    ...(certificate === undefined ? {} : { clientCertificate: certificate }),
    ...(key === undefined ? {} : { clientKey: key }),
    ...(username === undefined ? {} : { basic: { username, password: text(entry.password) ?? "" } }),
    ...(exec === undefined || token !== undefined ? {} : { exec }),
  };
}

/** A certificate or key: in the kubeconfig itself, or in a file beside it. */
function pem(found: Found | undefined, field: string, read: ReadRelated): string | undefined {
  if (found === undefined) return undefined;
  const data = text(found.entry[`${field}-data`]);
  if (data !== undefined) return Buffer.from(data, "base64").toString("utf8");
  const path = text(found.entry[field]);
  return path === undefined ? undefined : read(path, found.path);
}

function execPlugin(entry: Entry): ExecPlugin {
  const env = (Array.isArray(entry.env) ? entry.env : []).filter(isEntry);
  return {
    command: text(entry.command) ?? "",
    args: (Array.isArray(entry.args) ? entry.args : []).map(String),
    env: Object.fromEntries(env.map(({ name, value }) => [String(name), String(value ?? "")])),
    apiVersion: text(entry.apiVersion) ?? "client.authentication.k8s.io/v1",
    installHint: text(entry.installHint) ?? "",
  };
}

function parsed(path: string, content: string): Entry {
  let value: unknown;
  try {
    value = parseYaml(content) ?? {};
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new KubeconfigError(`error loading config file "${path}": ${error.message}`);
  }
  const fault = isEntry(value) ? kubeconfigFault(value) : "it is no kubeconfig";
  if (fault !== null) throw new KubeconfigError(`error loading config file "${path}": ${fault}`);
  return value as Entry;
}

function serverUrl(server: string): string {
  const withScheme = /^https?:\/\//.test(server) ? server : `https://${server}`;
  if (!URL.canParse(withScheme)) throw new KubeconfigError(`the server "${server}" is not an address`);
  return withScheme.replace(/\/+$/, "");
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function isEntry(value: unknown): value is Entry {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
