// Watches a simulated week of ten CronJobs, with every policy, as a user would: `kjob get jobs,cronjobs,pods -A -w` on a
// virtual clock, in a process of its own, with a state of its own. Prints what that took, of time, memory and disk.
//
//   npm run bench:cronjobs [-- DURATION [dense]]      default: 168h; dense: one runs each minute, some each few minutes
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const duration = process.argv[2] ?? "168h";
const isDense = process.argv[3] === "dense";
const kjob = fileURLToPath(new URL("../bin/kjob.js", import.meta.url));
const home = mkdtempSync(join(tmpdir(), "kjob-bench-"));
const env = { ...process.env, KJOB_HOME: home };

/** Ten CronJobs: every policy, Jobs that succeed, fail, and outlast their interval. The first schedule is the usual one. */
const cronJobs = [
  cronJob("steady", ["*/15 * * * *", "* * * * *"], {}, "echo tick"),
  cronJob("allowed", ["*/10 * * * *", "*/5 * * * *"], { concurrencyPolicy: "Allow" }, "sleep 30"),
  cronJob("overlapping", ["*/10 * * * *", "*/10 * * * *"], { concurrencyPolicy: "Allow" }, "sleep 900"),
  cronJob("one-at-a-time", ["*/5 * * * *", "*/2 * * * *"], { concurrencyPolicy: "Forbid" }, "sleep 400"),
  cronJob(
    "late",
    ["*/20 * * * *", "*/3 * * * *"],
    { concurrencyPolicy: "Forbid", startingDeadlineSeconds: 20 },
    "sleep 1300",
  ),
  cronJob("replaced", ["*/15 * * * *", "*/15 * * * *"], { concurrencyPolicy: "Replace" }, "sleep 1200"),
  cronJob("failing", ["*/30 * * * *", "*/30 * * * *"], { failedJobsHistoryLimit: 2 }, "exit 1", { backoffLimit: 1 }),
  cronJob("no-history", ["@hourly", "@hourly"], { successfulJobsHistoryLimit: 0, failedJobsHistoryLimit: 0 }, "true"),
  cronJob("somewhere", ["30 6 * * MON-FRI", "30 6 * * *"], { timeZone: "Asia/Kolkata" }, "date", {
    ttlSecondsAfterFinished: 60,
  }),
  cronJob("suspended", ["* * * * *", "* * * * *"], { suspend: true }, "true"),
];

function cronJob(name, [usual, dense], spec, script, jobSpec = {}) {
  const containers = [{ name: "main", image: "busybox", command: ["sh", "-c", script] }];
  const template = { spec: { restartPolicy: "Never", containers } };
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name },
    spec: { schedule: isDense ? dense : usual, ...spec, jobTemplate: { spec: { ...jobSpec, template } } },
  };
}

function run(...args) {
  const { status, stderr } = spawnSync(process.execPath, [kjob, ...args], { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`kjob ${args.join(" ")}: ${stderr}`);
}

/** The most memory that a process has had so far, where the system tells. */
function peakMiB(pid) {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function bytesOf(folder) {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  return bytes;
}

async function watchFor(...args) {
  const watching = spawn(process.execPath, [...process.execArgv, kjob, ...args], { env });
  let rows = 0;
  let peak = 0;
  let problem = "";
  const sampling = setInterval(() => {
    peak = Math.max(peak, peakMiB(watching.pid));
  }, 100);
  watching.stdout.on("data", (data) => {
    for (const byte of data) if (byte === 10) rows++;
  });
  watching.stderr.on("data", (data) => {
    problem += data;
  });
  const status = await new Promise((resolve) => watching.on("close", resolve));
  clearInterval(sampling);
  if (status !== 0) throw new Error(`kjob ${args.join(" ")}: ${problem}`);
  return { rows, peak };
}

try {
  run("cluster", "create", "bench", "--clock", "virtual");
  const path = join(home, "cronjobs.json");
  writeFileSync(path, JSON.stringify({ apiVersion: "v1", kind: "List", items: cronJobs }));
  run("apply", "-f", path);
  const before = bytesOf(home);
  const started = performance.now();
  const { rows, peak } = await watchFor("get", "jobs,cronjobs,pods", "-A", "-w", `--request-timeout=${duration}`);
  const seconds = (performance.now() - started) / 1000;
  const mib = (bytes) => (bytes / 2 ** 20).toFixed(1);
  console.log(`${duration} of ten CronJobs${isDense ? ", some each minute" : ""}, watched`);
  console.log(`seconds     ${seconds.toFixed(1)}`);
  console.log(`rows        ${rows}`);
  console.log(`peak MiB    ${peak.toFixed(0)}`);
  console.log(`state MiB   ${mib(bytesOf(home))}, ${mib(before)} before`);
} finally {
  rmSync(home, { recursive: true, force: true });
}
