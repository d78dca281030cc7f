import type { Guest, GuestCursor, GuestDatabase } from "./guest.js";

/** `db` and what gives other databases, as globals of the virtual machine. */
export function installDatabases(guest: Guest): void {
  type Doc = { [key: string]: unknown };
  const inspectKey = Symbol.for("kjob.inspect");
  const { run, send, define, newCursor, documentsOf, withChildren, errorType } = guest.core;
  const { collectionOf } = guest;
  const MongoshInvalidInputError = errorType("MongoshInvalidInputError");

  class Database implements GuestDatabase {
    readonly _name!: string;
    constructor(name: string) {
      Object.defineProperty(this, "_name", { value: name });
    }
    getName(): string {
      return this._name;
    }
    toString(): string {
      return this._name;
    }
    [inspectKey](): string {
      return this._name;
    }
    getSiblingDB(name: string): unknown {
      return databaseOf(name);
    }
    getCollection(name: string): unknown {
      return collectionOf(this, name);
    }
    getMongo(): unknown {
      return mongo;
    }
    getCollectionNames(): string[] {
      return documentsOf(run(this._name, { listCollections: 1, nameOnly: true })).map(({ name }) => String(name));
    }
    getCollectionInfos(filter: Doc = {}): Doc[] {
      return documentsOf(run(this._name, { listCollections: 1, filter }));
    }
    createCollection(name: string): Doc {
      run(this._name, { create: name });
      return { ok: 1 };
    }
    dropDatabase(): Doc {
      return run(this._name, { dropDatabase: 1 });
    }
    runCommand(command: Doc | string): Doc {
      return run(this._name, typeof command === "string" ? { [command]: 1 } : command);
    }
    adminCommand(command: Doc | string): Doc {
      return run("admin", typeof command === "string" ? { [command]: 1 } : command);
    }
    hello(): Doc {
      return run(this._name, { hello: 1 });
    }
    isMaster(): Doc {
      return run(this._name, { isMaster: 1 });
    }
    version(): unknown {
      return guest.facts.serverVersion;
    }
    stats(): Doc {
      return run(this._name, { dbStats: 1 });
    }
    serverStatus(): Doc {
      return run("admin", { serverStatus: 1 });
    }
    serverBuildInfo(): Doc {
      return run("admin", { buildInfo: 1 });
    }
    aggregate(pipeline: Doc[]): GuestCursor {
      return newCursor(() => documentsOf(run(this._name, { aggregate: "$cmd", pipeline, cursor: {} })));
    }
    setSecondaryOk(): void {}
  }
  const databases = new Map<string, unknown>();
  const databaseOf = (name: string): unknown => {
    if (typeof name !== "string" || name === "" || /[/\\. "$*<>:|?\0]/.test(name)) {
      throw new MongoshInvalidInputError(`[COMMON-10001] Invalid database name: ${name}`);
    }
    let found = databases.get(name);
    if (found === undefined) {
      const database = new Database(name);
      found = withChildren(database, (child) => collectionOf(database, child));
      databases.set(name, found);
    }
    return found;
  };

  const mongo = {
    getDB: (name: string) => databaseOf(name),
    getURI: () => guest.facts.uri,
    getDBs: () => run("admin", { listDatabases: 1 }),
    getDBNames: () => (run("admin", { listDatabases: 1 }).databases as Doc[]).map(({ name }) => name),
    setReadPref: (): void => {},
    getReadPrefMode: () => "primary",
    setSecondaryOk: (): void => {},
    close: (): void => {},
    [inspectKey]: () => guest.facts.uri,
  };
  define("Mongo", () => mongo);
  define("connect", (uri: string) => databaseOf(String(uri).split("/").at(-1)?.split("?")[0] || "test"));
  let database = databaseOf(guest.facts.database);
  Object.defineProperty(globalThis, "db", {
    get: () => database,
    set: (value: unknown) => {
      database = value;
    },
    configurable: true,
  });

  guest.api = {
    isCursor: guest.core.isCursor,
    elementsOf: (cursor) => (cursor as GuestCursor).toArray(),
    showPage: guest.core.showPage,
    more: guest.core.more,
    batchSize: guest.core.batchSize,
    use: (name) => {
      database = databaseOf(name);
    },
    databaseName: () => (database as Database).getName(),
    collectionNames: () => (database as Database).getCollectionNames(),
    databases: () =>
      (run("admin", { listDatabases: 1 }).databases as Doc[]).map(({ name, sizeOnDisk }) => ({
        name: String(name),
        bytes: Number(sizeOnDisk),
      })),
    hello: () => send("admin", { hello: 1 }),
    invalidInput: (message) => new MongoshInvalidInputError(message),
  };
}
