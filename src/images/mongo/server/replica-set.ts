import type { Json } from "../../../container/journal.js";
import type { Endpoint, ServiceContext } from "../../service.js";
import { CommandError } from "../bson.js";
import { attach, type Dataset, datasetAt, datasets } from "./dataset.js";

export interface Member {
  readonly _id: number;
  readonly host: string;
  readonly arbiterOnly: boolean;
  readonly hidden: boolean;
  readonly priority: number;
  readonly votes: number;
}

/** What the members of a replica set have agreed on. */
export interface ReplicaSet {
  readonly name: string;
  readonly id: string;
  version: number;
  term: number;
  members: Member[];
  /** Host of the primary; null while there is none. */
  primary: string | null;
  /** When the primary takes up its office. */
  primaryFromMs: number;
}

/** The settings of a mongod, as its command line gave them. */
interface MongodSettings {
  readonly replSet: string | null;
  readonly dbPath: string;
  readonly startMs: number;
}

function settingsOf(endpoint: Endpoint): MongodSettings {
  return endpoint.settings as unknown as MongodSettings;
}

/** One server that answers, with what its data directory holds. */
export interface Server {
  readonly endpoint: Endpoint;
  readonly place: string;
  readonly settings: MongodSettings;
  dataset: Dataset | null;
}

export function serverOf(endpoint: Endpoint, context: ServiceContext): Server {
  const settings = settingsOf(endpoint);
  const place = endpoint.place(settings.dbPath);
  return { endpoint, place, settings, dataset: datasetAt(place, context) };
}

const defaultPort = 27017;
/** An election among several members takes this long after the set is initiated, in milliseconds. */
const electionMs = { alone: 10, several: 1000 };

function hostAndPort(host: string): { readonly name: string; readonly port: number } {
  const colon = host.lastIndexOf(":");
  return colon < 0
    ? { name: host, port: defaultPort }
    : { name: host.slice(0, colon), port: Number(host.slice(colon + 1)) };
}

/** The server behind a member's host name, where one answers. */
function serverBehind(host: string, context: ServiceContext): Server | null {
  const { name, port } = hostAndPort(host);
  for (const ip of context.resolve(name) ?? []) {
    const endpoint = context.endpoint(ip, port);
    if (endpoint !== null) return serverOf(endpoint, context);
  }
  return null;
}

function isSame(left: Endpoint, right: Endpoint): boolean {
  return left.ip === right.ip && left.port === right.port;
}

/** A replica set as one of its servers sees it at this instant. */
export interface View {
  readonly set: ReplicaSet;
  /** The member that this server is; null where the configuration does not name it. */
  readonly self: Member | null;
  /** Hosts of the members that answer. */
  readonly reachable: ReadonlySet<string>;
  /** The primary that has taken up its office. */
  readonly primary: Member | null;
}

/**
 * Looks who of the set is there, takes up members that come with an empty directory, and elects a primary where there is
 * none: the reachable member of the highest priority, the first of several.
 */
export function viewOf(server: Server, context: ServiceContext): View | null {
  if (server.settings.replSet === null) return null;
  if (server.dataset?.row.replicaSet == null) join(server, context);
  const { dataset } = server;
  const set = dataset?.row.replicaSet;
  if (dataset == null || set == null) return null;
  const reachable = new Set<string>();
  let self: Member | null = null;
  for (const member of set.members) {
    const other = serverBehind(member.host, context);
    if (other === null) continue;
    if (isSame(other.endpoint, server.endpoint)) self = member;
    if (other.dataset === null && other.settings.replSet === set.name) attach(dataset, other.place, context);
    else if (other.dataset?.id !== dataset.id) continue;
    reachable.add(member.host);
  }
  elect(dataset, set, reachable, context.nowMs);
  const primary = set.primaryFromMs <= context.nowMs ? set.members.find(({ host }) => host === set.primary) : undefined;
  return { set, self, reachable, primary: primary ?? null };
}

