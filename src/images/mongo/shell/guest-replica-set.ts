import type { Guest } from "./guest.js";

/** `rs`, the replica set, as a global of the virtual machine; and `sh`, which there is not. */
export function installReplicaSet(guest: Guest): void {
  type Doc = { [key: string]: unknown };
  const inspectKey = Symbol.for("kjob.inspect");
  const { run, define, errorType } = guest.core;
  const MongoshUnimplementedError = errorType("MongoshUnimplementedError");

  const rsConf = (): Doc => run("admin", { replSetGetConfig: 1 }).config as Doc;
  const changeMembers = (change: (members: Doc[]) => Doc[]): Doc => {
    const config = rsConf();
    const members = change(config.members as Doc[]);
    return run("admin", { replSetReconfig: { ...config, members, version: Number(config.version) + 1 } });
  };
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
    add: (member: string | Doc) =>
      changeMembers((members) => {
        const id = Math.max(...members.map(({ _id }) => Number(_id))) + 1;
        return [...members, typeof member === "string" ? { _id: id, host: member } : { _id: id, ...member }];
      }),
    remove: (host: string) => changeMembers((members) => members.filter((member) => member.host !== host)),
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
}
