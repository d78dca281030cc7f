// Fuzzed requests to an API server in this process: nothing may crash it, and nothing may be answered with a defect.
//
//   node bench/fuzz.mjs [--count=50000] [--seed=1]
//
// The server starts anew now and then. A failure names its seed and number: the same ones give the same request again.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const option = (name, fallback) =>
  Number(process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback);
const count = option("count", 50_000);
const seed = option("seed", 1);
/** Requests to one server: a cluster that is full of rubbish finds nothing new. */
const requestsPerServer = 5_000;

const project = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(project, "node_modules", ".kjob-fuzz-"));
try {
  await build({
    absWorkingDir: project,
    stdin: {
      contents: `export { fuzz } from "./test/apiserver/fuzz-requests.ts"; export { TestServer } from "./test/apiserver/test-server.ts";`,
      resolveDir: project,
      loader: "ts",
    },
    outfile: join(folder, "fuzz.mjs"),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "error",
  });
  const { fuzz, TestServer } = await import(pathToFileURL(join(folder, "fuzz.mjs")).href);
  const statuses = {};
  const failures = [];
  const startedMs = performance.now();
  for (let done = 0; done < count; done += requestsPerServer) {
    const server = new TestServer();
    const part = await fuzz(server, { seed: seed + done, count: Math.min(requestsPerServer, count - done) });
    failures.push(...part.failures, ...server.defects.map((defect) => defect?.stack ?? String(defect)));
    const { open } = server.server.context.streams;
    if (open > 0) failures.push(`${open} streams are still open that nobody reads`);
    for (const [status, times] of Object.entries(part.statuses)) statuses[status] = (statuses[status] ?? 0) + times;
  }
  console.log(`${count} requests in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`, statuses);
  for (const failure of failures.slice(0, 20)) console.error(failure);
  if (failures.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