/** A server with an empty directory hears from the others that it is a member. */
function join(server: Server, context: ServiceContext): void {
  if (server.dataset !== null && !server.dataset.isEmpty) return;
  for (const dataset of datasets(context)) {
    const set = dataset.row.replicaSet;
    if (set?.name !== server.settings.replSet || set === null) continue;
    const servers = set.members.map(({ host }) => serverBehind(host, context));
    const isMember = servers.some((other) => other !== null && isSame(other.endpoint, server.endpoint));
    if (!isMember || !servers.some((other) => other?.dataset?.id === dataset.id)) continue;
    attach(dataset, server.place, context);
    server.dataset = dataset;
    return;
  }
}

function elect(dataset: Dataset, set: ReplicaSet, reachable: ReadonlySet<string>, nowMs: number): void {
  const voters = set.members.filter(({ votes }) => votes > 0);
  const hasMajority = voters.filter(({ host }) => reachable.has(host)).length * 2 > voters.length;
  const isLeft = set.primary !== null && hasMajority && reachable.has(set.primary);
  if (isLeft || (set.primary === null && !hasMajority)) return;
  let best: Member | null = null;
  for (const member of hasMajority ? set.members : []) {
    if (!reachable.has(member.host) || member.arbiterOnly || member.priority === 0) continue;
    if (best === null || member.priority > best.priority) best = member;
  }
  set.primary = best?.host ?? null;
  if (best !== null) {
    set.term += 1;
    set.primaryFromMs = nowMs;
  }
  dataset.save();
}

/** Gives up the office of the primary for somebody else's sake. */
export function stepDown(server: Server, view: View, context: ServiceContext): void {
  const { set } = view;
  const others = set.members.filter(
    ({ host, priority, arbiterOnly }) =>
      host !== view.self?.host && view.reachable.has(host) && priority > 0 && !arbiterOnly,
  );
  const [next] = others;
  if (next === undefined) {
    throw new CommandError(262, "ExceededTimeLimit", "No electable secondaries caught up as of now");
  }
  set.primary = next.host;
  set.term += 1;
  set.primaryFromMs = context.nowMs;
  server.dataset?.save();
}

type Config = { readonly [key: string]: Json };

function parseMembers(config: Config): Member[] {
  const members = config.members;
  if (!Array.isArray(members) || members.length === 0) {
    throw invalidConfig("Replica set configuration must contain at least one member");
  }
  const seen = new Set<string>();
  return (members as readonly Config[]).map((member) => {
    if (typeof member.host !== "string")
      throw invalidConfig(`BSON field 'MemberConfig.host' is missing but a required field`);
    if (typeof member._id !== "number")
      throw invalidConfig(`BSON field 'MemberConfig._id' is missing but a required field`);
    const { name, port } = hostAndPort(member.host);
    const host = `${name}:${port}`;
    for (const key of [`id ${member._id}`, `host ${host}`]) {
      if (seen.has(key))
        throw invalidConfig(
          `Found two member configurations with same ${key.split(" ")[0] === "id" ? "_id" : "host"} field`,
        );
      seen.add(key);
    }
    const arbiterOnly = member.arbiterOnly === true;
    return {
      _id: member._id,
      host,
      arbiterOnly,
      hidden: member.hidden === true,
      priority: typeof member.priority === "number" ? member.priority : arbiterOnly ? 0 : 1,
      votes: typeof member.votes === "number" ? member.votes : 1,
    };
  });
}

function invalidConfig(message: string): CommandError {
  return new CommandError(93, "InvalidReplicaSetConfig", message);
}

