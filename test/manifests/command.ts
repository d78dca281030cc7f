import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../src/cli/main.js";

/** kjob in this process, on a state folder of its own. */
export class Command {
  readonly #home = mkdtempSync(join(tmpdir(), "kjob-manifests-"));

  /** Runs a command line that must succeed; resolves to what it printed. */
  async run(...argv: readonly string[]): Promise<string> {
    const { out, err, status } = await this.try(...argv);
    if (status !== 0) throw new Error(`kjob ${argv.join(" ")} exited with ${status}: ${err}`);
    return out;
  }

  /** Runs a command line, whatever comes of it. `all` is what it printed on both streams, in order. */
  async try(...argv: readonly string[]): Promise<{ out: string; err: string; all: string; status: number }> {
    let out = "";
    let err = "";
    let all = "";
    const status = await main(argv, {
      out: (text) => {
        out += text;
        all += text;
      },
      err: (text) => {
        err += text;
        all += text;
      },
      pass: ({ stream, bytes }) => {
        const text = new TextDecoder().decode(bytes);
        if (stream === "stdout") out += text;
        else err += text;
        all += text;
      },
      stdin: async function* () {},
      isTerminal: { out: false, err: false, in: false },
      env: (name) => (name === "KJOB_HOME" ? this.#home : undefined),
      wallNow: () => 0,
      timezoneOffset: () => 0,
      random: () => 0.5,
      signal: new AbortController().signal,
    });
    return { out, err, all, status };
  }

  remove(): void {
    rmSync(this.#home, { recursive: true, force: true });
  }
}
