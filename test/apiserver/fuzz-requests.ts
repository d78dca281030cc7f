import { createRandom } from "../../src/sim/random.js";
import { configMap, jobOf, type TestServer } from "./test-server.js";

/** Pieces that requests are put together from: most are right, so that what is wrong gets far. */
const methods = [
  ...["GET", "GET", "POST", "POST", "POST", "PUT", "PUT", "PUT", "PATCH", "PATCH", "PATCH", "PATCH", "PATCH", "PATCH"],
  ...["DELETE", "HEAD", "OPTIONS"],
];
const roots = [
  "/api/v1",
  "/api/v1",
  "/apis/batch/v1",
  "/apis/apps/v1",
  "/apis/nothing/v1",
  "/api",
  "/apis",
  "/openapi/v3",
];
const resources = [
  ...["pods", "jobs", "cronjobs", "configmaps", "secrets", "services", "events", "nodes", "namespaces", "statefulsets"],
  ...["endpoints", "serviceaccounts", "persistentvolumeclaims", "deployments", "", "%00", "..", "__proto__", "watch"],
];
const names = ["", "a", "b", "kube-root-ca.crt", "default", "node-1", "X_", "%2e%2e", "constructor", "a%2Fb", "é"];
const subresources = [
  ...["", "", "", "", "", "", "", "", "", "", "", ""],
  "status",
  "scale",
  "log",
  "exec",
  "eviction",
  "binding",
  "token",
  "finalize",
  "proxy",
];
const queries = [
  ...["watch=true", "watch=true&allowWatchBookmarks=true&timeoutSeconds=1", "watch=1&sendInitialEvents=true"],
  ...["limit=1", "limit=-1", "limit=99999999999999999999", "continue=e30", "continue=%00", "resourceVersion=1"],
  ...[
    "resourceVersion=0",
    "resourceVersion=x",
    "resourceVersionMatch=Exact",
    "labelSelector=a%3Db",
    "labelSelector=((",
  ],
  ...[
    "fieldSelector=metadata.name%3Da",
    "fieldSelector=spec.x!%3D1",
    "fieldSelector=status.phase%3DRunning",
    "dryRun=All",
  ],
  ...["dryRun=x", "fieldManager=me", "fieldValidation=Strict", "fieldValidation=x", "force=true", "pretty=true"],
  ...[
    "propagationPolicy=Orphan",
    "propagationPolicy=x",
    "gracePeriodSeconds=0",
    "orphanDependents=true",
    "includeObject=x",
  ],
  ...[
    "tailLines=1",
    "sinceSeconds=0",
    "sinceTime=x",
    "container=main",
    "previous=true",
    "timestamps=1",
    "limitBytes=3",
  ],
];
const contentTypes = [
  ...["application/json", "application/json", "application/yaml", "application/merge-patch+json"],
  ...["application/strategic-merge-patch+json", "application/json-patch+json", "application/apply-patch+yaml"],
  ...["application/vnd.kubernetes.protobuf", "text/html", ""],
];
const accepts = [
  ...["*/*", "application/json", "application/yaml", "application/json;as=Table;v=v1;g=meta.k8s.io"],
  ...["application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json", "text/html", ";;,q=x", ""],
];
const junk: readonly unknown[] = [
  ...[
    null,
    true,
    0,
    -1,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    "",
    "a",
    "\u0000",
    "é\ud800",
    [],
    {},
    [null],
    { a: null },
    "1Gi",
    "-5",
    "5x",
  ],
  ...[{ $patch: "delete" }, [{ $patch: "replace" }], { "$setElementOrder/containers": [] }, ["a", "a"], "2026-13-45"],
];
const fields = [
  ...["metadata", "spec", "status", "data", "template", "containers", "name", "namespace", "labels", "annotations"],
  ...[
    "resourceVersion",
    "uid",
    "generateName",
    "finalizers",
    "ownerReferences",
    "managedFields",
    "replicas",
    "parallelism",
  ],
  ...[
    "completions",
    "selector",
    "matchLabels",
    "resources",
    "limits",
    "env",
    "volumes",
    "__proto__",
    "kind",
    "apiVersion",
  ],
];

