// Turns the OpenAPI v3 documents of a Kubernetes API server into the data and the TypeScript types that kjob is built on.
//
//   node scripts/generate-api.mjs FOLDER     FOLDER holds openapi-v3/*.json, discovery/*.json and table-columns.json
//
// It writes src/api/generated/: types.ts (one interface a schema), schemas.json (fields, formats, list types, merge keys),
// packages.json (the packages that the types' long names begin with) and discovery.json (the resources that are served).
// They are committed, so that a clone builds without FOLDER.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
if (!folder) {
  console.error("usage: node scripts/generate-api.mjs FOLDER");
  process.exit(2);
}
const read = (...path) => JSON.parse(readFileSync(join(folder, ...path), "utf8"));

/** Group documents, and the kinds of each that kjob has. What these reach comes along. */
const wanted = {
  "core-v1": [
    ["io.k8s.api.core.v1", "Namespace Node ServiceAccount ConfigMap Secret Pod Service Endpoints Event Binding"],
    ["io.k8s.api.core.v1", "PersistentVolume PersistentVolumeClaim PodTemplate"],
    ["io.k8s.api.core.v1", "LimitRange ReplicationController ResourceQuota"],
    ["io.k8s.apimachinery.pkg.apis.meta.v1", "Status DeleteOptions ObjectMeta APIResourceList WatchEvent"],
    ["io.k8s.api.policy.v1", "Eviction"],
    ["io.k8s.api.autoscaling.v1", "Scale"],
    ["io.k8s.api.authentication.v1", "TokenRequest"],
  ],
  "batch-v1": [["io.k8s.api.batch.v1", "Job CronJob"]],
  "apps-v1": [["io.k8s.api.apps.v1", "StatefulSet ControllerRevision DaemonSet Deployment ReplicaSet"]],
  "events-v1": [["io.k8s.api.events.v1", "Event"]],
  "policy-v1": [["io.k8s.api.policy.v1", "PodDisruptionBudget"]],
  "discovery-v1": [["io.k8s.api.discovery.v1", "EndpointSlice"]],
  "coordination-v1": [["io.k8s.api.coordination.v1", "Lease"]],
  "authorization-v1": [
    ["io.k8s.api.authorization.v1", "SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview"],
  ],
  "authentication-v1": [["io.k8s.api.authentication.v1", "SelfSubjectReview"]],
};

const scalars = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "intOrString",
  "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "time",
  "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "microTime",
  "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "any",
  "io.k8s.apimachinery.pkg.runtime.RawExtension": "any",
  "io.k8s.apimachinery.pkg.apis.meta.v1.Patch": "any",
};

const types = {};
const kinds = {};
const shortNames = new Map();
const longNames = new Map();

/** `Job` for io.k8s.api.batch.v1.Job; two schemas of one short name get their group in front. */
function shortName(full) {
  const short = full.split(".").at(-1);
  const holder = shortNames.get(short);
  if (holder === undefined || holder === full) {
    shortNames.set(short, full);
    return short;
  }
  const group = full.split(".").at(-3);
  return group[0].toUpperCase() + group.slice(1) + short;
}

function visit(schemas, full) {
  const name = shortName(full);
  if (types[name]) return name;
  const schema = schemas[full];
  if (!schema) throw new Error(`no schema ${full}`);
  const entry = { fields: {} };
  types[name] = entry;
  longNames.set(name, full);
  if (schema.required) entry.required = schema.required;
  for (const gvk of schema["x-kubernetes-group-version-kind"] ?? []) {
    if (full.includes("DeleteOptions") || full.includes("WatchEvent")) continue;
    kinds[`${gvk.group ? `${gvk.group}/` : ""}${gvk.version}/${gvk.kind}`] = name;
  }
  if (schema["x-kubernetes-unions"]) entry.unions = schema["x-kubernetes-unions"];
  for (const [field, property] of Object.entries(schema.properties ?? {}))
    entry.fields[field] = fieldOf(schemas, property);
  return name;
}

