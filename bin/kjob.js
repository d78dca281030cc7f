#!/usr/bin/env node
"use strict";
// CommonJS, as Node reads it fastest; scripts/build.mjs makes what is loaded here.
const { readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { Script } = require("node:vm");

const filename = join(__dirname, "..", "dist", "kjob.cjs");
const idLength = 16;

/** V8's compiled code for exactly this bundle, of what a command needs; undefined where there is none. */
function codeCacheOf(source) {
  try {
    const name = process.argv[2] === "get" ? "look.cache" : "run.cache";
    const cache = readFileSync(join(dirname(filename), name));
    if (cache.toString("latin1", 0, idLength) !== source.slice(2, 2 + idLength)) return undefined;
    return cache.subarray(idLength);
  } catch {
    return undefined; // not built, or not readable: the bundle works without it
  }
}

const source = readFileSync(filename, "latin1");
const cachedData = codeCacheOf(source);
const script = new Script(source, { filename, cachedData, importModuleDynamically: (name) => import(name) });
const bundle = { exports: {} };
script.runInThisContext()(bundle.exports, require, bundle, filename, dirname(filename));
bundle.exports.run();
