import { describe, expect, test } from "vitest";
import { StartFailure, startContainer } from "../../src/container/container.js";
import { finish, runScript, started, TestHost, testSpec } from "../shell/run-script.js";

describe("starting", () => {
  test.each([
    [["foo"], 'exec: "foo": executable file not found in $PATH'],
    [["/bin/foo"], 'exec: "/bin/foo": stat /bin/foo: no such file or directory'],
    [["/etc/passwd"], 'exec: "/etc/passwd": permission denied'],
    [["/etc"], 'exec: "/etc": is a directory'],
  ])("%j fails with the runtime's words", (command, reason) => {
    expect(startContainer(testSpec(command), new TestHost(), 0)).toEqual(new StartFailure(reason));
  });

  test("args stand in for the image's cmd, command for its entrypoint too", () => {
    const host = new TestHost();
    const { command: _, ...spec } = testSpec([]);
    finish(started({ ...spec, args: ["echo", "from args"] }, host));
    finish(started({ ...spec, command: ["echo"], args: ["both"] }, host));
    expect(host.out).toBe("from args\nboth\n");
  });

  test("the environment is the image's, the host name, the Pod's, and a home", () => {
    const host = new TestHost();
    finish(started(testSpec(["env"], { env: [{ name: "A", value: "é" }] }), host));
    expect(host.out).toMatch(/^PATH=.*\nHOSTNAME=pi\nA=é\nHOME=\/root\n$/);
  });
});

describe("signals to process 1", () => {
  test("sleep does not react to SIGTERM, as it has no handler", () => {
    const container = started(testSpec(["sleep", "100"]), new TestHost());
    container.signal(15, 5000);
    expect(container.exited).toBeNull();
    expect(container.wakeAtMs).toBe(100_000);
    container.kill(35_000);
    expect(container.exited).toEqual({ exitCode: 137, signal: 9 });
  });

  test("a trap runs at once while the shell waits for a job", () => {
    const { container, host } = startedScript("trap 'echo bye; exit 7' TERM; sleep 100 & wait");
    container.signal(15, 5000);
    expect([host.out, container.exited]).toEqual(["bye\n", { exitCode: 7 }]);
  });

  test("a trap waits for the command in the foreground", () => {
    const { container, host } = startedScript("trap 'echo bye; exit 7' TERM; sleep 10; echo slept");
    container.signal(15, 5000);
    expect(container.exited).toBeNull();
    container.run(10_000);
    expect([host.out, container.exited]).toEqual(["bye\n", { exitCode: 7 }]);
  });

  test("inside, not even SIGKILL reaches process 1", () => {
    expect(runScript("sh -c 'kill -9 1'; echo alive").out).toBe("alive\n");
  });
});

function startedScript(script: string) {
  const host = new TestHost();
  return { host, container: started(testSpec(["sh", "-c", script]), host) };
}

describe("files", () => {
  test("volumes are shared between containers, with subPath and read-only mounts", () => {
    const host = new TestHost();
    const mount = { path: "/data", volume: "v" };
    finish(
      started(
        testSpec(["sh", "-c", "mkdir /data/in; echo hi > /data/in/f; ln -s in/f /data/l"], { mounts: [mount] }),
        host,
      ),
    );
    const script = "cat /x/f; ls /x; echo no > /x/f; cat /data/l; ls / | grep data";
    const mounts = [{ path: "/x", volume: "v", subPath: "in", readOnly: true }, mount];
    finish(started(testSpec(["sh", "-c", script], { mounts }), host));
    expect(host.out).toBe("hi\nf\nhi\ndata\n");
    expect(host.err).toBe("sh: can't create /x/f: Read-only file system\n");
  });

  test("the root filesystem of one container is not that of another", () => {
    expect(runScript("rm /etc/passwd; echo x > /bin/new; ls /etc/passwd").status).not.toBe(0);
    expect(runScript("ls /etc/passwd /bin/new 2>/dev/null").out).toBe("/etc/passwd\n");
  });

  test("files of the node's making are there", () => {
    expect(runScript("cat /etc/hosts", { files: [{ path: "/etc/hosts", content: "10.0.0.7 pi\n" }] }).out).toBe(
      "10.0.0.7 pi\n",
    );
  });

  test("the termination message is what was written to its file", () => {
    expect(runScript("echo söon > /dev/termination-log; exit 1").container.terminationMessage).toBe("söon\n");
  });

  test("a deleted file stays open", () => {
    expect(runScript("echo a > /tmp/f; exec 3< /tmp/f; rm /tmp/f; cat <&3").out).toBe("a\n");
  });

  test("devices and /proc", () => {
    expect(
      runScript("echo gone > /dev/null; echo err > /dev/stderr; head -c 3 /dev/zero | wc -c; cat /proc/self/comm").out,
    ).toBe("3\ncat\n");
  });

  test("a user who is not root may not write everywhere", () => {
    const { err } = runScript("echo x > /etc/f; echo ok > /tmp/f && cat /tmp/f", { user: { uid: 1000, gid: 1000 } });
    expect(err).toBe("sh: can't create /etc/f: Permission denied\n");
  });
});

describe("exec", () => {
  test("runs beside process 1, sees its files, and gives output and status", () => {
    const { container } = startedScript("echo a > /tmp/f; sleep 100");
    const id = container.exec({ argv: ["sh", "-c", "cat /tmp/f; echo e >&2; exit 4"], stdin: false, tty: false }, 1000);
    expect(typeof id).toBe("number");
    const state = container.execState(id as number);
    expect(state).toEqual({
      chunks: [
        { stream: "stdout", data: "a\n" },
        { stream: "stderr", data: "e\n" },
      ],
      exited: { exitCode: 4 },
    });
  });

  test("reads standard input until its end", () => {
    const { container } = startedScript("sleep 100");
    const id = container.exec({ argv: ["cat"], stdin: true, tty: false }, 1) as number;
    container.writeStdin(id, "one\n", 2);
    expect(container.execState(id)).toEqual({ chunks: [{ stream: "stdout", data: "one\n" }], exited: null });
    container.writeStdin(id, null, 3);
    expect(container.execState(id).exited).toEqual({ exitCode: 0 });
  });

  test("ends with its container", () => {
    const { container } = startedScript("sleep 5");
    const id = container.exec({ argv: ["sleep", "100"], stdin: false, tty: false }, 1) as number;
    container.run(5000);
    expect(container.exited).toEqual({ exitCode: 0 });
    expect(container.execState(id).exited).toEqual({ exitCode: 137, signal: 9 });
  });

  test("a missing program is a start failure", () => {
    const { container } = startedScript("sleep 5");
    expect(container.exec({ argv: ["nope"], stdin: false, tty: false }, 1)).toEqual(
      new StartFailure('exec: "nope": executable file not found in $PATH'),
    );
  });
});

test("output is decoded whole characters at a time", () => {
  const { out } = runScript("printf '\\303'; printf '\\251\\n'");
  expect(out).toBe("é\n");
});
