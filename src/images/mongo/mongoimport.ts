import { decodeUtf8, encodeUtf8 } from "../../container/bytes.js";
import type { Json } from "../../container/journal.js";
import { type Process, type Program, type Step, SystemError } from "../../container/program.js";
import { type Arguments, parseArguments } from "./arguments.js";
import { Connection } from "./connection.js";
import { FormatError, parseJsonArray, parseJsonDocuments, parseTable, tableDocuments } from "./import-formats.js";
import { parseTarget, type Target, UriError } from "./uri.js";

const options = {
  valued: [
    "uri",
    "host",
    "port",
    "db",
    "collection",
    "file",
    "type",
    "fields",
    "fieldFile",
    "mode",
    "upsertFields",
    "username",
    "password",
    "authenticationDatabase",
    "numInsertionWorkers",
    "writeConcern",
    "jsonFormat",
  ],
  flags: [
    "drop",
    "jsonArray",
    "headerline",
    "ignoreBlanks",
    "stopOnError",
    "maintainInsertionOrder",
    "quiet",
    "verbose",
    "ssl",
    "help",
    "version",
    "bypassDocumentValidation",
    "parseGrace",
    "columnsHaveTypes",
    "legacy",
  ],
  short: { h: "host", d: "db", c: "collection", u: "username", p: "password", f: "fields", v: "verbose" },
} as const;

type Row = { [field: string]: Json };
type Reply = { readonly [key: string]: Json };

/** Milliseconds: of connecting, and of writing a batch. */
const connectMs = 150;
const batchMs = 20;
const batchSize = 1000;
const selectionMs = 30_000;

function* log(process: Process, text: string): Step<void> {
  const stamp = new Date(process.nowMs()).toISOString().replace("Z", "+0000");
  yield* process.err(encodeUtf8(`${stamp}\t${text}\n`));
}

function* fail(process: Process, text: string): Step<number> {
  yield* log(process, text);
  return 1;
}

/** mongoimport: reads documents from a file or from its standard input, and writes them to a collection. */
export const mongoimport: Program = function* (process) {
  const args = parseArguments(process.argv.slice(1), options);
  const { values, operands, wrong } = args;
  if (values.has("version")) {
    yield* process.out("mongoimport version: 100.6.0\n");
    return 0;
  }
  if (wrong !== null) {
    const what =
      wrong.reason === "unknown"
        ? `unknown option "${wrong.option.replace(/^-+/, "")}"`
        : `expected argument for flag \`${wrong.option}'`;
    yield* log(process, `error parsing command line options: ${what}`);
    return yield* fail(process, "try 'mongoimport --help' for more information");
  }
  const last = (name: string) => values.get(name)?.at(-1);
  let target: Target;
  try {
    const uri = last("uri") ?? operands.find((word) => word.includes("://"));
    target = parseTarget(
      uri ?? `mongodb://${last("host") ?? "localhost"}${last("port") === undefined ? "" : `:${last("port")}`}/`,
    );
  } catch (error) {
    if (!(error instanceof UriError)) throw error;
    return yield* fail(process, `error parsing command line options: error parsing uri: ${error.message}`);
  }
  const db = last("db") ?? target.database ?? "test";
  const path = last("file") ?? operands.find((word) => !word.includes("://"));
  const collection =
    last("collection") ??
    path
      ?.split("/")
      .at(-1)
      ?.replace(/\.[^.]*$/, "");
  if (collection === undefined) {
    yield* log(process, "error validating settings: must specify a collection or filename");
    return yield* fail(process, "try 'mongoimport --help' for more information");
  }
  const text = yield* readInput(process, path);
  if (text === null) return yield* fail(process, `Failed: open ${path}: no such file or directory`);
  yield* process.sleep(connectMs);
  const connection = new Connection(process, target);
  const failure = yield* connection.connect(selectionMs);
  if (failure !== null) {
    return yield* fail(
      process,
      `could not connect to server: server selection error: server selection timeout, current topology: { Type: Unknown, Servers: [] }`.replace(
        "[]",
        `[{ Last error: ${failure.message} }]`,
      ),
    );
  }
  yield* log(process, `connected to: ${target.text}`);
  const job = new Import(process, connection, { db, collection, args });
  try {
    return yield* job.run(text);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return yield* job.end(`Failed: ${error.message}`);
  }
};

function* readInput(process: Process, path: string | undefined): Step<string | null> {
  try {
    if (path === undefined) return decodeUtf8(yield* process.readAll(0));
    const fd = process.open(path, { read: true });
    const text = decodeUtf8(yield* process.readAll(fd));
    process.close(fd);
    return text;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return null;
  }
}

