import type { Impersonation } from "../api/authorization/access.js";
import type { EpochMs } from "../api/meta/object.js";
import type { EmulatedVersion } from "../api/versions/emulated-version.js";
import type { ApiClient, ExecChunk } from "../client/api-client.js";
import type { FileSource } from "../manifest/file-source.js";

/** How a client is made: what the flags that every verb has say about it. */
export interface ClientRequest {
  /** A warning of the server (`unknown field "spec.foo"`), each once. The default prints `Warning: …` to standard error. */
  readonly onWarning: (message: string) => void;
  /** `--context`; the current one where it is left out. The caller has checked that it exists. */
  readonly context?: string;
  /** Whom requests are made for: `--as`. */
  readonly impersonate?: Impersonation;
}

/** A cluster that is not kjob's own, as the flags name it. */
export interface RemoteRequest {
  /** A file; kubectl's own where only a context is named. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly server?: string;
  readonly token?: string;
  readonly certificateAuthority?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly tlsServerName?: string;
  readonly insecureSkipTlsVerify?: boolean;
  /** Whether commands that the kubeconfig names may be run for credentials. */
  readonly allowExecPlugins: boolean;
  readonly impersonate?: Impersonation;
  /** How much is told of requests on standard error, as by `-v`. */
  readonly verbosity?: number;
}

/**
 * Everything that the verbs take from the world. Nothing in src/kubectl reads streams, files, environment or clock in
 * another way, so a test can stand in for all of it.
 */
export interface KubectlEdge {
  /** The API server that the current context names; opened at the first call, the same one afterwards. */
  client(request: ClientRequest): Promise<ApiClient>;
  /**
   * From now on the client is one of this cluster. `namespace` is what its context says, "" where it says nothing.
   * Undefined where kubectl's own settings have no context of that name.
   * @throws ConfigurationError
   */
  useRemote?(request: RemoteRequest): Promise<{ readonly namespace: string } | undefined>;
  /** The version whose words client-side messages follow: kubectl's own words have changed with it. */
  readonly version: () => Promise<EmulatedVersion>;

  /** Writes to standard output, as it is. */
  out(text: string): void;
  /** Writes to standard error, as it is. */
  err(text: string): void;
  /** Prints what is held back until it is certain; called before a person is asked something. */
  readonly flush?: () => Promise<void>;
  /** Writes what a command in a container printed, which need not be text. */
  pass(chunk: ExecChunk): void;
  /** Standard input as it comes, for `exec -i` and `attach -i`. */
  stdin(): AsyncIterable<Uint8Array>;
  /** Whether standard output, error and input are a terminal. */
  readonly isTerminal: { readonly out: boolean; readonly err: boolean; readonly in: boolean };
  /** The size of the terminal that standard output is, as it is now. */
  readonly screen?: () => { readonly rows: number; readonly columns: number };
  /** Whether colour is wanted (a terminal, no NO_COLOR). */
  readonly color: boolean;

  /** Cluster time. Called after the client is there, or where no client is needed. */
  now(): Promise<EpochMs>;
  /** Minutes east of UTC at an instant, as `describe` prints times. */
  readonly timezoneOffset: (at: EpochMs) => number;
  /** Ends iterations early: Ctrl-C. */
  readonly signal?: AbortSignal;

  /** What `-f`, `--from-file` and `--patch-file` read, standard input for `-f -` included. */
  readonly files: FileSource;
  /** Writes one of the person's files, with the folders on its way. Throws a FileError. */
  readonly writeFile: (path: string, bytes: Uint8Array) => void;
  /** Makes a folder, and those on its way, where it is not there. Throws a FileError. */
  readonly makeFolder: (path: string) => void;
  readonly config: ClientConfig;
  readonly editor: Editor;
  /**
   * Has a program of the person's compare files in two folders that are made for it, and resolves to its exit status.
   * Throws where it cannot be started.
   */
  compareWith(program: string, sides: readonly ComparedSide[]): Promise<number>;
  /** Environment values that kubectl looks at, by name: `KUBE_EDITOR`, `EDITOR`. */
  readonly env: (name: string) => string | undefined;
  /** A random 64-bit-ish string for names that the client makes up; seeded in tests. */
  readonly randomSuffix: (length: number) => string;
}

/** What one of the two folders has in it. */
export interface ComparedSide {
  /** As messages name it; the program's own is somewhere else. */
  readonly folder: string;
  readonly files: readonly { readonly name: string; readonly text: string }[];
}

/** Lets a person change a text. */
export interface Editor {
  /** The text after editing. `extension` is `.yaml` or `.json`. Throws where no editor can be started. */
  edit(text: string, options: { readonly extension: string }): Promise<string>;
}

/** One context: a cluster and what is used with it. */
export interface ConfigContext {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  /** "" where none is set; `default` is meant then. */
  readonly namespace: string;
}

export interface ConfigCluster {
  readonly name: string;
  /** The URL of its API server. */
  readonly server: string;
}

/**
 * The settings that kubectl keeps in a kubeconfig. Where a cluster is a folder of kjob's, they are kept beside it, and
 * look here as if they were a kubeconfig. Setters write at once, and throw a UsageError where that cannot be done.
 */
export interface ClientConfig {
  /** The name of the context in use; "" where there is none. */
  currentContext(): string;
  /** The namespace of the context in use; `default` where it names none. */
  namespace(): string;
  contexts(): readonly ConfigContext[];
  clusters(): readonly ConfigCluster[];
  users(): readonly { readonly name: string }[];
  /** Makes an existing context the current one. The caller has checked that it exists. */
  useContext(name: string): void;
  /** Changes an existing context or adds one. Undefined fields stay as they are. */
  setContext(name: string, change: Partial<Omit<ConfigContext, "name">>): void;
  renameContext(from: string, to: string): void;
  deleteContext(name: string): void;
  /** Where the settings are kept, as messages name it. */
  path(): string;
}
