import type { Guest, GuestCursor } from "./guest.js";

/** `db`, collections and `rs`, as globals of the virtual machine. */
export function installApi(guest: Guest): void {
  type Doc = { [key: string]: unknown };
  const root = globalThis as unknown as Doc;
  const inspectKey = Symbol.for("kjob.inspect");
  const define = (name: string, value: unknown): void => {
    Object.defineProperty(root, name, { value, writable: true, configurable: true });
  };
  const { run, send, serverError, newCursor, errorType } = guest.core;
  const MongoError = errorType("MongoError");
  const MongoServerError = errorType("MongoServerError");
  const MongoBulkWriteError = errorType("MongoBulkWriteError");
  const MongoshInvalidInputError = errorType("MongoshInvalidInputError");
  const MongoshUnimplementedError = errorType("MongoshUnimplementedError");

  /** What the shell names when it shows it: `DeleteResult { … }` is shown without the name. */
  const acknowledged = (fields: Doc): Doc => ({ acknowledged: true, ...fields });

  class BulkWriteResult {}
  const bulkError = (reply: Doc, count: Doc): Error => {
    const errors = reply.writeErrors as Doc[];
    const [first] = errors;
    const error = new MongoBulkWriteError(String(first?.errmsg));
    const result = Object.assign(new BulkWriteResult(), {
      insertedCount: 0,
      matchedCount: 0,
      modifiedCount: 0,
      deletedCount: 0,
      upsertedCount: 0,
      upsertedIds: {},
      insertedIds: {},
      ...count,
    });
    Object.assign(error, { code: first?.code, writeErrors: errors });
    Object.defineProperty(error, "result", { value: result, enumerable: true });
    return error;
  };
  const checkWrite = (reply: Doc): Doc => {
    const [first] = (reply.writeErrors as Doc[] | undefined) ?? [];
    if (first === undefined) return reply;
    const { errmsg, index: _index, ...fields } = first;
    throw Object.assign(new MongoServerError(String(errmsg)), { index: 0, ...fields });
  };
  const needDocument = (value: unknown, name: string, text: string): void => {
    if (value === undefined) {
      throw new MongoshInvalidInputError(`[COMMON-10001] Missing required argument at position 0 (${text})`);
    }
    if (typeof value !== "object" || value === null) {
      throw new MongoshInvalidInputError(
        `[COMMON-10001] Argument at position 0 must be of type ${name}, got ${typeof value} instead (${text})`,
      );
    }
  };

  const documentsOf = (reply: Doc): Doc[] => (reply.cursor as { firstBatch: Doc[] }).firstBatch;
  const withId = (document: Doc): Doc => {
    if (document._id === undefined) {
      const id = guest.bson.newObjectId();
      // The driver puts it into the caller's own document, too.
      document._id = id;
      const { _id, ...fields } = document;
      return { _id, ...fields };
    }
    return document;
  };
  const checkUpdate = (update: unknown): void => {
    const keys = Array.isArray(update) ? ["$"] : Object.keys((update ?? {}) as Doc);
    if (!keys.every((key) => key.startsWith("$")) || keys.length === 0) {
      throw new MongoError("Update document requires atomic operators");
    }
  };
  const checkReplacement = (update: unknown): void => {
    if (Object.keys((update ?? {}) as Doc).some((key) => key.startsWith("$"))) {
      throw new MongoError("Replacement document must not contain atomic operators");
    }
  };

  class Collection {
    readonly _database!: Database;
    readonly _name!: string;
    constructor(database: Database, name: string) {
      Object.defineProperty(this, "_database", { value: database });
      Object.defineProperty(this, "_name", { value: name });
    }
    #run(command: Doc): Doc {
      return run(this._database._name, command);
    }
    getName(): string {
      return this._name;
    }
    getFullName(): string {
      return `${this._database._name}.${this._name}`;
    }
    getDB(): Database {
      return this._database;
    }
    getCollection(name: string): unknown {
      return collectionOf(this._database, `${this._name}.${name}`);
    }
    toString(): string {
      return this.getFullName();
    }
    [inspectKey](): string {
      return this.getFullName();
    }
    find(filter: Doc = {}, projection: Doc = {}, options: Doc = {}): GuestCursor {
      const cursor = newCursor(({ options: set }) =>
        documentsOf(this.#run({ find: this._name, filter, projection, ...options, ...set })),
      );
      return cursor;
    }
    findOne(filter: Doc = {}, projection: Doc = {}, options: Doc = {}): unknown {
      return this.find(filter, projection, options).limit(1).tryNext();
    }
    countDocuments(query: Doc = {}, options: Doc = {}): unknown {
      return this.#run({ count: this._name, query, ...options }).n;
    }
    count(query: Doc = {}, options: Doc = {}): unknown {
      return this.countDocuments(query, options);
    }
    estimatedDocumentCount(): unknown {
      return this.countDocuments();
    }
    distinct(key: string, query: Doc = {}): unknown {
      return this.#run({ distinct: this._name, key, query }).values;
    }
    aggregate(...stages: unknown[]): GuestCursor {
      const [first] = stages;
      const pipeline = Array.isArray(first) ? first : stages;
      const writes = pipeline.some((stage) => stage?.$out !== undefined || stage?.$merge !== undefined);
      const load = (): Doc[] => documentsOf(this.#run({ aggregate: this._name, pipeline, cursor: {} }));
      const loaded = writes ? load() : null;
      return newCursor(() => loaded ?? load());
    }
    insertOne(document: Doc): Doc {
      needDocument(document, "object", "Collection.insertOne");
      const sent = withId(document);
      checkWrite(this.#run({ insert: this._name, documents: [sent] }));
      return acknowledged({ insertedId: sent._id });
    }
    insertMany(documents: Doc[], options: Doc = {}): Doc {
      if (!Array.isArray(documents))
        throw new MongoshInvalidInputError('[COMMON-10001] Argument "docs" must be an array of documents');
      if (documents.length === 0) throw new MongoError("Invalid BulkOperation, Batch cannot be empty");
      const sent = documents.map(withId);
      const reply = this.#run({ insert: this._name, documents: sent, ordered: options.ordered ?? true });
      const insertedIds = Object.fromEntries(sent.map(({ _id }, index) => [index, _id]));
      if (reply.writeErrors) throw bulkError(reply, { insertedCount: reply.n, insertedIds });
      return acknowledged({ insertedIds });
    }
    insert(documents: Doc | Doc[], options: Doc = {}): Doc {
      const list = Array.isArray(documents) ? documents : [documents];
      return this.insertMany(list, options);
    }
    #update(filter: Doc, update: unknown, options: Doc, multi: boolean): Doc {
      const { upsert, arrayFilters } = options;
      const reply = checkWrite(
        this.#run({
          update: this._name,
          updates: [
            { q: filter, u: update, multi, upsert: upsert ?? false, ...(arrayFilters ? { arrayFilters } : {}) },
          ],
        }),
      );
      const upserted = (reply.upserted as Doc[] | undefined) ?? [];
      return acknowledged({
        insertedId: upserted[0]?._id ?? null,
        matchedCount: Number(reply.n) - upserted.length,
        modifiedCount: reply.nModified,
        upsertedCount: upserted.length,
      });
    }
    updateOne(filter: Doc, update: unknown, options: Doc = {}): Doc {
      checkUpdate(update);
      return this.#update(filter, update, options, false);
    }
    updateMany(filter: Doc, update: unknown, options: Doc = {}): Doc {
      checkUpdate(update);
      return this.#update(filter, update, options, true);
    }
    update(filter: Doc, update: unknown, options: Doc = {}): Doc {
      return this.#update(filter, update, options, options.multi === true);
    }
    replaceOne(filter: Doc, document: Doc, options: Doc = {}): Doc {
      checkReplacement(document);
      return this.#update(filter, document, options, false);
    }
    save(document: Doc): Doc {
      return document._id === undefined
        ? this.insertOne(document)
        : this.replaceOne({ _id: document._id }, document, { upsert: true });
    }
    #delete(filter: unknown, limit: number, name: string): Doc {
      needDocument(filter, "object", `Collection.${name}`);
      return acknowledged({ deletedCount: this.#run({ delete: this._name, deletes: [{ q: filter, limit }] }).n });
    }
    deleteOne(filter: Doc): Doc {
      return this.#delete(filter, 1, "deleteOne");
    }
    deleteMany(filter: Doc): Doc {
      return this.#delete(filter, 0, "deleteMany");
    }
    remove(filter: Doc, options: boolean | Doc = {}): Doc {
      const isOne = options === true || (typeof options === "object" && options.justOne === true);
      return this.#delete(filter, isOne ? 1 : 0, "remove");
    }
    #modify(query: Doc, rest: Doc, options: Doc): unknown {
      const { sort, projection, fields, upsert, arrayFilters, returnDocument, returnNewDocument, returnOriginal } =
        options;
      const isNew =
        returnDocument === "after" || returnNewDocument === true || returnOriginal === false || options.new === true;
      const shown = projection ?? fields;
      return this.#run({
        findAndModify: this._name,
        query,
        ...rest,
        ...(sort ? { sort } : {}),
        ...(shown ? { fields: shown } : {}),
        ...(upsert ? { upsert } : {}),
        ...(arrayFilters ? { arrayFilters } : {}),
        ...(isNew && !rest.remove ? { new: true } : {}),
      }).value;
    }
    findOneAndDelete(filter: Doc = {}, options: Doc = {}): unknown {
      return this.#modify(filter, { remove: true }, options);
    }
    findOneAndUpdate(filter: Doc, update: unknown, options: Doc = {}): unknown {
      checkUpdate(update);
      return this.#modify(filter, { update }, options);
    }
    findOneAndReplace(filter: Doc, update: Doc, options: Doc = {}): unknown {
      checkReplacement(update);
      return this.#modify(filter, { update }, options);
    }
    findAndModify({ query = {}, remove, update, ...options }: Doc): unknown {
      return this.#modify(query as Doc, remove ? { remove: true } : { update }, options);
    }
    bulkWrite(operations: Doc[]): Doc {
      const total = {
        insertedCount: 0,
        insertedIds: {} as Doc,
        matchedCount: 0,
        modifiedCount: 0,
        deletedCount: 0,
        upsertedCount: 0,
        upsertedIds: {} as Doc,
      };
      for (const [index, operation] of operations.entries()) {
        const [[name, value]] = Object.entries(operation) as [[string, Doc]];
        if (name === "insertOne") {
          total.insertedIds[index] = this.insertOne(value.document as Doc).insertedId;
          total.insertedCount += 1;
        } else if (name === "deleteOne" || name === "deleteMany") {
          total.deletedCount += Number(this[name](value.filter as Doc).deletedCount);
        } else if (name === "updateOne" || name === "updateMany" || name === "replaceOne") {
          const done =
            name === "replaceOne"
              ? this.replaceOne(value.filter as Doc, value.replacement as Doc, value)
              : this[name](value.filter as Doc, value.update, value);
          total.matchedCount += Number(done.matchedCount);
          total.modifiedCount += Number(done.modifiedCount);
          if (done.insertedId != null) total.upsertedIds[index] = done.insertedId;
          total.upsertedCount += Number(done.upsertedCount);
        } else throw new MongoError("bulkWrite only supports insertOne, updateOne, updateMany, deleteOne, deleteMany");
      }
      return acknowledged(total);
    }
    createIndex(key: Doc, options: Doc = {}): unknown {
      return this.createIndexes([key], options)[0];
    }
    ensureIndex(key: Doc, options: Doc = {}): unknown {
      return this.createIndexes([key], options);
    }
    createIndexes(keys: Doc[], options: Doc = {}): unknown[] {
      const indexes = keys.map((key) => ({
        ...options,
        key,
        name:
          options.name ??
          Object.entries(key)
            .map(([field, order]) => `${field}_${order}`)
            .join("_"),
      }));
      this.#run({ createIndexes: this._name, indexes });
      return indexes.map(({ name }) => name);
    }
    getIndexes(): Doc[] {
      return documentsOf(this.#run({ listIndexes: this._name }));
    }
    dropIndex(index: unknown): Doc {
      return this.#run({ dropIndexes: this._name, index });
    }
    dropIndexes(index: unknown = "*"): Doc {
      return this.#run({ dropIndexes: this._name, index });
    }
    drop(): boolean {
      const reply = send(this._database._name, { drop: this._name });
      if (reply.ok !== 1 && reply.codeName !== "NamespaceNotFound") throw serverError(reply);
      return true;
    }
    renameCollection(name: string, dropTarget = false): Doc {
      return run("admin", { renameCollection: this.getFullName(), to: `${this._database._name}.${name}`, dropTarget });
    }
    stats(): Doc {
      return this.#run({ collStats: this._name });
    }
    dataSize(): unknown {
      return this.stats().size;
    }
    exists(): unknown {
      return documentsOf(run(this._database._name, { listCollections: 1, filter: { name: this._name } }))[0] ?? null;
    }
  }

  const proxied = <T extends object>(target: T, child: (name: string) => unknown): T =>
    new Proxy(target, {
      get: (self, name) => {
        if (typeof name === "symbol" || name in self) {
          const value = Reflect.get(self, name, self);
          return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(self) : value;
        }
        return name.startsWith("_") || name === "then" || name === "toJSON" ? undefined : child(name);
      },
    });
  const collections = new Map<string, unknown>();
  const collectionOf = (database: Database, name: string): unknown => {
    if (name === "") throw new MongoshInvalidInputError("[COMMON-10001] Collection name cannot be empty.");
    const key = `${database._name}.${name}`;
    let found = collections.get(key);
    if (found === undefined) {
      found = proxied(new Collection(database, name), (child) => collectionOf(database, `${name}.${child}`));
      collections.set(key, found);
    }
    return found;
  };

  class Database {
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
      found = proxied(database, (child) => collectionOf(database, child));
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
  Object.defineProperty(root, "db", {
    get: () => database,
    set: (value: unknown) => {
      database = value;
    },
    configurable: true,
  });

  const rsConf = (): Doc => run("admin", { replSetGetConfig: 1 }).config as Doc;
  const tellLags = (): void => {
    const { print } = globalThis as unknown as { print: (value: unknown) => void };
    const { members } = run("admin", { replSetGetStatus: 1 }) as { members: readonly Doc[] };
    const timeOf = (member: Doc | undefined): number => (member?.optimeDate as Date | undefined)?.getTime() ?? 0;
    const newest = timeOf(members.find(({ stateStr }) => stateStr === "PRIMARY"));
    for (const member of members.filter(({ stateStr }) => stateStr === "SECONDARY")) {
      const seconds = Math.max(0, (newest - timeOf(member)) / 1000);
      const lag = `${seconds} secs (${Math.round((seconds / 3600) * 100) / 100} hrs) behind the primary `;
      print(`source: ${member.name}`);
      print({ syncedTo: new Date(timeOf(member)).toString(), replLag: lag });
      print("---");
    }
  };
  const rs = {
    initiate: (config: Doc = {}) => run("admin", { replSetInitiate: config }),
    status: () => run("admin", { replSetGetStatus: 1 }),
    hello: () => run("admin", { hello: 1 }),
    isMaster: () => run("admin", { isMaster: 1 }),
    conf: rsConf,
    config: rsConf,
    reconfig: (config: Doc, options: Doc = {}) =>
      run("admin", { replSetReconfig: { ...config, version: Number(rsConf().version) + 1 }, ...options }),
    add: (member: string | Doc) => {
      const config = rsConf();
      const members = config.members as Doc[];
      const id = Math.max(...members.map(({ _id }) => Number(_id))) + 1;
      members.push(typeof member === "string" ? { _id: id, host: member } : { _id: id, ...member });
      return run("admin", { replSetReconfig: { ...config, version: Number(config.version) + 1 } });
    },
    remove: (host: string) => {
      const config = rsConf();
      const members = (config.members as Doc[]).filter((member) => member.host !== host);
      return run("admin", { replSetReconfig: { ...config, members, version: Number(config.version) + 1 } });
    },
    stepDown: (seconds = 60) => run("admin", { replSetStepDown: seconds }),
    secondaryOk: (): void => {},
    slaveOk: (): void => {},
    printReplicationInfo: (): void => {},
    printSecondaryReplicationInfo: tellLags,
    printSlaveReplicationInfo: tellLags,
    [inspectKey]: () => "[Object]",
  };
  define("rs", rs);
  const unsupported = (name: string): unknown =>
    new Proxy(
      {},
      {
        get: (_self, key) => () => {
          throw new MongoshUnimplementedError(`${name}.${String(key)}() is not supported by kjob's mongosh`);
        },
      },
    );
  define("sh", unsupported("sh"));

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
