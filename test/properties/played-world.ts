import { StatusError } from "../../src/api/meta/status.js";
import { type Resource, resources } from "../../src/api/resources.js";
import { bootstrap } from "../../src/cluster/bootstrap.js";
import { components } from "../../src/cluster/components.js";
import { containerAccess } from "../../src/cluster/kubelet-access.js";
import { World } from "../../src/cluster/world.js";
import type { ExecHandle } from "../../src/kubelet/exec.js";
import { createObject, deleteObject, patchObject } from "../../src/registry/requests.js";
import type { Backend } from "../../src/store/backend.js";
import { type Dice, hourMs, type Operation, type Script } from "./random-script.js";

const startMs = Date.UTC(2026, 0, 3, 12, 0, 0);
const namespace = "default";

/** What a world came to, as text: rows of its backend by key, logs, and what the operations answered. */
export type History = ReadonlyMap<string, string>;

/** How time is cut: the program ends and starts anew at these moments; `kills` are those before which nothing is saved. */
export interface Cuts {
  readonly restarts: readonly { readonly atMs: number; readonly isKill: boolean }[];
  /** Revisions after which a long run is saved and memory freed; Infinity: never. */
  readonly sliceRevisions: number;
}

export const uncut: Cuts = { restarts: [], sliceRevisions: Number.POSITIVE_INFINITY };

/** Up to thirty restarts in the hour, most of them while most happens. */
export function randomCuts(draw: Dice): Cuts {
  const restarts = Array.from({ length: draw.between(1, 30) }, () => ({
    atMs: draw.between(0, draw.chance(0.8) ? 240_000 : hourMs),
    isKill: draw.chance(0.3),
  }));
  return {
    restarts: restarts.sort((a, b) => a.atMs - b.atMs),
    sliceRevisions: draw.chance(0.3) ? draw.between(20, 100) : Number.POSITIVE_INFINITY,
  };
}

/** A world to which a script happens, on a backend that other programs may take it over from. */
class PlayedWorld {
  readonly #backend: Backend;
  readonly #sliceRevisions: number;
  #world: World;
  #handles = new Map<number, ExecHandle>();
  #answers: string[] = [];
  /** What came after the last save, and goes with a kill. */
  #saved: { readonly answers: number; readonly handles: ReadonlyMap<number, ExecHandle> };