class Import {
  readonly #process: Process;
  readonly #connection: Connection;
  readonly #db: string;
  readonly #collection: string;
  readonly #args: Arguments;
  #imported = 0;
  #failed = 0;
  #drawn = 0;

  constructor(
    process: Process,
    connection: Connection,
    { db, collection, args }: { readonly db: string; readonly collection: string; readonly args: Arguments },
  ) {
    this.#process = process;
    this.#connection = connection;
    this.#db = db;
    this.#collection = collection;
    this.#args = args;
  }

  *run(text: string): Step<number> {
    const { values } = this.#args;
    if (values.has("drop")) {
      yield* log(this.#process, `dropping: ${this.#db}.${this.#collection}`);
      this.#command({ drop: this.#collection });
    }
    const documents = this.#documents(text);
    const upsertFields = (values.get("upsertFields")?.at(-1) ?? "_id").split(",");
    const mode = values.get("mode")?.at(-1) ?? (values.has("upsertFields") ? "upsert" : "insert");
    for (let at = 0; at < documents.length; at += batchSize) {
      yield* this.#process.sleep(batchMs + Math.floor(this.#process.random() * batchMs));
      const batch = documents.slice(at, at + batchSize);
      const trouble = mode === "insert" ? yield* this.#insert(batch) : yield* this.#write(batch, mode, upsertFields);
      if (trouble !== null) return yield* this.end(`Failed: ${trouble}`);
    }
    return yield* this.end(null);
  }

  /** The last line, after what went wrong. */
  *end(trouble: string | null): Step<number> {
    if (trouble !== null) yield* log(this.#process, trouble);
    yield* log(
      this.#process,
      `${this.#imported} document(s) imported successfully. ${this.#failed} document(s) failed to import.`,
    );
    return trouble === null ? 0 : 1;
  }

  #documents(text: string): Row[] {
    const { values } = this.#args;
    const type = values.get("type")?.at(-1) ?? "json";
    if (type === "json") return values.has("jsonArray") ? parseJsonArray(text) : parseJsonDocuments(text);
    if (type !== "csv" && type !== "tsv") throw new FormatError(`unknown type ${type}`);
    const rows = parseTable(text, type === "csv" ? "," : "\t");
    const fields = values.has("headerline") ? (rows.shift() ?? []) : (values.get("fields")?.at(-1)?.split(",") ?? null);
    if (fields === null)
      throw new FormatError(`must specify --fields, --fieldFile or --headerline to import this file type`);
    return tableDocuments(rows, fields, values.has("ignoreBlanks"));
  }

  #command(command: Reply): Reply {
    return this.#connection.command(this.#db, command) as Reply;
  }

  *#insert(batch: readonly Row[]): Step<string | null> {
    const documents = batch.map((document) =>
      document._id === undefined ? { _id: this.#newId(), ...document } : document,
    );
    const reply = this.#command({ insert: this.#collection, documents, ordered: this.#args.values.has("stopOnError") });
    if (typeof reply.failure === "string") return reply.failure;
    if (reply.ok !== 1) return String(reply.errmsg);
    this.#imported += Number(reply.n);
    for (const { errmsg } of (reply.writeErrors ?? []) as readonly Reply[]) {
      this.#failed += 1;
      yield* log(this.#process, `continuing through error: ${errmsg}`);
    }
    return null;
  }

  *#write(batch: readonly Row[], mode: string, upsertFields: readonly string[]): Step<string | null> {
    for (const document of batch) {
      const q = Object.fromEntries(upsertFields.map((field) => [field, document[field] ?? null]));
      const reply =
        mode === "delete"
          ? this.#command({ delete: this.#collection, deletes: [{ q, limit: 1 }] })
          : this.#command({
              update: this.#collection,
              updates: [{ q, u: mode === "merge" ? { $set: document } : document, upsert: true }],
            });
      if (typeof reply.failure === "string") return reply.failure;
      const [error] = (reply.writeErrors ?? []) as readonly Reply[];
      if (reply.ok !== 1 || error !== undefined) {
        this.#failed += 1;
        yield* log(this.#process, `continuing through error: ${error?.errmsg ?? reply.errmsg}`);
      } else this.#imported += 1;
    }
    return null;
  }

  #newId(): Json {
    this.#drawn += 1;
    const seconds = Math.floor(this.#process.nowMs() / 1000)
      .toString(16)
      .padStart(8, "0");
    const machine = Math.floor(this.#process.random() * 16 ** 10)
      .toString(16)
      .padStart(10, "0");
    return { $oid: `${seconds}${machine}${(this.#drawn % 2 ** 24).toString(16).padStart(6, "0")}` };
  }
}
