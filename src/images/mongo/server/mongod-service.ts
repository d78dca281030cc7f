import type { Json } from "../../../container/journal.js";
import type { Service, ServiceContext } from "../../service.js";
import { CommandError, type Document, encode } from "../bson.js";
import { buildInfo } from "../version.js";
import { createDataset, Dataset, forgetDirectories } from "./dataset.js";
import {
  count,
  createIndexes,
  distinct,
  dropIndexes,
  find,
  isWritingPipeline,
  listIndexes,
  runAggregate,
} from "./read-commands.js";
import { initiate, reconfigure, type Server, serverOf, stepDown, viewOf } from "./replica-set.js";
import { hello, replicaSetConfig, replicaSetStatus, requireView } from "./set-commands.js";
import { findAndModify, insert, remove, type Target, update } from "./write-commands.js";

type Reply = { readonly [key: string]: Json };
type Command = { readonly [key: string]: Json };

/** One command, as a driver sends it. */
interface CommandMessage {
  readonly db: string;
  /** The command's name is its first key. */
  readonly command: Command;
  /** Whether a secondary may answer what only reads. */
  readonly secondaryOk: boolean;
}

interface Handler {
  readonly needs: "nothing" | "reading" | "writing";
  run(target: Target, command: Command, server: Server): Reply;
}

/** mongod: a function of what its tables hold and of one command; each command is done whole or not at all. */
export const mongodService: Service = {
  answer(message, context) {
    const { db, command, secondaryOk } = message as unknown as CommandMessage;
    const [name = ""] = Object.keys(command);
    try {
      const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
      if (handler === undefined) throw new CommandError(59, "CommandNotFound", `no such command: '${name}'`);
      const server = serverOf(context.self, context);
      const isWriting = handler.needs === "writing" || (name === "aggregate" && isWritingPipeline(command));
      if (handler.needs !== "nothing") checkRole(server, context, isWriting, secondaryOk);
      return { ...handler.run(targetOf(server, db, command, name, context), command, server), ok: 1 };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return { ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName, ...error.extra };
    }
  },
  forget: forgetDirectories,
};

function checkRole(server: Server, context: ServiceContext, isWriting: boolean, secondaryOk: boolean): void {
  if (server.settings.replSet === null) return;
  const view = viewOf(server, context);
  if (view?.self != null && view.primary?.host === view.self.host) return;
  if (isWriting) throw new CommandError(10107, "NotWritablePrimary", "not primary");
  if (view === null || view.self === null || view.self.arbiterOnly) {
    throw new CommandError(13436, "NotPrimaryOrSecondary", "node is not in primary or recovering state");
  }
  if (!secondaryOk) throw new CommandError(13435, "NotPrimaryNoSecondaryOk", "not primary and secondaryOk=false");
}

function targetOf(server: Server, db: string, command: Command, name: string, context: ServiceContext): Target {
  const nothing = () => new Dataset("", { collections: {}, replicaSet: null, directories: [] }, context.rows);
  let dataset = server.dataset;
  if (dataset === null && handlers[name]?.needs === "writing") dataset = createDataset(server.place, context);
  dataset ??= nothing();
  const present = dataset;
  let drawn = 0;
  return {
    dataset,
    namespace: `${db}.${typeof command[name] === "string" ? command[name] : "$cmd"}`,
    context,
    facts: {
      nowMs: context.nowMs,
      random: () => context.random("draw", drawn++),
      documents: (collection): Document[] => present.find(`${db}.${collection}`)?.documents() ?? [],
    },
  };
}

const reading = (run: Handler["run"]): Handler => ({ needs: "reading", run });
const writing = (run: Handler["run"]): Handler => ({ needs: "writing", run });
const always = (run: Handler["run"]): Handler => ({ needs: "nothing", run });

function databaseOf({ namespace }: Target): string {
  return namespace.slice(0, namespace.indexOf("."));
}

function bytesOf(target: Target, names: readonly string[]): number {
  let bytes = 0;
  for (const name of names) {
    for (const document of target.dataset.find(name)?.documents() ?? [])
      bytes += JSON.stringify(encode(document)).length;
  }
  return bytes;
}

/** Files of the storage engine are made in steps of pages. */
const pageBytes = 4096;
const sizeOnDisk = (bytes: number): number => (Math.ceil(bytes / pageBytes / 2) + 1) * pageBytes;

function listDatabases(target: Target): Reply {
  const databases = [...new Set(["admin", "config", "local", ...target.dataset.databases()])]
    .sort()
    .map((name): Reply => {
      const names = target.dataset.names(name).map((collection) => `${name}.${collection}`);
      const size = names.length === 0 ? 40_960 : names.length * 2 * pageBytes + sizeOnDisk(bytesOf(target, names));
      return { name, sizeOnDisk: size, empty: false };
    });
  return { databases, totalSize: databases.reduce((sum, { sizeOnDisk: size }) => sum + Number(size), 0) };
}

function listCollections(target: Target, command: Command): Reply {
  const database = databaseOf(target);
  const wanted = (command.filter as { name?: Json } | undefined)?.name;
  const names = target.dataset.names(database).filter((name) => wanted === undefined || wanted === name);
  const firstBatch = names.map(
    (name): Reply => ({
      name,
      type: "collection",
      options: {},
      info: { readOnly: false },
      idIndex: { v: 2, key: { _id: 1 }, name: "_id_" },
    }),
  );
  return { cursor: { firstBatch, id: { $numberLong: "0" }, ns: `${database}.$cmd.listCollections` } };
}

