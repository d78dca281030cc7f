import yaml from "js-yaml";
import { manifestLimits } from "./limits.js";
import { YamlError, yamlErrorOf } from "./yaml-error.js";
import { resolvePlain } from "./yaml-scalars.js";

/** Tags whose scalar is text whatever it looks like, and tags this program has no meaning for: the node as written. */
const foreignTags = ["!", "tag:"].flatMap((prefix) =>
  (["scalar", "sequence", "mapping"] as const).map((kind) => new yaml.Type(prefix, { kind, multi: true })),
);

function scalarTag(name: string, accepts: (value: null | boolean | number) => boolean): yaml.Type {
  const scalarOf = (data: unknown) => (typeof data === "string" ? resolvePlain(data) : resolvePlain(""));
  return new yaml.Type(`tag:yaml.org,2002:${name}`, {
    kind: "scalar",
    resolve: (data: unknown) => {
      const scalar = scalarOf(data);
      return scalar.kind === "value" && accepts(scalar.value);
    },
    construct: (data: unknown) => {
      const scalar = scalarOf(data);
      return scalar.kind === "value" ? scalar.value : null;
    },
  });
}

/** One type resolves every plain scalar, so that each is looked at once. */
const plainScalar = new yaml.Type("tag:kjob.dev,2026:plain", {
  kind: "scalar",
  resolve: (data: unknown) => resolvePlain(typeof data === "string" ? data : "").kind === "value",
  construct: (data: unknown) => {
    const scalar = resolvePlain(typeof data === "string" ? data : "");
    return scalar.kind === "value" ? scalar.value : null;
  },
});

/** js-yaml knows a merge key by this tag. */
const mergeKey = new yaml.Type("tag:yaml.org,2002:merge", {
  kind: "scalar",
  resolve: (data: unknown) => data === "<<",
});

/** YAML 1.1 as kubectl reads it: see resolvePlain. Timestamps are text. */
const kubernetesYaml = yaml.FAILSAFE_SCHEMA.extend({
  implicit: [mergeKey, plainScalar],
  explicit: [
    scalarTag("null", (value) => value === null),
    scalarTag("bool", (value) => typeof value === "boolean"),
    scalarTag("int", (value) => Number.isInteger(value)),
    scalarTag("float", (value) => typeof value === "number"),
    ...foreignTags,
  ],
});

/**
 * The first document of a YAML text, as the JSON value kubectl makes of it. Keys are strings; of a repeated key the last
 * one counts; merge keys (`<<`) are merged. Aliases give shared references, and a text that would grow out of proportion
 * when they are expanded is refused.
 * @throws YamlError in go-yaml's words
 */
export function parseYaml(text: string): unknown {
  refuseControlCharacters(text);
  let documents: unknown[];
  try {
    documents = yaml.loadAll(text, null, {
      schema: kubernetesYaml,
      json: true,
      maxDepth: manifestLimits.depthMax,
    } as yaml.LoadOptions);
  } catch (error) {
    throw yamlErrorOf(error, text);
  }
  const document = documents[0] ?? null;
  refuseExcess(document);
  return document;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const controlCharacters = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

function refuseControlCharacters(text: string): void {
  if (controlCharacters.test(text)) throw new YamlError("control characters are not allowed");
}

/** Nodes in a value when its aliases are written out, and the nodes that aliases alone account for. */
interface Expanded {
  readonly nodes: number;
  readonly depth: number;
}

/**
 * go-yaml counts decoded nodes and stops when too many of them come from aliases: nearly all of up to 400,000, a tenth of
 * more than 4,000,000. Shared parts are measured once, so a bomb costs what it takes to write down.
 * @see go.yaml.in/yaml/v2 decode.go, allowedAliasRatio
 */
function refuseExcess(document: unknown): void {
  const measured = new Map<object, Expanded>();
  let uniqueNodes = 0;
  const measure = (node: unknown, level: number): Expanded => {
    if (typeof node !== "object" || node === null) {
      uniqueNodes += 1;
      return { nodes: 1, depth: 0 };
    }
    const known = measured.get(node);
    if (known !== undefined) return known;
    uniqueNodes += 1;
    let nodes = 1;
    let depth = 0;
    for (const child of Array.isArray(node) ? node : Object.values(node)) {
      const inner = measure(child, level + 1);
      nodes += inner.nodes + (Array.isArray(node) ? 0 : 1);
      depth = Math.max(depth, inner.depth + 1);
    }
    if (!Array.isArray(node)) uniqueNodes += Object.keys(node).length;
    const result = { nodes, depth };
    measured.set(node, result);
    return result;
  };
  const whole = measure(document, 0);
  if (whole.depth > manifestLimits.depthMax) throw new YamlError(`exceeded max depth of ${manifestLimits.depthMax}`);
  const fromAliases = whole.nodes - uniqueNodes;
  if (fromAliases > 100 && fromAliases > whole.nodes * allowedAliasRatio(whole.nodes)) {
    throw new YamlError("document contains excessive aliasing");
  }
}

function allowedAliasRatio(nodes: number): number {
  const [low, high] = [400_000, 4_000_000];
  if (nodes <= low) return 0.99;
  if (nodes >= high) return 0.1;
  return 0.99 - 0.89 * ((nodes - low) / (high - low));
}
