import type { Guest, GuestCursor, GuestDatabase } from "./guest.js";

/** The collections of databases. */
export function installCollections(guest: Guest): void {
  type Doc = { [key: string]: unknown };
  const inspectKey = Symbol.for("kjob.inspect");
  const { run, send, serverError, newCursor, documentsOf, errorType } = guest.core;
  const { acknowledged, bulkError, checkReply, needDocument, withId, checkUpdate, checkReplacement } = guest.writes;
  const MongoError = errorType("MongoError");
  const MongoshInvalidInputError = errorType("MongoshInvalidInputError");

  class Collection {
    readonly _database!: GuestDatabase;
    readonly _name!: string;
    constructor(database: GuestDatabase, name: string) {
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
    getDB(): GuestDatabase {
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
      return newCursor(({ options: set }) =>
        documentsOf(this.#run({ find: this._name, filter, projection, ...options, ...set })),
      );
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
      needDocument(document, "Collection.insertOne");
      const sent = withId(document);
      checkReply(this.#run({ insert: this._name, documents: [sent] }));
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
      const reply = checkReply(
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
      needDocument(filter, `Collection.${name}`);
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

  const collections = new Map<string, unknown>();
  const collectionOf = (database: GuestDatabase, name: string): unknown => {
    if (name === "") throw new MongoshInvalidInputError("[COMMON-10001] Collection name cannot be empty.");
    const key = `${database._name}.${name}`;
    let found = collections.get(key);
    if (found === undefined) {
      found = guest.core.withChildren(new Collection(database, name), (child) =>
        collectionOf(database, `${name}.${child}`),
      );
      collections.set(key, found);
    }
    return found;
  };

  guest.collectionOf = collectionOf;
}
