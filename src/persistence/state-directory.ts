import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { databaseDamage } from "./database-file.js";
import { isRunning, takeFileLock } from "./file-lock.js";
import type { LmdbBackend } from "./lmdb-backend.js";
import { replaceFile } from "./replace-file.js";

/** The layout of the files that this program writes. A folder of another format is refused. */
const formatVersion = 1;
/** The row of a database that says in which layout it is. */
const formatKey = "format";

/** A state folder that cannot be used; the message says what is wrong and what to do. */
export class StateError extends Error {
  override readonly name = "StateError";
}

/** What is kept about a cluster outside its database: small, and readable without opening it. */
export interface ClusterFile {
  readonly format: number;
  readonly name: string;
  readonly clock: ClockSettings;
}

/**
 * How cluster time runs. `real`: as much faster or slower than the wall clock as `speed` says (0: paused), from the instant
 * `clusterMs` at wall time `wallMs` on. `virtual`: only when commands move it.
 */
export type ClockSettings =
  | { readonly mode: "real"; readonly clusterMs: number; readonly wallMs: number; readonly speed: number }
  | { readonly mode: "virtual" };

/** One way to use a cluster, as a kubeconfig has it. */
export interface ContextEntry {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  /** "" where none is set. */
  readonly namespace: string;
}

/** Settings of the person, beside the clusters: what a kubeconfig holds for kubectl. */
export interface ConfigFile {
  readonly format: number;
  readonly currentContext: string;
  readonly contexts: readonly ContextEntry[];
}

const namePattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** `$KJOB_HOME`: a folder a cluster, and one file of settings. */
export class StateDirectory {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  clusters(): readonly string[] {
    if (!existsSync(this.path)) return [];
    return reading(this.path, () =>
      readdirSync(this.path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && existsSync(join(this.path, entry.name, "cluster.json")))
        .map(({ name }) => name)
        .sort(),
    );
  }

  hasCluster(name: string): boolean {
    return existsSync(join(this.path, name, "cluster.json"));
  }

  cluster(name: string): ClusterFile {
    return readJson(join(this.path, name, "cluster.json"), isClusterFile);
  }

  /**
   * Makes a cluster: `fill` writes its database, then it appears under its name, whole. False where another process was
   * faster; its cluster is the one that stays.
   */
  async createCluster(
    name: string,
    file: Omit<ClusterFile, "format" | "name">,
    fill: (backend: LmdbBackend) => Promise<void>,
  ): Promise<boolean> {
    if (!namePattern.test(name)) {
      throw new StateError(`invalid cluster name "${name}": lower case letters, digits and '-', at most 63 of them`);
    }
    const making = join(this.path, `${makingPrefix}${process.pid}`);
    writing(this.path, () => {
      this.#sweep();
      makeFolder(making);
    });
    try {
      const backend = await openAt(join(making, "state.lmdb"), { isNew: true });
      try {
        await fill(backend);
        backend.begin();
        backend.put(formatKey, String(formatVersion));
        await backend.commit();
      } finally {
        await backend.close();
      }
      writeJson(join(making, "cluster.json"), { format: formatVersion, name, ...file });
      return this.#appear(making, name);
    } finally {
      rmSync(making, { recursive: true, force: true });
    }
  }

  writeCluster(name: string, file: Omit<ClusterFile, "format" | "name">): void {
    writeJson(join(this.path, name, "cluster.json"), { format: formatVersion, name, ...file });
  }

  /** Away at once; a process that is killed while the files go leaves nothing that looks like a cluster. */
  removeCluster(name: string): void {
    writing(this.path, () => {
      const going = join(this.path, `${makingPrefix}${process.pid}`);
      renameSync(join(this.path, name), going);
      rmSync(going, { recursive: true });
    });
  }

  config(): ConfigFile {
    const path = this.configPath();
    if (existsSync(path)) return readJson(path, isConfigFile);
    const found = reading(this.path, () => statSync(this.path, { throwIfNoEntry: false }));
    if (found?.isDirectory() === false) {
      throw new StateError(`${this.path} is not a folder: name one for the state with KJOB_HOME`);
    }
    return { format: formatVersion, currentContext: "", contexts: [] };
  }

  /** Changes the settings; what other processes change at the same time is kept. */
  changeConfig(change: (config: ConfigFile) => Partial<Omit<ConfigFile, "format">>): void {
    const path = this.configPath();
    writing(this.path, () => makeFolder(this.path));
    const lock = writing(path, () => takeFileLock(`${path}.lock`));
    try {
      const config = this.config();
      writeJson(path, { ...config, ...change(config), format: formatVersion });
    } finally {
      lock.release();
    }
  }

