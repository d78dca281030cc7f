import variant from "@jitl/quickjs-wasmfile-release-sync";
import { newQuickJSWASMModuleFromVariant, type QuickJSSyncVariant } from "quickjs-emscripten-core";
import type { Engine } from "../engines.js";
import { mongod } from "./mongod.js";
import { mongoimport } from "./mongoimport.js";
import { mongosh } from "./mongosh.js";
import { mongodService } from "./server/mongod-service.js";

/** The programs of the mongo image with the engines behind them: one for JavaScript, one for queries. */
export async function loadEngine(): Promise<Engine> {
  // The package is typed as one of CommonJS; the loader takes it with or without the default around it.
  const quickJs = await newQuickJSWASMModuleFromVariant(variant as unknown as QuickJSSyncVariant);
  const shell = mongosh(quickJs);
  return { programs: { mongod, mongoimport, mongosh: shell }, services: { mongod: mongodService } };
}