/** Addresses with what belongs there: requests that are nearly right get furthest. */
const targets: readonly { readonly collection: string; readonly object: (name: string) => unknown }[] = [
  { collection: "/api/v1/namespaces/default/configmaps", object: (name) => configMap(name) },
  { collection: "/apis/batch/v1/namespaces/default/jobs", object: (name) => jobOf(name, ["true"]) },
  {
    collection: "/apis/batch/v1/namespaces/default/cronjobs",
    object: (name) => ({
      metadata: { name },
      spec: { schedule: "* * * * *", jobTemplate: { spec: jobOf("x", ["true"]).spec } },
    }),
  },
  {
    collection: "/api/v1/namespaces/default/pods",
    object: (name) => ({
      metadata: { name },
      spec: {
        containers: [
          { name: "main", image: "pause", resources: { limits: { cpu: "1" } }, env: [{ name: "A", value: "b" }] },
        ],
      },
    }),
  },
  {
    collection: "/apis/apps/v1/namespaces/default/statefulsets",
    object: (name) => ({
      metadata: { name },
      spec: {
        replicas: 1,
        serviceName: "web",
        selector: { matchLabels: { app: "web" } },
        template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx" }] } },
      },
    }),
  },
  {
    collection: "/api/v1/namespaces/default/services",
    object: (name) => ({ metadata: { name }, spec: { ports: [{ port: 80 }] } }),
  },
  { collection: "/api/v1/namespaces", object: (name) => ({ metadata: { name } }) },
  {
    collection: "/api/v1/namespaces/default/persistentvolumeclaims",
    object: (name) => ({
      metadata: { name },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    }),
  },
  { collection: "/api/v1/namespaces/default/serviceaccounts", object: (name) => ({ metadata: { name } }) },
  {
    collection: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    object: () => ({ spec: { resourceAttributes: { verb: "get", resource: "pods" } } }),
  },
  { collection: "/kjob/clock", object: () => ({ advanceMs: 10, pass: true, untilMs: 1 }) },
];

const usualTypes: Readonly<Record<string, readonly string[]>> = {
  PATCH: ["merge-patch+json", "strategic-merge-patch+json", "json-patch+json", "apply-patch+yaml"],
};

interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** The request of a number: the same number always gives the same one. */
export function fuzzRequest(seed: number, number: number): FuzzRequest {
  const random = createRandom(seed);
  let draw = 0;
  const below = (count: number) => random.between(0, count - 1, "fuzz", number, draw++);
  const dice: Dice = { below, pick: (list) => list[below(list.length)] as never };
  const { pick } = dice;
  const method = pick(methods);
  const query = Array.from({ length: Math.max(0, below(5) - 2) }, () => pick(queries)).join("&");
  const isNearlyRight = below(3) > 0;
  const target = pick(targets);
  const name = isNearlyRight ? pick(["a", "b", "c"]) : pick(names);
  const path = isNearlyRight
    ? nearlyRightPath(method, target.collection, name, pick(subresources))
    : wildPath(dice, name);
  const usual = (usualTypes[method] ?? ["json", "json", "yaml"]).map((type) => `application/${type}`);
  const contentType = below(4) > 0 ? pick(usual) : pick(contentTypes);
  const headers: Record<string, string> = {
    accept: below(6) > 0 ? "application/json" : pick(accepts),
    "content-type": contentType,
  };
  if (below(20) === 0) headers["content-encoding"] = "gzip";
  const hasBody = method !== "GET" && method !== "HEAD";
  const body = hasBody ? bodyOf(dice, isNearlyRight ? target.object(name) : pick(patches)) : undefined;
  return { method, path: `${path}${query === "" ? "" : `?${query}`}`, headers, body };
}

