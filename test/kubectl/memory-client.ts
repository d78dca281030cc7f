import { matchesLabels } from "../../src/api/meta/label-selector.js";
import { parseLabelSelector } from "../../src/api/meta/label-selector-parser.js";
import { type EpochMs, formatTime, type KubeObject } from "../../src/api/meta/object.js";
import { alreadyExists, badRequest, notFound } from "../../src/api/meta/status.js";
import { apiVersionOf, type Resource } from "../../src/api/resources.js";
import type { ApiClient, ExecChunk, ObjectList, WatchedEvent } from "../../src/client/api-client.js";
import { applyPatch } from "../../src/registry/patch/apply-patch.js";

/** Something that happens in a {@link MemoryClient} as its time passes. */
export interface Happening {
  readonly afterMs: number;
  readonly event: WatchedEvent;
  readonly resource: string;
}

/**
 * An API server made of a map: no defaults, no validation, no controllers. What happens by itself is told beforehand, and
 * happens when a watch or a pause moves time.
 */
export class MemoryClient implements ApiClient {
  readonly objects = new Map<string, KubeObject>();
  /** What a container has written, by `pod/container`. */
  readonly containerLogs = new Map<string, readonly string[]>();
  readonly requests: string[] = [];
  happenings: Happening[] = [];
  nowMs: EpochMs = Date.UTC(2026, 0, 2, 12);
  execAnswer: { readonly chunks: readonly ExecChunk[]; readonly exitCode: number } = { chunks: [], exitCode: 0 };
  #revision = 100;

  now(): EpochMs {
    return this.nowMs;
  }

  async serverVersion() {
    return { major: "1", minor: "36", gitVersion: "v1.36.3" };
  }

