import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** What a command came to. */
export interface Outcome {
  readonly out: string;
  readonly err: string;
  /** null: it was killed. */
  readonly status: number | null;
}

export interface Running {
  readonly process: ChildProcess;
  readonly outcome: Promise<Outcome>;
}

/** `bin/kjob.js`, built from the sources as they are into a folder of its own, and folders for its state. */
export class BuiltCommand {
  readonly directory = mkdtempSync(join(tmpdir(), "kjob-command-"));

  constructor() {
    for (const name of ["bin", "package.json"]) {
      cpSync(join(project, name), join(this.directory, name), { recursive: true });
    }
    symlinkSync(join(project, "node_modules"), join(this.directory, "node_modules"));
    execFileSync(process.execPath, [join(project, "scripts/build.mjs"), join(this.directory, "dist")], {
      cwd: project,
    });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** An empty folder for the state of clusters. */
  newHome(name: string): string {
    const path = join(this.directory, "homes", name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** Starts a command on the state in a folder. */
  start(home: string, argv: readonly string[], stdin = ""): Running {
    const child = spawn(process.execPath, [join(this.directory, "bin/kjob.js"), ...argv], {
      env: { ...process.env, KJOB_HOME: home, NO_COLOR: "1" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text;
    });
    // Who ends without reading its input closes the pipe.
    child.stdin.on("error", () => {});
    child.stdin.end(stdin);
    const outcome = new Promise<Outcome>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status) => resolve({ out, err, status }));
    });
    return { process: child, outcome };
  }

  /** Runs a command to its end. */
  run(home: string, argv: readonly string[], stdin = ""): Promise<Outcome> {
    return this.start(home, argv, stdin).outcome;
  }
}
