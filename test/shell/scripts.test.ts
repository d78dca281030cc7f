import { describe, expect, test } from "vitest";
import { finish, runScript, started, TestHost, testSpec } from "./run-script.js";

/** Runs a script file, as the words of its image would. */
function runFile(text: string, command = ["sh", "/scripts/job.sh", "one"]) {
  const host = new TestHost();
  host.volume("scripts").write("/job.sh", text, { nowMs: 0, mode: 0o755 });
  const container = started(testSpec(command, { mounts: [{ path: "/scripts", volume: "scripts" }] }), host);
  return { status: finish(container), out: host.out, err: host.err };
}

describe("script files", () => {
  test("messages name the file and the line", () => {
    const script = "#!/bin/sh\necho $LINENO $0 $1\nfoo\ncd /nope\nif true; then\n  bar\nfi\n";
    const { out, err } = runFile(`${script}f() {\n  baz\n}\nf\neval qux\n(zap)\n$(zop)\n`);
    expect(out).toBe("2 /scripts/job.sh one\n");
    const name = "/scripts/job.sh";
    expect(err).toBe(
      `${name}: line 3: foo: not found\n${name}: cd: line 4: can't cd to /nope: No such file or directory\n` +
        `${name}: line 6: bar: not found\n${name}: line 9: baz: not found\n${name}: eval: line 12: qux: not found\n` +
        `${name}: line 13: zap: not found\n${name}: line 14: zop: not found\n`,
    );
  });

  test("cd tells where it leads only where one may not know: by $CDPATH, and back", () => {
    const { out } = runFile("mkdir -p /tmp/a/b\ncd /tmp\ncd a\ncd -P b\ncd ..\ncd -\nCDPATH=/tmp:/\ncd a\npwd\n");
    expect(out).toBe("/tmp/a/b\n/tmp/a\n/tmp/a\n");
  });

  test("a #! line chooses the interpreter when the file is executed", () => {
    expect(runFile("#!/bin/sh -e\nfalse\necho no\n", ["/scripts/job.sh"])).toEqual({ status: 1, out: "", err: "" });
  });

  test("commands before a syntax error are run", () => {
    const { out, err, status } = runFile("echo a\necho b\nfi\necho c\n");
    expect([out, err, status]).toEqual(["a\nb\n", '/scripts/job.sh: line 3: syntax error: unexpected "fi"\n', 2]);
  });

  test("a missing script is status 2", () => {
    const { err, status } = runFile("", ["sh", "/nope.sh"]);
    expect([err, status]).toEqual(["sh: can't open '/nope.sh': No such file or directory\n", 2]);
  });
});

describe("commands from standard input", () => {
  test("without any, sh ends at once", () => {
    const host = new TestHost();
    expect(finish(started(testSpec(["sh"]), host))).toBe(0);
  });

  test("a command reads the lines that follow it", () => {
    const { out } = runScript(
      "printf 'read x\\nhello\\necho got $x\\ncat <<E\\nbody\\nE\\nif true\\nthen echo y; fi\\n' | sh",
    );
    expect(out).toBe("got hello\nbody\ny\n");
  });

  test("a terminal is prompted", () => {
    const host = new TestHost();
    const container = started(testSpec(["sh"], { stdin: true, tty: true }), host);
    container.writeStdin("main", "echo hi\n", 5);
    container.writeStdin("main", "nosuch\n", 6);
    container.writeStdin("main", "\x04", 7);
    expect(host.out).toBe("/ # echo hi\r\nhi\r\n/ # nosuch\r\nsh: nosuch: not found\r\n/ # \r\n");
    expect(container.exited).toEqual({ exitCode: 127 });
  });
});

describe("limits", () => {
  test("a fork bomb runs out of processes", () => {
    const { err } = runScript("f() { f | f & }; f; sleep 1; echo over");
    expect(err).toContain("sh: can't fork: Resource temporarily unavailable\n");
  });

  test.each(["while true; do :; done", "yes > /dev/null", "yes", "while true; do sleep 0; done", "cat /dev/zero"])(
    "%s runs on for ever, and is not run again",
    (script) => {
      const { container } = runScript(script);
      expect(container.exited).toBeNull();
      expect(container.wakeAtMs).toBeNull();
      container.signal(15, 1000);
      expect(container.exited).toBeNull();
      container.kill(2000);
      expect(container.exited).toEqual({ exitCode: 137, signal: 9 });
    },
  );

  test("a busy loop with a trap reacts to its signal", () => {
    const { container } = runScript("trap 'exit 3' TERM; while true; do :; done");
    container.signal(15, 1000);
    expect(container.exited).toEqual({ exitCode: 3 });
  });

  test("endless recursion overflows the stack", () => {
    expect(runScript("f() { f; }; f").status).toBe(139);
    expect(runScript("(f() { f; }; f); echo $?").out).toBe("139\n");
  });

  test("a string that grows for ever meets the end of memory", () => {
    const { err, status } = runScript("x=a; while :; do x=$x$x; done");
    expect([err, status]).toEqual(["sh: out of memory\n", 1]);
  });

  test("a script that is nested too deep is refused as a whole", () => {
    const { out, err, status } = runScript(`${"{ ".repeat(300)}echo hi;${" };".repeat(300)}`);
    expect([out, err, status]).toEqual(["", "sh: syntax error: nested too deep\n", 2]);
  });

  test("100,000 turns of a loop are not too many", () => {
    expect(runScript("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; echo $i").out).toBe("100000\n");
  });
});
