import { downSince, downSinceAnnotation } from "../api/core/node-down.js";
import type { Node } from "../api/generated/types.js";
import { formatTime } from "../api/meta/object.js";
import { UsageError } from "../kubectl/errors.js";
import type { StateDirectory } from "../persistence/state-directory.js";
import { openCluster } from "./open-cluster.js";
import type { System } from "./system.js";

type NodeCommand = "fail" | "recover";

const outcomes = { fail: "has failed", recover: "is back" } as const;

/** `kjob node fail|recover`: the machine of a node loses its power, or gets it back. @throws UsageError */
export async function runNodeCommand(
  command: NodeCommand,
  name: string,
  options: { readonly context?: string },
  { state, system }: { readonly state: StateDirectory; readonly system: System },
): Promise<void> {
  const { session, backend } = await openCluster(state, options.context, system, () => {});
  try {
    const { client, nowMs } = await session.write();
    const node = client.get("nodes", "", name);
    if (node === undefined) throw new UsageError(`no node is named "${name}"; see: kjob get nodes`);
    const isDown = downSince(node) !== undefined;
    if (isDown === (command === "fail")) {
      throw new UsageError(isDown ? `node "${name}" has failed already` : `node "${name}" has not failed`);
    }
    client.update("nodes", command === "fail" ? failed(node, formatTime(nowMs)) : recovered(node));
    await session.finish();
    system.out(`node "${name}" ${outcomes[command]}\n`);
  } finally {
    await session.abandon();
    await backend.close();
  }
}

function failed(node: Node, since: string): Node {
  const annotations = { ...node.metadata.annotations, [downSinceAnnotation]: since };
  return { ...node, metadata: { ...node.metadata, annotations } };
}

function recovered(node: Node): Node {
  const { [downSinceAnnotation]: _since, ...annotations } = node.metadata.annotations ?? {};
  return { ...node, metadata: { ...node.metadata, annotations } };
}
