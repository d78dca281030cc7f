import type { Json } from "../../../container/journal.js";
import type { ServiceContext } from "../../service.js";
import { CommandError } from "../bson.js";
import { configOf, type Member, notReplicated, type Server, type View, viewOf } from "./replica-set.js";

type Reply = { readonly [key: string]: Json };

export function requireView(server: Server, context: ServiceContext): View {
  if (server.settings.replSet === null) throw notReplicated();
  const view = viewOf(server, context);
  if (view === null) throw new CommandError(94, "NotYetInitialized", "no replset config has been received");
  return view;
}

export function hello(server: Server, context: ServiceContext, isLegacy: boolean): Reply {
  const view = viewOf(server, context);
  const isReplicated = server.settings.replSet !== null;
  const isPrimary = !isReplicated || (view?.self != null && view.primary?.host === view.self.host);
  const tail: Reply = {
    maxBsonObjectSize: 16_777_216,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: { $date: context.nowMs },
    logicalSessionTimeoutMinutes: 30,
    connectionId: 1,
    minWireVersion: 0,
    maxWireVersion: 13,
    readOnly: false,
  };
  const role: Reply = isLegacy ? { ismaster: isPrimary } : { isWritablePrimary: isPrimary };
  if (!isReplicated) return { ...role, ...tail };
  if (view === null) {
    return {
      ...role,
      secondary: false,
      info: "Does not have a valid replica set config",
      isreplicaset: true,
      ...tail,
    };
  }
  const { set, self, primary } = view;
  return {
    topologyVersion: { processId: { $oid: set.id }, counter: { $numberLong: String(set.term + 5) } },
    hosts: set.members.filter(({ arbiterOnly, hidden }) => !arbiterOnly && !hidden).map(({ host }) => host),
    setName: set.name,
    setVersion: set.version,
    ...role,
    secondary: self !== null && !isPrimary,
    ...(primary === null ? {} : { primary: primary.host }),
    ...(self === null ? {} : { me: self.host }),
    ...tail,
  };
}

function stateOf(member: Member, { reachable, primary, self, set }: View, nowMs: number): readonly [number, string] {
  if (member.host !== self?.host && !reachable.has(member.host)) return [8, "(not reachable/healthy)"];
  if (member.arbiterOnly) return [7, "ARBITER"];
  if (member.host === primary?.host) return [1, "PRIMARY"];
  // Until the first primary has taken up its office the others have nothing to read from.
  return set.primaryFromMs > nowMs && set.term === 1 && member.host !== set.primary
    ? [5, "STARTUP2"]
    : [2, "SECONDARY"];
}

export function replicaSetStatus(server: Server, context: ServiceContext): Reply {
  const view = requireView(server, context);
  const { set, self, primary } = view;
  const { nowMs } = context;
  const seconds = Math.floor(nowMs / 1000);
  const optime = { ts: { $timestamp: { t: seconds, i: 1 } }, t: { $numberLong: String(set.term) } };
  const members = set.members.map((member): Reply => {
    const [state, stateStr] = stateOf(member, view, nowMs);
    const isSelf = member.host === self?.host;
    const isUp = state !== 8;
    const upMs = nowMs - server.settings.startMs;
    return {
      _id: member._id,
      name: member.host,
      health: isUp ? 1 : 0,
      state,
      stateStr,
      uptime: isUp ? Math.floor(upMs / 1000) : 0,
      ...(member.arbiterOnly
        ? {}
        : { optime: isUp ? optime : { ts: { $timestamp: { t: 0, i: 0 } }, t: { $numberLong: "-1" } } }),
      ...(member.arbiterOnly ? {} : { optimeDate: { $date: isUp ? seconds * 1000 : 0 } }),
      ...(isSelf
        ? {}
        : {
            lastHeartbeat: { $date: nowMs - 500 },
            lastHeartbeatRecv: { $date: nowMs - 300 },
            pingMs: { $numberLong: "0" },
          }),
      lastHeartbeatMessage: isUp ? "" : `Error connecting to ${member.host} :: caused by :: Connection refused`,
      syncSourceHost: state === 2 && primary !== null ? primary.host : "",
      syncSourceId: state === 2 && primary !== null ? primary._id : -1,
      infoMessage: "",
      ...(state === 1
        ? {
            electionTime: { $timestamp: { t: Math.floor(set.primaryFromMs / 1000), i: 1 } },
            electionDate: { $date: Math.floor(set.primaryFromMs / 1000) * 1000 },
          }
        : {}),
      configVersion: set.version,
      configTerm: set.term,
      ...(isSelf ? { self: true } : {}),
    };
  });
  const [myState] = self === null ? [10] : stateOf(self, view, nowMs);
  return {
    set: set.name,
    date: { $date: nowMs },
    myState,
    term: { $numberLong: String(set.term) },
    syncSourceHost: myState === 2 && primary !== null ? primary.host : "",
    syncSourceId: myState === 2 && primary !== null ? primary._id : -1,
    heartbeatIntervalMillis: { $numberLong: "2000" },
    majorityVoteCount: Math.floor(set.members.length / 2) + 1,
    writeMajorityCount: Math.floor(set.members.length / 2) + 1,
    votingMembersCount: set.members.filter(({ votes }) => votes > 0).length,
    writableVotingMembersCount: set.members.filter(({ votes, arbiterOnly }) => votes > 0 && !arbiterOnly).length,
    members,
  };
}

export function replicaSetConfig(server: Server, context: ServiceContext): Reply {
  return { config: configOf(requireView(server, context).set) };
}