/** @see https://www.mongodb.com/docs/manual/reference/command/replSetInitiate/ */
export function initiate(
  server: Server,
  config: Config | null,
  context: ServiceContext,
  createDataset: () => Dataset,
): { readonly [key: string]: Json } {
  const { settings } = server;
  if (settings.replSet === null) throw notReplicated();
  if (viewOf(server, context) !== null) throw new CommandError(23, "AlreadyInitialized", "already initialized");
  const own = `${server.endpoint.hostname}:${server.endpoint.port}`;
  const isDefault = config === null || Object.keys(config).length === 0;
  const wanted: Config = isDefault ? { _id: settings.replSet, version: 1, members: [{ _id: 0, host: own }] } : config;
  if (wanted._id !== settings.replSet) {
    throw invalidConfig(
      `Attempting to initiate a replica set with name ${wanted._id}, but command line reports ${settings.replSet}; rejecting`,
    );
  }
  const members = parseMembers(wanted);
  const servers = members.map(({ host }) => ({ host, server: serverBehind(host, context) }));
  const self = servers.find((other) => other.server !== null && isSame(other.server.endpoint, server.endpoint));
  if (self === undefined) {
    const set = `{ _id: "${settings.replSet}", version: 1 }`;
    throw invalidConfig(
      `No host described in new configuration ${set} for replica set ${settings.replSet} maps to this node`,
    );
  }
  checkQuorum(servers, settings.replSet, self.host);
  const dataset = server.dataset ?? createDataset();
  dataset.row.replicaSet = {
    name: settings.replSet,
    id:
      Math.floor(context.nowMs / 1000)
        .toString(16)
        .padStart(8, "0") + "7fffffff0000000000000001".slice(8),
    version: typeof wanted.version === "number" ? wanted.version : 1,
    term: 1,
    members,
    primary: self.host,
    primaryFromMs: context.nowMs + (members.length === 1 ? electionMs.alone : electionMs.several),
  };
  for (const other of servers) if (other.server !== null) attach(dataset, other.server.place, context);
  dataset.save();
  server.dataset = dataset;
  return isDefault ? { info2: "no configuration specified. Using a default configuration for the set", me: own } : {};
}

function checkQuorum(
  servers: readonly { readonly host: string; readonly server: Server | null }[],
  replSet: string,
  self: string,
): void {
  const failed: string[] = [];
  for (const { host, server } of servers) {
    if (host === self) continue;
    if (server === null)
      failed.push(`${host} failed with Error connecting to ${host} :: caused by :: Connection refused`);
    else if (server.settings.replSet !== replSet) {
      failed.push(`${host} failed with Our set name of ${replSet} does not match that of ${host}`);
    } else if (server.dataset !== null && (!server.dataset.isEmpty || server.dataset.row.replicaSet !== null)) {
      throw new CommandError(110, "CannotInitializeNodeWithData", `'${host}' has data already, cannot initiate set.`);
    }
  }
  if (failed.length > 0) {
    throw new CommandError(
      74,
      "NodeNotFound",
      `replSetInitiate quorum check failed because not all proposed set members responded affirmatively: ${failed.join(", ")}`,
    );
  }
}

export function notReplicated(): CommandError {
  return new CommandError(76, "NoReplicationEnabled", "This node was not started with replication enabled.");
}

export function reconfigure(server: Server, view: View, config: Config, isForced: boolean): void {
  const { set } = view;
  if (view.primary?.host !== view.self?.host && !isForced) {
    throw new CommandError(
      10107,
      "NotWritablePrimary",
      "New config is rejected because replSetReconfig should be run on the primary",
    );
  }
  if (config._id !== set.name)
    throw invalidConfig(
      `New and old configurations differ in replica set name; old was ${set.name}, and new is ${config._id}`,
    );
  const version = Number(config.version);
  if (!isForced && version <= set.version) {
    throw new CommandError(
      103,
      "NewReplicaSetConfigurationIncompatible",
      `New replica set configuration version must be greater than old, but ${version} is not greater than ${set.version} for replica set ${set.name}`,
    );
  }
  set.members = parseMembers(config);
  set.version = Math.max(version, set.version + 1);
  server.dataset?.save();
}

export function configOf(set: ReplicaSet): { readonly [key: string]: Json } {
  return {
    _id: set.name,
    version: set.version,
    term: set.term,
    members: set.members.map((member) => ({
      _id: member._id,
      host: member.host,
      arbiterOnly: member.arbiterOnly,
      buildIndexes: true,
      hidden: member.hidden,
      priority: member.priority,
      tags: {},
      secondaryDelaySecs: { $numberLong: "0" },
      votes: member.votes,
    })),
    protocolVersion: { $numberLong: "1" },
    writeConcernMajorityJournalDefault: true,
    settings: {
      chainingAllowed: true,
      heartbeatIntervalMillis: 2000,
      heartbeatTimeoutSecs: 10,
      electionTimeoutMillis: 10_000,
      catchUpTimeoutMillis: -1,
      catchUpTakeoverDelayMillis: 30_000,
      getLastErrorModes: {},
      getLastErrorDefaults: { w: 1, wtimeout: 0 },
      replicaSetId: { $oid: set.id },
    },
  };
}
