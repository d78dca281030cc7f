import { impersonatedUser } from "../../src/api/authorization/access.js";
import type { EmulatedVersion } from "../../src/api/versions/emulated-version.js";
import { impersonatingClient } from "../../src/cli/impersonating-client.js";
import { createLoopbackClient, type WorldAccess } from "../../src/cli/loopback-client.js";
import type { ApiClient } from "../../src/client/api-client.js";
import { containerAccess } from "../../src/cluster/kubelet-access.js";
import type { ClientRequest } from "../../src/kubectl/edge.js";
import { ClusterWorld } from "../controllers/cluster-world.js";
import { TypedSession } from "./kubectl-session.js";

/** A person at a whole cluster in virtual time: what is created runs, as far as commands that wait let time pass. */
export class WorldSession extends TypedSession {
  readonly cluster: ClusterWorld;

  constructor(options: { nodes?: number; version?: EmulatedVersion } = {}) {
    super();
    this.cluster = new ClusterWorld(options);
    if (options.version !== undefined) this.version = options.version;
  }

  protected async open({ onWarning, impersonate }: ClientRequest): Promise<ApiClient> {
    const client = createLoopbackClient(this.#access(), containerAccess, onWarning, impersonate);
    return impersonate === undefined ? client : impersonatingClient(client, impersonatedUser(impersonate));
  }

  protected now(): number {
    return this.cluster.world.nowMs;
  }

  protected override async afterCommand(): Promise<void> {
    this.cluster.advance(0.15);
  }

  #access(): WorldAccess {
    const prepared = async () => {
      await this.cluster.world.prepare();
      return this.cluster.world;
    };
    return {
      rest: async () => true,
      signal: this.signal,
      read: prepared,
      write: prepared,
      pass: async (untilMs = Number.POSITIVE_INFINITY) => {
        const world = await prepared();
        if (world.isQuiet || world.nextAtMs === null) return false;
        if (world.nextAtMs <= untilMs) return world.step(untilMs);
        world.advanceTo(untilMs);
        return false;
      },
    };
  }
}