  /** Puts an object there, as if someone had created it. */
  seed(resource: Resource, object: KubeObject): KubeObject {
    this.#revision += 1;
    const { namespace = resource.namespaced ? "default" : "", name = "" } = object.metadata;
    const stored: KubeObject = {
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      ...object,
      metadata: {
        creationTimestamp: formatTime(this.nowMs),
        uid: `uid-${this.#revision}`,
        ...object.metadata,
        ...(resource.namespaced ? { namespace } : {}),
        resourceVersion: String(this.#revision),
      },
    };
    this.objects.set(keyOf(resource, namespace, name), stored);
    return stored;
  }

  async get(resource: Resource, namespace: string, name: string): Promise<KubeObject> {
    this.requests.push(`get ${resource.name} ${name}`);
    const found = this.objects.get(keyOf(resource, namespace, name));
    if (found === undefined) throw notFound({ group: resource.group, resource: resource.name }, name);
    return found;
  }

  async list(resource: Resource, options: Parameters<ApiClient["list"]>[1]): Promise<ObjectList> {
    this.requests.push(`list ${resource.name}`);
    const items = [...this.objects.entries()]
      .filter(([key]) => key.startsWith(`${resource.name}/${options.namespace ? `${options.namespace}/` : ""}`))
      .map(([, object]) => object)
      .filter((object) => isSelected(object, options));
    return {
      kind: `${resource.kind}List`,
      apiVersion: apiVersionOf(resource),
      metadata: { resourceVersion: String(this.#revision) },
      items,
    };
  }

  async create(
    resource: Resource,
    namespace: string,
    object: KubeObject,
    options: { readonly dryRun?: boolean } = {},
  ): Promise<KubeObject> {
    const { name = "" } = object.metadata;
    this.requests.push(`create ${resource.name} ${name}`);
    if (this.objects.has(keyOf(resource, namespace, name))) {
      throw alreadyExists({ group: resource.group, resource: resource.name }, name);
    }
    if (options.dryRun === true) return object;
    return this.seed(resource, { ...object, metadata: { ...object.metadata, namespace } });
  }

  async replace(resource: Resource, namespace: string, object: KubeObject): Promise<KubeObject> {
    await this.get(resource, namespace, object.metadata.name ?? "");
    return this.seed(resource, object);
  }

  async patch(
    resource: Resource,
    namespace: string,
    name: string,
    patch: Parameters<ApiClient["patch"]>[3],
    options: { readonly dryRun?: boolean } = {},
  ): Promise<KubeObject> {
    this.requests.push(`patch ${resource.name} ${name} ${patch.type} ${String(patch.body)}`);
    const before = await this.get(resource, namespace, name);
    if (patch.type === "apply") throw badRequest("apply is not for maps");
    const body = String(patch.body);
    const { object } = applyPatch(before, { type: patch.type, body, fieldValidation: "Warn" });
    if (options.dryRun === true || JSON.stringify(object) === JSON.stringify(before)) return object;
    return this.seed(resource, object);
  }

  async delete(resource: Resource, namespace: string, name: string, options?: { readonly dryRunServer?: boolean }) {
    this.requests.push(`delete ${resource.name} ${name} ${JSON.stringify(options ?? {})}`);
    const object = await this.get(resource, namespace, name);
    if (options?.dryRunServer !== true && object.metadata.finalizers === undefined) {
      this.objects.delete(keyOf(resource, namespace, name));
    }
    return object;
  }

  async *watch(resource: Resource, options: Parameters<ApiClient["watch"]>[1]): AsyncIterable<WatchedEvent> {
    this.requests.push(`watch ${resource.name}`);
    for (;;) {
      const next = this.#nextHappening(options.untilMs);
      if (next === undefined) return;
      this.#happen(next);
      if (next.resource === resource.name && isSelected(next.event.object as KubeObject, options)) yield next.event;
    }
  }

  async *logs(_namespace: string, pod: string, options: Parameters<ApiClient["logs"]>[2]): AsyncIterable<string> {
    this.requests.push(`logs ${pod} ${JSON.stringify(options)}`);
    const lines = this.containerLogs.get(`${pod}/${options.container}`);
    if (lines === undefined) throw badRequest(`container "${options.container}" in pod "${pod}" is waiting to start`);
    yield* options.tailLines === undefined ? lines : lines.slice(lines.length - options.tailLines);
  }

  async exec(
    _namespace: string,
    pod: string,
    options: Parameters<ApiClient["exec"]>[2],
    onOutput: (chunk: ExecChunk) => void,
  ) {
    this.requests.push(`exec ${pod} ${options.container} ${options.command.join(" ")}`);
    for (const chunk of this.execAnswer.chunks) onOutput(chunk);
    return { exitCode: this.execAnswer.exitCode };
  }

  async attach() {
    return { exitCode: 0 };
  }

  async raw(method: string, path: string, body = ""): Promise<string> {
    this.requests.push(`${method} ${path} ${body}`.trim());
    return this.rawAnswer(path);
  }

  /** What is answered to requests that are sent as they are written. */
  rawAnswer: (path: string) => string = () => "{}";

  async pause(ms: number): Promise<boolean> {
    const next = this.#nextHappening(this.nowMs + ms);
    if (next !== undefined) this.#happen(next);
    else if (this.happenings.length === 0) return false;
    else this.nowMs += ms;
    return true;
  }

  #nextHappening(untilMs: EpochMs | undefined): Happening | undefined {
    const [next] = this.happenings;
    if (next === undefined) return undefined;
    if (untilMs !== undefined && this.nowMs + next.afterMs > untilMs) {
      this.nowMs = untilMs;
      return undefined;
    }
    return next;
  }

  #happen({ afterMs, event, resource }: Happening): void {
    this.happenings = this.happenings.slice(1);
    this.nowMs += afterMs;
    const object = event.object as KubeObject;
    const key = `${resource}/${object.metadata.namespace ?? ""}/${object.metadata.name}`;
    if (event.type === "DELETED") this.objects.delete(key);
    else this.objects.set(key, object);
  }
}

function keyOf(resource: Resource, namespace: string, name: string): string {
  return `${resource.name}/${namespace}/${name}`;
}

function isSelected(
  object: KubeObject,
  { labelSelector, fieldSelector }: { readonly labelSelector?: string; readonly fieldSelector?: string },
): boolean {
  if (labelSelector !== undefined && !matchesLabels(parseSelector(labelSelector), object.metadata.labels)) return false;
  const wanted = /metadata\.name=([^,]*)/.exec(fieldSelector ?? "")?.[1];
  return wanted === undefined || object.metadata.name === wanted;
}

function parseSelector(text: string) {
  try {
    return parseLabelSelector(text);
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error));
  }
}
