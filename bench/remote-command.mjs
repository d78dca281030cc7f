#!/usr/bin/env node
// Stands in for bin/kjob.js where recorded sessions are played, and has every verb go over HTTPS: to a `kjob serve` that
// it starts beside each cluster. What is of this machine alone (cluster, clock, config) stays what it is.
//
//   KJOB=bench/remote-command.mjs node path/to/run.mjs
//
// A server ends when the folder of its cluster is deleted.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dump, load } from "js-yaml";

const command = fileURLToPath(new URL("../bin/kjob.js", import.meta.url));
const home = process.env.KJOB_HOME ?? "";
const kubeconfig = join(home, "kubeconfig");
const context = "kjob-kjob";
const args = process.argv.slice(2);
const verb = args[0] ?? "";

function kjob(argv, options = {}) {
  const { status, stdout } = spawnSync(process.execPath, [command, ...argv], { stdio: "inherit", ...options });
  return { status: status ?? 1, out: stdout?.toString() ?? "" };
}

/** Starts a server for the cluster that was just made, and waits until it can be connected to. */
async function serve() {
  const log = openSync(join(home, "serve.log"), "w");
  const argv = [command, "serve", "--port", "0", "--kubeconfig", kubeconfig];
  spawn(process.execPath, argv, { detached: true, stdio: ["ignore", log, log] }).unref();
  const until = Date.now() + 20_000;
  while (!readFileSync(join(home, "serve.log"), "utf8").includes("is served at")) {
    if (Date.now() > until) throw new Error(readFileSync(join(home, "serve.log"), "utf8"));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** There while the person's current context is none of a cluster: what comes of that is told on this side. */
const astray = join(home, "astray");

/** The namespace that the person has chosen is part of a context: the kubeconfig's is to say the same. */
function copyContext() {
  const quiet = { stdio: ["ignore", "pipe", "ignore"] };
  const contexts = kjob(["config", "get-contexts", "-o", "name"], quiet).out.split("\n");
  const current = kjob(["config", "current-context"], quiet).out.trim();
  if (contexts.includes(current)) rmSync(astray, { force: true });
  else writeFileSync(astray, "");
  const { out } = kjob(["config", "view", "--minify", "-o", "jsonpath={..namespace}"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const config = load(readFileSync(kubeconfig, "utf8"));
  for (const each of config.contexts) if (each.name === context) each.context.namespace = out.trim();
  writeFileSync(kubeconfig, dump(config));
}

if (["cluster", "clock", "config", "serve"].includes(verb)) {
  const { status } = kjob(args);
  if (verb === "cluster" && args[1] === "create" && status === 0) await serve();
  if (verb === "config" && existsSync(kubeconfig)) copyContext();
  process.exitCode = status;
} else if (existsSync(astray)) {
  process.exitCode = kjob(args).status;
} else {
  process.exitCode = kjob(["--kubeconfig", kubeconfig, "--context", context, ...args]).status;
}