  constructor(backend: Backend, script: Script, sliceRevisions: number) {
    this.#backend = backend;
    this.#sliceRevisions = sliceRevisions;
    this.#world = World.create(backend, { seed: script.seed, version: "1.36" }, startMs, components());
    bootstrap(this.#world, { nodes: script.nodes });
    this.#saved = { answers: 0, handles: new Map() };
  }

  get nowMs(): number {
    return this.#world.nowMs - startMs;
  }

  async save(): Promise<void> {
    this.#backend.begin();
    this.#world.flush();
    await this.#backend.commit();
    this.#saved = { answers: this.#answers.length, handles: new Map(this.#handles) };
  }

  /** A new program takes the world over from what was saved last. */
  restart(): void {
    const world = World.open(this.#backend, components());
    if (world === null) throw new Error("the backend holds no world");
    this.#world = world;
    this.#answers.length = this.#saved.answers;
    this.#handles = new Map(this.#saved.handles);
  }

  /** Lets time pass; `save` is called between slices. */
  async advanceTo(atMs: number, save: () => Promise<void>): Promise<void> {
    while (!this.#world.advanceTo(startMs + atMs, this.#sliceRevisions).done) {
      await save();
      this.#world.store.evict();
    }
  }

  do(operation: Operation): void {
    let answer: unknown;
    try {
      answer = this.#answer(operation);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      answer = `${error.reason}: ${error.message}`;
    }
    this.#answers.push(JSON.stringify(answer) ?? "nothing");
  }

  history(): History {
    const history = new Map<string, string>();
    for (const { key, value } of this.#backend.range("", "\uffff")) history.set(key, value);
    for (const [at, answer] of this.#answers.entries()) history.set(`answer ${at}`, answer);
    for (const { metadata, spec } of this.#world.client.list("pods", namespace)) {
      for (const { name: container } of [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]) {
        for (const previous of [false, true]) {
          const log = this.#log(metadata.name ?? "", container, previous);
          history.set(`log ${metadata.name} ${container} ${previous}`, log);
        }
      }
    }
    return history;
  }

  #log(pod: string, container: string, previous: boolean): string {
    const context = this.#world.contextOf("kubelet");
    try {
      return containerAccess.readLogs(context, { namespace, pod, container, previous, timestamps: true }).text;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return error.message;
    }
  }

  #answer(operation: Operation): unknown {
    const { registry } = this.#world;
    const warnings: string[] = [];
    const request = { warn: (message: string) => warnings.push(message) };
    switch (operation.kind) {
      case "create": {
        const resource: Resource = resources[operation.resource];
        return [
          createObject(registry, { resource, namespace: this.#namespace(resource) }, operation.object, request),
          warnings,
        ];
      }
      case "patch": {
        const patch = { type: "merge", body: JSON.stringify(operation.patch) } as const;
        return [patchObject(registry, this.#target(operation), patch, request), warnings];
      }
      case "delete":
        return deleteObject(registry, this.#target(operation), operation.options, false);
      default:
        return this.#answerOfPod(operation);
    }
  }

  #answerOfPod(operation: Exclude<Operation, { readonly kind: "create" | "patch" | "delete" }>): unknown {
    const context = this.#world.contextOf("kubelet");
    if (operation.kind === "exec") {
      const { id, which, command } = operation;
      const pod = this.#podName(which, "Running");
      const handle = containerAccess.startExec(context, { namespace, pod, command, stdin: true, tty: false });
      this.#handles.set(id, handle);
      return handle;
    }
    if ("id" in operation) {
      const handle = this.#handles.get(operation.id);
      if (handle === undefined) return "no such exec";
      if (operation.kind === "poll") return containerAccess.pollExec(context, handle);
      if (operation.kind === "input") {
        const { data } = operation;
        return containerAccess.writeExec(context, handle, data === null ? null : new TextEncoder().encode(data));
      }
      return containerAccess.closeExec(context, handle);
    }
    const name = this.#podName(operation.which);
    const target = { resource: resources.pods, namespace, name };
    switch (operation.kind) {
      case "delete-pod": {
        const { gracePeriodSeconds } = operation;
        const options = gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds };
        return deleteObject(this.#world.registry, target, options, false);
      }
      case "label-pod": {
        const patch = { type: "merge", body: JSON.stringify({ metadata: { labels: operation.labels } }) } as const;
        return patchObject(this.#world.registry, target, patch, { warn: () => {} });
      }
      case "logs":
        return containerAccess.readLogs(context, {
          namespace,
          pod: name,
          previous: operation.previous,
          timestamps: true,
        });
    }
  }

  #podName(which: number, phase?: string): string {
    const pods = this.#world.client
      .list("pods", namespace)
      .filter(({ status }) => phase === undefined || status?.phase === phase);
    return pods[which % Math.max(1, pods.length)]?.metadata.name ?? "none";
  }

  #target(operation: { readonly resource: Resource["name"]; readonly name: string }) {
    const resource: Resource = resources[operation.resource];
    return { resource, namespace: this.#namespace(resource), name: operation.name };
  }

  #namespace(resource: Resource): string {
    return resource.namespaced ? namespace : "";
  }
}

/** Plays a script on an empty backend, cut as asked for. */
export async function play(script: Script, cuts: Cuts, backend: Backend): Promise<History> {
  const world = new PlayedWorld(backend, script, cuts.sliceRevisions);
  await world.save();
  const restarts = [...cuts.restarts];
  let done = 0;
  let doneWhenSaved = 0;
  const save = async () => {
    await world.save();
    doneWhenSaved = done;
  };
  for (;;) {
    const step = script.steps[done];
    const [cut] = restarts;
    const nextMs = step?.atMs ?? hourMs;
    if (cut !== undefined && cut.atMs <= nextMs) {
      restarts.shift();
      await world.advanceTo(Math.max(cut.atMs, world.nowMs), save);
      if (!cut.isKill) await save();
      world.restart();
      done = doneWhenSaved;
      continue;
    }
    await world.advanceTo(nextMs, save);
    if (step === undefined) break;
    world.do(step.operation);
    done++;
  }
  await world.save();
  return world.history();
}