function create({ dataset, namespace }: Target): Reply {
  if (dataset.has(namespace)) {
    throw new CommandError(48, "NamespaceExists", `Collection ${namespace} already exists.`);
  }
  dataset.make(namespace);
  return {};
}

function drop({ dataset, namespace }: Target): Reply {
  const nIndexesWas = dataset.find(namespace)?.info.indexes.length ?? 0;
  if (!dataset.drop(namespace)) throw new CommandError(26, "NamespaceNotFound", "ns not found");
  return { nIndexesWas, ns: namespace };
}

function dropDatabase(target: Target): Reply {
  const database = databaseOf(target);
  const names = target.dataset.names(database);
  for (const name of names) target.dataset.drop(`${database}.${name}`);
  return names.length === 0 ? {} : { dropped: database };
}

function renameCollection({ dataset }: Target, command: Command): Reply {
  const from = String(command.renameCollection);
  const to = String(command.to);
  const source = dataset.find(from);
  if (source === null) throw new CommandError(26, "NamespaceNotFound", `Source collection ${from} does not exist`);
  if (dataset.has(to)) {
    if (command.dropTarget !== true) throw new CommandError(48, "NamespaceExists", "target namespace exists");
    dataset.drop(to);
  }
  const target = dataset.make(to);
  for (const document of source.documents()) target.insert(document);
  for (const index of source.info.indexes) if (index.name !== "_id_") target.createIndex(index);
  dataset.drop(from);
  return {};
}

function collStats(target: Target): Reply {
  const { dataset, namespace } = target;
  const collection = dataset.find(namespace);
  const size = bytesOf(target, [namespace]);
  const documents = collection?.size ?? 0;
  return {
    ns: namespace,
    size,
    count: documents,
    ...(documents > 0 ? { avgObjSize: Math.floor(size / documents) } : {}),
    storageSize: sizeOnDisk(size),
    freeStorageSize: 0,
    capped: false,
    nindexes: collection?.info.indexes.length ?? 0,
    totalIndexSize: (collection?.info.indexes.length ?? 0) * 5 * pageBytes,
    scaleFactor: 1,
  };
}

function dbStats(target: Target): Reply {
  const db = databaseOf(target);
  const names = target.dataset.names(db).map((name) => `${db}.${name}`);
  const objects = names.reduce((sum, name) => sum + (target.dataset.find(name)?.size ?? 0), 0);
  const dataSize = bytesOf(target, names);
  return {
    db,
    collections: names.length,
    views: 0,
    objects,
    avgObjSize: objects === 0 ? 0 : dataSize / objects,
    dataSize,
    storageSize: sizeOnDisk(dataSize),
    indexes: names.length,
    scaleFactor: 1,
  };
}

const handlers: Readonly<Record<string, Handler>> = {
  hello: always(({ context }, _command, server) => hello(server, context, false)),
  isMaster: always(({ context }, _command, server) => hello(server, context, true)),
  ismaster: always(({ context }, _command, server) => hello(server, context, true)),
  ping: always(() => ({})),
  buildInfo: always(() => buildInfo),
  buildinfo: always(() => buildInfo),
  whatsmyuri: always(({ context }) => ({ you: `${context.self.ip}:40000` })),
  getCmdLineOpts: always((_target, _command, { settings }) => ({
    argv: ["mongod"],
    parsed: settings.replSet === null ? {} : { replication: { replSet: settings.replSet } },
  })),
  connectionStatus: always(() => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } })),
  getLog: always(() => ({ totalLinesWritten: 0, log: [] })),
  getParameter: always(() => ({ featureCompatibilityVersion: { version: "5.0" } })),
  serverStatus: always(({ context }, _command, { settings, endpoint }) => ({
    host: endpoint.hostname,
    version: buildInfo.version,
    process: "mongod",
    pid: { $numberLong: "1" },
    uptime: Math.floor((context.nowMs - settings.startMs) / 1000),
    localTime: { $date: context.nowMs },
  })),
  replSetInitiate: always(({ context }, command, server) => {
    const config = command.replSetInitiate;
    return initiate(server, typeof config === "object" ? (config as Command | null) : null, context, () =>
      createDataset(server.place, context),
    );
  }),
  replSetGetStatus: always(({ context }, _command, server) => replicaSetStatus(server, context)),
  replSetGetConfig: always(({ context }, _command, server) => replicaSetConfig(server, context)),
  replSetReconfig: always(({ context }, command, server) => {
    reconfigure(server, requireView(server, context), command.replSetReconfig as Command, command.force === true);
    return {};
  }),
  replSetStepDown: always(({ context }, _command, server) => {
    const view = requireView(server, context);
    if (view.primary?.host !== view.self?.host)
      throw new CommandError(10107, "NotWritablePrimary", "not primary so can't step down");
    stepDown(server, view, context);
    return {};
  }),
  find: reading(find),
  count: reading(count),
  distinct: reading(distinct),
  aggregate: reading(runAggregate),
  listIndexes: reading(listIndexes),
  listDatabases: reading(listDatabases),
  listCollections: reading(listCollections),
  collStats: reading(collStats),
  dbStats: reading(dbStats),
  insert: writing(insert),
  update: writing(update),
  delete: writing(remove),
  findAndModify: writing(findAndModify),
  findandmodify: writing(findAndModify),
  create: writing(create),
  drop: writing(drop),
  dropDatabase: writing(dropDatabase),
  renameCollection: writing(renameCollection),
  createIndexes: writing(createIndexes),
  dropIndexes: writing(dropIndexes),
};
