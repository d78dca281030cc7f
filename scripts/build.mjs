// Bundles src/ into dist/: one small file that starts, and pieces that are loaded when a command needs them.
import { rmSync } from "node:fs";
import { build } from "esbuild";

rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true });
await build({
  entryPoints: { kjob: "src/cli/entry.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minifyWhitespace: true,
  minifySyntax: true,
  chunkNames: "part-[hash]",
  external: ["lmdb"],
  // Packages in CommonJS reach Node's modules through require.
  banner: { js: 'import{createRequire as kjobRequire}from"node:module";const require=kjobRequire(import.meta.url);' },
  logLevel: "warning",
});
