// Many clients of one API server, all on this machine: watches that must see every write once and in order.
//
//   node bench/load.mjs [--watches=200] [--writers=50] [--seconds=60]
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const option = (name, fallback) =>
  Number(process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback);
const options = {
  watches: option("watches", 200),
  writers: option("writers", 50),
  durationMs: option("seconds", 60) * 1000,
};

const project = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(project, "node_modules", ".kjob-load-"));
try {
  await build({
    absWorkingDir: project,
    stdin: {
      contents: `export { load } from "./test/apiserver/load.ts"; export { LiveServer } from "./test/apiserver/live-server.ts";`,
      resolveDir: project,
      loader: "ts",
    },
    outfile: join(folder, "load.mjs"),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "error",
  });
  const { load, LiveServer } = await import(pathToFileURL(join(folder, "load.mjs")).href);
  const live = new LiveServer();
  await live.start();
  const result = await load(live, options);
  await live.stop();
  const { faults, writes, heapMiB, streamsLeft } = result;
  const perSecond = (writes / (options.durationMs / 1000)).toFixed(0);
  console.log(`${options.watches} watches, ${options.writers} writers: ${writes} writes (${perSecond} a second),`);
  console.log(`${writes * options.watches} events, heap ${heapMiB.toFixed(0)} MiB, ${streamsLeft} streams left`);
  for (const fault of faults.slice(0, 10)) console.error(fault);
  if (faults.length > 0 || streamsLeft > 0 || live.server.defects.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
