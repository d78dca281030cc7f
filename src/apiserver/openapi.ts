import { createHash } from "node:crypto";
import { apiVersionOf, type Resource, servedResources } from "../api/resources.js";
import { typeOfKind } from "../api/schema/schemas.js";
import type { EmulatedVersion } from "../api/versions/emulated-version.js";
import { patchContentTypes } from "../registry/patch/apply-patch.js";
import { applyType } from "./bodies.js";
import { groupVersions } from "./discovery.js";
import { swaggerProtobuf } from "./openapi-protobuf.js";
import { fullNameOf, schemasOf } from "./openapi-schemas.js";

const groupVersionKind = "x-kubernetes-group-version-kind";
const action = "x-kubernetes-action";
const patchTypes = [...Object.values(patchContentTypes), applyType];

/** The documents of one server, each made when it is first asked for. */
export class OpenApiDocuments {
  readonly #version: EmulatedVersion;
  readonly #texts = new Map<string, { readonly text: string; readonly hash: string }>();

  constructor(version: EmulatedVersion) {
    this.#version = version;
  }

  /** GET /openapi/v3: where the documents are. Their addresses change with their contents, so clients may keep them. */
  index(): unknown {
    const paths = groupVersions().map((groupVersion) => {
      const path = pathOf(groupVersion);
      const { hash } = this.#made(groupVersion);
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }];
    });
    return { paths: Object.fromEntries(paths) };
  }

  /** GET /openapi/v3/PATH; undefined where there is no such document. */
  document(path: string): { readonly text: string; readonly hash: string } | undefined {
    const groupVersion = groupVersions().find((each) => pathOf(each) === path);
    return groupVersion === undefined ? undefined : this.#made(groupVersion);
  }

  /** GET /openapi/v2: all in one document, for clients that know no better. */
  swagger(): string {
    const paths: Record<string, unknown> = {};
    for (const resource of servedResources) {
      for (const [path, item] of Object.entries(pathsOf(resource))) paths[path] = swaggerPath(item);
    }
    return JSON.stringify({ swagger: "2.0", info: this.#info(), paths, definitions: this.#definitions() });
  }

  /** The same in protocol buffers. */
  swaggerProtobuf(): Uint8Array {
    return swaggerProtobuf({ info: this.#info(), definitions: this.#definitions() });
  }

  #definitions() {
    return schemasOf(servedResources.flatMap(kindOf), "#/definitions/");
  }

  #made(groupVersion: string) {
    let made = this.#texts.get(groupVersion);
    if (made === undefined) {
      const text = JSON.stringify(this.#document(groupVersion));
      made = { text, hash: createHash("sha256").update(text).digest("hex").slice(0, 32).toUpperCase() };
      this.#texts.set(groupVersion, made);
    }
    return made;
  }

  #document(groupVersion: string) {
    const served = servedResources.filter((resource) => apiVersionOf(resource) === groupVersion);
    return {
      openapi: "3.0.0",
      info: this.#info(),
      paths: Object.assign({}, ...served.map(pathsOf)),
      components: { schemas: schemasOf(served.flatMap(kindOf), "#/components/schemas/") },
    };
  }

  #info() {
    return { title: "Kubernetes", version: `v${this.#version}` };
  }
}

function pathOf(groupVersion: string): string {
  return groupVersion === "v1" ? "api/v1" : `apis/${groupVersion}`;
}

function kindOf(resource: Resource) {
  const typeName = typeOfKind(apiVersionOf(resource), resource.kind);
  const { group, version, kind } = resource;
  return typeName === undefined ? [] : [{ typeName, group, version, kind }];
}

type Operation = Readonly<Record<string, unknown>>;

/** The addresses of a resource, with as much about each as clients look at. */
function pathsOf(resource: Resource): Readonly<Record<string, Readonly<Record<string, Operation | unknown>>>> {
  const { group, version, kind, name, namespaced } = resource;
  const root = `/${pathOf(apiVersionOf(resource))}`;
  const about = { [groupVersionKind]: { group, kind, version } };
  const typeName = typeOfKind(apiVersionOf(resource), kind) ?? kind;
  const schema = { $ref: `#/components/schemas/${fullNameOf(typeName)}` };
  const responses = { "200": { description: "OK", content: { "application/json": { schema } } } };
  const operation = (does: string, parameters: readonly unknown[], body?: unknown): Operation => ({
    [action]: does,
    ...about,
    parameters,
    ...(body === undefined ? {} : { requestBody: { content: body } }),
    responses,
  });
  const sent = { "*/*": { schema } };
  const patch = Object.fromEntries(patchTypes.map((type) => [type, { schema: { type: "object" } }]));
  const collection = {
    get: operation("list", listParameters),
    post: operation("post", writeParameters, sent),
    delete: operation("deletecollection", listParameters),
  };
  const object = {
    get: operation("get", []),
    put: operation("put", writeParameters, sent),
    patch: operation("patch", [...writeParameters, parameter("force", "boolean")], patch),
    delete: operation("delete", deleteParameters),
  };
  const base = namespaced ? `${root}/namespaces/{namespace}/${name}` : `${root}/${name}`;
  const status = { get: object.get, put: object.put, patch: object.patch };
  return {
    ...(namespaced ? { [`${root}/${name}`]: { get: operation("list", listParameters) } } : {}),
    [base]: collection,
    [`${base}/{name}`]: object,
    ...(resource.subresources.includes("status") ? { [`${base}/{name}/status`]: status } : {}),
  };
}

function parameter(name: string, type: string) {
  return { name, in: "query", schema: { type, uniqueItems: true } };
}

const writeParameters = ["dryRun", "fieldManager", "fieldValidation"].map((name) => parameter(name, "string"));
const deleteParameters = [
  ...["dryRun", "propagationPolicy"].map((name) => parameter(name, "string")),
  parameter("gracePeriodSeconds", "integer"),
  parameter("orphanDependents", "boolean"),
];
const listParameters = [
  ...["allowWatchBookmarks", "sendInitialEvents", "watch"].map((name) => parameter(name, "boolean")),
  ...["continue", "fieldSelector", "labelSelector", "resourceVersion", "resourceVersionMatch"].map((name) =>
    parameter(name, "string"),
  ),
  ...["limit", "timeoutSeconds"].map((name) => parameter(name, "integer")),
];

/** The same in the words of the older format, bodies and answers left out. */
function swaggerPath(item: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(
    Object.entries(item).map(([method, operation]) => {
      const { parameters, requestBody: _body, responses: _responses, ...rest } = operation as Record<string, unknown>;
      const queries = (parameters as readonly { name: string; schema: { type: string } }[]).map(({ name, schema }) => ({
        name,
        in: "query",
        type: schema.type,
        uniqueItems: true,
      }));
      return [method, { ...rest, parameters: queries, responses: { "200": { description: "OK" } } }];
    }),
  );
}
