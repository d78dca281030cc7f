import type { Json } from "../container/journal.js";

/** Rows that a service keeps, by key; saved with the cluster. */
interface ServiceRows {
  get(key: string): Json | undefined;
  put(key: string, row: Json): void;
  delete(key: string): void;
  /** Rows whose keys begin with `prefix`, in order of keys. */
  scan(prefix: string): readonly { readonly key: string; readonly row: Json }[];
}

/** One open port of a container, and where its files lie. */
export interface Endpoint {
  readonly ip: string;
  readonly port: number;
  readonly hostname: string;
  readonly settings: Json;
  /** What a path of the container is called for good: the same for all containers that mount the same volume there. */
  place(path: string): string;
}

/** What a service is given to answer with. */
export interface ServiceContext {
  readonly nowMs: number;
  readonly rows: ServiceRows;
  /** What the service keeps in memory beside its rows; made anew when the cluster is opened. */
  readonly memory: Map<string, unknown>;
  /** The endpoint that the request came to. */
  readonly self: Endpoint;
  /** Addresses of a name as the endpoint's container resolves it. */
  resolve(name: string): readonly string[] | null;
  /** Another open port with the same service; null where nobody listens. */
  endpoint(ip: string, port: number): Endpoint | null;
  /** Uniform in [0, 1), a function of the cluster's seed, the instant and what is asked. */
  random(...keys: readonly (string | number)[]): number;
}

/** What answers at the ports of a container: a function of its rows and the message, which no time passes in. */
export interface Service {
  answer(message: Json, context: ServiceContext): Json;
  /** Files that began with this place are gone for good. */
  forget?(place: string, context: Pick<ServiceContext, "rows" | "memory">): void;
}
