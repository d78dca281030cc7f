// Bundles src/ into dist/kjob.cjs, one file, and prepares V8's code cache for it, so that a command starts without reading,
// parsing and compiling again. Modules that are imported with import() are in the file too, and run when they are asked for.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { build } from "esbuild";

const require = createRequire(import.meta.url);
const project = fileURLToPath(new URL("..", import.meta.url));
/** Another folder than dist/ can be named: `node scripts/build.mjs /tmp/dist`. */
const folder = resolve(process.argv[2] ?? join(project, "dist"));
const bundlePath = join(folder, "kjob.cjs");

/**
 * Takes the CommonJS files of lmdb, which generates code that refers to its variables by name: as ES modules they would
 * share one scope, where names that meet are changed. Finds its addon without the search that its package does, which
 * loads five more; where the file is not there (musl, another platform), that search takes over. The addon of msgpackr is
 * left out: rows here are text.
 */
const lmdbWhole = {
  name: "lmdb-whole",
  setup(bundle) {
    bundle.onResolve({ filter: /^lmdb$/ }, () => ({ path: require.resolve("lmdb") }));
    bundle.onResolve({ filter: /^node-gyp-build-optional-packages$/ }, ({ path, importer }) =>
      importer.includes("lmdb") ? { path, namespace: "addon" } : { path, external: true },
    );
    bundle.onResolve({ filter: /^msgpackr-extract$/ }, ({ path }) => ({ path, namespace: "left-out" }));
    bundle.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: "throw new Error('left out')" }));
    bundle.onLoad({ filter: /.*/, namespace: "addon" }, () => ({
      contents: `module.exports = () => {
        try {
          return require("@lmdb/lmdb-" + process.platform + "-" + process.arch + "/node.napi.glibc.node");
        } catch {
          const { dirname } = require("node:path");
          return require("node-gyp-build-optional-packages")(dirname(dirname(require.resolve("lmdb"))));
        }
      };`,
    }));
  },
};

/** commander starts other programs for commands that are files, which nothing here is: Node's module waits until then. */
const commanderAlone = {
  name: "commander-alone",
  setup(bundle) {
    bundle.onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
      importer.includes("commander") ? { path, namespace: "late" } : undefined,
    );
    bundle.onLoad({ filter: /.*/, namespace: "late" }, () => ({
      contents: 'module.exports = { get spawn() { return require("node:child_process").spawn; } };',
    }));
  },
};

/** Large JSON stays text until somebody reads a field of it. */
const jsonLate = {
  name: "json-late",
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/]generated[\\/].*\.json$/ }, async ({ path }) => {
      const document = JSON.parse(await readFile(path, "utf8"));
      const getters = Object.keys(document).map(
        (key) => `get ${JSON.stringify(key)}() { return all()[${JSON.stringify(key)}]; }`,
      );
      return {
        contents: `let parsed;
          const all = () => (parsed ??= JSON.parse(${JSON.stringify(JSON.stringify(document))}));
          export default { ${getters.join(", ")} };`,
      };
    });
  },
};

async function bundle() {
  const { outputFiles } = await build({
    absWorkingDir: project,
    entryPoints: ["src/cli/entry.ts"],
    outfile: bundlePath,
    write: false,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    // Names stay, for lmdb's sake.
    minifyWhitespace: true,
    minifySyntax: true,
    charset: "ascii",
    legalComments: "none",
    plugins: [lmdbWhole, commanderAlone, jsonLate],
    // Large, and for few commands: these are loaded from their packages.
    external: ["selfsigned", "@jitl/quickjs-wasmfile-release-sync"],
    logOverride: { "require-resolve-not-external": "silent", "direct-eval": "silent" },
    define: { "import.meta.url": "kjobBundleUrl" },
    logLevel: "warning",
  });
  const code = outputFiles[0].text;
  const id = createHash("sha256").update(code).digest("hex").slice(0, 16);
  return {
    id,
    // The id is what ties the code cache to this file: V8 itself compares no more than the length.
    text: `/*${id}*/(function(exports,require,module,__filename,__dirname){const kjobBundleUrl=require("node:url").pathToFileURL(__filename).href;${code}\n})`,
  };
}

/**
 * Commands that compile what most commands need: what they compile is what a cache holds. Reading a cache takes time too,
 * so the commands that only look have a small one of their own; bin/kjob.js chooses.
 */
const warmUps = {
  run: [
    ["cluster", "create", "warm", "--clock", "virtual"],
    ["apply", "-f", join(project, "manifests/labs/demo-job-write.yaml")],
    ["get", "pods"],
    ["wait", "--for=condition=complete", "job/demo-job-write"],
    ["logs", "job/demo-job-write"],
    ["describe", "job", "demo-job-write"],
    ["clock", "resume"],
  ],
  look: [
    ["get", "jobs"],
    ["get", "pods"],
    ["get", "job", "demo-job-write"],
  ],
};

/** Loads the bundle apart from what was loaded before, and runs commands with it. */
async function codeCache({ id, text }, name, home) {
  const filename = `${bundlePath}?${name}`;
  const script = new Script(text, { filename, importModuleDynamically: (specifier) => import(specifier) });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, bundlePath, dirname(bundlePath));
  let told = "";
  for (const command of warmUps[name]) {
    const status = await module.exports.main(
      command,
      quietSystem(home, (line) => {
        told += line;
      }),
    );
    if (status !== 0) throw new Error(`kjob ${command.join(" ")}: ${told}`);
  }
  return Buffer.concat([Buffer.from(id, "latin1"), script.createCachedData()]);
}

function quietSystem(home, err) {
  return {
    out: () => {},
    err,
    stdin: () => process.stdin,
    isTerminal: { out: false, err: false, in: false },
    env: (name) => (name === "KJOB_HOME" ? home : undefined),
    wallNow: () => Date.now(),
    timezoneOffset: () => 0,
    random: Math.random,
    signal: new AbortController().signal,
  };
}

/** A command that starts meanwhile finds the old file or the new one, whole. */
function replace(path, data) {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, data);
  renameSync(temporary, path);
}

mkdirSync(folder, { recursive: true });
const built = await bundle();
replace(bundlePath, Buffer.from(built.text, "latin1"));
const home = mkdtempSync(join(tmpdir(), "kjob-build-"));
try {
  for (const name of Object.keys(warmUps)) replace(join(folder, `${name}.cache`), await codeCache(built, name, home));
} catch (error) {
  // Everything works without, only slower; the tests will say what is wrong.
  console.warn(`no code cache: ${error instanceof Error ? error.message : error}`);
} finally {
  rmSync(home, { recursive: true, force: true });
}
// A command that failed half-way may have left a database open, which would keep this process.
process.exit();
