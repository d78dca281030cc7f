// Runs a Job of 1,000, 10,000 and 100,000 completions (or of the numbers given), 500 at a time, each
// `sh -c 'sleep 5; echo done'`, on the virtual clock and on disk, each in a process of its own, and prints what a Pod costs. Before
// it five Jobs of 1,000 warm V8 up, as JSON.parse is warm from the start; what the Pods of the first of them take, in a process
// that has run none, is printed as "cold".
//
//   npm run bench:job [-- COMPLETIONS…]
import { fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const sizes = process.argv.slice(2).map(Number);
const wanted = sizes.length > 0 ? sizes : [1_000, 10_000, 100_000];
const bundle = fileURLToPath(new URL("../dist-bench/one-job.mjs", import.meta.url));

await build({
  entryPoints: [fileURLToPath(new URL("one-job.ts", import.meta.url))],
  outfile: bundle,
  bundle: true,
  format: "esm",
  platform: "node",
  external: ["lmdb"],
  banner: { js: 'import{createRequire as kjobRequire}from"node:module";const require=kjobRequire(import.meta.url);' },
  logLevel: "warning",
});

const results = [];
console.log(
  "completions     seconds   Pods/s   round trips/Pod   us/Pod   cold us/Pod   round trip us   peak MiB   state MiB",
);
for (const completions of wanted) {
  const child = fork(bundle, [String(completions)]);
  const [result] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(([code]) => Promise.reject(new Error(`the run of ${completions} ended with ${code}`))),
  ]);
  results.push(result);
  const cells = [
    String(completions).padStart(11),
    result.seconds.toFixed(1).padStart(9),
    Math.round(completions / result.seconds)
      .toString()
      .padStart(6),
    result.roundTrips.toFixed(1).padStart(15),
    result.perPodUs.toFixed(0).padStart(6),
    result.coldUs.toFixed(0).padStart(11),
    result.roundTripUs.toFixed(1).padStart(13),
    result.peakMiB.toFixed(0).padStart(8),
    result.stateMiB.toFixed(0).padStart(9),
  ];
  console.log(cells.join("   "));
}
const [first, last] = [results[0], results.at(-1)];
if (results.length > 1) {
  const growth = last.perPodUs / first.perPodUs;
  console.log(`a Pod of ${last.completions} takes ${growth.toFixed(2)} times what one of ${first.completions} takes`);
}
rmSync(bundle, { force: true });
