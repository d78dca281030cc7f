import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LmdbBackend } from "../../src/persistence/lmdb-backend.js";
import { MemoryBackend } from "../../src/store/memory-backend.js";
import { describeBackend } from "./backend-suite.js";

describeBackend("memory", () => ({ backend: new MemoryBackend() }));

describeBackend("LMDB", () => {
  const path = join(mkdtempSync(join(tmpdir(), "kjob-backend-")), "state.lmdb");
  return { backend: LmdbBackend.open(path), reopen: () => LmdbBackend.open(path) };
});
