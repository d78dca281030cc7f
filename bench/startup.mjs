// How long a command takes that only looks, as a ratio to `node -e 0`: on a small state, and on one with 100,000 Pods.
//
//   npm run bench:startup [-- --runs=15] [-- --pods=100000]
//
// The states are made once with the command itself, on a virtual clock, and kept in the folder for temporary files.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const option = (name, fallback) =>
  Number(process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback);
const runs = option("runs", 15);
const manyPods = option("pods", 100_000);
const kjob = fileURLToPath(new URL("../bin/kjob.js", import.meta.url));
const jobName = "counted";

function run(home, args, input) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [kjob, ...args], {
    env: { ...process.env, KJOB_HOME: home },
    encoding: "utf8",
    ...(input === undefined ? {} : { input }),
  });
  if (status !== 0) throw new Error(`kjob ${args.join(" ")} (${signal ?? status}): ${stderr}${stdout}`);
  return stdout;
}

/** A state that an older kjob made may be of another format. */
function isReadable(home) {
  const env = { ...process.env, KJOB_HOME: home };
  return spawnSync(process.execPath, [kjob, "get", "job", jobName], { env }).status === 0;
}

/** A cluster in which a Job of so many Pods is finished and its events are forgotten: nothing is due for years. */
function stateOf(podCount) {
  const home = join(tmpdir(), `kjob-bench-startup-${podCount}`);
  const mark = join(home, "complete");
  if (existsSync(mark) && isReadable(home)) return home;
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const startedMs = performance.now();
  run(home, ["cluster", "create", "bench", "--clock", "virtual", "--nodes", "20"]);
  const job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: jobName },
    spec: {
      completions: podCount,
      parallelism: Math.min(podCount, 1000),
      template: {
        spec: { restartPolicy: "Never", containers: [{ name: "main", image: "busybox", command: ["sleep", "5"] }] },
      },
    },
  };
  run(home, ["apply", "-f", "-"], JSON.stringify(job));
  run(home, ["clock", "advance", "6h"]);
  const succeeded = run(home, ["get", "job", jobName, "-o", "jsonpath={.status.succeeded}"]);
  if (Number(succeeded) !== podCount) throw new Error(`${succeeded} of ${podCount} Pods have succeeded in six hours`);
  run(home, ["clock", "resume"]);
  writeFileSync(mark, "");
  console.log(`made a state of ${podCount} Pods in ${((performance.now() - startedMs) / 1000).toFixed(0)} s: ${home}`);
  return home;
}

const small = stateOf(1);
const large = stateOf(manyPods);
const cases = [
  { name: "node -e 0", args: ["-e", "0"], home: small },
  { name: "kjob get jobs, small state", args: [kjob, "get", "jobs"], home: small },
  { name: "kjob completion bash", args: [kjob, "completion", "bash"], home: small },
  { name: `kjob get job ${jobName}, small state`, args: [kjob, "get", "job", jobName], home: small },
  { name: `kjob get job ${jobName}, ${manyPods} Pods`, args: [kjob, "get", "job", jobName], home: large },
];
const timesMs = cases.map(() => []);
for (let round = -1; round < runs; round++) {
  for (const [index, { args, home }] of cases.entries()) {
    const startMs = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { env: { ...process.env, KJOB_HOME: home } });
    if (status !== 0) throw new Error(String(stderr));
    if (round >= 0) timesMs[index].push(performance.now() - startMs); // the first round fills the disk cache
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const [base, jobs, completion, one, oneOfMany] = timesMs.map(median);
for (const [index, { name }] of cases.entries()) {
  console.log(`${median(timesMs[index]).toFixed(1).padStart(8)} ms  ${name}`);
}
console.log(`get jobs / node -e 0: ${(jobs / base).toFixed(2)} (wanted: at most 1.60)`);
console.log(`completion bash / node -e 0: ${(completion / base).toFixed(2)} (wanted: at most 1.60)`);
console.log(`get job with ${manyPods} Pods / small: ${(oneOfMany / one).toFixed(2)} (wanted: at most 1.30)`);
