import { describe, expect, it } from "vitest";
import { runProgram } from "./run-program.js";

const files = { "d/": "", "d/a": "one\n", "d/sub/": "", "d/sub/b": "\xff\x00\xfe", "d/e/": "" };
const sh = (script: string) => {
  const { out, err, status } = runProgram(["sh", "-c", script], { files });
  return { out, err, status };
};

describe("tar", () => {
  it.each([
    ["lists what it has packed", "tar cf t d; tar tf t", "d/\nd/a\nd/e/\nd/sub/\nd/sub/b\n", "", 0],
    ["needs no file", "tar c d/a | tar t", "d/a\n", "", 0],
    [
      "unpacks into another folder",
      "mkdir o; tar cf - d | tar xf - -C o; find o | sort",
      "o\no/d\no/d/a\no/d/e\no/d/sub\no/d/sub/b\n",
      "",
      0,
    ],
    [
      "keeps bytes as they are",
      "mkdir o; tar c d | tar x -C o; cmp d/sub/b o/d/sub/b && wc -c < o/d/sub/b",
      "3\n",
      "",
      0,
    ],
    [
      "keeps permissions and links",
      "chmod 751 d/a; ln -s a d/l; mkdir o; tar c d | tar x -C o; ls -l o/d | cut -c1-10; readlink o/d/l",
      "total 12\n-rwxr-x--x\ndrwxr-xr-x\nlrwxrwxrwx\ndrwxr-xr-x\na\n",
      "",
      0,
    ],
    ["takes out what is asked for", "mkdir o; tar cf t d; tar xf t -C o d/sub; find o -type f", "o/d/sub/b\n", "", 0],
    ["tells what is not in it", "tar cf t d; tar tf t d/x", "", "tar: d/x: not found in archive\n", 1],
    ["writes to standard output", "tar cf t d; tar xOf t d/a", "one\n", "", 0],
    ["replaces files that are there", "tar cf t d; echo two > d/a; tar xf t; cat d/a", "one\n", "", 0],
    ["keeps files that are there with -k", "tar cf t d; echo two > d/a; tar xkf t; cat d/a", "two\n", "", 0],
    ["names what it packs with -v, beside the archive", "tar cvf - d/a > t", "", "d/a\n", 0],
    [
      "leaves out where a name begins",
      "tar cf t /w/d/a; tar tf t",
      "w/d/a\n",
      "tar: removing leading '/' from member names\n",
      0,
    ],
    [
      "goes nowhere up",
      "cd d; tar cf ../t ../d/a; tar tf ../t",
      "d/a\n",
      "tar: removing leading '../' from member names\n",
      0,
    ],
    [
      "goes on after a file that is not there",
      "tar cf t nope d/a; echo $?; tar tf t",
      "1\nd/a\n",
      "tar: nope: No such file or directory\ntar: error exit delayed from previous errors\n",
      0,
    ],
    [
      "cannot unpack where nothing is",
      "tar cf t d; tar xf t -C nope",
      "",
      "tar: can't change directory to 'nope': No such file or directory\n",
      1,
    ],
    ["reads no other files", "seq 1000 > t; tar tf t", "", "tar: invalid tar magic\n", 1],
    ["reads no part of one", "tar cf t d/a; head -c 700 t | tar t", "d/a\n", "tar: short read\n", 1],
    ["has nobody who compresses", "tar czf t d", "", "tar: can't execute 'gzip': No such file or directory\n", 1],
    ["packs something", "tar cf t", "", "tar: empty archive\n", 1],
  ])("%s", (_name, script, out, err, status) => {
    expect(sh(script)).toEqual({ out, err, status });
  });

  it("tells who owns what, how large it is, and when it was changed, with tv", () => {
    expect(sh("touch d/a; tar cf t d/a; tar tvf t").out).toMatch(
      /^-rw-r--r-- root\/root {9}4 2026-01-03 01:46:\d\d d\/a\n$/,
    );
  });
});
