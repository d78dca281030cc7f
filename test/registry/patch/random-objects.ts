import type { JsonObject } from "../../../src/registry/patch/json-value.js";

/** A small seeded generator (mulberry32): the same seed gives the same objects. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function subset(random: () => number, names: readonly string[]): string[] {
  return names
    .filter(() => random() < 0.5)
    .map((name) => ({ name, at: random() }))
    .sort((left, right) => left.at - right.at)
    .map(({ name }) => name);
}

function words(random: () => number): JsonObject {
  return Object.fromEntries(subset(random, ["a", "b", "c"]).map((name) => [name, String(Math.floor(random() * 3))]));
}

function randomContainer(random: () => number, name: string): JsonObject {
  return {
    name,
    ...(random() < 0.5 ? { image: random() < 0.5 ? "busybox" : "alpine" } : {}),
    ...(random() < 0.5 ? { command: subset(random, ["sh", "-c", "true"]) } : {}),
    ...(random() < 0.5 ? { resources: { requests: words(random) } } : {}),
    env: subset(random, ["X", "Y", "Z"]).map((key) => ({ name: key, value: String(Math.floor(random() * 2)) })),
    ports: subset(random, ["80", "81"]).map((port) => ({ containerPort: Number(port), protocol: "TCP" })),
  };
}

/** A Pod with a few of everything that patches treat in their own way. */
export function randomPod(random: () => number): JsonObject {
  const volume = (name: string) => (random() < 0.5 ? { name, emptyDir: {} } : { name, hostPath: { path: "/x" } });
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", labels: words(random), finalizers: subset(random, ["f/a", "f/b", "f/c"]) },
    spec: {
      containers: subset(random, ["one", "two", "three", "four"]).map((name) => randomContainer(random, name)),
      volumes: subset(random, ["v", "w"]).map(volume),
      ...(random() < 0.5 ? { nodeSelector: words(random) } : {}),
      ...(random() < 0.5 ? { terminationGracePeriodSeconds: Math.floor(random() * 3) } : {}),
    },
  };
}
