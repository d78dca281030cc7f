import type { KubeObject } from "../../src/api/meta/object.js";

/** A Job with a status, as a server has it. */
export function job(name: string, parts: Record<string, unknown> = {}): KubeObject {
  return {
    metadata: { name },
    spec: { completions: 1, selector: { matchLabels: { "job-name": name } } },
    ...parts,
  } as KubeObject;
}

/** A Pod of these containers; those whose name begins with `init` start first. */
export function pod(name: string, containers: readonly string[], parts: Record<string, unknown> = {}): KubeObject {
  const named = containers.map((each) => ({ name: each, image: "busybox" }));
  return {
    metadata: { name, labels: { "job-name": name.replace(/-[^-]*$/, "") } },
    spec: {
      initContainers: named.filter((each) => each.name.startsWith("init")),
      containers: named.filter((each) => !each.name.startsWith("init")),
      nodeName: "node-1",
    },
    status: { phase: "Running" },
    ...parts,
  } as KubeObject;
}