function fieldOf(schemas, property) {
  const field = {};
  const ref = property.$ref ?? property.allOf?.[0]?.$ref;
  if (ref) {
    const full = ref.split("/").at(-1);
    field.type = scalars[full] ?? visit(schemas, full);
  } else if (property.type === "array") {
    const item = fieldOf(schemas, property.items);
    Object.assign(field, item, { list: true });
    if (item.list || item.map) field.nested = item;
    delete field.default;
  } else if (property.type === "object" && property.additionalProperties) {
    const value = fieldOf(schemas, property.additionalProperties);
    Object.assign(field, value, { map: true });
    if (value.list || value.map) {
      field.nested = value;
      delete field.list;
    }
    delete field.default;
  } else if (property.type === "object" || property.type === undefined) {
    field.type = "any";
  } else if (property.format === "byte") {
    field.type = "bytes";
  } else {
    field.type = property.type;
    if (property.format) field.format = property.format;
    if (property.enum) field.enum = property.enum;
  }
  if (property.default !== undefined && JSON.stringify(property.default) !== "{}") field.default = property.default;
  if (property["x-kubernetes-list-type"]) field.listType = property["x-kubernetes-list-type"];
  if (property["x-kubernetes-list-map-keys"]) field.keys = property["x-kubernetes-list-map-keys"];
  if (property["x-kubernetes-map-type"]) field.mapType = property["x-kubernetes-map-type"];
  if (property["x-kubernetes-patch-merge-key"]) field.mergeKey = property["x-kubernetes-patch-merge-key"];
  if (property["x-kubernetes-patch-strategy"]) field.patchStrategy = property["x-kubernetes-patch-strategy"];
  return field;
}

for (const [document, groups] of Object.entries(wanted)) {
  const { schemas } = read("openapi-v3", `${document}.json`).components;
  for (const [prefix, names] of groups) {
    for (const name of names.split(" ")) visit(schemas, `${prefix}.${name}`);
  }
}

const scalarTypes = {
  string: "string",
  bytes: "string",
  time: "string",
  microTime: "string",
  integer: "number",
  number: "number",
  boolean: "boolean",
  quantity: "string | number",
  intOrString: "string | number",
  any: "unknown",
};

function typeText(field) {
  if (field.nested) {
    const inner = typeText(field.nested);
    return field.list ? `readonly (${inner})[]` : `{ readonly [key: string]: ${inner} }`;
  }
  const base = field.enum
    ? field.enum.map((value) => JSON.stringify(value)).join(" | ")
    : (scalarTypes[field.type] ?? field.type);
  if (field.list) return `readonly ${base.includes("|") ? `(${base})` : base}[]`;
  if (field.map) return `{ readonly [key: string]: ${base} }`;
  return base;
}

const kindOfType = new Map(Object.entries(kinds).map(([gvk, name]) => [name, gvk]));
const lines = [
  "// Made by scripts/generate-api.mjs from the OpenAPI documents of Kubernetes 1.36; not edited by hand.",
  "",
];
for (const name of Object.keys(types).sort()) {
  const { fields, required = [] } = types[name];
  lines.push(`export interface ${name} {`);
  for (const field of Object.keys(fields).sort()) {
    const key = /^[A-Za-z_]\w*$/.test(field) ? field : JSON.stringify(field);
    const sure = required.includes(field) || (kindOfType.has(name) && field === "metadata");
    lines.push(`  readonly ${key}${sure ? "" : "?"}: ${typeText(fields[field])};`);
  }
  lines.push("}", "");
}

const columns = read("table-columns.json");
const discovery = { version: read("discovery", "version.json"), resources: [] };
for (const [file, groupVersion] of [
  ["api-v1", "v1"],
  ["apis-apps-v1", "apps/v1"],
  ["apis-batch-v1", "batch/v1"],
  ["apis-discovery-v1", "discovery.k8s.io/v1"],
  ["apis-events-v1", "events.k8s.io/v1"],
  ["apis-policy-v1", "policy/v1"],
]) {
  for (const resource of read("discovery", `${file}.json`).resources)
    discovery.resources.push({ groupVersion, ...resource });
}

const out = new URL("../src/api/generated/", import.meta.url);
mkdirSync(out, { recursive: true });
writeFileSync(new URL("types.ts", out), lines.join("\n"));
writeFileSync(new URL("schemas.json", out), `${JSON.stringify({ kinds, types })}\n`);
writeFileSync(new URL("discovery.json", out), `${JSON.stringify(discovery)}\n`);
const packages = {};
for (const name of Object.keys(types)) {
  const full = longNames.get(name);
  const prefix = full.slice(0, full.lastIndexOf("."));
  packages[prefix] ??= {};
  packages[prefix][name] = full.slice(prefix.length + 1);
}
writeFileSync(new URL("packages.json", out), `${JSON.stringify(packages)}\n`);
writeFileSync(new URL("table-columns.json", out), `${JSON.stringify(columns)}\n`);
console.log(
  `${Object.keys(types).length} types, ${Object.keys(kinds).length} kinds, ${discovery.resources.length} resources`,
);
