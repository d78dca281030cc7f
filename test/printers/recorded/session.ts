import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubeObject } from "../../../src/api/meta/object.js";
import { resources } from "../../../src/api/resources.js";
import type { EmulatedVersion } from "../../../src/api/versions/emulated-version.js";
import { createLoopbackClient } from "../../../src/cli/loopback-client.js";
import type { ApiClient } from "../../../src/client/api-client.js";
import { containerAccess } from "../../../src/cluster/kubelet-access.js";
import { World } from "../../../src/cluster/world.js";
import type { ClientRequest } from "../../../src/kubectl/edge.js";
import { MemoryBackend } from "../../../src/store/memory-backend.js";
import { TypedSession } from "../../kubectl/kubectl-session.js";

interface Recording {
  readonly version: EmulatedVersion;
  readonly objects: Readonly<Record<string, readonly KubeObject[]>>;
}

/** A person at a cluster that stands still, with the objects that were there when commands were recorded. */
export class RecordedSession extends TypedSession {
  readonly #world: World;

  /** `at`: the instant that the command was recorded at. */
  constructor(at: string) {
    super();
    const text = readFileSync(join(import.meta.dirname, "objects.json"), "utf8");
    const { version, objects } = JSON.parse(text) as Recording;
    this.#world = World.create(new MemoryBackend(), { seed: 1, version }, Date.parse(at), []);
    this.version = version;
    for (const [resource, list] of Object.entries(objects)) {
      const { namespaced } = resources[resource as keyof typeof resources];
      for (const object of list) {
        const { namespace = "", name = "" } = object.metadata;
        this.#world.store.put(resource, namespaced ? namespace : "", name, object);
      }
    }
  }

  protected now(): number {
    return this.#world.nowMs;
  }

  protected async open({ onWarning }: ClientRequest): Promise<ApiClient> {
    const world = async () => this.#world;
    return createLoopbackClient({ read: world, write: world, pass: async () => false }, containerAccess, onWarning);
  }
}

interface RecordedCommand {
  readonly at: string;
  readonly command: string;
  readonly out: string;
  readonly err: string;
  readonly exitStatus: number;
}

/** Lines of standard error begin with `! `, an exit status other than 0 with `? `, and `%` ends what a command has printed. */
export function recordedCommands(): readonly RecordedCommand[] {
  const text = readFileSync(join(import.meta.dirname, "commands.txt"), "utf8");
  return text
    .split(/^%\n/m)
    .filter((part) => part !== "")
    .map((part) => {
      const [first = "", ...lines] = part.split(/(?<=\n)/);
      const starting = (mark: string) => lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(2));
      const [command = "", at = ""] = first.trimEnd().slice("$ kubectl ".length).split("  # ");
      return {
        at,
        command,
        out: lines.filter((line) => !line.startsWith("! ") && !line.startsWith("? ")).join(""),
        err: starting("! ").join(""),
        exitStatus: Number(starting("? ")[0] ?? 0),
      };
    });
}
