import { beforeAll, describe, expect, it } from "vitest";
import { WorldSession } from "../world-session.js";

const bytes = Uint8Array.from({ length: 5000 }, (_, at) => (at * 7) % 256);
const session = new WorldSession();
const remark = "tar: removing leading '/' from member names\n";

beforeAll(async () => {
  await session.run("run desk --image=busybox:1.36 -- sleep 100000");
  await session.run("wait pod/desk --for=condition=Ready");
  session.files.set("in/a.txt", "hello\n");
  session.files.set("in/sub/deep/bytes", bytes);
  session.files.set("in/link", "hello\n");
  session.links.set("in/link", "a.txt");
});

const inside = async (script: string) => (await session.runArgs(["exec", "desk", "--", "sh", "-c", script])).all;

describe("cp", () => {
  it("copies a folder into a container, with bytes that are no text and with links", async () => {
    expect(await session.run("cp in desk:/tmp/in")).toMatchObject({ all: "", exitStatus: 0 });
    expect(await inside("cd /tmp/in; find . | sort; cat a.txt; readlink link; wc -c < sub/deep/bytes")).toBe(
      ".\n./a.txt\n./link\n./sub\n./sub/deep\n./sub/deep/bytes\nhello\na.txt\n5000\n",
    );
  });

  it("copies a folder out of a container, byte by byte, and warns of links", async () => {
    const { err, out, exitStatus } = await session.run("cp desk:/tmp/in got");
    expect({ err, out, exitStatus }).toEqual({
      err: `warning: skipping symlink: "got/link" -> "a.txt" (consider using "kubectl exec -n "" "desk" -- tar cf - "/tmp/in" | tar xf -")\n`,
      out: remark,
      exitStatus: 0,
    });
    expect(session.written.get("got/a.txt")).toBe("hello\n");
    expect(session.writtenBytes.get("got/sub/deep/bytes")).toEqual(bytes);
    expect(session.written.get("got/sub/")).toBe("");
  });

  it("copies into a folder that is there, or to a name that is not", async () => {
    await session.run("cp in/a.txt desk:/tmp");
    await session.run("cp in/a.txt desk:/tmp/new/other.txt");
    await session.run("cp in/a.txt default/desk:/tmp/renamed.txt");
    expect(await inside("cd /tmp; cat a.txt renamed.txt; ls -d new || true")).toBe(
      "hello\nhello\nls: new: No such file or directory\n",
    );
    await session.run("cp desk:/tmp/renamed.txt got.txt");
    expect(session.written.get("got.txt")).toBe("hello\n");
  });

  it("passes what exec prints on as it is, and gives it what is no text", async () => {
    const printed = await session.runArgs(["exec", "desk", "--", "sh", "-c", "printf '\\303'; printf '\\244'"]);
    expect(printed.out).toBe("ä");
  });

  const nothing = "tar: /nope: No such file or directory\ntar: error exit delayed from previous errors\n";
  it.each([
    ["cp desk:/nope x", nothing, "command terminated with exit code 1\n"],
    [
      "cp in/a.txt desk:/nope/b",
      "",
      "tar: can't change directory to '/nope': No such file or directory\ncommand terminated with exit code 1\n",
    ],
    ["cp nope desk:/tmp/x", "", "error: nope doesn't exist in local filesystem\n"],
    ["cp in nobody:/tmp/x", "", 'Error from server (NotFound): pods "nobody" not found\n'],
    ["cp desk:/a other:/b", "", "error: one of src or dest must be a local file specification\n"],
    ["cp a b", "", "error: one of src or dest must be a remote file specification\n"],
    ["cp desk: b", "", "error: filepath can not be empty\n"],
    ["cp a", "", "error: source and destination are required\n"],
    ["cp :a b", "", "error: filespec must match the canonical format: [[namespace/]pod:]file/path\n"],
  ])("refuses %s", async (line, out, err) => {
    expect(await session.run(line)).toMatchObject({ out, err, exitStatus: 1 });
  });
});
