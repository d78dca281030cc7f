import type { ContainerAccess } from "../cluster/container-access.js";
import type { ClusterClock } from "./cluster-clock.js";
import type { LiveCluster } from "./live-cluster.js";
import type { Accepted } from "./negotiation.js";
import type { OpenStreams } from "./open-streams.js";
import type { Target } from "./request-info.js";

/** What every handler works with. */
export interface ApiContext {
  readonly cluster: LiveCluster;
  readonly containers: ContainerAccess;
  readonly clock: ClusterClock;
  readonly streams: OpenStreams;
}

/** A request to a resource, read so far that only its verb has to be carried out. */
export interface ResourceRequest {
  readonly method: string;
  readonly target: Target;
  readonly query: URLSearchParams;
  readonly accepted: Accepted;
  readonly raw: Request;
}

/** What a handler has to say: a value in the accepted format, or an answer that is finished already. */
export type Answer =
  | { readonly value: unknown; readonly status?: number; readonly warnings?: readonly string[] }
  | Response;
