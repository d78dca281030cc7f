import type { DeleteOptions, Status } from "../api/generated/types.js";
import type { EpochMs, KubeObject } from "../api/meta/object.js";
import type { Resource } from "../api/resources.js";

/** How a write treats fields it does not know. */
export type FieldValidation = "Ignore" | "Warn" | "Strict";

export interface ListOptions {
  /** Omitted: objects without a namespace. "": all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  /** Whether the objects come with metadata.managedFields; a server may send it all the same. */
  readonly managedFields?: boolean;
}

export interface WriteOptions {
  /** `--dry-run=server` */
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  readonly fieldValidation?: FieldValidation;
}

/** The methods of `--raw`. */
export type RawMethod = "GET" | "POST" | "PUT" | "DELETE";

export type PatchType = "json" | "merge" | "strategic" | "apply";

/** A list as the server answers it: objects carry their kind and apiVersion. */
export interface ObjectList {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: {
    readonly resourceVersion?: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly KubeObject[];
}

export interface WatchedEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: KubeObject | Status;
}

export interface LogOptions {
  readonly container?: string;
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  readonly sinceTime?: string;
  readonly timestamps?: boolean;
  readonly limitBytes?: number;
}

interface ExecOptions {
  readonly container?: string;
  readonly command: readonly string[];
  readonly stdin?: AsyncIterable<Uint8Array> | null;
  readonly tty?: boolean;
}

export interface ExecChunk {
  readonly stream: "stdout" | "stderr";
  readonly bytes: Uint8Array;
}

/**
 * How kubectl's verbs reach an API server: one in process, or a real one by HTTPS. Failures are thrown as StatusError with
 * the server's Status. Warnings of the server go to the `onWarning` that the client was made with, once each.
 *
 * Streams end when the context's `untilMs` (cluster time, from --timeout or --request-timeout) has come, or when nothing
 * can ever happen again (virtual clock), or when the caller stops iterating.
 */
export interface ApiClient {
  /** Cluster time as the server has it. */
  now(): EpochMs;
  /** `{ major: "1", minor: "34", gitVersion: "v1.34.…" }` */
  serverVersion(): Promise<
    { readonly major: string; readonly minor: string; readonly gitVersion: string } & Record<string, string>
  >;

  get(
    resource: Resource,
    namespace: string,
    name: string,
    options?: { readonly subresource?: string; readonly managedFields?: boolean },
  ): Promise<KubeObject>;
  list(resource: Resource, options: ListOptions): Promise<ObjectList>;
  create(
    resource: Resource,
    namespace: string,
    object: KubeObject,
    options?: WriteOptions & { readonly subresource?: string; readonly name?: string },
  ): Promise<KubeObject>;
  replace(
    resource: Resource,
    namespace: string,
    object: KubeObject,
    options?: WriteOptions & { readonly subresource?: string },
  ): Promise<KubeObject>;
  patch(
    resource: Resource,
    namespace: string,
    name: string,
    patch: { readonly type: PatchType; readonly body: unknown; readonly force?: boolean },
    options?: WriteOptions & { readonly subresource?: string },
  ): Promise<KubeObject>;
  /** The object as it is while it goes (graceful deletion), or a Status of success once it is gone. */
  delete(
    resource: Resource,
    namespace: string,
    name: string,
    options?: DeleteOptions & { readonly dryRunServer?: boolean },
  ): Promise<KubeObject | Status>;

  /** Events after `resourceVersion`; the caller sends what it printed first from a list. */
  watch(
    resource: Resource,
    options: ListOptions & { readonly resourceVersion: string; readonly untilMs?: EpochMs },
  ): AsyncIterable<WatchedEvent>;

  /**
   * Several watches as one, in the order in which things happened; a server far away has no such order, and no such method.
   */
  watchSeveral?(
    watched: readonly { readonly resource: Resource; readonly options: ListOptions }[],
    options: { readonly resourceVersion: string; readonly untilMs?: EpochMs },
  ): AsyncIterable<WatchedEvent & { readonly resource: Resource }>;

  /** Lines with their newline, as the server sends them. With follow: until the container ends. */
  logs(namespace: string, pod: string, options: LogOptions & { readonly untilMs?: EpochMs }): AsyncIterable<string>;

  /** Runs a command in a container and streams what it prints; resolves to its exit status. */
  exec(
    namespace: string,
    pod: string,
    options: ExecOptions & { readonly untilMs?: EpochMs },
    onOutput: (chunk: ExecChunk) => void,
  ): Promise<{ readonly exitCode: number }>;

  /** Like exec, but of the process that the container runs already. */
  attach(
    namespace: string,
    pod: string,
    options: Omit<ExecOptions, "command"> & { readonly untilMs?: EpochMs },
    onOutput: (chunk: ExecChunk) => void,
  ): Promise<{ readonly exitCode: number | null }>;

  /** A request as the person wrote it: `/apis/batch/v1`. Resolves to the answer as it is. */
  raw(method: RawMethod, path: string, body?: string): Promise<string>;

  /** Lets cluster time pass (waits on a real clock; moves a virtual one to the next event, at most this far). False: nothing can happen any more. */
  pause(ms: number): Promise<boolean>;
}
