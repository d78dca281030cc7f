import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Listening, listen } from "../../src/apiserver/https-server.js";
import type { ServerLimits } from "../../src/apiserver/limits.js";
import { writeKubeconfig } from "../../src/cli/commands/kubeconfig-file.js";
import { type ServingIdentity, servingIdentity } from "../../src/cli/commands/serving-identity.js";
import { TestServer, testToken } from "./test-server.js";

/** How often the clock of a live cluster moves. */
const tickMs = 20;

/** A test server that listens on this machine, with time running fast. */
export class LiveServer {
  readonly server: TestServer;
  readonly folder = mkdtempSync(join(tmpdir(), "kjob-apiserver-"));
  readonly kubeconfig = join(this.folder, "kubeconfig");
  #listening: Listening | undefined;
  #identity: ServingIdentity | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isMoving = false;
  readonly #speed: number;
  readonly #limits: Partial<ServerLimits>;

  /** `speed`: how much faster than the wall clock its time goes, as tests do not wait for Pods; 0: only as it is told to. */
  constructor({
    speed = 20,
    isVirtual = false,
    limits = {},
  }: {
    readonly speed?: number;
    readonly isVirtual?: boolean;
    readonly limits?: Partial<ServerLimits>;
  } = {}) {
    this.server = new TestServer({ isVirtual });
    this.#speed = speed;
    this.#limits = limits;
  }

  async start(): Promise<void> {
    this.#identity = await servingIdentity(this.folder, Date.now());
    await this.listen(0);
    if (this.#speed > 0) this.#timer = setInterval(() => this.#tick(), tickMs);
    const { certificate } = this.#identity;
    const cluster = { name: "kjob-test", server: this.url, certificate, token: testToken };
    writeKubeconfig(this.kubeconfig, cluster, { merge: false });
  }

  #tick(): void {
    if (this.#isMoving) return;
    this.#isMoving = true;
    void this.server.advance(tickMs * this.#speed).finally(() => {
      this.#isMoving = false;
    });
  }

  /** Opens a port, the same one again after {@link cut} where it is named. */
  async listen(port: number): Promise<void> {
    if (this.#identity === undefined) throw new Error("the server has no certificate yet");
    const { certificate, privateKey } = this.#identity;
    const options = { host: "127.0.0.1", port, certificate, privateKey, limits: this.#limits };
    this.#listening = await listen(() => this.server.server, options);
  }

  get port(): number {
    return this.#listening?.port ?? 0;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  /** Cuts all connections. */
  async cut(): Promise<void> {
    await this.#listening?.close();
  }

  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.cut();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
