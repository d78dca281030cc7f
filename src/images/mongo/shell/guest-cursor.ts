import type { Guest } from "./guest.js";

/** What databases are made of: the errors of a driver, commands to the server, and cursors. */
export function installCursors(guest: Guest): void {
  type Doc = { [key: string]: unknown };
  const root = globalThis as unknown as Doc;
  const define = (name: string, value: unknown): void => {
    Object.defineProperty(root, name, { value, writable: true, configurable: true });
  };

  class MongoError extends Error {
    code?: number;
    codeName?: string;
  }
  const errorTypes = new Map<string, typeof MongoError>();
  const errorType = (name: string): typeof MongoError => {
    const known = name === "MongoError" ? MongoError : errorTypes.get(name);
    if (known !== undefined) return known;
    const type = class extends MongoError {};
    Object.defineProperty(type, "name", { value: name });
    Object.defineProperty(type.prototype, "name", { value: name, writable: true, configurable: true });
    define(name, type);
    errorTypes.set(name, type);
    return type;
  };
  const MongoServerError = errorType("MongoServerError");
  errorType("MongoBulkWriteError");
  const MongoServerSelectionError = errorType("MongoServerSelectionError");
  errorType("MongoshInvalidInputError");
  errorType("MongoshUnimplementedError");

  guest.describeError = (error) => {
    if (typeof error !== "object" || error === null) return { name: "Error", message: String(error) };
    const { name, message } = error as { name?: unknown; message?: unknown };
    // The words of the engine that Node has.
    const text = String(message ?? "")
      .replace(/^'(\w+)' is not defined$/, "$1 is not defined")
      .replace(/^cannot read property '(\w+)' of (undefined|null)$/, "Cannot read properties of $2 (reading '$1')")
      .replace(/^'(\w+)' is read-only$/, "Assignment to constant variable.");
    return { name: String(name ?? "Error"), message: text };
  };

  /** Sends a command; the answer may say that no server took it. */
  const send = (database: string, command: Doc): Doc => {
    const answer = JSON.parse(guest.request(JSON.stringify({ db: database, command: guest.bson.toJson(command) })));
    if (answer.failure) throw new MongoServerSelectionError(answer.failure);
    return guest.bson.fromJson(answer) as Doc;
  };
  const serverError = (reply: Doc): MongoError => {
    const error = new MongoServerError(String(reply.errmsg));
    const { ok, errmsg: _message, ...fields } = reply;
    return Object.assign(error, { ok }, fields);
  };
  const run = (database: string, command: Doc): Doc => {
    const reply = send(database, command);
    if (reply.ok !== 1) throw serverError(reply);
    return reply;
  };

  let batchSize = 20;
  let current: Cursor | null = null;

  class Cursor {
    readonly #load: (cursor: Cursor) => Doc[];
    #documents: Doc[] | null = null;
    #at = 0;
    #map: ((document: Doc) => unknown)[] = [];
    readonly options: Doc = {};
    constructor(load: (cursor: Cursor) => Doc[]) {
      this.#load = load;
    }
    #all(): Doc[] {
      this.#documents ??= this.#load(this);
      return this.#documents;
    }
    #shape(document: Doc): unknown {
      let value: unknown = document;
      for (const map of this.#map) value = map(value as Doc);
      return value;
    }
    #set(name: string, value: unknown): this {
      if (this.#documents !== null) throw new MongoError("Cursor is already initialized");
      this.options[name] = value;
      return this;
    }
    sort(value: Doc): this {
      return this.#set("sort", value);
    }
    limit(value: number): this {
      return this.#set("limit", value);
    }
    skip(value: number): this {
      return this.#set("skip", value);
    }
    projection(value: Doc): this {
      return this.#set("projection", value);
    }
    hint(): this {
      return this;
    }
    batchSize(): this {
      return this;
    }
    maxTimeMS(): this {
      return this;
    }
    readPref(): this {
      return this;
    }
    comment(): this {
      return this;
    }
    pretty(): this {
      return this;
    }
    map(map: (document: Doc) => unknown): this {
      this.#map.push(map);
      return this;
    }
    hasNext(): boolean {
      return this.#at < this.#all().length;
    }
    tryNext(): unknown {
      const document = this.#all()[this.#at];
      if (document === undefined) return null;
      this.#at += 1;
      return this.#shape(document);
    }
    next(): unknown {
      return this.tryNext();
    }
    toArray(): unknown[] {
      const rest = this.#all().slice(this.#at);
      this.#at = this.#all().length;
      return rest.map((document) => this.#shape(document));
    }
    forEach(each: (document: unknown) => unknown): void {
      while (this.hasNext()) if (each(this.next()) === false) return;
    }
    count(): number {
      return this.#all().length;
    }
    size(): number {
      return this.#all().length;
    }
    itcount(): number {
      return this.toArray().length;
    }
    objsLeftInBatch(): number {
      return this.#all().length - this.#at;
    }
    close(): void {
      this.#at = this.#all().length;
    }
    isClosed(): boolean {
      return this.#documents !== null && this.#at >= this.#documents.length;
    }
    isExhausted(): boolean {
      return this.isClosed();
    }
    explain(): Doc {
      return { explainVersion: "1", queryPlanner: { winningPlan: { stage: "COLLSCAN" } }, ok: 1 };
    }
    *[Symbol.iterator](): Generator<unknown> {
      while (this.hasNext()) yield this.next();
    }
    async *[Symbol.asyncIterator](): AsyncGenerator<unknown> {
      while (this.hasNext()) yield this.next();
    }
    /** The next documents that the shell shows. */
    page(): { documents: unknown[]; hasMore: boolean } {
      const documents: unknown[] = [];
      while (documents.length < batchSize && this.hasNext()) documents.push(this.next());
      return { documents, hasMore: this.hasNext() };
    }
  }

  const showPage = (cursor: Cursor): string => {
    current = cursor;
    const { documents, hasMore } = cursor.page();
    if (documents.length === 0) return "";
    return guest.inspect(documents, { isWhole: true }) + (hasMore ? '\nType "it" for more' : "");
  };

  const documentsOf = (reply: Doc): Doc[] => (reply.cursor as { firstBatch: Doc[] }).firstBatch;

  const withChildren = <T extends object>(target: T, child: (name: string) => unknown): T =>
    new Proxy(target, {
      get: (self, name) => {
        if (typeof name === "symbol" || name in self) {
          const value = Reflect.get(self, name, self);
          return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(self) : value;
        }
        return name.startsWith("_") || name === "then" || name === "toJSON" ? undefined : child(name);
      },
    });

  guest.core = {
    define,
    errorType,
    send,
    run,
    serverError,
    documentsOf,
    withChildren,
    newCursor: (load) => new Cursor(load),
    isCursor: (value) => value instanceof Cursor,
    showPage: (value) => showPage(value as Cursor),
    more: () => (current === null ? "no cursor" : showPage(current)),
    batchSize: (size) => {
      if (size !== undefined) batchSize = size;
      return batchSize;
    },
  };
}
