import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../../src/sim/random.js";
import { BuiltCommand } from "./built-command.js";

const kills = 200;
/** Commands at once, on one cluster: some wait for others that die. */
const lanes = 3;
const seed = 1;

let kjob: BuiltCommand;

beforeAll(() => {
  kjob = new BuiltCommand();
});

afterAll(() => kjob.remove());

const job = (name: string) => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name },
  spec: {
    parallelism: 2,
    completions: 4,
    template: {
      spec: { restartPolicy: "Never", containers: [{ name: "main", image: "busybox", command: ["sleep", "20"] }] },
    },
  },
});

const configMap = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { name } });

function list(items: readonly unknown[]): string {
  return items.map((item) => JSON.stringify(item)).join("\n---\n");
}

/** What a person at one terminal knows of the objects that are there because of what was printed. */
class Lane {
  readonly problems: string[] = [];
  kills = 0;
  readonly #home: string;
  readonly #name: string;
  readonly #random = createRandom(seed);
  readonly #groups = new Map<number, "there" | "gone">();
  #clockMs = 0;
  #round = 0;

  constructor(home: string, name: string) {
    this.#home = home;
    this.#name = name;
  }

  /** Kills so many commands at random moments, and looks after each few whether all is as it has to be. */
  async run(killsMax: number, usualMs: number): Promise<void> {
    while (this.kills < killsMax) {
      this.#round++;
      const { argv, stdin, told } = this.#command();
      const started = kjob.start(this.#home, argv, stdin);
      const afterMs = this.#random.fraction(this.#name, "kill", this.#round) * usualMs * 1.3;
      const timer = setTimeout(() => started.process.kill("SIGKILL"), afterMs);
      const outcome = await started.outcome;
      clearTimeout(timer);
      if (outcome.status === null) this.kills++;
      else if (outcome.status !== 0) this.problems.push(`${argv.join(" ")}: ${outcome.err}`);
      told(outcome.out, outcome.status === 0);
      if (this.#round % 8 === 0) await this.look();
    }
    await this.look();
  }

  /** Every later command works, what was acknowledged is there, and what one command made is there together. */
  async look(): Promise<void> {
    const outcome = await kjob.run(this.#home, ["get", "jobs,configmaps", "-o", "name"]);
    if (outcome.status !== 0) {
      this.problems.push(`get: ${outcome.status} ${outcome.err}`);
      return;
    }
    const names = new Set(outcome.out.split("\n"));
    for (const [group, state] of this.#groups) {
      const found = [`configmap/${this.#group(group)}-a`, `job.batch/${this.#group(group)}`].filter((name) =>
        names.has(name),
      );
      const last = names.has(`configmap/${this.#group(group)}-b`);
      if (state === "there" && (found.length < 2 || !last))
        this.problems.push(`${this.#group(group)} is lost: ${found}`);
      if (state === "gone" && found.includes(`job.batch/${this.#group(group)}`)) {
        this.problems.push(`${this.#group(group)} is back`);
      }
    }
    for (let group = 1; group <= this.#round; group++) {
      const parts = [`configmap/${this.#group(group)}-a`, `configmap/${this.#group(group)}-b`];
      const count = parts.filter((name) => names.has(name)).length;
      if (count === 1) this.problems.push(`${this.#group(group)} is half there`);
    }
    const clock = await kjob.run(this.#home, ["clock"]);
    const nowMs = Date.parse(clock.out.split(" ")[0] ?? "");
    if (!(nowMs >= this.#clockMs)) this.problems.push(`the clock went back: ${clock.out}${clock.err}`);
    this.#clockMs = nowMs;
  }

  #group(number: number): string {
    return `${this.#name}-${number}`;
  }

  #command(): {
    readonly argv: readonly string[];
    readonly stdin: string;
    readonly told: (out: string, isDone: boolean) => void;
  } {
    const round = this.#round;
    const what = this.#random.between(0, 9, this.#name, "what", round);
    const known = [...this.#groups].filter(([, state]) => state === "there").map(([group]) => group);
    const target = known[this.#random.between(0, Math.max(0, known.length - 1), this.#name, "target", round)];
    if (what < 3) {
      return { argv: ["clock", "advance", "45s"], stdin: "", told: () => {} };
    }
    if (what < 5 && target !== undefined) {
      const name = this.#group(target);
      // A deletion that was not acknowledged may have happened or not: nothing is known of it any more.
      this.#groups.delete(target);
      return {
        argv: ["delete", "job", name],
        stdin: "",
        told: (out) => {
          if (out.includes(`job.batch "${name}" deleted`)) this.#groups.set(target, "gone");
        },
      };
    }
    const name = this.#group(round);
    return {
      argv: ["apply", "-f", "-"],
      stdin: list([configMap(`${name}-a`), job(name), configMap(`${name}-b`)]),
      told: (out) => {
        if (out.includes("created")) this.#groups.set(round, "there");
      },
    };
  }
}

describe("a command that is killed", () => {
  test(`at ${kills} random moments leaves whole states with all that was acknowledged`, async () => {
    const home = kjob.newHome("killed");
    const made = await kjob.run(home, ["cluster", "create", "kjob", "--clock", "virtual"]);
    expect(made).toMatchObject({ status: 0 });
    const startedMs = performance.now();
    await kjob.run(home, ["apply", "-f", "-"], list([job("first")]));
    const usualMs = performance.now() - startedMs;
    const running = Array.from({ length: lanes }, (_, at) => new Lane(home, `lane${at}`));
    await Promise.all(running.map((lane) => lane.run(Math.ceil(kills / lanes), usualMs)));
    expect(running.flatMap(({ problems }) => problems).slice(0, 10)).toEqual([]);
    expect(running.reduce((sum, lane) => sum + lane.kills, 0)).toBeGreaterThanOrEqual(kills);
  }, 180_000);
});

describe("eight processes at once", () => {
  const jobsOf = (process: number) => list(Array.from({ length: 25 }, (_, at) => job(`p${process}-job-${at}`)));

  async function applyAtOnce(home: string): Promise<void> {
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, process) => kjob.run(home, ["apply", "-f", "-"], jobsOf(process))),
    );
    for (const { out, err, status } of outcomes) {
      expect({ err, status, created: out.match(/ created\n/g)?.length }).toEqual({ err: "", status: 0, created: 25 });
    }
    const { out } = await kjob.run(home, ["get", "jobs", "-o", "name"]);
    expect(out.trim().split("\n")).toHaveLength(200);
  }

  test("apply 25 Jobs each to one cluster: it has 200 Jobs", async () => {
    const home = kjob.newHome("eight");
    await kjob.run(home, ["cluster", "create", "kjob", "--clock", "virtual"]);
    await applyAtOnce(home);
  });

  test("do so when there is no cluster yet: one is made, and all go there", async () => {
    const home = kjob.newHome("eight-anew");
    await applyAtOnce(home);
    const { out } = await kjob.run(home, ["config", "get-contexts", "-o", "name"]);
    expect(out).toBe("kjob\n");
  });

  test("change the settings: none loses what another wrote", async () => {
    const home = kjob.newHome("eight-settings");
    await kjob.run(home, ["cluster", "create", "kjob", "--clock", "virtual"]);
    const names = Array.from({ length: 8 }, (_, at) => `context-${at}`);
    const outcomes = await Promise.all(
      names.map((name) => kjob.run(home, ["config", "set-context", name, "--cluster=kjob", "--namespace=default"])),
    );
    expect(outcomes.map(({ err, status }) => `${status}${err}`)).toEqual(names.map(() => "0"));
    const { out } = await kjob.run(home, ["config", "get-contexts", "-o", "name"]);
    expect(out.trim().split("\n").toSorted()).toEqual([...names, "kjob"]);
  });
});

describe("two commands in a pipe", () => {
  test.each(["virtual", "real"])("do not wait for each other, on a %s clock", async (clock) => {
    const home = kjob.newHome(`pipe-${clock}`);
    await kjob.run(home, ["cluster", "create", "kjob", "--clock", clock]);
    await kjob.run(home, ["create", "configmap", "settings", "--from-literal=colour=red"]);
    const command = `"${process.execPath}" "${kjob.directory}/bin/kjob.js"`;
    const pipe = `${command} get cm settings -o json | sed s/red/blue/ | ${command} replace -f - -o jsonpath={.data.colour}`;
    for (let time = 0; time < 4; time++) {
      const env = { ...process.env, KJOB_HOME: home };
      expect(execFileSync("sh", ["-c", pipe], { env, encoding: "utf8", timeout: 30_000 })).toBe("blue");
    }
  });
});
