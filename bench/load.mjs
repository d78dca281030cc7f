// Many clients of one `kjob serve`, all on this machine: watches that must see every write once and in order, beside a
// client that reads nothing, which has to be dropped before it costs much.
//
//   npm run bench:load -- [--watches=200] [--writers=50] [--seconds=60] [--text=1000]
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const option = (name, fallback) =>
  Number(process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback);
const watches = option("watches", 200);
const writers = option("writers", 50);
const durationMs = option("seconds", 60) * 1000;
const textLength = option("text", 1_000);
/** What a server may take for this load beside what it takes at rest: histories, and what clients have not read yet. */
const memoryMiBMax = 400;
/** What the two ends of a connection keep, and the server beside: who is sent less than this has not left too much unread. */
const sentMiBMin = 24;

const project = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(project, "node_modules", ".kjob-load-"));
const command = join(project, "bin/kjob.js");
const env = { ...process.env, KJOB_HOME: join(folder, "state") };
let server;
try {
  spawnSync(process.execPath, [join(project, "scripts/build.mjs")], { cwd: project, stdio: "inherit" });
  await build({
    absWorkingDir: project,
    entryPoints: ["test/apiserver/load.ts"],
    outfile: join(folder, "load.mjs"),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "error",
  });
  const { load } = await import(pathToFileURL(join(folder, "load.mjs")).href);
  server = spawn(process.execPath, [command, "serve", "--port", "0", "--kubeconfig", join(folder, "kubeconfig")], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve, reject) => {
    server.stdout.on("data", (text) => String(text).includes("is served at") && resolve());
    server.once("exit", (status) => reject(new Error(`serve ended with ${status}`)));
  });
  const kubeconfig = readFileSync(join(folder, "kubeconfig"), "utf8");
  const port = Number(/server: \S+:(\d+)/.exec(kubeconfig)?.[1]);
  const token = /token: (\S+)/.exec(kubeconfig)?.[1];
  const memoryMiB = () => {
    const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  };
  const result = await load({ port, token }, { watches, writers, durationMs, textLength, memoryMiB });
  const { faults, writes, memoryMiB: memory, isIdleDropped, latencyMs } = result;
  const perSecond = (writes / (durationMs / 1000)).toFixed(0);
  console.log(`${watches} watches, ${writers} writers: ${writes} writes (${perSecond} a second),`);
  console.log(`${writes * watches} events (${((perSecond * watches) / 1000).toFixed(0)} thousand a second),`);
  console.log(
    `a write took ${latencyMs.median.toFixed(0)} ms (median), ${latencyMs.p99.toFixed(0)} ms (99th percentile),`,
  );
  console.log(`memory from ${memory.before.toFixed(0)} to at most ${memory.max.toFixed(0)} MiB,`);
  const isSentEnough = (writes * textLength) / 2 ** 20 > sentMiBMin;
  const idleIs = isIdleDropped ? "was dropped" : `is still there${isSentEnough ? "" : ": it was not sent much"}`;
  console.log(`the client that reads nothing ${idleIs}`);
  for (const fault of faults.slice(0, 10)) console.error(fault);
  const isBounded = memory.max - memory.before < memoryMiBMax;
  if (!isBounded) console.error(`more than ${memoryMiBMax} MiB beyond what it takes at rest`);
  if (faults.length > 0 || (isSentEnough && !isIdleDropped) || !isBounded) process.exitCode = 1;
} finally {
  if (server?.exitCode === null) {
    server.kill("SIGTERM");
    await new Promise((resolve) => server.once("exit", resolve));
  }
  rmSync(folder, { recursive: true, force: true });
}