function nearlyRightPath(method: string, collection: string, name: string, subresource: string): string {
  if (method === "POST") return collection;
  return `${collection}/${name}${subresource === "" ? "" : `/${subresource}`}`;
}

function wildPath({ below, pick }: Dice, name: string): string {
  const namespace = below(3) > 0 ? `/namespaces/${pick(["default", "default", "kube-system", "nowhere", "%00"])}` : "";
  return [pick(roots) + namespace, pick(resources), name, pick(subresources)].filter((part) => part !== "").join("/");
}

interface Dice {
  readonly below: (count: number) => number;
  readonly pick: <T>(list: readonly T[]) => T;
}

const patches: readonly unknown[] = [
  { metadata: { labels: { a: "b" } } },
  { spec: { parallelism: 2, template: { spec: { containers: [{ name: "main", image: "x" }] } } } },
  [{ op: "replace", path: "/metadata/labels", value: { a: "b" } }],
  [{ op: "add", path: "/spec/template/spec/containers/-", value: { name: "x" } }],
  { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: "Foreground" },
  { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "a" } },
  {},
];

function bodyOf(dice: Dice, valid: unknown): string | Uint8Array {
  const { below, pick } = dice;
  const changed = below(2) === 0 ? valid : mutated(valid, dice, 0);
  const text = JSON.stringify(changed) ?? "";
  switch (below(12)) {
    case 0:
      return text.slice(0, below(text.length + 1));
    case 1:
      return text.replaceAll(/["{}]/g, (found) =>
        below(8) === 0 ? pick(["'", "[", "]", ":", "&a", "*a", "!!x"]) : found,
      );
    case 2:
      return Uint8Array.from({ length: 4 + below(60) }, (_, at) => [0x6b, 0x38, 0x73, 0][at] ?? below(256));
    case 3:
      return "";
    default:
      return text;
  }
}

/** A value with something of it replaced, added or taken away. */
function mutated(value: unknown, dice: Dice, depth: number): unknown {
  const { below, pick } = dice;
  if (depth > 6 || below(6) === 0) return pick(junk);
  if (Array.isArray(value)) {
    if (value.length === 0) return [pick(junk)];
    const at = below(value.length);
    return value.map((each, index) => (index === at ? mutated(each, dice, depth + 1) : each));
  }
  if (typeof value !== "object" || value === null) return pick(junk);
  const keys = Object.keys(value);
  const key = below(4) === 0 || keys.length === 0 ? pick(fields) : pick(keys);
  const inner = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : pick(junk);
  const entries = { ...value, [key]: mutated(inner, dice, depth + 1) };
  return entries;
}

/** Sends so many requests; resolves to those that a server must not answer so, and how often each status came. */
export async function fuzz(
  server: TestServer,
  { seed, count }: { readonly seed: number; readonly count: number },
): Promise<{ readonly failures: readonly string[]; readonly statuses: Readonly<Record<number, number>> }> {
  const failures: string[] = [];
  const statuses: Record<number, number> = {};
  // Something to change and to delete is there from the beginning.
  for (const { collection, object } of targets) {
    for (const name of ["a", "b"]) await server.send("POST", collection, { body: object(name) });
  }
  for (let number = 0; number < count; number++) {
    const { method, path, headers, body } = fuzzRequest(seed, number);
    let request: Request;
    try {
      request = server.request(method, path, { headers: { ...headers }, body });
    } catch {
      continue; // no such request can be made
    }
    const response = await server.server.fetch(request);
    statuses[response.status] = (statuses[response.status] ?? 0) + 1;
    if (response.status >= 500 && response.status !== 504) {
      failures.push(`seed ${seed}, request ${number}: ${method} ${path}: ${response.status} ${await response.text()}`);
    } else if (response.body !== null) await response.body.cancel();
    // Time passes too: what was let in has to be lived with.
    if (number % 50 === 49) await server.advance(2_000);
  }
  return { failures, statuses };
}