  configPath(): string {
    return join(this.path, "config.json");
  }

  /** Opens a cluster's database. @throws StateError when it is damaged or cannot be written */
  async open(name: string): Promise<LmdbBackend> {
    const path = join(this.path, name, "state.lmdb");
    const backend = await openAt(path, { isNew: false });
    const format = backend.get(formatKey);
    if (format === String(formatVersion)) return backend;
    await backend.close();
    if (Number(format) > formatVersion) throw newer(path, format);
    throw damaged(path, new Error("it has no format version"));
  }

  #appear(making: string, name: string): boolean {
    try {
      renameSync(making, join(this.path, name));
      return true;
    } catch (error) {
      if (this.hasCluster(name)) return false;
      throw new StateError(`cannot write the state to ${this.path}: ${(error as Error).message}`);
    }
  }

  /** Removes what creations and removals left behind that were killed. */
  #sweep(): void {
    if (!existsSync(this.path)) return;
    for (const entry of readdirSync(this.path)) {
      if (entry.startsWith(makingPrefix) && !isRunning(Number(entry.slice(makingPrefix.length)))) {
        rmSync(join(this.path, entry), { recursive: true, force: true });
      }
    }
  }
}

/** Folders of clusters that are being made or removed, by process. */
const makingPrefix = ".making-";

/** The database is loaded when one is opened: it weighs more than everything else here. */
async function openAt(path: string, { isNew }: { readonly isNew: boolean }): Promise<LmdbBackend> {
  if (!isNew) {
    const damage = reading(path, () => databaseDamage(path));
    if (damage !== null) throw damaged(path, new Error(damage));
  }
  const { LmdbBackend } = await import("./lmdb-backend.js");
  try {
    return LmdbBackend.open(path, { failure: (error) => damaged(path, error) });
  } catch (error) {
    throw damaged(path, error);
  }
}

function readJson<T extends { readonly format: number }>(path: string, isWhole: (value: object) => boolean): T {
  const text = reading(path, () => readFileSync(path, "utf8"));
  let value: T;
  try {
    value = JSON.parse(text) as T;
  } catch (error) {
    throw damaged(path, error);
  }
  if (typeof value !== "object" || value === null || typeof value.format !== "number") {
    throw damaged(path, new Error("it has no format version"));
  }
  if (value.format > formatVersion) throw newer(path, value.format);
  if (!isWhole(value)) throw damaged(path, new Error("some of its fields are missing or have wrong values"));
  return value;
}

function isClusterFile(value: Partial<ClusterFile>): boolean {
  const { name, clock } = value;
  if (typeof name !== "string" || typeof clock !== "object" || clock === null) return false;
  if (clock.mode === "virtual") return true;
  return clock.mode === "real" && [clock.clusterMs, clock.wallMs, clock.speed].every(Number.isFinite);
}

function isConfigFile({ currentContext, contexts }: Partial<ConfigFile>): boolean {
  return typeof currentContext === "string" && Array.isArray(contexts) && contexts.every(isContextEntry);
}

function isContextEntry(entry: unknown): boolean {
  if (typeof entry !== "object" || entry === null) return false;
  const { name, cluster, user, namespace } = entry as Partial<ContextEntry>;
  return [name, cluster, user, namespace].every((field) => typeof field === "string");
}

/** Folder by folder: what is not there cannot be made everywhere, and Node's own way never ends in some places. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function writeJson(path: string, value: unknown): void {
  writing(path, () => replaceFile(path, `${JSON.stringify(value, null, 2)}\n`));
}

function damaged(path: string, error: unknown): StateError {
  const why = error instanceof Error ? error.message : String(error);
  return new StateError(
    `the state in ${path} cannot be read: ${why}; it was left as it is: delete that cluster's folder to begin anew, or name another one with KJOB_HOME`,
  );
}

function newer(path: string, format: unknown): StateError {
  return new StateError(
    `${path} was written by a newer kjob (format ${format}, this one knows ${formatVersion}): update kjob, or name another folder with KJOB_HOME`,
  );
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new StateError(
      `cannot read the state in ${path}: ${(error as Error).message}; name another folder with KJOB_HOME`,
    );
  }
}

function writing<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw new StateError(
      `cannot write the state to ${path}: ${(error as Error).message}; name a folder that can be written with KJOB_HOME`,
    );
  }
}
