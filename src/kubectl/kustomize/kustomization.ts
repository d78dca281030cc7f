import { parseYaml } from "../../manifest/yaml.js";
import type { JsonObject } from "../../registry/patch/json-value.js";
import { isObject, KustomizeError } from "./resource-map.js";

type StringMap = Readonly<Record<string, string>>;

export interface GeneratorSettings {
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
  readonly disableNameSuffixHash?: boolean;
  readonly immutable?: boolean;
}

export interface GeneratorArgs {
  readonly name?: string;
  readonly namespace?: string;
  readonly behavior?: string;
  readonly literals?: readonly string[];
  readonly files?: readonly string[];
  readonly envs?: readonly string[];
  readonly env?: string;
  readonly type?: string;
  readonly options?: GeneratorSettings;
}

export interface PatchTarget {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly annotationSelector?: string;
}

export interface PatchArgs {
  readonly path?: string;
  readonly patch?: string;
  readonly target?: PatchTarget;
  readonly options?: { readonly allowNameChange?: boolean; readonly allowKindChange?: boolean };
}

export interface LabelArgs {
  readonly pairs: StringMap;
  readonly includeSelectors?: boolean;
  readonly includeTemplates?: boolean;
}

export interface ImageArgs {
  readonly name: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly digest?: string;
  readonly tagSuffix?: string;
}

/** What a kustomization.yaml says. */
export interface Kustomization {
  readonly resources?: readonly string[];
  readonly bases?: readonly string[];
  readonly components?: readonly string[];
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly namespace?: string;
  readonly commonLabels?: StringMap;
  readonly labels?: readonly LabelArgs[];
  readonly commonAnnotations?: StringMap;
  readonly images?: readonly ImageArgs[];
  readonly replicas?: readonly { readonly name: string; readonly count: number }[];
  readonly patches?: readonly PatchArgs[];
  readonly patchesStrategicMerge?: readonly string[];
  readonly patchesJson6902?: readonly PatchArgs[];
  readonly configMapGenerator?: readonly GeneratorArgs[];
  readonly secretGenerator?: readonly GeneratorArgs[];
  readonly generatorOptions?: GeneratorSettings;
  readonly sortOptions?: { readonly order?: string };
  readonly apiVersion?: string;
  readonly kind?: string;
}

/** Fields that kustomize has and this program has not; refused by name, because the result would be another without them. */
const unsupported = [
  "configurations",
  "crds",
  "generators",
  "helmCharts",
  "helmChartInflationGenerator",
  "helmGlobals",
  "openapi",
  "replacements",
  "transformers",
  "validators",
  "vars",
];

const supported = new Set([
  "apiVersion",
  "bases",
  "buildMetadata",
  "commonAnnotations",
  "commonLabels",
  "components",
  "configMapGenerator",
  "generatorOptions",
  "images",
  "kind",
  "labels",
  "metadata",
  "namePrefix",
  "nameSuffix",
  "namespace",
  "patches",
  "patchesJson6902",
  "patchesStrategicMerge",
  "replicas",
  "resources",
  "secretGenerator",
  "sortOptions",
]);

/** Old fields, with those that have taken their place. */
const deprecated: Readonly<Record<string, string>> = {
  commonLabels: "labels",
  bases: "resources",
  patchesJson6902: "patches",
  patchesStrategicMerge: "patches",
};

/** Reads a kustomization file. @throws KustomizeError for what it cannot say */
export function parseKustomization(text: string, onWarning: (text: string) => void): Kustomization {
  const document = parseYaml(text) ?? {};
  if (!isObject(document)) throw new KustomizeError("invalid Kustomization: it is no mapping of fields");
  for (const key of Object.keys(document)) {
    if (unsupported.includes(key)) {
      throw new KustomizeError(`${key} is not supported: build the kustomization with kustomize, and apply its result`);
    }
    if (!supported.has(key))
      throw new KustomizeError(`invalid Kustomization: json: unknown field ${JSON.stringify(key)}`);
  }
  for (const [old, current] of Object.entries(deprecated)) {
    if (!Object.hasOwn(document, old)) continue;
    onWarning(
      `# Warning: '${old}' is deprecated. Please use '${current}' instead. Run 'kustomize edit fix' to update your Kustomization automatically.`,
    );
  }
  const found = document as JsonObject & Kustomization;
  const { kind } = found;
  if (kind !== undefined && kind !== "Kustomization" && kind !== "Component") {
    throw new KustomizeError(
      `kind should be Kustomization or Component: Failed to read kustomization file under it: found ${kind}`,
    );
  }
  const lists = ["resources", "bases", "components", "patches", "configMapGenerator", "secretGenerator", "images"];
  for (const key of [...lists, "replicas", "labels"]) {
    const value = (document as JsonObject)[key];
    if (value !== undefined && value !== null && !Array.isArray(value)) {
      throw new KustomizeError(
        `invalid Kustomization: json: cannot unmarshal ${goKind(value)} into Go struct field Kustomization.${key} of type []string`,
      );
    }
  }
  return withoutNulls(found);
}

function withoutNulls(found: JsonObject): Kustomization {
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== null)) as Kustomization;
}

function goKind(value: unknown): string {
  if (typeof value === "string") return "string";
  if (typeof value === "number") return "number";
  return typeof value === "boolean" ? "bool" : "object";
}
