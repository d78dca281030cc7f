import { describe, expect, test } from "vitest";
import { type Container, restoreContainer } from "../../src/container/container.js";
import type { Journal } from "../../src/container/journal.js";
import { started, TestHost, testSpec } from "../shell/run-script.js";

/** A seeded source of choices. */
function chooser(seed: number) {
  let state = seed >>> 0;
  return (count: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
}

const commands = [
  "echo $RANDOM",
  "sleep 1",
  "sleep 2 & sleep 1; wait",
  "i=$((i+1)); echo $i >> /tmp/count; cat /tmp/count",
  "echo line $i >> /data/shared; wc -l < /data/shared",
  "cat /data/other 2>&1",
  'x=$(cat /data/shared 2>/dev/null | tail -1); echo "<$x>"',
  'while read l; do echo "$l"; sleep 1; done < /data/lines',
  "nslookup db; echo $?",
  "trap 'echo caught' TERM",
  "trap 'echo hup; sleep 1' HUP",
  "date +%s",
  "head -c 4 /dev/urandom | od -An -tx1",
  "for n in 1 2; do echo $n; sleep 1; done | cat",
  "(sleep 3; echo late) &",
  "echo gone > /data/tmp; rm /data/tmp; ls /data",
  "printf '\\303'; sleep 1; printf '\\251\\n'",
  "echo $i > /dev/termination-log",
  "set -- $(seq 3); echo $#",
];

interface World {
  readonly host: TestHost;
  container: Container;
  readonly seen: string[];
}

function newWorld(script: string): World {
  const host = new TestHost();
  host.volume("v").write("/lines", "a\nb\nc\n", { nowMs: 0 });
  const spec = specOf(script);
  return { host, container: started(spec, host, 1000), seen: [] };
}

function specOf(script: string) {
  return testSpec(["sh", "-c", script], { mounts: [{ path: "/data", volume: "v" }], stdin: true });
}

/** Lets a world live: whatever is due is run, and now and then something comes from outside. */
function live(world: World, seed: number, onCut: () => void): void {
  const choose = chooser(seed);
  let exec: number | null = null;
  for (let nowMs = 1000; nowMs < 40_000 && !world.container.exited; nowMs += 250) {
    onCut();
    world.container.run(nowMs);
    switch (choose(12)) {
      case 0:
        world.container.signal([1, 15, 10][choose(3)] ?? 15, nowMs);
        break;
      case 1: {
        const id = world.container.exec(
          { argv: ["sh", "-c", "echo e; cat /tmp/count; read x; echo $x"], stdin: true, tty: false },
          nowMs,
        );
        exec = typeof id === "number" ? id : null;
        break;
      }
      case 2:
        world.host.volume("v").write("/other", `from outside at ${nowMs}\n`, { nowMs });
        break;
      case 3:
        if (exec !== null) world.container.writeStdin(exec, choose(2) ? "typed\n" : null, nowMs);
        break;
      case 4:
        if (exec === null) break;
        {
          const state = world.container.execState(exec);
          world.seen.push(JSON.stringify(state));
          if (state.exited !== null) exec = null;
        }
        break;
    }
  }
}

function outcome(world: World) {
  const { host, container, seen } = world;
  return {
    log: host.log,
    files: JSON.stringify(host.volume("v").toJSON()),
    exited: container.exited,
    wakeAtMs: container.wakeAtMs,
    message: container.terminationMessage,
    journal: JSON.stringify(container.journal),
    seen,
  };
}

describe("a container that is restored from its journal", () => {
  test.each(Array.from({ length: 60 }, (_, seed) => seed))("goes on exactly where it was (seed %i)", (seed) => {
    const choose = chooser(seed + 1);
    const script = Array.from({ length: 3 + choose(8) }, () => commands[choose(commands.length)] ?? ":").join("\n");
    const uncut = newWorld(script);
    live(uncut, seed, () => {});
    const cut = newWorld(script);
    const cuts = chooser(seed + 1000);
    live(cut, seed, () => {
      if (cuts(5) > 0) return;
      const journal = JSON.parse(JSON.stringify(cut.container.journal)) as Journal;
      cut.container = restoreContainer(specOf(script), cut.host, journal);
    });
    expect(outcome(cut)).toEqual(outcome(uncut));
  });

  const listening = ["sh", "-c", "i=0; while true; do sleep 100; i=$((i+1)); echo $i; done"];

  /** Runs a command in the container to its end; gives what it printed. */
  function run(container: Container, script: string, nowMs: number): string {
    const id = container.exec({ argv: ["sh", "-c", script], stdin: false, tty: false }, nowMs);
    if (typeof id !== "number") throw new Error(id.reason);
    let printed = "";
    for (let second = 0; ; second++) {
      const { chunks, exited } = container.execState(id);
      printed += chunks.map(({ data }) => data).join("");
      if (exited !== null) return printed;
      container.run(nowMs + second * 1000);
    }
  }

  test("commands that leave no trace leave their counts alone, however many they are", () => {
    const container = started(testSpec(listening), new TestHost());
    for (let at = 1; at <= 20; at++) run(container, "cat /etc/hostname; sleep 1; echo $RANDOM | cat", at * 4000);
    expect(container.journal).toEqual([{ start: 0 }, { counters: expect.anything() }]);
    const restored = restoreContainer(testSpec(listening), new TestHost(), container.journal);
    expect(run(restored, "echo $$ $RANDOM", 99_000)).toBe(run(container, "echo $$ $RANDOM", 99_000));
  });

  test("a command that starts nothing leaves nothing", () => {
    const container = started(testSpec(listening), new TestHost());
    for (let at = 1; at <= 3; at++) container.exec({ argv: ["nothing"], stdin: false, tty: false }, at);
    expect(container.journal).toEqual([{ start: 0 }, { counters: expect.anything() }]);
  });

  test.each([
    { name: "changes a file", script: "echo x > /tmp/x" },
    { name: "leaves a process", script: "sleep 50 & echo" },
    { name: "signals another", script: "kill -USR1 1" },
    { name: "is there while another runs", script: "sleep 200" },
    { name: "looks into another", script: ": < /proc/1/fd/0" },
  ])("a command that $name stays in the journal", ({ script }) => {
    const container = started(testSpec(listening), new TestHost());
    run(container, script, 4000);
    expect(JSON.stringify(container.journal)).toContain(JSON.stringify(script));
  });

  test("a plain container has a journal of two entries", () => {
    const container = started(testSpec(["sh", "-c", "sleep 5; echo done"]), new TestHost());
    container.run(5000);
    expect(container.journal).toEqual([{ start: 0 }, { due: 1 }]);
  });

  test("a loop that sleeps counts up one entry", () => {
    const container = started(testSpec(["sh", "-c", "while true; do sleep 1; done"]), new TestHost());
    for (let second = 1; second <= 100; second++) container.run(second * 1000);
    expect(container.journal).toEqual([{ start: 0 }, { due: 100 }]);
  });
});
