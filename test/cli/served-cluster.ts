import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../src/cli/main.js";
import type { System } from "../../src/cli/system.js";

/** What a command came to. */
export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

export interface ServedOptions {
  /** Arguments of `cluster create`. */
  readonly create: readonly string[];
  /** The wall clock when the cluster begins. */
  readonly startMs?: number;
}

/** A cluster in a folder of its own that `kjob serve` serves, for commands beside it: kjob's, and other clients'. */
export class ServedCluster {
  readonly folder = mkdtempSync(join(tmpdir(), "kjob-served-"));
  readonly kubeconfig = join(this.folder, "kubeconfig");
  readonly context = "kjob-kjob";
  readonly #stop = new AbortController();
  #serving: Promise<number> | undefined;
  #ticker: NodeJS.Timeout | undefined;

  /** Makes the cluster; it is not served yet. */
  async create({ create, startMs }: ServedOptions): Promise<void> {
    const made = await this.kjob(
      ["cluster", "create", ...create],
      startMs === undefined ? {} : { wallNow: () => startMs },
    );
    if (made.status !== 0) throw new Error(made.err);
  }

  /** Resolves when clients may connect. */
  async serve(flags: readonly string[] = []): Promise<void> {
    const argv = ["serve", "--port", "0", "--kubeconfig", this.kubeconfig, ...flags];
    await new Promise<void>((resolve, reject) => {
      const system = this.#system({
        signal: this.#stop.signal,
        out: (text) => {
          if (text.includes("is served at")) resolve();
        },
        err: () => {},
        pass: () => {},
      });
      this.#serving = main(argv, system);
      this.#serving.then((status) => reject(new Error(`serve ended with ${status}`)), reject);
    });
  }

  /** Runs a command of kjob's in this process. */
  async kjob(
    argv: readonly string[],
    system: Partial<System> & { readonly input?: string; readonly environment?: Readonly<Record<string, string>> } = {},
  ): Promise<Ran> {
    let [out, err] = ["", ""];
    const { input = "", environment = {}, ...rest } = system;
    const status = await main(
      argv,
      this.#system({
        out: (text) => {
          out += text;
        },
        err: (text) => {
          err += text;
        },
        pass: ({ stream, bytes }) => {
          const text = new TextDecoder().decode(bytes);
          if (stream === "stdout") out += text;
          else err += text;
        },
        stdin: async function* () {
          yield Buffer.from(input);
        },
        env: (name) => ({ ...this.#environment, ...environment })[name],
        ...rest,
      }),
    );
    return { out, err, status };
  }

  /** Runs the kubectl of this machine on the served cluster. */
  kubectl(
    argv: readonly string[],
    options: { readonly input?: string; readonly environment?: Readonly<Record<string, string>> } = {},
  ): Promise<Ran> {
    const all = ["--kubeconfig", this.kubeconfig, "--cache-dir", join(this.folder, "cache"), ...argv];
    const env = { ...process.env, TZ: "UTC", ...options.environment };
    return new Promise((resolve) => {
      const child = execFile("kubectl", all, { env, timeout: 30_000 }, (error, out, err) =>
        resolve({ out, err, status: error === null ? 0 : Number(error.code ?? 255) }),
      );
      child.stdin?.end(options.input ?? "");
    });
  }

  /** Lets a virtual clock run from now on, by requests such as anybody may send. */
  runClock(options: { readonly everyMs: number; readonly byMs: number }): void {
    let isMoving = false;
    this.#ticker = setInterval(() => {
      if (isMoving) return;
      isMoving = true;
      // One that is on its way when the server stops comes to nothing.
      const moved = this.post("/kjob/clock", { advanceMs: options.byMs }).catch(() => "");
      void moved.then(() => {
        isMoving = false;
      });
    }, options.everyMs);
  }

  /** Sends a request as the user that the kubeconfig names. */
  post(path: string, body: unknown): Promise<string> {
    const text = readFileSync(this.kubeconfig, "utf8");
    const [, server = ""] = /server: (\S+)/.exec(text) ?? [];
    const [, token = ""] = /token: (\S+)/.exec(text) ?? [];
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const sent = request(`${server}${path}`, { method: "POST", headers, rejectUnauthorized: false }, (answer) => {
        let answered = "";
        answer.setEncoding("utf8").on("data", (part: string) => {
          answered += part;
        });
        answer.on("end", () => resolve(answered));
      });
      sent.on("error", reject);
      sent.end(JSON.stringify(body));
    });
  }

  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Stops the server; resolves to its exit status. */
  async stop(): Promise<number | undefined> {
    clearInterval(this.#ticker);
    this.#stop.abort();
    return this.#serving;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #environment(): Readonly<Record<string, string | undefined>> {
    return { KJOB_HOME: join(this.folder, "state"), NO_COLOR: "1", KUBECONFIG: this.kubeconfig };
  }

  #system(parts: Partial<System>): System {
    return {
      out: () => {},
      err: () => {},
      pass: () => {},
      stdin: async function* () {},
      isTerminal: { out: false, err: false, in: false },
      env: (name) => this.#environment[name],
      wallNow: Date.now,
      timezoneOffset: () => 0,
      random: Math.random,
      signal: new AbortController().signal,
      ...parts,
    };
  }
}
