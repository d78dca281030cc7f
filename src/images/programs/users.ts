/** Names of users and groups, id, whoami, groups. */
import type { Process } from "../../container/program.js";
import { applet, Failure, UsageFailure } from "../applet.js";

/** Rows of /etc/passwd or /etc/group. */
function rows(process: Process, path: string): string[][] {
  if (!process.files.exists(path)) return [];
  return process.files
    .read(path)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(":"));
}

export function userName(process: Process, uid: number): string | null {
  return rows(process, "/etc/passwd").find((row) => row[2] === String(uid))?.[0] ?? null;
}

export function groupName(process: Process, gid: number): string | null {
  return rows(process, "/etc/group").find((row) => row[2] === String(gid))?.[0] ?? null;
}

/** Uid of a name or number, or null. */
export function findUser(process: Process, name: string): { uid: number; gid: number } | null {
  const row = rows(process, "/etc/passwd").find((entry) => entry[0] === name);
  return row ? { uid: Number(row[2]), gid: Number(row[3]) } : null;
}

export function findGroup(process: Process, name: string): number | null {
  const row = rows(process, "/etc/group").find((entry) => entry[0] === name);
  return row ? Number(row[2]) : null;
}

/** Groups the user is listed in, with the first one first. */
function groupsOf(process: Process, user: string | null, gid: number): number[] {
  const listed = rows(process, "/etc/group")
    .filter((row) => user !== null && (row[3] ?? "").split(",").includes(user))
    .map((row) => Number(row[2]));
  return [gid, ...listed.filter((other) => other !== gid)];
}

export const id = applet("id [-ugGnr] [USER]", function* (self) {
  const options = self.options("rnugG");
  const { process } = self;
  const [name] = options.operands;
  const named = name === undefined ? { uid: process.uid, gid: process.gid } : findUser(process, name);
  if (!named) throw new Failure(`unknown user ${name}`);
  const { uid, gid } = named;
  const user = userName(process, uid);
  const show = (number: number, word: string | null): string =>
    options.has("n") ? (word ?? String(number)) : String(number);
  const groups = groupsOf(process, user, gid);
  if (options.has("u")) yield* self.print(`${show(uid, user)}\n`);
  else if (options.has("g")) yield* self.print(`${show(gid, groupName(process, gid))}\n`);
  else if (options.has("G")) {
    yield* self.print(`${groups.map((group) => show(group, groupName(process, group))).join(" ")}\n`);
  } else if (options.has("n") || options.has("r")) {
    throw new UsageFailure();
  } else {
    const label = (number: number, word: string | null): string =>
      word === null ? String(number) : `${number}(${word})`;
    const all = groups.map((group) => label(group, groupName(process, group))).join(",");
    yield* self.print(`uid=${label(uid, user)} gid=${label(gid, groupName(process, gid))} groups=${all}\n`);
  }
  return 0;
});

export const whoami = applet("whoami", function* (self) {
  if (self.args.length > 0) throw new UsageFailure();
  const name = userName(self.process, self.process.uid);
  if (name === null) throw new Failure(`unknown uid ${self.process.uid}`);
  yield* self.print(`${name}\n`);
  return 0;
});

export const groups = applet("groups [USER]", function* (self) {
  const [name] = self.args;
  const named = name === undefined ? { uid: self.process.uid, gid: self.process.gid } : findUser(self.process, name);
  if (!named) throw new Failure(`unknown user ${name}`);
  const all = groupsOf(self.process, userName(self.process, named.uid), named.gid);
  yield* self.print(`${all.map((gid) => groupName(self.process, gid) ?? String(gid)).join(" ")}\n`);
  return 0;
});
