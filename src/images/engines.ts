import type { Program } from "../container/program.js";
import type { Service } from "./service.js";

/**
 * The heavy parts of images: programs that bring a language or a database with them. They are loaded when a Pod that uses
 * their image is admitted, which is seconds of cluster time before its first container starts.
 */
export interface Engine {
  readonly programs: Readonly<Record<string, Program>>;
  /** What answers at ports that the image's programs open. */
  readonly services: Readonly<Record<string, Service>>;
}

const loaders = {
  mongo: async (): Promise<Engine> => (await import("./mongo/engine.js")).loadEngine(),
} as const;

export type EngineName = keyof typeof loaders;

/** Code that is loaded once for all clusters of this process; nothing of a cluster is in it. */
const loaded = new Map<EngineName, Engine>();
const loading = new Map<EngineName, Promise<void>>();

export function isLoaded(name: EngineName): boolean {
  return loaded.has(name);
}

/** Loads an engine; resolves at once where it is there. Called at the edge, between two events. */
export function loadEngine(name: EngineName): Promise<void> {
  let promise = loading.get(name);
  if (promise === undefined) {
    promise = loaders[name]().then((engine) => {
      loaded.set(name, engine);
    });
    loading.set(name, promise);
  }
  return promise;
}

/** A program of an engine, looked up when it is run. */
export function engineProgram(name: EngineName, program: string): Program {
  return (process) => {
    const found = engine(name).programs[program];
    if (found === undefined) throw new Error(`the engine ${name} has no program ${program}`);
    return found(process);
  };
}

/** The service that a listener names; undefined where no loaded engine has it. */
export function findService(name: string): Service | undefined {
  for (const { services } of loaded.values()) if (Object.hasOwn(services, name)) return services[name];
  return undefined;
}

function engine(name: EngineName): Engine {
  const found = loaded.get(name);
  if (found === undefined) throw new Error(`the engine ${name} is used before it is loaded`);
  return found;
}
