import type { KubeObject } from "../../../src/api/meta/object.js";
import { type Resource, type ResourceName, resources } from "../../../src/api/resources.js";
import { defaultEmulatedVersion, type EmulatedVersion } from "../../../src/api/versions/emulated-version.js";
import { indexDefinitions } from "../../../src/registry/indexes.js";
import { withManagedFields } from "../../../src/registry/managed-fields/tracking.js";
import { Registry } from "../../../src/registry/registry.js";
import { createObject, patchObject, replaceObject, type WriteRequest } from "../../../src/registry/requests.js";
import { createRandom } from "../../../src/sim/random.js";
import { MemoryBackend } from "../../../src/store/memory-backend.js";
import { Store } from "../../../src/store/store.js";

/** A registry with one namespace, and requests to it as clients send them. */
export class Cluster {
  nowMs = Date.UTC(2026, 0, 3, 12, 0, 0);
  readonly warnings: string[] = [];
  readonly store = new Store(new MemoryBackend(), indexDefinitions);
  readonly registry: Registry;

  constructor(version: EmulatedVersion = defaultEmulatedVersion) {
    const random = createRandom(1);
    this.registry = new Registry({ store: this.store, random, version, now: () => this.nowMs });
    this.registry.create("namespaces", { metadata: { name: "default" } }, { trusted: true });
    this.registry.create("serviceaccounts", { metadata: { name: "default", namespace: "default" } }, { trusted: true });
  }

  create(resource: ResourceName, object: object, fieldManager = "kubectl-create"): KubeObject {
    return createObject(this.registry, this.#target(resource, object), object, this.#request({ fieldManager }));
  }

  replace(resource: ResourceName, object: object, fieldManager = "kubectl-replace"): KubeObject {
    return replaceObject(this.registry, this.#target(resource, object), object, this.#request({ fieldManager }));
  }

  merge(resource: ResourceName, name: string, patch: object, request: Partial<WriteRequest> = {}): KubeObject {
    const target = this.#target(resource, { metadata: { name } });
    const body = JSON.stringify(patch);
    return patchObject(
      this.registry,
      target,
      { type: "merge", body },
      this.#request({ fieldManager: "kubectl-patch", ...request }),
    );
  }

  apply(resource: ResourceName, configuration: object, request: Partial<WriteRequest> = {}): KubeObject {
    const target = this.#target(resource, configuration);
    const body = JSON.stringify(configuration);
    return patchObject(
      this.registry,
      target,
      { type: "apply", body },
      this.#request({ fieldManager: "kubectl", ...request }),
    );
  }

  get(resource: ResourceName, name: string): KubeObject {
    return withManagedFields<KubeObject>(this.registry.get(resource, "default", name));
  }

  /** `manager operation fields`, an entry a line. */
  owners(resource: ResourceName, name: string): readonly string[] {
    const entries = this.get(resource, name).metadata.managedFields ?? [];
    return entries.map(({ manager, operation, subresource, fieldsV1 }) =>
      [manager, operation, ...(subresource ? [subresource] : []), JSON.stringify(fieldsV1)].join(" "),
    );
  }

  #target(resource: ResourceName, object: object) {
    const { metadata } = object as { readonly metadata: { readonly name?: string } };
    const found: Resource = resources[resource];
    return { resource: found, namespace: found.namespaced ? "default" : "", name: metadata.name ?? "" };
  }

  #request(request: Partial<WriteRequest>): WriteRequest {
    return { warn: (message) => this.warnings.push(message), ...request };
  }
}

export function configMap(data: Record<string, string>, labels?: Record<string, string>) {
  const metadata = { name: "loom", namespace: "default", ...(labels === undefined ? {} : { labels }) };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data };
}

export function job(spec: object = {}) {
  const containers = [{ name: "main", image: "busybox", command: ["true"] }];
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "pi", namespace: "default" },
    spec: { template: { spec: { restartPolicy: "Never", containers } }, ...spec },
  };
}
